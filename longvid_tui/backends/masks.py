"""Masks, which say which part of a picture to repaint: 8-bit grey here (255 = repaint), converted for each
service."""

from __future__ import annotations

import hashlib
import io
import re
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias, cast

from PIL import Image, ImageDraw, ImageFilter

from longvid_tui import regular
from longvid_tui.media.errors import BadPicture
from longvid_tui.media.images import FORMATS, LABEL_KEY, MAX_PIXELS, Normalised, load_picture, png_of

Mask: TypeAlias = Image.Image
"""Mode L, as large as the picture it belongs to; 255 = repaint, 0 = keep, between: blend."""

_BOX = re.compile(r"\s*,\s*".join([r"(\d+(?:\.\d+)?)(%?)"] * 4))
_DARK, _LIGHT = 16, 239
"""A mask that is nowhere lighter than the first keeps everything; nowhere darker than the second, it repaints
all."""


def read(path: Path, size: tuple[int, int]) -> Mask:
    """A mask from a picture file, fitted to `size`; raises BadPicture.

    If the picture has an alpha channel, transparent means repaint, as in OpenAI's masks; else light does.
    """
    try:
        with regular.reading(path) as file, Image.open(file, formats=FORMATS) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise BadPicture(f"the mask {path.name} is far too large: scale it to the picture's size")
            mask = _grey(picture)
    except FileNotFoundError as error:
        raise BadPicture(
            f"the mask {path.name} cannot be read: there is no such file, name one that is there"
        ) from error
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise BadPicture(f"the mask {path.name} cannot be read as a picture: save it as PNG") from error
    fitted = mask if mask.size == size else mask.resize(size, Image.Resampling.BILINEAR)
    darkest, lightest = _levels(fitted)
    if lightest < _DARK:
        raise BadPicture(f"the mask {path.name} is black all over, so nothing would change: paint a part white")
    if darkest > _LIGHT:
        raise BadPicture(f"the mask {path.name} is white all over: retake the whole picture without a mask")
    return fitted


def rectangle(text: str, size: tuple[int, int]) -> Mask:
    """A mask of one rectangle, `left,top,width,height` in pixels or percent; raises BadPicture."""
    match = _BOX.fullmatch(text.strip())
    if not match:
        raise BadPicture(f"{text!r} is no rectangle: write left,top,width,height, for example 25%,10%,50%,80%")
    values = [
        round(float(number) * (size[axis % 2] / 100 if percent else 1))
        for axis, (number, percent) in enumerate(zip(match.groups()[::2], match.groups()[1::2], strict=True))
    ]
    left, top, width, height = values
    right, bottom = min(left + width, size[0]), min(top + height, size[1])
    if right <= left or bottom <= top:
        raise BadPicture(f"the rectangle {text} lies outside the picture of {size[0]}x{size[1]}")
    mask = Image.new("L", size, 0)
    ImageDraw.Draw(mask).rectangle((left, top, right - 1, bottom - 1), fill=255)
    return mask


def as_alpha(mask: Mask) -> bytes:
    """The mask as a PNG whose transparent part is repainted, for OpenAI."""
    picture = Image.new("RGBA", mask.size, (0, 0, 0, 255))
    picture.putalpha(mask.point(lambda level: 255 - level))
    return png_of(picture)


def as_white(mask: Mask) -> bytes:
    """The mask as a PNG whose white part is repainted, for Stability and FLUX."""
    return png_of(mask)


def keep_outside(base: Image.Image, painted: Image.Image, mask: Mask, feather: float = 4.0) -> Image.Image:
    """`painted` inside the mask and exactly `base` outside it, blended over `feather` pixels inwards.

    This is what keeps the rest of the picture, because services repaint more than they are asked to. All three
    have the same size; the pictures are RGB.
    """
    soft = mask.filter(ImageFilter.GaussianBlur(feather)) if feather else mask
    inside = Image.composite(soft, Image.new("L", mask.size, 0), mask)
    return Image.composite(painted, base, inside)


def kept_outside(fitted: Normalised, base: Path, mask: Path) -> Normalised:
    """A fitted picture with exactly `base` outside the mask; all three have the same size."""
    ours = ("PNG",)
    with (
        Image.open(io.BytesIO(fitted.png), formats=ours) as opened,
        regular.reading(mask) as file,
        Image.open(file, formats=ours) as soft,
    ):
        label, painted = str(opened.info.get(LABEL_KEY, "")), opened.convert("RGB")
        merged = keep_outside(load_picture(base), painted, soft.convert("L"))
    pixels = hashlib.sha256(merged.tobytes()).hexdigest()
    return replace(fitted, png=png_of(merged, label), pixels=pixels)


def size_of(path: Path) -> tuple[int, int]:
    """Width and height in pixels of one of our own pictures."""
    with regular.reading(path) as file, Image.open(file, formats=("PNG",)) as picture:
        return picture.size


def _grey(picture: Image.Image) -> Mask:
    if "transparency" in picture.info or picture.mode in ("RGBA", "LA", "PA"):
        alpha = picture.convert("RGBA").getchannel("A")
        if _levels(alpha)[0] < 255:
            return alpha.point(lambda level: 255 - level)
    return picture.convert("RGB").convert("L")


def _levels(channel: Image.Image) -> tuple[int, int]:
    """The darkest and the lightest level of one channel of 8 bits."""
    return cast("tuple[int, int]", channel.getextrema())
