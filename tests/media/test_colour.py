"""Colours are drawn to the keyframe by what both show, never further than a difference of colours can go."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import skimage
from footage import Rgb, photo
from hypothesis import given, settings
from hypothesis import strategies as st

from longvid_tui.media.colour import MATRIX_LIMIT, OFFSET_LIMIT, fit, none_for
from longvid_tui.media.lab import ciede2000, lab

Floats = np.ndarray[Any, np.dtype[np.floating[Any]]]

KEYFRAME: Rgb = np.asarray(photo().resize((320, 180)))


def off(rgb: Rgb, gain: Any = 1.0, offset: Any = 0.0, saturation: float = 1.0, corner: float = 0.0) -> Rgb:
    """The picture with the colours a generator gives it."""
    rows, columns = np.linspace(-1, 1, rgb.shape[0])[:, None], np.linspace(-1, 1, rgb.shape[1])
    grey = rgb.mean(axis=2, keepdims=True)
    toned = (
        (grey + (rgb - grey) * saturation) * gain + offset + (corner * (rows**2 + columns**2) / 2)[..., None]
    )
    return np.asarray(toned.round().clip(0, 255), np.uint8)


def apart(one: Rgb, other: Rgb) -> float:
    return float(
        skimage.color.deltaE_ciede2000(skimage.color.rgb2lab(one), skimage.color.rgb2lab(other)).mean()
    )


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param({"gain": 1.03}, id="brighter"),
        pytest.param({"gain": np.array([1.03, 1.0, 0.96])}, id="warmer"),
        pytest.param({"offset": np.array([-4.0, 2.0, 5.0])}, id="tinted"),
        pytest.param({"saturation": 0.93}, id="paler"),
        pytest.param({"corner": 5.0}, id="lit at the corners"),
        pytest.param({"gain": 0.97, "offset": 4.0, "saturation": 1.05, "corner": -4.0}, id="all at once"),
    ],
)
def test_colours_that_are_off_are_drawn_back(fault: dict[str, Any]) -> None:
    filmed = off(KEYFRAME, **fault)
    drawn = fit(filmed, KEYFRAME).on(filmed)
    assert apart(drawn, KEYFRAME) < min(0.45, 0.4 * apart(filmed, KEYFRAME))


def test_equal_pictures_stay_as_they_are() -> None:
    drawn = fit(KEYFRAME, KEYFRAME).on(KEYFRAME)
    assert np.abs(drawn.astype(int) - KEYFRAME).max() <= 1


def test_something_new_in_the_picture_does_not_pull_the_colours() -> None:
    filmed = off(KEYFRAME, gain=1.03)
    filmed[40:110, 60:160] = (20, 200, 60)
    drawn = fit(filmed, KEYFRAME).on(filmed)
    rest = np.ones(KEYFRAME.shape[:2], bool)
    rest[20:130, 40:180] = False
    assert np.abs(drawn.astype(int) - KEYFRAME)[rest].mean() < 1.2


@settings(deadline=None, max_examples=30)
@given(
    st.tuples(*[st.integers(0, 255)] * 3),
    st.tuples(*[st.integers(0, 255)] * 3),
    st.floats(0, 4),
)
def test_a_correction_stays_within_its_limits(one: Any, other: Any, gain: float) -> None:
    ours = off(KEYFRAME[:90, :160], gain=gain, offset=np.array(one) - 128.0)
    theirs = off(KEYFRAME[:90, :160], offset=np.array(other) - 128.0)
    found = fit(ours, theirs)
    change = np.abs(found.matrix - np.eye(3, 4))
    assert change[:, :3].max() <= MATRIX_LIMIT + 1e-6
    assert change[:, 3].max() <= OFFSET_LIMIT + 1e-4
    assert np.abs(found.grid).max() <= 12.001


def test_clipped_colours_tell_nothing() -> None:
    filmed = KEYFRAME.copy()
    filmed[:60] = 255
    keyframe = KEYFRAME.copy()
    keyframe[:60] = 250
    drawn = fit(filmed, keyframe).on(filmed)
    assert np.abs(drawn[120:].astype(int) - KEYFRAME[120:]).mean() < 1


def test_none_changes_nothing() -> None:
    assert np.array_equal(none_for(180, 320).on(KEYFRAME), KEYFRAME)


COLOURS = np.random.default_rng(5).integers(0, 256, (2, 3, 500)).astype(float)


def test_lab_and_ciede2000_are_those_of_scikit_image() -> None:
    ours = [lab(side) for side in COLOURS]
    theirs = [skimage.color.rgb2lab(side.T[None] / 255)[0] for side in COLOURS]
    for mine, yours in zip(ours, theirs, strict=True):
        assert np.abs(mine.T - yours).max() < 0.02
    assert ciede2000(*ours) == pytest.approx(skimage.color.deltaE_ciede2000(*theirs), abs=0.02)


def test_ciede2000_agrees_with_the_published_pairs() -> None:
    # Sharma, Wu and Dalal 2005, pairs 1, 7, 14, 17, 25 and 34
    pairs = [
        ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
        ((50, 0, 0), (50, -1, 2), 2.3669),
        ((50, -0.001, 2.49), (50, 0.0011, -2.49), 4.7461),
        ((50, 2.5, 0), (73, 25, -18), 27.1492),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
        ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
    ]
    for one, other, expected in pairs:
        found = ciede2000(np.array(one)[:, None], np.array(other)[:, None])[0]
        assert found == pytest.approx(expected, abs=1e-4)
