"""Pictures on their way to a service and back: encoded bytes that are what they say they are."""

from __future__ import annotations

import base64
import binascii
import io
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from longvid_tui.media.errors import BadPicture
from longvid_tui.media.images import FORMATS

MEDIA_TYPES = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp"}
"""Formats that every service takes and sends."""

MAX_BYTES = 30 << 20
MAX_PIXELS = 40_000_000
"""Largest picture accepted from a service: over twice the area of the largest that is ever asked for."""


@dataclass(frozen=True)
class Picture:
    """A picture as it is sent: file name, bytes, media type, width and height in pixels."""

    name: str
    data: bytes
    media_type: str
    size: tuple[int, int]

    @property
    def part(self) -> tuple[str, bytes, str]:
        """As a part of a form."""
        return self.name, self.data, self.media_type

    @property
    def base64(self) -> str:
        return base64.b64encode(self.data).decode()


class NoPicture(ValueError):
    """Bytes of a service that are no picture; the text ends a sentence about the service."""


def read(path: Path) -> Picture:
    """A picture file as services take it: as it is if they know its format, else as PNG; raises BadPicture."""
    try:
        data = path.read_bytes()
        with Image.open(io.BytesIO(data), formats=FORMATS) as picture:
            kind, size = picture.format or "", picture.size
            if kind not in MEDIA_TYPES:
                out = io.BytesIO()
                picture.convert("RGB").save(out, "PNG")
                data, kind = out.getvalue(), "PNG"
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise BadPicture(
            f"{path.name} cannot be read as a picture: choose another or save it as PNG"
        ) from error
    return Picture(f"{path.stem}.{kind.lower()}", data, MEDIA_TYPES[kind], size)


def decoded(text: object) -> bytes:
    """The bytes of strict base64; raises NoPicture."""
    if not isinstance(text, str) or not text:
        raise NoPicture("sent no picture")
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise NoPicture("sent a picture that is not base64") from error


def verify(data: bytes) -> tuple[int, int]:
    """Decode a service's picture in full and answer its size in pixels; raises NoPicture."""
    if len(data) > MAX_BYTES:
        raise NoPicture(f"sent a picture of more than {MAX_BYTES >> 20} MB")
    try:
        with Image.open(io.BytesIO(data), formats=tuple(MEDIA_TYPES)) as picture:
            wide, high = picture.size
            if wide * high > MAX_PIXELS:
                raise NoPicture(f"sent a picture that claims {wide}x{high} pixels")
            picture.load()
    except Image.DecompressionBombError as error:
        raise NoPicture("sent a picture that claims far too many pixels") from error
    except NoPicture:
        raise
    except (OSError, SyntaxError, ValueError, EOFError, MemoryError) as error:
        raise NoPicture("sent a picture that is damaged or of an unknown kind") from error
    return wide, high
