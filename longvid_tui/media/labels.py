"""The bar at the foot of a picture that says what it is."""

from __future__ import annotations

from PIL import Image, ImageDraw, ImageFont

HEIGHT = 0.042
"""Of the picture; at least 16 pixels, but never more than an eighth."""

_GROUND, _INK = (18, 18, 22), (214, 214, 220)


def bar(text: str, width: int, height: int) -> Image.Image:
    """The bar for a picture of `width` x `height`: as wide, with all of the text in it."""
    strip = max(round(height * HEIGHT), min(16, height // 8))
    drawn = Image.new("RGB", (width, strip), _GROUND)
    draw = ImageDraw.Draw(drawn)
    size = strip * 0.62
    font = ImageFont.load_default(size)
    room = max(8, width - strip)
    if draw.textlength(text, font) > room:
        font = ImageFont.load_default(size * room / draw.textlength(text, font))
    draw.text((strip * 0.5, strip / 2), text, _INK, font, anchor="lm")
    return drawn
