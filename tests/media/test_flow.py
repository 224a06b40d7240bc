"""Blurring, resizing and optical flow are right where the right answer is known."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import scipy
from footage import photo, view
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from longvid_tui.media.flow import flow, warped
from longvid_tui.media.linear import blurred, enlarged, reduced

Floats = np.ndarray[Any, np.dtype[np.floating[Any]]]


def grey(high: int = 120, wide: int = 160) -> Floats:
    return np.asarray(
        photo().convert("L").crop((200, 100, 200 + 2 * wide, 100 + 2 * high)).resize((wide, high)), np.float32
    )


def inside(picture: Floats, margin: int = 12) -> Floats:
    return picture[..., margin:-margin, margin:-margin]


@pytest.mark.parametrize("sigma", [1.5, 2.0, 4.0, 12.0])
def test_a_blur_takes_away_what_a_gaussian_does(sigma: float) -> None:
    expected = scipy.ndimage.gaussian_filter(grey().astype(float), sigma, truncate=6)
    taken = np.abs(inside(grey() - expected, 36)).mean()
    assert np.abs(inside(blurred(grey(), sigma) - expected, 36)).mean() < 0.1 * taken


@pytest.mark.parametrize("sigma", [1.5, 2.0, 4.0, 12.0])
def test_a_blur_is_as_wide_as_a_gaussian_and_moves_nothing(sigma: float) -> None:
    point = np.zeros((1, 141), np.float32)
    point[0, 70] = 1
    spread, apart = blurred(point, sigma)[0], np.arange(-70, 71)
    assert spread.sum() == pytest.approx(1, abs=1e-5)
    assert (spread * apart).sum() == pytest.approx(0, abs=1e-4)
    assert (spread * apart**2).sum() == pytest.approx(sigma**2, abs=0.26)


@settings(deadline=None, max_examples=30)
@given(st.integers(1, 40), st.integers(1, 40))
def test_reducing_and_enlarging_keep_what_is_flat(high: int, wide: int) -> None:
    flat = np.full((3, 24, 32), 77.0, np.float32)
    for resized in (reduced(flat, high, wide, sigma=1.5), enlarged(flat, high, wide), blurred(flat, 3)):
        assert resized == pytest.approx(77.0, abs=1e-3)


def test_reducing_takes_the_mean_of_the_area() -> None:
    blocks = grey().reshape(30, 4, 40, 4).mean(axis=(1, 3))
    assert np.abs(reduced(grey(), 30, 40) - blocks).max() < 1e-3
    odd = reduced(grey(), 50, 70)
    assert odd.mean() == pytest.approx(grey().mean(), abs=1e-3)


def test_enlarging_is_cubic_interpolation() -> None:
    small = reduced(grey(), 12, 16)
    expected = Image.fromarray(small).resize((160, 120), Image.Resampling.BICUBIC)
    assert np.abs(inside(enlarged(small, 120, 160) - np.asarray(expected), 20)).max() < 1e-2


@settings(deadline=None, max_examples=30)
@given(st.floats(-3, 3), st.floats(-3, 3))
def test_a_shift_is_found_to_a_fraction_of_a_pixel(x: float, y: float) -> None:
    there = scipy.ndimage.shift(grey().astype(float), (y, x), order=3, mode="nearest").astype(np.float32)
    found = inside(flow(grey(), there), 20)
    assert np.abs(np.median(found, axis=(1, 2)) - [x, y]).max() < 0.05 + 0.1 * max(abs(x), abs(y))


def test_a_turn_and_a_zoom_are_followed() -> None:
    here, there = (np.asarray(Image.fromarray(view(t, (320, 200), 2)).convert("L"), np.float32) for t in (0, 3))
    before, after = np.abs(here - there), np.abs(here - warped(there, flow(here, there)))
    assert inside(after).mean() < inside(before).mean() / 4


def test_brighter_is_not_moved() -> None:
    found = flow(grey(), grey() * 1.05 + 6)
    assert np.abs(found).mean() < 0.1


def test_nothing_is_found_where_nothing_is() -> None:
    flat = np.full((60, 80), 99.0, np.float32)
    assert np.abs(flow(flat, flat)).max() < 1e-6


def test_warping_takes_each_point_from_where_the_flow_says() -> None:
    by = np.stack([np.full((120, 160), 2.5, np.float32), np.full((120, 160), -1.0, np.float32)])
    expected = scipy.ndimage.shift(grey().astype(float), (1.0, -2.5), order=1, mode="nearest")
    assert np.abs(inside(warped(grey(), by) - expected)).max() < 0.01
    assert warped(np.stack([grey()] * 3), by).shape == (3, 120, 160)
