"""The sizes Wan2.1 makes, after reference tables measured with its unmodified code."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from longvid_tui.project.canvas import (
    AREA_480P,
    AREA_720P,
    OFFERED,
    Canvas,
    is_reachable,
    nearest_reachable,
    wan_output,
)


@pytest.mark.parametrize(
    ("first", "at_720p", "at_480p"),
    [
        ("1536x1024", "1168x768", "768x512"),
        ("1024x1536", "768x1168", "512x768"),
        ("1024x1024", "960x960", "624x624"),
        ("1280x720", "1280x720", "832x464"),
        ("1920x1080", "1280x720", "832x464"),
        ("832x480", "1248x720", "832x464"),
        ("480x832", "720x1248", "480x832"),
        ("832x464", "1280x704", "832x464"),
    ],
)
def test_size_of_the_clip_for_a_first_keyframe(first, at_720p, at_480p):
    size = tuple(map(int, first.split("x")))
    assert wan_output(*size, AREA_720P) == Canvas.parse(at_720p).size
    assert wan_output(*size, AREA_480P) == Canvas.parse(at_480p).size


def test_the_rule_settles_within_four_rounds_on_a_canvas():
    edges = range(256, 2049, 16)
    for size in ((w, h) for w in edges for h in edges if max(w, h) <= 3 * min(w, h)):
        for area in (AREA_480P, AREA_720P):
            rounds = [size]
            while (after := wan_output(*rounds[-1], area)) != rounds[-1]:
                rounds.append(after)
                assert len(rounds) <= 5, size
            assert is_reachable(Canvas(*rounds[-1]))


@given(st.integers(1, 5000), st.integers(1, 5000))
def test_any_size_has_a_reachable_canvas_near_it_or_is_too_long(width, height):
    try:
        canvas = nearest_reachable(width, height)
    except ValueError:
        assert max(width, height) > 3 * min(width, height)
        return
    assert is_reachable(canvas)
    assert 0.93 < (canvas.width / canvas.height) / (width / height) < 1.07
    assert nearest_reachable(*canvas.size) == canvas


@pytest.mark.parametrize("size", [*OFFERED, "352x1104"])
def test_offered_sizes_stay_what_they_are(size):
    assert str(nearest_reachable(*Canvas.parse(size).size)) == size


@pytest.mark.parametrize("size", [(0, 720), (100, 301), (5000, 100), (1888, 208)])
def test_a_size_nothing_is_near_to_is_refused(size):
    with pytest.raises(ValueError, match=r"one edge is more than|an edge has no length"):
        nearest_reachable(*size)


@pytest.mark.parametrize("written", ["1280x720", "1280*720", " 1280 X 720 ", "1280×720"])
def test_a_size_is_read_however_it_is_written(written):
    assert Canvas.parse(written) == Canvas(1280, 720)


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("big", "'big' is not a size: write WIDTHxHEIGHT"),
        ("1280", "is not a size"),
        ("-16x16", "is not a size"),
        ("1280x721", "both edges must be multiples of 16 from 64 to 4096"),
        ("48x64", "both edges must be multiples of 16 from 64 to 4096"),
        ("4112x4096", "both edges must be multiples of 16 from 64 to 4096"),
        ("1600x480", "one edge is more than 3.2 times the other"),
    ],
)
def test_what_is_no_canvas_is_refused_in_a_sentence(written, told):
    with pytest.raises(ValueError, match=told):
        Canvas.parse(written)
