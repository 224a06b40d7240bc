"""Screens as they look, cell by cell: text and styles against files beside this one.

LONGVID_NEW_SNAPSHOTS=1 writes the files anew; look at what changed in them before it is committed.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
from doubles.snapshots import item, segment, snapshot, task
from textual.app import App
from textual.pilot import Pilot
from textual.widgets import Static

from longvid_tui.app import LongvidApp
from longvid_tui.screens.storyboard import Storyboard
from longvid_tui.view.film import PLAN
from longvid_tui.widgets.pane import Pane

FOLDER = Path(__file__).with_name("snapshots")
PATIENCE = 30.0
"""Seconds for what is still on its way to the screen."""
NOON = 1_766_000_000.0 // 86400 * 86400 + 43200
STATES = ("ready", "ready", "ready", "ready", "missing", "missing", "waiting", "waiting")


def told(**more: Any) -> dict[str, Any]:
    """A film of twenty-four segments in progress, as the engine tells it."""
    shots = [
        segment(n, STATES[n // 3 % 8], approved=n % 5 != 3, scene=("Dawn", "Noon", "Storm")[(n - 1) // 8])
        for n in range(1, 25)
    ]
    shots[4] |= {"takes": ["0123456789ab"], "status": "missing", "reason": "its last keyframe changed"}
    seams = [
        {"before": f"s{n}", "after": f"s{n + 1}", "grade": grade, "reason": reason}
        for n, grade, reason in (
            (1, "green", ""),
            (2, "yellow", "it gets darker"),
            (3, "red", "the picture jumps"),
        )
    ]
    report = {"seams": seams, "spent_usd": 3.1, "progress": {"done": 30, "total": 50}}
    return snapshot(
        shots, [item(f"k{n}", "ready", approved=True) for n in range(1, 26)],
        state="working", failed=more.pop("failed", {"s14": "The generator ran out of memory."}),
        findings=[{"target": "s3", "severity": "warning", "rule": "m", "sentence": "Nothing moves."}],
        bill={"said": "9 pictures, about $0.36 by the price list", "each": ""}, report=report | more.pop("report", {}), **more,
    )  # fmt: skip


Shows = Callable[[Pilot[None], Storyboard], Any]


async def on_segment(pilot: Pilot[None], board: Storyboard) -> None:
    board.select("s3")


async def on_keys(pilot: Pilot[None], board: Storyboard, *keys: str) -> None:
    board.select("s3")
    await pilot.press(*keys)


def pressing(*keys: str) -> Shows:
    return lambda pilot, board: on_keys(pilot, board, *keys)


CASES: dict[str, tuple[tuple[int, int], Shows]] = {
    "segment-80x24": ((80, 24), on_segment),
    "segment-120x40": ((120, 40), on_segment),
    "segment-200x60": ((200, 60), on_segment),
    "light-120x40": ((120, 40), pressing("T")),
    "contrast-80x24": ((80, 24), pressing("T", "T")),
    "marked-80x24": ((80, 24), pressing("space", "space")),
    "zoomed-80x24": ((80, 24), pressing("4", "z")),
    "reject-80x24": ((80, 24), pressing("x")),
    "approve-all-120x40": ((120, 40), pressing("A")),
    "transition-80x24": ((80, 24), pressing("t")),
    "help-120x40": ((120, 40), pressing("question_mark")),
    "help-80x24": ((80, 24), pressing("question_mark")),
    "new-film-120x40": ((120, 40), pressing("N")),
}


@pytest.fixture(autouse=True)
def _always_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR")
    monkeypatch.setenv("TZ", "UTC")
    monkeypatch.setattr(Pane, "plain", False)


@pytest.mark.parametrize("name", CASES)
async def test_a_screen_looks_as_it_did(name: str) -> None:
    size, shows = CASES[name]
    app = LongvidApp("")
    async with app.run_test(size=size) as pilot:
        await shown(pilot, told())
        await shows(pilot, app.screen)
        await settled(pilot)
        await compare(name, pilot)


async def test_what_is_filmed_again_with_a_segment_is_asked_about_first() -> None:
    shots = [segment(n, "ready", continuity="keyframes" if n == 1 else "chain") for n in (1, 2, 3)]
    app = LongvidApp("")
    async with app.run_test(size=(120, 40)) as pilot:
        await shown(pilot, snapshot(shots))
        app.screen.select("s1")
        await pilot.press("r")
        asked = "Make s1 again? s2-s3 start with the last frame before, and so will be filmed again."
        deadline = time.monotonic() + PATIENCE
        while asked not in (said := " ".join(str(each.content) for each in app.screen.query(Static))):
            assert time.monotonic() < deadline, said
            await pilot.pause(0.05)


async def test_the_plan_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Pane, "plain", True)
    app = LongvidApp("", plain=True)
    async with app.run_test(size=(80, 24)) as pilot:
        await shown(pilot, told(plan={"approved": False}))
        app.screen.select(PLAN)
        await settled(pilot)
        seen = await compare("plan-plain-80x24", pilot)
        assert seen.partition("\n\n")[0].isascii()


async def test_there_is_no_film_yet() -> None:
    app = LongvidApp("")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await compare("welcome-80x24", pilot)


async def test_scenes_are_folded_and_failures_found() -> None:
    app = LongvidApp("")
    async with app.run_test(size=(120, 40)) as pilot:
        await shown(pilot, told(failed={"s14": "It broke.", "s15": "It broke, too."}))
        await pilot.press("right_curly_bracket", "right_curly_bracket")
        assert app.screen.selected == "s15"
        await pilot.press("left_curly_bracket")
        assert app.screen.selected == "s14"
        await pilot.press("o")
        assert "scenes folded" in str(app.screen.query_one("#timeline").border_title)


async def shown(pilot: Pilot[None], said: dict[str, Any]) -> None:
    """Let the storyboard hear of a film, as from an engine."""
    board = pilot.app.screen
    assert isinstance(board, Storyboard)
    told_of = {"snapshot": said, "seq": 1, "progress": [task("s13", done=31, total=50, stage="film")],
               "events": [{"seq": 1, "t": NOON, "kind": "run", "data": {}}], "outcome": None}  # fmt: skip
    board._learn(board.known.hear({"method": "subscribed", "params": told_of}, NOON))
    board.known.link = ""
    board._placed = True
    board._draw()
    await settled(pilot)


async def settled(pilot: Pilot[None]) -> None:
    for _ in range(2):
        await pilot.pause(0.2)
        await pilot.app.workers.wait_for_complete()
    for field in pilot.app.screen.query("Input, TextArea"):
        field.cursor_blink = False  # type: ignore[attr-defined]
        field.notify_style_update()  # TextArea may have kept its line as it is while the cursor is away
    await pilot.pause()


def picture(app: App[None]) -> str:
    """The text of the screen, an empty line, and for each line the stretches of one style."""
    strips = app.screen._compositor.render_strips()
    texts = [strip.text.rstrip() for strip in strips]
    runs = []
    for strip in strips:
        cells = [str(segment.style) for segment in strip for _ in segment.text]
        runs.append(", ".join(f"{len(list(same))} {style}" for style, same in groupby(cells)))
    return "\n".join(texts) + "\n\n" + "\n".join(runs) + "\n"


async def compare(name: str, pilot: Pilot[None]) -> str:
    """Wait until the screen looks as the file says; answers how it looks."""
    path = FOLDER / f"{name}.txt"
    seen = picture(pilot.app)
    if os.environ.get("LONGVID_NEW_SNAPSHOTS"):
        path.write_text(seen, encoding="utf-8")
    wanted = path.read_text(encoding="utf-8")
    deadline = time.monotonic() + PATIENCE
    while (seen := picture(pilot.app)) != wanted and time.monotonic() < deadline:
        await pilot.pause(0.1)
    assert seen == wanted, f"{name} looks otherwise: LONGVID_NEW_SNAPSHOTS=1 if it should"
    return seen
