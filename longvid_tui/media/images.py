"""Pictures: any picture that is handed in becomes an RGB PNG of exactly the canvas, by one rule."""

from __future__ import annotations

import hashlib
import io
import warnings
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from PIL import Image, ImageCms, ImageFilter, ImageOps, PngImagePlugin, UnidentifiedImageError

from longvid_tui import regular
from longvid_tui.media.errors import BadPicture

if TYPE_CHECKING:
    import numpy as np

FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "TIFF", "BMP")
MAX_BYTES = 64 << 20
MAX_PIXELS = 64_000_000
"""Pixels a picture may claim: more is a decompression bomb, or far beyond what a canvas can show."""

MAX_ASPECT = 32
"""Longer edge to shorter edge: beyond it `fit` would leave nothing of the picture but its bars."""

_SCALE_DOWN = f"scale it below {MAX_PIXELS // 10**6} megapixels"

LABEL_KEY = "Comment"
"""PNG text that travels with a picture, for example the label of an animatic."""

Fit = Literal["fill", "fit", "blur"]


@dataclass(frozen=True)
class Normalised:
    """A PNG of exactly the canvas; `pixels` is the sha256 of its RGB bytes."""

    png: bytes
    pixels: str


def normalise(data: bytes, width: int, height: int, fit: Fit, focus: tuple[float, float]) -> Normalised:
    """Fit picture bytes to width x height: upright, sRGB, opaque (on black), 8 bit.

    `fill` crops around `focus` (0..1 from the left and the top), `fit` pads with black, `blur` pads with the
    picture itself, blurred. A picture that already has the size keeps its pixels. Raises BadPicture.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        source = _open(data)
        label = str(source.info.get(LABEL_KEY, ""))
        try:
            picture = _rgb(source)
        except (OSError, SyntaxError, ValueError, EOFError, MemoryError) as error:
            raise BadPicture(f"the picture is damaged or cut off ({error}): save it again") from error
    framed = _frame(picture, (width, height), fit, focus)
    pixels = hashlib.sha256(framed.tobytes()).hexdigest()
    return Normalised(png_of(framed, label), pixels)


def load_picture(path: Path) -> Image.Image:
    """A picture file as RGB; raises BadPicture."""
    try:
        with regular.reading(path) as file, Image.open(file, formats=FORMATS) as picture:
            _check_size(picture)
            return picture.convert("RGB")
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise BadPicture(f"{path.name} cannot be read as a picture ({error})") from error


def load_rgb(path: Path) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """A picture file as height x width x 3 uint8; raises BadPicture."""
    import numpy as np  # the engine fits pictures without it, and so starts in half the time

    return np.asarray(load_picture(path))


def load_label(path: Path) -> str:
    """The label text a PNG carries, or ""."""
    with regular.reading(path) as file, Image.open(file, formats=("PNG",)) as picture:
        return str(picture.info.get(LABEL_KEY, ""))


def png_of(picture: Image.Image, label: str = "") -> bytes:
    """PNG bytes, the same for the same pixels and label."""
    texts = PngImagePlugin.PngInfo()
    if label:
        texts.add_text(LABEL_KEY, label)
    out = io.BytesIO()
    picture.save(out, "PNG", compress_level=3, pnginfo=texts)
    return out.getvalue()


def to_png(rgb: np.ndarray[Any, np.dtype[np.uint8]], label: str = "") -> bytes:
    """height x width x 3 uint8 as PNG bytes; see `png_of`."""
    return png_of(Image.fromarray(rgb), label)


def _open(data: bytes) -> Image.Image:
    if len(data) > MAX_BYTES:
        raise BadPicture(f"the picture file is larger than {MAX_BYTES >> 20} MB: export it smaller")
    try:
        picture = Image.open(io.BytesIO(data), formats=FORMATS)
    except Image.DecompressionBombError as error:
        raise BadPicture(f"the picture claims far too many pixels: {_SCALE_DOWN}") from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise BadPicture(f"this is no picture of a known kind: use {', '.join(FORMATS)}") from error
    _check_size(picture)
    wide, high = picture.size
    if max(wide, high) > MAX_ASPECT * min(wide, high):
        raise BadPicture(f"the picture is a strip of {wide}x{high} pixels: crop it nearer to the canvas")
    return picture


def _check_size(picture: Image.Image) -> None:
    """Raise BadPicture before anything of a decompression bomb is decoded."""
    wide, high = picture.size
    if wide * high > MAX_PIXELS:
        raise BadPicture(f"the picture claims {wide}x{high} pixels: {_SCALE_DOWN}")


def _rgb(picture: Image.Image) -> Image.Image:
    profile = picture.info.get("icc_profile")
    upright = ImageOps.exif_transpose(picture)
    upright.load()
    plain = _opaque(_eight_bit(upright))
    return _to_srgb(plain, profile).convert("RGB")


def _eight_bit(picture: Image.Image) -> Image.Image:
    if not picture.mode.startswith("I;16") and picture.mode not in ("I", "F"):
        return picture
    import numpy as np

    # convert("L") clips at 255 instead of scaling
    shades = np.nan_to_num(np.asarray(picture, np.float64))
    white = 65535 if picture.mode != "F" else 255 if shades.max() > 1 else 1
    return Image.fromarray((shades.clip(0, white) * (255 / white)).round().astype(np.uint8))


def _opaque(picture: Image.Image) -> Image.Image:
    if "transparency" not in picture.info and picture.mode not in ("RGBA", "LA", "PA", "RGBa", "La"):
        return picture.convert("RGB") if picture.mode in ("P", "1") else picture
    rgba = picture.convert("RGBA")
    black = Image.new("RGBA", rgba.size, (0, 0, 0, 255))
    return Image.alpha_composite(black, rgba).convert("RGB")


def _to_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    if not profile or picture.mode not in ("RGB", "CMYK", "L"):
        return picture
    with suppress(ImageCms.PyCMSError, OSError, ValueError):
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        converted = ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
        return converted or picture
    return picture


def _frame(picture: Image.Image, size: tuple[int, int], fit: Fit, focus: tuple[float, float]) -> Image.Image:
    if picture.size == size:
        return picture
    lanczos = Image.Resampling.LANCZOS
    if fit == "fill":
        return ImageOps.fit(picture, size, lanczos, centering=focus)
    if fit == "fit":
        return ImageOps.pad(picture, size, lanczos, color=(0, 0, 0))
    ground = ImageOps.fit(picture, size, lanczos).filter(ImageFilter.GaussianBlur(size[0] / 40))
    front = ImageOps.contain(picture, size, lanczos)
    ground.paste(front, ((size[0] - front.width) // 2, (size[1] - front.height) // 2))
    return ground
