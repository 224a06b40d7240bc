"""Masks: read from a file or a rectangle, sent as each service wants them, and kept to the very pixel."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from longvid_tui.backends import masks
from longvid_tui.media.errors import BadPicture

SIZE = (64, 48)


def saved(picture: Image.Image, path: Path) -> Path:
    picture.save(path)
    return path


def half() -> Image.Image:
    """Right half white."""
    mask = Image.new("L", SIZE, 0)
    mask.paste(255, (32, 0, 64, 48))
    return mask


def test_white_means_repaint(tmp_path: Path) -> None:
    mask = masks.read(saved(half(), tmp_path / "mask.png"), SIZE)
    assert (mask.mode, mask.getpixel((5, 5)), mask.getpixel((60, 5))) == ("L", 0, 255)


def test_a_mask_with_holes_means_repaint_the_holes(tmp_path: Path) -> None:
    picture = Image.new("RGBA", SIZE, (255, 255, 255, 255))
    picture.putalpha(half().point(lambda level: 255 - level))
    mask = masks.read(saved(picture, tmp_path / "mask.png"), SIZE)
    assert (mask.getpixel((5, 5)), mask.getpixel((60, 5))) == (0, 255)


def test_an_opaque_alpha_channel_means_nothing(tmp_path: Path) -> None:
    mask = masks.read(saved(half().convert("RGBA"), tmp_path / "mask.png"), SIZE)
    assert mask.getpixel((60, 5)) == 255


def test_a_mask_of_another_size_is_fitted(tmp_path: Path) -> None:
    mask = masks.read(saved(half().resize((640, 480)), tmp_path / "mask.png"), SIZE)
    assert (mask.size, mask.getpixel((5, 5)), mask.getpixel((60, 5))) == (SIZE, 0, 255)


@pytest.mark.parametrize(
    ("level", "advice"), [(0, "black all over"), (5, "black all over"), (255, "without a mask")]
)
def test_a_mask_of_nothing_or_everything_is_refused(tmp_path: Path, level: int, advice: str) -> None:
    with pytest.raises(BadPicture, match=advice):
        masks.read(saved(Image.new("L", SIZE, level), tmp_path / "mask.png"), SIZE)


def test_what_is_no_picture_is_no_mask(tmp_path: Path) -> None:
    (tmp_path / "mask.png").write_text("no picture")
    for name, why in (("mask.png", "cannot be read as a picture"), ("nowhere.png", "there is no such file")):
        with pytest.raises(BadPicture, match=why):
            masks.read(tmp_path / name, SIZE)


@pytest.mark.parametrize(
    ("text", "box"),
    [
        ("16,12,32,24", (16, 12, 48, 36)),
        ("25%,25%,50%,50%", (16, 12, 48, 36)),
        (" 0 , 0 , 100% , 10 ", (0, 0, 64, 10)),
    ],
)
def test_a_rectangle_is_given_in_pixels_or_percent(text: str, box: tuple[int, int, int, int]) -> None:
    assert masks.rectangle(text, SIZE).getbbox() == box


@pytest.mark.parametrize("text", ["", "1,2,3", "a,b,c,d", "100,0,5,5", "0,0,0,5", "-1,0,5,5", "1,2,3,4,5"])
def test_what_is_no_rectangle_in_the_picture_is_refused(text: str) -> None:
    with pytest.raises(BadPicture, match="rectangle"):
        masks.rectangle(text, SIZE)


@settings(max_examples=30)
@given(st.lists(st.integers(0, 255), min_size=12, max_size=12))
def test_each_services_polarity_reads_back_as_the_same_mask(levels: list[int]) -> None:
    mask = Image.fromarray(np.array(levels, np.uint8).reshape(3, 4))
    alpha = Image.open(io.BytesIO(masks.as_alpha(mask)))
    white = Image.open(io.BytesIO(masks.as_white(mask)))
    assert (alpha.mode, white.mode) == ("RGBA", "L")
    assert (255 - np.asarray(alpha.getchannel("A")) == np.asarray(mask)).all()
    assert (np.asarray(white) == np.asarray(mask)).all()


def test_outside_the_mask_nothing_changes_and_inside_the_edge_is_soft() -> None:
    random = np.random.default_rng(7)
    base, painted = (Image.fromarray(random.integers(0, 256, (48, 64, 3), np.uint8)) for _ in range(2))
    kept = np.asarray(masks.keep_outside(base, painted, half(), feather=3))
    assert (kept[:, :32] == np.asarray(base)[:, :32]).all()
    assert (kept[:, 50:] == np.asarray(painted)[:, 50:]).all()
    at_the_edge = np.abs(kept[:, 32].astype(int) - np.asarray(painted)[:, 32]).mean()
    assert at_the_edge > 5


def test_without_a_feather_the_mask_is_the_edge() -> None:
    base, painted = Image.new("RGB", SIZE, (0, 0, 0)), Image.new("RGB", SIZE, (255, 255, 255))
    kept = np.asarray(masks.keep_outside(base, painted, half(), feather=0))
    assert set(map(int, np.unique(kept))) == {0, 255}
