"""Any picture handed in becomes an opaque sRGB picture of exactly the canvas, or one sentence says why not."""

from __future__ import annotations

import hashlib
import io
import struct
import zlib
from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from footage import photo
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageCms

from longvid_tui.media.errors import BadPicture
from longvid_tui.media.images import (
    MAX_BYTES,
    Fit,
    Normalised,
    load_label,
    load_rgb,
    normalise,
    to_png,
)

WIDTH, HEIGHT = 96, 64
ORANGE = (200, 120, 40)


def encoded(picture: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def fitted(data: bytes, fit: Fit = "fill", focus: tuple[float, float] = (0.5, 0.5)) -> Normalised:
    return normalise(data, WIDTH, HEIGHT, fit, focus)


def pixels(result: Normalised) -> np.ndarray[Any, np.dtype[np.uint8]]:
    return np.asarray(Image.open(io.BytesIO(result.png)))


def colour(result: Normalised) -> tuple[int, ...]:
    """The colour in the middle."""
    return tuple(int(value) for value in pixels(result)[HEIGHT // 2, WIDTH // 2])


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def claiming(width: int, height: int) -> bytes:
    """A PNG of a few bytes that claims to be huge."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")


MODES = {
    "RGB": ORANGE,
    "RGBA": (*ORANGE, 255),
    "L": 120,
    "LA": (120, 255),
    "1": 1,
    "CMYK": (55, 135, 215, 0),
}


@pytest.mark.parametrize("fit", ["fill", "fit", "blur"])
@pytest.mark.parametrize("size", [(WIDTH, HEIGHT), (300, 200), (31, 47), (1, 1), (500, 40), (40, 500)])
def test_a_picture_of_any_size_becomes_exactly_the_canvas(fit: Fit, size: tuple[int, int]) -> None:
    for mode, fill in MODES.items():
        kind = "TIFF" if mode == "CMYK" else "PNG"
        result = pixels(fitted(encoded(Image.new(mode, size, fill), kind), fit))
        assert result.shape == (HEIGHT, WIDTH, 3), mode
        assert result.dtype == np.uint8


def test_a_picture_of_the_exact_size_keeps_its_pixels() -> None:
    picture = photo().resize((WIDTH, HEIGHT))
    for fit in ("fill", "fit", "blur"):
        result = fitted(encoded(picture), fit, (0.1, 0.9))
        assert np.array_equal(pixels(result), np.asarray(picture))
        assert result.pixels == hashlib.sha256(picture.tobytes()).hexdigest()


def test_fill_crops_around_the_focus() -> None:
    halves = Image.new("RGB", (400, HEIGHT), (255, 0, 0))
    halves.paste((0, 0, 255), (200, 0, 400, HEIGHT))
    assert colour(fitted(encoded(halves), "fill", (0, 0.5))) == (255, 0, 0)
    assert colour(fitted(encoded(halves), "fill", (1, 0.5))) == (0, 0, 255)


def test_fit_shows_all_of_it_on_black() -> None:
    result = pixels(fitted(encoded(Image.new("RGB", (WIDTH, WIDTH), ORANGE)), "fit"))
    assert tuple(result[HEIGHT // 2, 2]) == (0, 0, 0)
    assert tuple(result[1, WIDTH // 2]) == ORANGE
    shown = (result.sum(axis=2) > 0).sum()
    assert shown == HEIGHT * HEIGHT


def test_blur_shows_all_of_it_on_itself() -> None:
    picture = photo().crop((300, 200, 700, 600))
    result = pixels(fitted(encoded(picture), "blur"))
    middle = np.asarray(picture.resize((HEIGHT, HEIGHT), Image.Resampling.LANCZOS), np.float64)
    left = (WIDTH - HEIGHT) // 2
    assert np.abs(result[:, left : left + HEIGHT] - middle).max() <= 1
    margin = result[:, :left].astype(np.float64)
    assert margin.mean() > 20
    assert np.abs(np.diff(margin, axis=0)).max() < np.abs(np.diff(middle, axis=0)).max() / 2


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_is_turned_upright(orientation: int) -> None:
    upright = photo().resize((WIDTH, HEIGHT))
    # what a camera that was held this way stores
    stored = {
        1: upright,
        2: upright.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
        3: upright.transpose(Image.Transpose.ROTATE_180),
        4: upright.transpose(Image.Transpose.FLIP_TOP_BOTTOM),
        5: upright.transpose(Image.Transpose.TRANSPOSE),
        6: upright.transpose(Image.Transpose.ROTATE_90),
        7: upright.transpose(Image.Transpose.TRANSVERSE),
        8: upright.transpose(Image.Transpose.ROTATE_270),
    }[orientation]
    exif = Image.Exif()
    exif[0x0112] = orientation
    assert np.array_equal(pixels(fitted(encoded(stored, exif=exif))), np.asarray(upright))


@pytest.mark.parametrize("turned", [False, True])
def test_a_large_photograph_is_scaled_by_lanczos_alone(turned: bool) -> None:
    upright = photo().resize((1600, 1068))
    exif = Image.Exif()
    exif[0x0112] = 6 if turned else 1
    stored = upright.transpose(Image.Transpose.ROTATE_90) if turned else upright
    result = pixels(fitted(encoded(stored, "JPEG", exif=exif, quality=98))).astype(int)
    exact = np.asarray(upright.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS, box=(0, 1, 1600, 1067)))
    assert np.abs(result - exact).mean() < 0.5


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        pytest.param(encoded(Image.new("RGBA", (200, 100), (*ORANGE, 128))), (100, 60, 20), id="RGBA"),
        pytest.param(encoded(Image.new("LA", (200, 100), (200, 128))), (100, 100, 100), id="LA"),
        pytest.param(encoded(Image.new("RGB", (200, 100), ORANGE), transparency=ORANGE), (0, 0, 0), id="key"),
        pytest.param(encoded(Image.new("L", (200, 100), 9), transparency=9), (0, 0, 0), id="grey key"),
        pytest.param(encoded(Image.new("RGBA", (200, 100), (*ORANGE, 0)), "WEBP"), (0, 0, 0), id="webp"),
    ],
)
def test_what_is_transparent_shows_black(data: bytes, expected: tuple[int, int, int]) -> None:
    assert np.abs(np.subtract(colour(fitted(data)), expected)).max() <= 1


def test_a_palette_with_and_without_transparency_is_resolved() -> None:
    picture = Image.new("P", (200, 100), 1)
    picture.putpalette([0, 0, 0, *ORANGE])
    assert colour(fitted(encoded(picture))) == ORANGE
    assert colour(fitted(encoded(picture, "GIF"))) == ORANGE
    assert colour(fitted(encoded(picture, transparency=1))) == (0, 0, 0)


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_sixteen_bit_grey_is_scaled_not_clipped(kind: str) -> None:
    ramp = np.linspace(0, 65535, WIDTH, dtype=np.uint16)
    picture = Image.fromarray(np.tile(ramp, (HEIGHT, 1)))
    result = pixels(fitted(encoded(picture, kind)))
    assert np.abs(result[HEIGHT // 2, :, 0] - np.linspace(0, 255, WIDTH)).max() <= 1


@pytest.mark.parametrize("white", [1, 255])
def test_grey_in_floating_point_is_read_whether_white_is_one_or_255(white: int) -> None:
    ramp = np.linspace(0, white, WIDTH, dtype=np.float32)
    ramp[0] = np.nan
    result = pixels(fitted(encoded(Image.fromarray(np.tile(ramp, (HEIGHT, 1))), "TIFF")))
    assert np.abs(result[HEIGHT // 2, :, 0] - np.linspace(0, 255, WIDTH)).max() <= 1


def test_cmyk_becomes_the_colour_it_prints() -> None:
    for kind in ("JPEG", "TIFF"):
        assert (
            np.abs(
                np.subtract(
                    colour(fitted(encoded(Image.new("CMYK", (200, 100), (0, 255, 255, 0)), kind))), (255, 0, 0)
                )
            ).max()
            <= 2
        )


def test_a_colour_profile_is_honoured() -> None:
    linear = ImageCms.ImageCmsProfile(ImageCms.createProfile("XYZ")).tobytes()
    lab_like = encoded(Image.new("RGB", (200, 100), (128, 128, 128)), icc_profile=_gamma_one())
    assert colour(fitted(lab_like))[0] == pytest.approx(188, abs=2), "linear 0.5 is 188 in sRGB"
    plain = colour(fitted(encoded(Image.new("RGB", (200, 100), ORANGE))))
    for broken in (b"no profile at all" * 20, linear):
        assert colour(fitted(encoded(Image.new("RGB", (200, 100), ORANGE), icc_profile=broken))) == plain


def _gamma_one() -> bytes:
    """sRGB's profile with its three curves replaced by straight lines."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    (count,) = struct.unpack_from(">I", profile, 128)
    for index in range(count):
        name, offset, size = struct.unpack_from(">4sII", profile, 132 + 12 * index)
        if name in (b"rTRC", b"gTRC", b"bTRC"):
            profile[offset : offset + size] = b"para" + bytes(8) + struct.pack(">I", 65536) + bytes(size - 16)
    return bytes(profile)


@pytest.mark.parametrize("size", [(9000, 9000), (20_000, 20_000), (2**31 - 1, 2**31 - 1)])
def test_a_decompression_bomb_is_refused_before_it_is_decoded(size: tuple[int, int]) -> None:
    with pytest.raises(BadPicture, match="megapixels"):
        fitted(claiming(*size))


def test_a_huge_file_is_refused_unread() -> None:
    with pytest.raises(BadPicture, match="64 MB"):
        fitted(bytes(MAX_BYTES + 1))


@pytest.mark.parametrize("fit", ["fill", "fit", "blur"])
def test_a_strip_that_would_vanish_is_refused(fit: Fit) -> None:
    for size in ((1, 9000), (9000, 1)):
        with pytest.raises(BadPicture, match="strip"):
            fitted(encoded(Image.new("L", size)), fit)


@pytest.mark.parametrize(
    "data",
    [b"", b"GIF89a", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"%PDF-1.7\n" + bytes(500), bytes(5000)],
)
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    with pytest.raises(BadPicture, match="no picture of a known kind"):
        fitted(data)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF", "TIFF", "BMP"])
def test_a_truncated_picture_is_refused(kind: str) -> None:
    whole = encoded(photo().resize((300, 200)), kind)
    with pytest.raises(BadPicture, match=r"damaged|no picture"):
        fitted(whole[: len(whole) * 2 // 3])


def _spoil(data: bytes, spots: list[tuple[int, int]]) -> bytes:
    spoilt = bytearray(data)
    for at, value in spots:
        spoilt[at % len(spoilt)] = value
    return bytes(spoilt)


_SMALL = photo().resize((20, 12))
_SOUND = [encoded(_SMALL, kind) for kind in ("PNG", "JPEG", "WEBP", "GIF", "BMP")]


@given(st.sampled_from(_SOUND), st.lists(st.tuples(st.integers(0, 400), st.integers(0, 255)), max_size=5))
def test_a_damaged_picture_is_a_picture_or_a_sentence(data: bytes, spots: list[tuple[int, int]]) -> None:
    try:
        result = fitted(_spoil(data, spots))
    except BadPicture:
        return
    assert pixels(result).shape == (HEIGHT, WIDTH, 3)


def test_the_same_picture_gives_the_same_bytes() -> None:
    data = encoded(photo().resize((200, 200)))
    assert {fitted(data, fit).png for fit, _ in product(("fill",), range(3))} == {fitted(data).png}


def test_a_label_travels_with_the_picture(tmp_path: Path) -> None:
    labelled = to_png(np.asarray(photo().resize((200, 100))), "ANIMATIC – no model made this")
    path = tmp_path / "k1.png"
    path.write_bytes(fitted(labelled).png)
    assert load_label(path) == "ANIMATIC – no model made this"
    path.write_bytes(fitted(encoded(photo().resize((200, 100)))).png)
    assert load_label(path) == ""


def _unreadable(folder: Path) -> dict[str, Callable[[Path], None]]:
    return {
        "text": lambda path: path.write_text("hello") and None,
        "folder": lambda path: path.mkdir(),
        "missing": lambda path: None,
    }


@pytest.mark.parametrize("what", ["text", "folder", "missing"])
def test_a_picture_that_cannot_be_read_is_named(tmp_path: Path, what: str) -> None:
    path = tmp_path / "k7.png"
    _unreadable(tmp_path)[what](path)
    with pytest.raises(BadPicture, match=r"k7\.png"):
        load_rgb(path)
