"""The screen shows a plan while it is written, until there is one."""

from __future__ import annotations

from typing import Any

from doubles.snapshots import segment, snapshot

from longvid_tui.view.known import Known


def plan(segments: int) -> dict[str, Any]:
    return {
        "title": "The Fox",
        "keyframes": [{"id": f"k{n}", "prompt": f"picture {n}"} for n in range(1, segments + 2)],
        "segments": [
            {"id": f"s{n}", "first": f"k{n}", "last": f"k{n + 1}", "prompt": f"step {n}", "scene": "Ice"}
            for n in range(1, segments + 1)
        ],
    }


def heard(*segments: Any, growing: dict[str, Any] | None = None) -> Known:
    known = Known()
    said = {
        "snapshot": snapshot(list(segments), report={"title": ""}),
        "progress": [],
        "events": [],
        "outcome": None,
    }
    known.hear({"method": "subscribed", "params": {**said, "growing": growing}}, 0)
    return known


def test_segments_appear_as_they_are_written() -> None:
    known = heard()
    for count in (1, 3):
        assert "film" in known.hear({"method": "growing", "params": {"plan": plan(count)}}, 0)
        film = known.film
        assert [item.prompt for item in film.segments] == [f"step {n + 1}" for n in range(count)]
        assert [item.target for item in film.keyframes] == [f"k{n + 1}" for n in range(count + 1)]
        assert (film.title, film.planned) == ("The Fox", False)


def test_who_comes_later_sees_what_is_written_so_far() -> None:
    assert len(heard(growing=plan(2)).film.segments) == 2


def test_a_plan_that_is_there_is_not_hidden_by_one_that_is_written() -> None:
    assert [item.target for item in heard(segment(1), growing=plan(3)).film.segments] == ["s1"]


def test_what_was_written_is_forgotten_when_planning_starts_again_or_the_run_rests() -> None:
    started = {"kind": "started", "text": "", "task": {"kind": "plan", "target": "plan", "name": "plan plan"}}
    for method, params in (("notice", started), ("rested", {"how": "failed"})):
        known = heard(growing=plan(2))
        known.hear({"method": method, "params": params}, 1)
        known.hear({"method": "progress", "params": {"tasks": []}}, 1)
        assert known.film.segments == ()
