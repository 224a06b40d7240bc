"""The chart of who works when: fixed width, one line a GPU, segments in their order."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from longvid_tui.gantt import Bar, chart, spoken

NAMES = {0: "GPU 0", 1: "GPU 1"}


def text(bars: list[Bar], width: int = 47, ascii_only: bool = True) -> list[str]:
    return ["".join(span.text for span in line) for line in chart(bars, NAMES, width, ascii_only=ascii_only)]


def test_draws_loads_runs_waits_and_shared_segments() -> None:
    bars = [
        Bar("s1", (0, 1), 0, 60, 600),
        Bar("s2", (1,), 600, 600, 1200),
        Bar("s3", (0,), 900, 960, 1200),
    ]
    assert text(bars) == [
        "GPU 0 |..s1===============|          ..s3=====|",
        "GPU 1 |..s1===============|s2=================|",
        "       '                   '                   ",
        "       0                   10 min              ",
    ]


def test_what_is_to_come_is_thin_and_never_before_what_is_at_work_has_ended() -> None:
    bars = [Bar("s1", (0,), 0, 0, 600, again=True), Bar("s2", (0,), 500, 560, 1200, to_come=True)]
    drawn = ["".join(span.text for span in line) for line in chart(bars, NAMES, 47, ascii_only=True, now=300)]
    assert drawn == [
        "GPU 0 |s1!================|s2-----------------|",
        "GPU 1 |                                        ",
        "       '         ^         '                   ",
        "       0                   10 min              ",
    ]


def test_unicode_differs_in_its_signs_only() -> None:
    bars = [Bar("s1", (0,), 0, 60, 600)]
    drawn = text(bars, ascii_only=False)
    assert drawn[0] == "GPU 0 │░░░░s1━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━╸"
    assert list(map(len, drawn)) == list(map(len, text(bars)))


def test_spans_say_whose_they_are() -> None:
    line = chart([Bar("s7", (0,), 30, 30, 60)], NAMES, 30)[0]
    assert [span.segment for span in line] == ["", "", "s7"]


@st.composite
def schedules(draw: st.DrawFn) -> list[Bar]:
    bars, at = [], 0.0
    for number in range(draw(st.integers(0, 40))):
        start = at + draw(st.floats(0, 500))
        loaded = start + draw(st.floats(0, 200))
        at = loaded + draw(st.floats(0.001, 5000))
        bars.append(Bar(f"s{number}", (0,), start, loaded, at))
    return bars


@given(schedules(), st.integers(8, 200), st.booleans())
def test_every_line_is_exactly_as_wide_as_asked(bars: list[Bar], width: int, ascii_only: bool) -> None:
    drawn = text(bars, width, ascii_only)
    assert len(drawn) == 4
    assert {len(line) for line in drawn} == {width}
    assert not ascii_only or all(line.isascii() for line in drawn)


@given(schedules(), st.integers(8, 200))
def test_names_that_fit_stand_in_their_order(bars: list[Bar], width: int) -> None:
    names = re.findall(r"s\d+", text(bars, width)[0])
    assert names == sorted(names, key=lambda name: int(name[1:]))
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0"), (44.6, "45 s"), (90, "2 min"), (3540, "59 min"), (3600, "1 h"), (3900, "1 h 05 min")],
)
def test_durations_are_spoken(seconds: float, words: str) -> None:
    assert spoken(seconds) == words
