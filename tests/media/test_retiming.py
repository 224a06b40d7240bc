"""An uneven pace is evened out along the motion, and nothing else changes."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from footage import Rgb
from hypothesis import given, settings
from hypothesis import strategies as st
from world import truth

from longvid_tui.media.flow import flow
from longvid_tui.media.planes import Stack, planes
from longvid_tui.media.retiming import REACH, even_times, retimed
from longvid_tui.media.writing import to_bt709

SIZE = (160, 96)
COUNT = 2 * REACH + 3


def stack(rgb: Rgb) -> Stack:
    return np.asarray(to_bt709(rgb).to_ndarray(), np.uint8)


def shot(before: float, after: float) -> list[Stack]:
    """The world at one pace up to the middle and at another from there."""
    steps = [before] * (REACH + 1) + [after] * (REACH + 1)
    return [stack(truth(time, SIZE)) for time in np.concatenate([[0.0], np.cumsum(steps)])]


@pytest.fixture(scope="module")
def uneven() -> list[Stack]:
    return shot(0.6, 1.6)


@pytest.fixture(scope="module")
def even(uneven: list[Stack]) -> list[Stack]:
    evened = retimed(uneven)
    assert evened is not None
    return evened


def speeds(stacks: list[Stack]) -> list[float]:
    luma = [planes(one)[0].astype(np.float32) for one in stacks]
    return [float(np.hypot(*flow(one, other))[16:-16, 16:-16].mean()) for one, other in pairwise(luma)]


def test_an_even_pace_stays_as_it_is() -> None:
    assert even_times(np.full(COUNT - 1, 1.7)) == pytest.approx(range(COUNT - 2), abs=1e-6)
    still = np.zeros(COUNT - 1)
    assert even_times(still) == pytest.approx(range(COUNT - 2), abs=1e-6)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.floats(0, 20), min_size=COUNT - 1, max_size=COUNT - 1))
def test_time_never_runs_backwards_and_both_ends_stay(values: list[float]) -> None:
    times = even_times(np.array(values))
    assert (times[0], times[-1]) == (0, COUNT - 3)
    assert (np.diff(times) >= 0).all()


def test_a_step_of_speed_becomes_a_slope(uneven: list[Stack], even: list[Stack]) -> None:
    was, now = (np.abs(np.diff(speeds(stacks))).max() for stacks in (uneven, even))
    assert now < 0.6 * was
    for index in (0, 1, COUNT - 2, COUNT - 1):
        assert np.array_equal(even[index], uneven[index])


def test_a_picture_between_two_is_what_was_there_between_them(uneven: list[Stack], even: list[Stack]) -> None:
    times = np.concatenate([[0.0], np.cumsum([0.6] * (REACH + 1) + [1.6] * (REACH + 1))])
    shown = np.interp(1 + even_times(np.array(speeds(uneven))), np.arange(COUNT), times)
    wrong = []
    for index in range(4, COUNT - 4):
        there = stack(truth(shown[index - 1], SIZE))[: SIZE[1]].astype(float)
        wrong.append(np.abs(even[index][: SIZE[1]] - there)[8:-8, 8:-8].mean())
    assert np.median(wrong) < 6


def test_motion_too_fast_to_follow_is_left_alone() -> None:
    assert retimed(shot(30, 45)) is None
