"""Frames, seconds and segments: N segments that share their boundary frames are 80N+1 frames."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from longvid_tui.project.timing import (
    SEGMENT_FRAMES,
    STEP_FRAMES,
    film_frames,
    film_seconds,
    first_frames,
    segments_for,
    timecode,
)


@pytest.mark.parametrize(
    ("segments", "cuts", "frames"),
    [(0, 0, 0), (1, 0, 81), (2, 0, 161), (2, 1, 162), (12, 0, 961), (12, 11, 972)],
)
def test_frames_of_a_film(segments, cuts, frames):
    assert film_frames(segments, cuts) == frames
    assert film_seconds(segments, cuts) == frames / 16


@pytest.mark.parametrize(
    ("seconds", "segments"),
    [
        (0.1, 1),
        (5, 1),
        (5.0625, 1),
        (5.07, 2),
        (10, 2),
        (10.0625, 2),
        (60, 12),
        (60.07, 13),
        (600, 120),
        (1800, 360),
    ],
)
def test_segments_for_a_length(seconds, segments):
    assert segments_for(seconds) == segments


@given(st.integers(1, 400))
def test_the_length_of_a_film_leads_back_to_its_segments(segments):
    assert segments_for(film_seconds(segments)) == segments


@given(st.floats(0.01, 1800))
def test_the_film_is_long_enough_and_one_segment_less_is_not(seconds):
    segments = segments_for(seconds)
    assert film_seconds(segments) >= seconds - 1e-6
    assert segments == 1 or film_seconds(segments - 1) < seconds


@given(st.lists(st.booleans(), min_size=1, max_size=50))
def test_segments_start_where_the_one_before_ends(cuts):
    bounds = [*first_frames(cuts), film_frames(len(cuts), sum(cuts[1:]))]
    whole = [True, *cuts[1:]]
    assert bounds[0] == 0
    assert [after - before for before, after in pairwise(bounds)] == [
        SEGMENT_FRAMES if emits_all else STEP_FRAMES for emits_all in whole
    ]


@pytest.mark.parametrize(
    ("seconds", "shown"), [(0, "0:00"), (59.9, "0:59"), (60, "1:00"), (3599, "59:59"), (3661, "1:01:01")]
)
def test_timecode(seconds, shown):
    assert timecode(seconds) == shown
