"""The bar at the foot of a picture that says what it is."""

from __future__ import annotations

from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFont

HEIGHT = 0.042
"""Height of the bar as a share of the picture's; at least 16 pixels, but never more than an eighth."""

_GROUND, _INK = (18, 18, 22), (214, 214, 220)

_MOST, _NEAR = 0.15, 3
"""Largest share of a picture's height that counts as its bar; how far its ground may be off after a resize."""

_EDGE, _CLEAR = 64, 1 / 3
"""No word stands within this part of a picture's height from its sides; the share of a row that words leave free, which
on upright pictures is less than half."""


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


def rows_of(rgb: np.ndarray[Any, np.dtype[np.uint8]]) -> int:
    """Height in pixels of the bar that a picture (height x width x 3) ends with; 0 without one."""
    foot = rgb[::-1][: round(len(rgb) * _MOST) + 1]
    ground = (np.abs(foot.astype(np.int16) - _GROUND) <= _NEAR).all(axis=2)
    edge = max(1, len(rgb) // _EDGE)
    beside = np.hstack((ground[:, :edge], ground[:, -edge:]))
    barred = (beside.mean(axis=1) > 0.5) & (ground.mean(axis=1) > _CLEAR)
    return 0 if barred.all() else int(barred.argmin())
