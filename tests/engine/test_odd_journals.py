"""Journals that are damaged, or that somebody made up: each value of another kind is refused, or harms nobody."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from doubles.answer import typed
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from longvid_doubles import CountingPlanner

from longvid_tui import wire
from longvid_tui.backends.contract import PlanRequest
from longvid_tui.engine.costs import RUN_FACTS, learned, own_runs, published
from longvid_tui.engine.elsewhere import at_once
from longvid_tui.engine.expectation import expect
from longvid_tui.engine.pools import Pools
from longvid_tui.engine.provenance import film_metadata
from longvid_tui.engine.retaking import second_thoughts
from longvid_tui.engine.saying import SPOKEN
from longvid_tui.engine.session import Session
from longvid_tui.engine.studio import Studio
from longvid_tui.exporting.shots import shot_list
from longvid_tui.project.canvas import Canvas
from longvid_tui.project.folder import Folder
from longvid_tui.project.journal import Event, format_line, read
from longvid_tui.project.model import Backends, Project, Wanted, digest
from longvid_tui.settings import Settings
from longvid_tui.view.film import film as view_of
from longvid_tui.view.log import event_line

POOLS = Pools()
DEEP: Any = json.loads("[" * 400 + "]" * 400)
ODD = (
    None,
    True,
    -1,
    1.5,
    10**18,
    10**9,
    "",
    "x",
    "\ud800/../x",
    [],
    [1],
    ["x"],
    {},
    {"x": {}},
    {"x": 1},
    DEEP,
)
"""Values of every kind; one that is left out is another."""

FACTS = {"motion": 0.4, "black": 0.0, "ssim_first": 0.9, "flash_last": 1, "changes": ["offload"]}
RUN = {"backend": "wan21", "version": "", "model": "14B", "canvas": "832x464", "frames": 81, "steps": 50,
       "card": "H100-80", "gpus": 8, "seconds": 90.0, "load_seconds": 40.0}  # fmt: skip
SHOWS = {"grade": "yellow", "score": 1.5, "reason": "it jumps", "colour": 0.1, "light": 0.2, "jump": 3.0, "raw": 1,
         "jerk": 0.5, "sharp": 0.2}  # fmt: skip


def look_at(root: Path) -> None:
    """As everything does that shows a film, plans its filming or hands it over."""
    folder = Folder(root)
    session = Session(folder, POOLS, lambda *_: None)
    snapshot = session.snapshot()
    wire.encode(snapshot)
    view_of(snapshot)
    events = folder.events_after(0)
    for event in events:
        event_line({"seq": event.seq, "t": event.time, "kind": event.kind, "data": event.data})
    studio, state = session.studio, session.studio.survey()
    shot_list(root, state, film_metadata(studio, state))
    second_thoughts(state, 2)
    expect(studio, state)
    learned(published(), own_runs(folder.history))
    for command in ("status", "logs"):
        answer = typed(command, root)
        assert answer.code == 0, answer.err


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A film that is made, with an event of each kind in its journal."""
    backends = Backends(planner="counting", images="flat", video="quick")
    project = Project(prompt="x", canvas=Canvas(128, 64), wanted=Wanted(segments=2), backends=backends)
    folder = Folder.create(tmp_path_factory.mktemp("odd") / "film", project)
    request = PlanRequest(project.prompt, project.wanted, project.canvas)
    plan = at_once(CountingPlanner().plan(request, lambda _: None))
    with folder.writing("test"):
        studio = Studio.open(folder, Settings.load(project=folder.document.parsed), lambda _: None)
        folder.record("run", until="film", approve=True, most_usd=3.5, strategy="wide", motions=[])
        folder.record("redo plan", segments=["s2"])
        folder.write_plan(plan, {})
        folder.record("approve", target="plan", sha=plan.sha(), by="person", req="a1")
        folder.record("spent", target="plan", cost_usd=0.5, model="m")
        folder.record("reject", target="s1", sha="b" * 64, note="too slow", req="r1")
        revision = {"base": "b" * 64, "mask": "", "strength": None, "note": "red"}
        folder.record("retake", target="k3", note="", subject="z", candidates=2, revision=revision, req="r2")
        folder.record("undo", target="k3")
        folder.record("redo", target="k3")
        folder.record("lock", target="k2", sha="b" * 64)
        folder.record("unlock", target="k2")
        folder.record("edit", before="0" * 12, after="1" * 12, req="e1")
        folder.record("undo")
        folder.record("motion", target="m1", segment="s1", subject="z", prompt="p", prompt_zh="", seen="")
        for kind in ("pause", "resume"):
            folder.record(kind)
        _make(studio)
        folder.record("choose", target="s1", sha=studio.survey().item("s1").chosen.sha, key="k")
        folder.record("rest", how="failed", why="the disk")
        folder.record("start", attempt="s2-1", target="s2", key="x", recipe={"canvas": "128x64"}, gpus=["0"],
                      changes=["offload"], probe=True, why="due", expected=90.0, behind="s2-0", resident="m")  # fmt: skip
    look_at(folder.root)
    return folder.root


def _make(studio: Studio) -> None:
    folder = studio.folder
    while missing := [
        item
        for item in (*studio.survey().stills.values(), *studio.survey().segments.values())
        if item.status == "missing"
    ]:
        for item in missing:
            place = f"{'keyframes' if item.target[0] == 'k' else 'segments'}/{item.target}"
            folder.directory(place)
            attempt = f"{item.target}-0"
            if item.target[0] == "k":
                others = [{"key": "o", "path": f"{place}/o", "sha": "o"}]
                folder.record("painted", target=item.target, key="p", path=f"{place}/p", sha="p", cost_usd=0.1,
                              model="m", others=others)  # fmt: skip
            else:
                for how in ("Crashed", ""):
                    folder.record(
                        "start", attempt=attempt, target=item.target, key=item.key, recipe=item.recipe
                    )
                    if how:
                        folder.record("end", attempt=attempt, target=item.target, how=how, detail="it broke")
            for recipe in item.missing:
                sha = f"{item.target}{recipe.get('take', 0)}".ljust(64, "0")
                folder.disk.replace(folder.path(f"{place}/{sha[:12]}"), b"x")
                folder.record("take", target=item.target, key=digest(recipe), sha=sha, path=f"{place}/{sha[:12]}", bytes=1,
                              recipe=recipe, pixels=sha, attempt=attempt, seconds=3.5, on_gpus=2.5,
                              facts=FACTS | {RUN_FACTS: RUN})  # fmt: skip
    for seam in studio.survey().film.seams:
        folder.record("seam", key=seam.key, splice=None, shows=SHOWS)
    made = studio.survey().film
    folder.disk.replace(folder.root / "film.mp4", b"x")
    folder.record("assemble", key=made.key, pieces={piece.target: piece.key for piece in made.pieces}, bytes=1,
                  seams={seam.after: seam.key for seam in made.seams}, sha="f", frames=161, drafts=["s1"])  # fmt: skip


def places(value: Any, above: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where each value in a value stands."""
    if above:
        yield above
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, each in inner:
        yield from places(each, (*above, name))


def changed(value: Any, place: tuple[Any, ...], odd: Any) -> Any:
    """The value with another in one place, or without it."""
    new = copy.deepcopy(value)
    inside = new
    for name in place[:-1]:
        inside = inside[name]
    if odd is ...:
        del inside[place[-1]]
    else:
        inside[place[-1]] = odd
    return new


def told(root: Path, events: list[Event]) -> str:
    """What is said of a film with this journal, "" where it is shown all the same; nothing else may be raised."""
    (root / "journal.jsonl").write_bytes(b"".join(map(format_line, events)))
    try:
        look_at(root)
    except SPOKEN as error:
        return str(error)
    return ""


@given(st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_value_of_another_kind_is_told_as_a_damaged_line_or_harms_nobody(
    film: Path, data: st.DataObject
) -> None:
    before = (film / "journal.jsonl").read_bytes()
    events = list(read(film / "journal.jsonl").events)
    at = data.draw(st.integers(0, len(events) - 1))
    event = events[at]
    place = data.draw(st.sampled_from(list(places(dict(event.data))) or [("x",)]))
    odd = data.draw(st.sampled_from((*ODD, ...) if place != ("x",) else ODD))
    events[at] = Event(event.seq, event.time, event.kind, changed(dict(event.data), place, odd))
    try:
        assert "\n" not in told(film, events)
    finally:
        (film / "journal.jsonl").write_bytes(before)


@pytest.mark.parametrize(
    ("kind", "place", "odd"),
    [
        ("assemble", ("drafts",), 1),
        ("assemble", ("bytes",), "1"),
        ("take", ("facts",), DEEP),
        ("take", ("facts", "motion"), "a lot"),
        ("take", ("recipe", "by"), 1),
        ("take", ("bytes",), ...),
        ("retake", ("candidates",), 10**9),
        ("run", ("until",), "x"),
        ("start", ("recipe", "canvas"), "x"),
        ("seam", ("splice",), [1]),
        ("spent", ("cost_usd",), "free"),
    ],
)
def test_what_would_be_met_later_is_told_with_its_line(film: Path, kind: str, place: Any, odd: Any) -> None:
    before = (film / "journal.jsonl").read_bytes()
    events = list(read(film / "journal.jsonl").events)
    at = next(at for at, event in enumerate(events) if event.kind == kind)
    events[at] = Event(at + 1, events[at].time, kind, changed(dict(events[at].data), place, odd))
    try:
        said = told(film, events)
    finally:
        (film / "journal.jsonl").write_bytes(before)
    assert said.startswith(f"journal.jsonl:{at + 1}: no known form of `{kind}` (")


def test_status_says_why_a_run_failed_whatever_stands_there(make_film):
    folder = Folder(make_film())
    with folder.writing("test"):
        folder.record("rest", how="failed", why=5)
    assert "the last run failed: 5" in typed("status", folder.root).out
