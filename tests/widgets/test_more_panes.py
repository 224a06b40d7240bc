"""Seams and marks in the timeline and the card, and the estimate, as text at several widths."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest
from doubles.snapshots import segment, snapshot

from longvid_tui.view.film import film
from longvid_tui.view.forecast import forecast
from longvid_tui.view.gpus import Gpu, ToCome
from longvid_tui.widgets.card import Card
from longvid_tui.widgets.forecast import Estimates
from longvid_tui.widgets.gpus import Gpus
from longvid_tui.widgets.pane import Pane
from longvid_tui.widgets.timeline import Timeline

Draw = Callable[..., Awaitable[str]]
WIDTHS = (40, 80, 200)


def seam(before: str, after: str, grade: str, reason: str) -> dict[str, Any]:
    return {"before": before, "after": after, "grade": grade, "reason": reason}


def shot(number: int, **take: Any) -> dict[str, Any]:
    made = segment(number, "ready", approved=True)
    made["take"] |= take
    return made


FILM = film(
    snapshot(
        [shot(1), shot(2, remarks=["It hardly moves (0.2)."], draft=True), shot(3), shot(4)],
        report={
            "seams": [
                seam("s1", "s2", "green", ""),
                seam("s2", "s3", "yellow", "it gets darker"),
                seam("s3", "s4", "red", "the picture jumps"),
            ]
        },
    )
)


@pytest.fixture(autouse=True)
def _with_unicode(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Pane, "plain", False)


@pytest.mark.parametrize("width", WIDTHS)
async def test_seams_stand_between_the_segments_they_join(width: int, drawn: Draw) -> None:
    pane = Timeline()
    states = (await drawn(pane, width, 8, lambda: pane.show(FILM, "s2", False))).splitlines()[2]
    assert [sign for sign in states if sign != " "] == list("✓=✓~✓≠✓")


async def test_nothing_is_drawn_of_seams_that_nobody_graded(drawn: Draw) -> None:
    pane = Timeline()
    text = await drawn(pane, 200, 8, lambda: pane.show(film(snapshot(3)), "s2", False))
    assert "seamless" not in text


@pytest.mark.parametrize("width", WIDTHS)
async def test_the_card_tells_how_a_segment_comes_and_goes_and_what_is_against_it(
    width: int, drawn: Draw
) -> None:
    pane = Card()
    text = await drawn(pane, width, 24, lambda: pane.show(FILM, "s3"))
    assert "seam from s2 ~ shows a little: it" in text
    assert "seam to s4 ≠ shows: the picture" in text
    pane = Card()
    flat = " ".join((await drawn(pane, width, 24, lambda: pane.show(FILM, "s2"))).split())
    assert "! It hardly moves (0.2)." in flat
    assert "a draft" in flat


@pytest.mark.parametrize("width", WIDTHS)
async def test_marked_segments_bear_a_star_and_are_named_in_the_border(width: int, drawn: Draw) -> None:
    pane = Timeline()
    text = await drawn(pane, width, 8, lambda: pane.show(FILM, "s1", False, ("s2", "s3")))
    numbers = text.splitlines()[1]
    assert "2*" in numbers
    assert "3*" in numbers
    assert "4*" not in numbers
    assert "marked: s2-s3" in str(pane.border_title)


@pytest.mark.parametrize("width", WIDTHS)
async def test_gpus_have_lanes_against_the_clock_where_there_is_room(width: int, drawn: Draw) -> None:
    busy = tuple(
        Gpu(index, load=0.9, user=f"s{index + 1}", began=1000.0 + 10 * index, ready=1600.0 + 60 * index)
        for index in range(3)
    )
    text = await drawn(pane := Gpus(), width, 14, lambda: pane.show((*busy, Gpu(3)), ""))
    rows = text.splitlines()
    assert "filmed until when" in rows[5]
    assert [f"s{at}" in row for at, row in enumerate(rows[6:9], 1)] == [True] * 3
    assert rows[9].rstrip() == "3 │"
    assert "min" in rows[11]
    text = await drawn(pane := Gpus(), width, 11, lambda: pane.show((*busy, Gpu(3)), ""))
    assert "filmed until" not in text
    planned = (ToCome("s4", (3,), 1500.0, 1500.0, 2200.0),)
    text = await drawn(pane := Gpus(), width, 14, lambda: pane.show((*busy, Gpu(3)), "", planned, "done 14:32"))
    rows = text.splitlines()
    assert "s4─" in rows[9]
    assert rows[12].strip() == "done 14:32"

    def enter() -> None:
        pane.show(tuple(replace(gpu, history=(0.5,)) for gpu in busy), "", planned, "done 14:32")
        pane.focus()
        pane.show(tuple(replace(gpu, history=(0.5,)) for gpu in busy), "", planned, "done 14:33")

    text = await drawn(pane := Gpus(), width, 12, enter)
    assert text.splitlines()[-1].strip() == "done 14:33"


async def test_the_gpu_time_of_the_film_stands_in_the_border(drawn: Draw) -> None:
    pane = Gpus()

    def show() -> None:
        pane.spent(3.46)
        pane.show((Gpu(0),), "")

    await drawn(pane, 60, 6, show)
    assert str(pane.border_subtitle) == "3.5 GPU-hours so far"


def way(seconds: float, gpu_hours: float) -> dict[str, Any]:
    bars = [
        {"segment": f"s{at + 1}", "gpus": [at % 8], "start": 0.0, "loaded": 20.0, "end": seconds}
        for at in range(8)
    ]
    return {"seconds": seconds, "low": seconds * 0.7, "high": seconds * 1.5, "planned": seconds, "at_least": seconds * 0.95, "gpu_hours": gpu_hours,
            "idle": 0.05, "sources": ["measured"], "gantt": bars}  # fmt: skip


SAID = {
    "seconds": 3700.0,
    "box": "8xH100-80",
    "filmed_by": "Wan2.1 14B FLF2V",
    "steps": 50,
    "strategy": "auto",
    "assumed": ["waiting for keyframes is not counted"],
    "gpus": [*range(8)],
    "left_out": {"8": "another card"},
    "work": {"conform": {"count": 8, "seconds_each": 2.5, "at_once": 2, "source": "typical of a core"}},
    "strategies": {"auto": way(3600, 8.0), "wide": way(4000, 8.8), "parallel": way(3600, 8.0)},
}


@pytest.mark.parametrize("width", WIDTHS)
async def test_the_estimate_lays_strategies_beside_each_other_with_a_chart(width: int, drawn: Draw) -> None:
    pane = Estimates()
    text = await drawn(pane, width, 60, lambda: pane.show(forecast(SAID), {"s1": 0}))
    assert "In all: about 1 h 02 min" in text
    assert "> auto" in text
    assert text.count("GPU 7") >= 3
    assert "not on GPU 8: another" in text
    assert all(len(line) <= width for line in text.splitlines())


async def test_prices_of_an_estimate_fit_a_terminal_of_80_columns(drawn: Draw) -> None:
    priced = {name: {**way(39_900, 88.5), "gpu_usd": 221.25} for name in SAID["strategies"]}
    pane = Estimates()
    text = await drawn(pane, 72, 30, lambda: pane.show(forecast({**SAID, "strategies": priced}), {}))
    assert sum(line.endswith("price") for line in text.splitlines()) == 1
    assert sum(line.endswith(" $221.25") for line in text.splitlines()) == 3


async def test_another_strategy_is_looked_at(drawn: Draw) -> None:
    pane = Estimates()

    def turned() -> None:
        pane.show(forecast(SAID), {})
        pane.turn(1)

    assert "> wide" in await drawn(pane, 80, 24, turned)


async def test_a_low_estimate_keeps_the_chosen_strategy_and_says_what_is_missing(drawn: Draw) -> None:
    pane = Estimates()
    text = await drawn(pane, 80, 18, lambda: pane.show(forecast(SAID), {}))
    assert "GPU 0" in text
    assert "GPUs more" in text


async def test_without_gpus_the_estimate_is_the_work(drawn: Draw) -> None:
    pane = Estimates()
    said = {"seconds": None, "work": SAID["work"]}
    text = await drawn(pane, 80, 18, lambda: pane.show(forecast(said), {}))
    assert "In all: unknown yet" in text
    assert "8 to fit" in text
    assert "strategy" not in text
