"""Pictures the stand-in services paint and check: flat colours that follow from the words."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable
from typing import TypeAlias

from PIL import Image, PngImagePlugin

from longvid_tui.backends.rehearsal.cloud.server import Part
from longvid_tui.media.images import LABEL_KEY

Brush: TypeAlias = Callable[[str, tuple[int, int]], bytes]
"""A picture for words and a size, as a PNG."""

MEDIA_TYPES = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp"}


def paint(words: str, size: tuple[int, int], kind: str = "PNG") -> bytes:
    """A picture of one colour that follows from `words`."""
    return encode(Image.new("RGB", size, colour(words)), kind)


def repaint(
    base: Image.Image, keep: Image.Image, words: str, size: tuple[int, int], brush: Brush = paint
) -> bytes:
    """`base` where `keep` is 255, what `brush` makes of `words` elsewhere, at `size`."""
    with Image.open(io.BytesIO(brush(words, base.size))) as painted:
        whole = Image.composite(base.convert("RGB"), painted.convert("RGB"), keep).resize(size)
        return encode(whole, label=str(painted.info.get(LABEL_KEY, "")))


def unfinished(data: bytes, step: int) -> bytes:
    """A picture as it is seen while it forms: 16 pixels wide, twice as many at each further step."""
    picture = Image.open(io.BytesIO(data))
    wide = 16 << step
    return encode(picture.resize((wide, max(1, wide * picture.height // picture.width))))


def tinted(data: bytes, number: int) -> bytes:
    """The same picture in other colours, for the further pictures of one request."""
    with Image.open(io.BytesIO(data)) as picture:
        other = picture.convert("RGB").point(lambda level: (level + 48 * number) % 256)
        return encode(other, label=str(picture.info.get(LABEL_KEY, "")))


def colour(words: str) -> tuple[int, int, int]:
    value = zlib.crc32(words.encode())
    return value & 255, value >> 8 & 255, value >> 16 & 255


def encode(picture: Image.Image, kind: str = "PNG", label: str = "") -> bytes:
    """The picture's bytes; a PNG may carry a label, and is packed as quickly as can be."""
    texts = PngImagePlugin.PngInfo()
    if label:
        texts.add_text(LABEL_KEY, label)
    out = io.BytesIO()
    picture.save(out, kind, **({"pnginfo": texts, "compress_level": 3} if kind == "PNG" else {}))
    return out.getvalue()


def opened(data: bytes) -> Image.Image | None:
    """The picture in `data`, or None."""
    try:
        picture = Image.open(io.BytesIO(data), formats=tuple(MEDIA_TYPES))
        picture.load()
    except (OSError, SyntaxError, ValueError):
        return None
    return picture


def size_of(data: bytes) -> tuple[int, int]:
    """Width and height of a picture that was painted here."""
    with Image.open(io.BytesIO(data)) as picture:
        return picture.size


def upload(part: Part) -> Image.Image | None:
    """The picture of a form part whose media type is right, or None."""
    picture = opened(part.data)
    right = picture is not None and MEDIA_TYPES.get(picture.format or "") == part.content_type
    return picture if right else None


def bomb() -> bytes:
    """A PNG of 60,000 x 60,000 pixels in a few bytes: its header alone, with a right checksum."""
    small = encode(Image.new("1", (1, 1)))
    header = b"IHDR" + (60_000).to_bytes(4, "big") * 2 + bytes([1, 0, 0, 0, 0])
    return small[:8] + (13).to_bytes(4, "big") + header + zlib.crc32(header).to_bytes(4, "big") + small[33:]
