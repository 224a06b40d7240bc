"""Pictures on their way to a service and back: checked, in formats and shapes that services take."""

from __future__ import annotations

import base64
import binascii
import io
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageFilter

from longvid_tui import regular
from longvid_tui.media import images
from longvid_tui.media.errors import BadPicture
from longvid_tui.media.images import FORMATS, LABEL_KEY, png_of

MEDIA_TYPES = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp"}
"""The formats that every service takes and sends."""

MAX_BYTES = 30 << 20
MAX_PIXELS = 40_000_000
"""Largest picture accepted from a service: more than twice the area of the largest that is asked for."""


@dataclass(frozen=True)
class Picture:
    """A picture as it is sent: file name, bytes, media type, width and height in pixels."""

    name: str
    data: bytes
    media_type: str
    size: tuple[int, int]

    @property
    def part(self) -> tuple[str, bytes, str]:
        """The picture as a part of a form (http.Form)."""
        return self.name, self.data, self.media_type

    @property
    def base64(self) -> str:
        return base64.b64encode(self.data).decode()


@dataclass(frozen=True)
class Frame:
    """Where a picture lies on a larger ground, in pixels of the ground.

    A service that makes another ratio is sent the whole ground, because it would stretch or cut the picture.
    """

    ground: tuple[int, int]
    left: int
    top: int
    size: tuple[int, int]

    def lay(self, picture: Picture) -> Picture:
        """The picture on its ground, which is filled with the picture itself, stretched and blurred."""
        with Image.open(io.BytesIO(picture.data)) as opened:
            front = opened.convert("RGB")
        blur = ImageFilter.GaussianBlur(self.ground[0] / 40)
        laid = front.resize(self.ground, Image.Resampling.BILINEAR).filter(blur)
        laid.paste(front, (self.left, self.top))
        out = io.BytesIO()
        laid.save(out, "PNG")
        return Picture(f"{Path(picture.name).stem}.png", out.getvalue(), MEDIA_TYPES["PNG"], self.ground)

    def lay_mask(self, mask: Image.Image) -> Image.Image:
        """The mask on the same ground, which is not repainted."""
        laid = Image.new("L", self.ground, 0)
        laid.paste(mask, (self.left, self.top))
        return laid


def frame_for(size: tuple[int, int], shape: tuple[int, int]) -> Frame | None:
    """The frame that puts a picture of `size` in the middle of the smallest ground with the ratio of `shape`.

    None if the picture has that ratio, to the pixel.
    """
    (width, height), (wide, high) = size, shape
    ground = max(width, round(height * wide / high)), max(height, round(width * high / wide))
    if ground == size:
        return None
    return Frame(ground, (ground[0] - width) // 2, (ground[1] - height) // 2, size)


def cropped(data: bytes, frame: Frame) -> bytes:
    """The part of a service's picture that shows the frame, as a PNG; the picture may have another scale."""
    with Image.open(io.BytesIO(data), formats=tuple(MEDIA_TYPES)) as picture:
        across, down = picture.width / frame.ground[0], picture.height / frame.ground[1]
        left, top = round(frame.left * across), round(frame.top * down)
        right, bottom = left + round(frame.size[0] * across), top + round(frame.size[1] * down)
        part = picture.convert("RGB").crop((left, top, right, bottom))
        return png_of(part, str(picture.info.get(LABEL_KEY, "")))


class NoPicture(ValueError):
    """A service sent bytes that are no picture; the text completes a sentence that begins with its name."""


def read(path: Path) -> Picture:
    """A picture file for a service, unchanged if services take its format, else as PNG; raises BadPicture."""
    try:
        data = regular.read(path, images.MAX_BYTES)
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
    """The bytes of a text in strict base64; raises NoPicture."""
    if not isinstance(text, str) or not text:
        raise NoPicture("sent no picture")
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise NoPicture("sent a picture that is not base64") from error


def verify(data: bytes) -> tuple[int, int]:
    """Decode a service's picture in full and return its size in pixels; raises NoPicture."""
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
