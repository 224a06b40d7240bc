"""The view: what the screen says of a film, from what the engine says of it."""

from __future__ import annotations

import time
from typing import Any

import pytest
from doubles.snapshots import item, segment, snapshot, task
from hypothesis import given
from hypothesis import strategies as st

from longvid_tui import wire
from longvid_tui.project.model import Keyframe, Plan, Project, Segment, broken_references
from longvid_tui.spans import spans
from longvid_tui.view.applying import applies
from longvid_tui.view.arranging import (
    TRANSITIONS,
    Impossible,
    merge,
    split,
    with_continuity_turned,
    with_segment_after,
    with_segment_moved,
    with_transition,
    without_segment,
)
from longvid_tui.view.document import FILM, with_words, words
from longvid_tui.view.film import (
    MARKS,
    PLAN,
    Film,
    Seam,
    film,
    worst,
)
from longvid_tui.view.gpus import gpus
from longvid_tui.view.known import LINES_KEPT, Known
from longvid_tui.view.log import LogLine, event_line, notice_line
from longvid_tui.view.phrases import at_work, clock, lost, needs, roughly, to_make
from longvid_tui.view.strip import blocks, minimap, scenes
from longvid_tui.view.walking import across, along, following, found

READY = [item(f"k{n}", "ready", approved=True) for n in range(1, 5)]


@pytest.mark.parametrize(
    ("said", "at_work", "failed", "expected"),
    [
        (segment(1), [], {}, "planned"),
        (segment(1, "missing", takes=["0123456789ab"]), [], {}, "stale"),
        (segment(1, "missing"), [], {"s1": "it broke"}, "failed"),
        (segment(1, "missing"), [task("s1")], {"s1": "it broke"}, "running"),
        (segment(1, "ready"), [], {}, "asks"),
        (segment(1, "ready", approved=True), [], {}, "approved"),
        (segment(1, "ready", approved=True, locked=True), [], {}, "locked"),
        (segment(1, "ready", approved=True), [task("s1", "conform")], {}, "approved"),
    ],
)
def test_a_segment_is_in_one_state(
    said: dict[str, Any], at_work: list[Any], failed: dict[str, str], expected: str
) -> None:
    assert film(snapshot([said], failed=failed), at_work).segments[0].status == expected


def test_every_state_has_a_word_and_a_glyph_of_its_own_in_both_alphabets() -> None:
    assert all(len(set(column)) == len(MARKS) for column in zip(*((m.word, m.glyph, m.ascii) for m in MARKS.values()), strict=True))  # fmt: skip
    assert all(len(mark.glyph) == 1 and mark.ascii.isascii() for mark in MARKS.values())


def test_an_approval_on_its_way_counts_already() -> None:
    seen = film(snapshot([segment(1, "ready")], READY), approving={"s1"})
    assert seen.segments[0].status == "approved"
    assert not seen.asking


def test_the_plan_asks_before_anything_else() -> None:
    seen = film(snapshot(2, [item("k1", "ready")], plan={"approved": False}))
    assert seen.asking == (PLAN,)


def test_progress_is_a_share_or_unknown() -> None:
    seen = film(snapshot(2), [task("s1", done=3, total=4, stage="film"), task("s2")])
    assert [segment.progress for segment in seen.segments] == [0.75, None]


def test_remarks_and_failures_stand_with_their_target() -> None:
    remark = {"target": "s2", "severity": "warning", "rule": "motion", "sentence": "Nothing moves."}
    seen = film(snapshot(2, findings=[remark], failed={"s1": "it broke"}))
    assert seen.segments[1].findings == (("warning", "Nothing moves."),)
    assert seen.segments[0].failure == "it broke"


def test_a_snapshot_of_an_older_engine_without_findings_is_shown() -> None:
    told = snapshot(1)
    del told["findings"]
    assert film(told).segments


@pytest.mark.parametrize(
    ("told", "tasks", "start"),
    [
        (snapshot(0), [], "No plan yet"),
        (snapshot(1, plan={"approved": False}), [], "The plan asks you"),
        (snapshot([segment(1, "ready")], READY), [], "s1 asks you"),
        (snapshot(1, failed={"s1": "x"}), [], "s1 failed"),
        (snapshot(0, failed={"plan": "x"}), [], "The run failed: the card of the plan says why"),
        (snapshot(1, state="paused"), [], "Paused"),
        (snapshot(1, state="working"), [], "The run goes on"),
        (snapshot(1), [task("s1")], "At work: filming s1"),
        (snapshot(1, report={"film": {"status": "ready", "reason": "", "path": "film.mp4", "frames": 81}}), [], "film.mp4 is made: w shows it, O exports it"),
        (snapshot(1, report={"missing": [{"kind": "paint", "target": "k1", "reason": ""}]}), [], "1 keyframe to paint, the film to join: R starts"),
    ],
)  # fmt: skip
def test_one_sentence_says_what_goes_on_next(told: dict[str, Any], tasks: list[Any], start: str) -> None:
    assert needs(film(told, tasks)).startswith(start)


def graded(before: str, after: str, grade: str | None, reason: str | None = None) -> dict[str, Any]:
    return {"before": before, "after": after, "transition": "continue", "made": grade is not None,
            "grade": grade, "score": None, "reason": reason}  # fmt: skip


def test_what_is_lost_by_stopping_is_the_gpu_time_of_what_is_at_work() -> None:
    running = [{"gpus": ["a", "b"], "started": 40.0}, {"gpus": [], "started": 0.0}]
    assert lost(running, 340.0) == "10 GPU-minutes of filming are lost."
    assert lost(running[1:], 340.0) == ""


def test_seams_are_known_once_they_are_graded() -> None:
    told = snapshot(
        3, report={"seams": [graded("s1", "s2", "red", "it gets darker"), graded("s2", "s3", None)]}
    )
    assert film(told).seams == (Seam("s1", "s2", "red", "it gets darker"),)
    assert film(snapshot(3)).seams == ()


def test_segments_that_start_with_the_last_frame_before_follow_one_that_is_filmed_again() -> None:
    shots = [segment(n, "ready", continuity="chain" if n in (2, 3, 4, 6) else "keyframes") for n in range(1, 7)]
    shots[3]["locked"] = True
    seen = film(snapshot(shots))
    assert seen.followers(["s1"]) == ("s2", "s3")
    assert seen.followers(["s2", "s5"]) == ("s3", "s6")
    assert seen.followers(["s4", "k1"]) == ()


def test_a_take_tells_what_there_is_against_it() -> None:
    shot = segment(1, "ready")
    shot["take"] |= {"remarks": ["It hardly moves (0.2)."], "draft": True}
    seen = film(snapshot([shot])).segments[0]
    assert seen.remarks == ("It hardly moves (0.2).",)
    assert seen.draft


@pytest.mark.parametrize(
    ("words", "target"),
    [("k2", "k2"), (" S3 ", "s3"), ("2", "s2"), ("plan", PLAN), ("0:06", "s2"), ("99:00", "s3"), ("5s", "s1"),
     ("still, k2", "k2"), ("s9", None), ("", None), ("1:x", None)],
)  # fmt: skip
def test_what_somebody_wants_to_go_to_is_found(words: str, target: str | None) -> None:
    assert found(film(snapshot(3)), words) == target


def test_neighbours_are_named_as_spans() -> None:
    assert spans(["k1", "k2", "k3", "k7", "s8"]) == "k1-k3, k7, s8"
    assert spans([f"s{n}" for n in range(1, 30, 2)], most=2) == "s1, s3 and 13 more"


def test_arrows_walk_the_rows_and_stop_at_their_ends() -> None:
    seen = film(snapshot(3))
    assert along(seen, "s1", 1) == "s2"
    assert along(seen, "s3", 1) == "s3"
    assert along(seen, PLAN, 1) == "s1"
    assert [across(seen, "s2", -1), across(seen, "k2", -1), across(seen, PLAN, 1), across(seen, "k4", 1)] == [
        "k2", PLAN, "k1", "s3",
    ]  # fmt: skip


@given(
    st.lists(st.sampled_from(["missing", "ready"]), max_size=12), st.integers(0, 30), st.sampled_from([1, -1])
)
def test_going_to_what_asks_visits_each_once_and_comes_around(kinds: list[str], start: int, step: int) -> None:
    segments = [segment(n, kind) for n, kind in enumerate(kinds, 1)]
    seen = film(snapshot(segments, [item(f"k{n}", kind) for n, kind in enumerate([*kinds, "ready"], 1)]))
    order = (PLAN, *(item.target for item in seen.items))
    here = order[start % len(order)]
    visited = []
    for _ in seen.asking:
        here = following(seen, seen.asking, here, step) or ""
        visited.append(here)
    assert sorted(visited) == sorted(seen.asking)
    assert following(seen, (), here) is None


@given(st.integers(0, 140), st.integers(0, 220), st.integers(0, 140), st.booleans(), st.integers(1, 9))
def test_blocks_fill_the_strip_without_gaps_and_hold_the_selected_one(
    count: int, width: int, at: int, fold: bool, scene: int
) -> None:
    seen = film(snapshot([segment(n, scene=f"scene {n // scene}") for n in range(1, count + 1)]))
    selected = f"s{at % count + 1}" if count else PLAN
    placed = blocks(seen, width, selected, fold)
    edges = [0] + [block.left + block.width for block in placed]
    assert [block.left for block in placed] == edges[:-1]
    assert edges[-1] <= width
    assert all(block.width >= 3 for block in placed)
    shown = [item.target for block in placed for item in block.items]
    assert shown == sorted(shown, key=lambda target: int(target[1:]))
    if count and width >= 3:
        assert selected in shown


@given(st.integers(0, 400), st.integers(0, 200))
def test_the_minimap_shows_every_segment_once(count: int, width: int) -> None:
    seen = film(snapshot(count))
    cells = minimap(seen, width)
    assert len(cells) <= width
    if width:
        assert [item.target for cell in cells for item in cell.items] == [item.target for item in seen.segments]


def test_a_crowded_cell_shows_what_is_most_urgent() -> None:
    assert worst(["approved", "asks", "failed", "planned"]) == "failed"
    assert worst([]) == "planned"


def test_scenes_are_neighbours_with_one_name() -> None:
    seen = film(
        snapshot([segment(1, scene="a"), segment(2, scene="a"), segment(3, scene="b"), segment(4, scene="a")])
    )
    assert [len(scene) for scene in scenes(seen)] == [2, 1, 1]


@pytest.mark.parametrize(("seconds", "said"), [(7.5, "7.5 s"), (125, "2:05"), (6120, "1h42")])
def test_lengths_read_like_a_clock(seconds: float, said: str) -> None:
    assert clock(seconds) == said


def test_forecasts_are_no_more_exact_than_they_are() -> None:
    assert [roughly(4), roughly(47), roughly(700), roughly(9000)] == ["10 s", "50 s", "12 min", "2.5 h"]


def test_masters_ask_are_walked_to_and_have_words_of_their_own() -> None:
    look = {"characters": [{"id": "mara", "features": "grey hair"}], "places": []}
    told = snapshot(2, report={"masters": [item("@mara", "ready")]}, document={"look": look})
    seen = film(told)
    assert (seen.asking, seen.item("@mara").prompt) == (("@mara",), "grey hair")
    assert [across(seen, name, 1) for name in (PLAN, "@mara", "k1")] == ["@mara", "k1", "s1"]
    assert [across(seen, name, -1) for name in ("s2", "k2", "@mara")] == ["k2", "@mara", PLAN]
    assert (along(seen, "@mara", 1), along(seen, "k3", 1)) == ("@mara", "k3")
    changed = with_words(told["document"], "@mara", "red hair")
    assert (words(changed, "@mara"), words(told["document"], "@mara")) == ("red hair", "grey hair")


def test_words_are_changed_in_a_copy() -> None:
    document = snapshot(1)["document"]
    changed = with_words(document, "s1", "it stands still")
    assert words(changed, "s1") == "it stands still"
    assert words(document, "s1") == "it moves on, s1"
    assert words(with_words(document, FILM, "another film"), FILM) == "another film"
    with pytest.raises(KeyError):
        with_words(document, "s9", "")


def heard(*messages: tuple[str, dict[str, Any]]) -> Known:
    known = Known()
    for at, (method, params) in enumerate(messages):
        known.hear({"method": method, "params": params}, float(at))
    return known


def subscribed(told: dict[str, Any], **more: Any) -> tuple[str, dict[str, Any]]:
    return "subscribed", {"snapshot": told, "seq": 0, "events": [], "progress": [], "outcome": None} | more


def test_why_a_project_cannot_be_opened_stands_where_it_would() -> None:
    known = Known("/films/keeper")
    assert needs(known.film) == ""
    known.hear({"method": "gone", "params": {"reason": "project.yaml:3:1: seed: no"}}, 0.0)
    assert known.film.trouble == "project.yaml:3:1: seed: no"
    assert needs(known.film) == "It opens by itself as soon as it can"
    known.hear({"method": "subscribed", "params": subscribed(snapshot(1))[1]}, 1.0)
    assert not known.film.opening


def test_changes_are_applied_to_the_snapshot() -> None:
    before, after = snapshot([segment(1)]), snapshot([segment(1, "ready")])
    known = heard(subscribed(before), ("changed", {"change": wire.difference(before, after)}))
    assert known.film == film(after)


def test_only_what_looks_different_is_told() -> None:
    known = heard(subscribed(snapshot(1)))
    assert known.hear({"method": "progress", "params": {"tasks": []}}, 0) == set()
    assert known.hear({"method": "progress", "params": {"tasks": [task("s1")]}}, 0) == {"film"}
    assert known.hear({"method": "of a later version", "params": {}}, 0) == set()


def test_a_refused_approval_is_taken_back() -> None:
    known = heard(subscribed(snapshot([segment(1, "ready")], READY)))
    known.approve(("s1",))
    assert known.film.segments[0].status == "approved"
    known.take_back(("s1",))
    assert known.film.segments[0].status == "asks"


def test_a_lost_engine_leaves_the_picture_and_says_so() -> None:
    known = heard(subscribed(snapshot(1)), ("gone", {"reason": "The engine went away."}))
    assert known.link == "The engine went away."
    assert known.film.segments


def test_the_log_keeps_its_newest_lines_and_counts_all() -> None:
    known = Known()
    known.hear_job([LogLine(0, "job", "s1", str(number)) for number in range(LINES_KEPT + 10)])
    assert known.lines_heard == LINES_KEPT + 10
    assert known.lines[0].text == "10"


def test_events_and_notices_read_as_sentences() -> None:
    reject = {"seq": 1, "t": 5.0, "kind": "reject", "data": {"target": "k2", "sha": "00", "note": "too dark"}}
    assert event_line(reject) == LogLine(5.0, "info", "k2", 'rejected: "too dark"')
    assert event_line({"seq": 1, "t": 5.0, "kind": "of a later version", "data": {}}) is None
    rest = {"seq": 2, "t": 6.0, "kind": "rest", "data": {"how": "failed", "why": "No GPU."}}
    assert event_line(rest) == LogLine(6.0, "error", "", "the run rests: failed, No GPU.")
    assert event_line({**rest, "data": {"how": "done"}}) == LogLine(6.0, "info", "", "the run rests: done")
    failed = {"kind": "failed", "task": task("s1"), "text": "It broke."}
    assert notice_line(failed, 1.0) == LogLine(1.0, "error", "s1", "It broke.")
    assert notice_line({"kind": "finished", "task": task("s1"), "text": ""}, 1.0) is None


def test_a_gpu_tells_what_it_knows_and_nothing_else() -> None:
    full = {
        "index": 0, "name": "NVIDIA H200", "utilisation": 97, "memory_used": 71 << 30, "memory_total": 141 << 30,
        "power_watts": 640.0, "temperature": 66, "attempt": "s8-0123456789", "processes": [{"pid": 1}],
        "problems": ["Xid 79: fell off the bus"],
    }  # fmt: skip
    taken = {"index": 2, "attempt": None, "processes": [{"pid": 2, "name": "blender", "owner": "eve"}]}
    first, second, third = gpus({"gpus": [full, {"index": 1}, taken]})
    assert (first.load, first.used_gb, first.user, first.foreign) == (0.97, 71.0, "s8", False)
    assert (third.user, third.foreign) == ("blender of eve", True)
    assert first.problems == ("Xid 79: fell off the bus",)
    assert (second.load, second.used_gb, second.foreign) == (None, None, False)


def test_a_gpu_tells_when_it_will_be_done_with_what_it_films() -> None:
    running = [
        {"attempt": "s1-ab", "target": "s1", "started": 100.0},
        {"attempt": "s2-cd", "target": "s2", "started": 150.0},
    ]
    known = heard(
        subscribed(snapshot(2, report={"running": running}), progress=[task("s1", done=10, total=40)])
    )
    samples = [{"index": 0, "attempt": "s1-ab"}, {"index": 1, "attempt": "s2-cd"}, {"index": 2}]
    known.hear_gpus({"gpus": samples}, 200.0)
    assert [(gpu.began, gpu.ready) for gpu in known.gpus] == [(100.0, 500.0), (150.0, None), (None, None)]


def test_a_segment_tells_why_it_is_where_it_is_and_one_that_waits_when_its_turn_comes() -> None:
    attempt = {
        "attempt": "s1-ab", "target": "s1", "started": 100.0, "gpus": ["GPU-a"], "behind": None, "tries": 2,
        "why": "the least GPU time, and soon enough", "changes": ["offloaded"], "failure": "Out of memory.",
    }  # fmt: skip
    known = heard(subscribed(snapshot(2, report={"running": [attempt]}), progress=[task("s1")]))
    assert known.film.segments[0].placed == (
        "on 1 GPU, the least GPU time, and soon enough; offloaded; try 2 after this: Out of memory."
    )
    planned = {
        "project": known.film.folder,
        "segment": "s2",
        "gpus": ["GPU-a"],
        "starts": 0,
        "loaded": 9,
        "ends": 60,
    }
    other = {**planned, "project": "/another", "segment": "s1"}
    told = {"gpus": [{"index": 3, "uuid": "GPU-a", "attempt": "s1-ab"}], "to_come": [planned, other]}
    assert "film" in known.hear_gpus(told, 200.0), "its card says so"
    assert known.gpus[0].again
    assert known.turn("s2") == f"planned for GPU 3, at about {time.strftime('%H:%M', time.localtime(0))}"
    assert known.turn("s1") == ""
    known.hear_gpus({**told, "gpus": []}, 200.0)
    assert known.turn("s2") == "", "its GPU has gone"


def test_loads_of_the_last_minute_are_kept() -> None:
    known = Known()
    for load in range(80):
        known.hear_gpus({"gpus": [{"index": 0, "utilisation": load}], "problem": ""}, 0.0)
    assert len(known.gpus[0].history) == 60
    assert known.gpus[0].history[-1] == 0.79


def test_the_time_left_is_the_engines_and_runs_down() -> None:
    known = heard(subscribed(snapshot(2, state="working")))
    assert known.seconds_left(0) is None
    known.hear({"method": "progress", "params": {"tasks": [], "eta": {"seconds": 90, "at": 1090.0}}}, 1000.0)
    assert known.seconds_left(1030.0) == pytest.approx(60)
    assert known.seconds_left(2000.0) == 0
    known.hear({"method": "rested", "params": {"how": "done", "gate": None}}, 1040.0)
    assert known.seconds_left(1040.0) is None


def test_no_project_is_a_film_without_anything() -> None:
    assert needs(Film()).startswith("No plan yet")
    assert along(Film(), PLAN, 1) == PLAN
    assert across(Film(), PLAN, 1) == PLAN


def document_of(kinds: list[str]) -> dict[str, Any]:
    """A project as the engine sends it, with segments that continue, cut, chain or chain without an end."""
    stills, shots = [Keyframe(id="k1")], []
    for number, kind in enumerate(kinds, 1):
        chained = kind in ("chain", "open") and number > 1
        follows = bool(shots) and shots[-1].last is not None and kind != "cut"
        first = stills[-1].id
        if not chained and shots and not follows:
            stills.append(Keyframe(id=f"k{len(stills) + 1}"))
            first = stills[-1].id
        last = None
        if kind != "open" or not chained:
            stills.append(Keyframe(id=f"k{len(stills) + 1}"))
            last = stills[-1].id
        cut = bool(shots) and not chained and first != shots[-1].last
        shots.append(
            Segment(
                id=f"s{number}", first=None if chained else first, last=last, prompt=f"shot {number}",
                continuity="chain" if chained else "keyframes", transition="cut" if cut else "continue",
            )
        )  # fmt: skip
    return Project(keyframes=tuple(stills), segments=tuple(shots)).model_dump(mode="json", by_alias=True)


KINDS = st.lists(st.sampled_from(["continue", "cut", "chain", "open"]), min_size=1, max_size=7)
CHANGES = st.sampled_from(["insert", "delete", "on", "back", "split", "merge", "chain", *TRANSITIONS])


@given(KINDS, st.lists(st.tuples(CHANGES, st.integers(0, 20)), max_size=8))
def test_however_segments_are_rearranged_the_project_stays_whole(
    kinds: list[str], changes: list[tuple[str, int]]
) -> None:
    document = document_of(kinds)
    for change, place in changes:
        names = [each["id"] for each in document["segments"]]
        if not names:
            return
        target = names[place % len(names)]
        try:
            if change == "insert":
                document, name = with_segment_after(document, target)
                now = [each["id"] for each in document["segments"]]
                assert now == [*names[: names.index(target) + 1], name, *names[names.index(target) + 1 :]]
            elif change == "delete":
                document = without_segment(document, target)
                assert [each["id"] for each in document["segments"]] == [
                    name for name in names if name != target
                ]
            elif change == "split":
                document, name = split(document, target)
                assert words(document, name) == words(document, target)
            elif change == "merge":
                document = merge(document, target)
                assert len(document["segments"]) == len(names) - 1
            elif change == "chain":
                document = with_continuity_turned(document, target)
            elif change in TRANSITIONS:
                document = with_transition(document, target, change)
                assert document["segments"][names.index(target)]["transition"] == change
            else:
                document = with_segment_moved(document, target, 1 if change == "on" else -1)
                assert sorted(each["id"] for each in document["segments"]) == sorted(names)
        except Impossible:
            continue
        assert list(broken_references(Plan(**{k: document[k] for k in ("keyframes", "segments")}))) == []
        used = {each.get(end) for each in document["segments"] for end in ("first", "last")}
        assert {still["id"] for still in document["keyframes"]} <= used or len(kinds) == 1


def test_work_is_told_by_what_is_done_to_which_targets() -> None:
    assert at_work(
        [("render", "s2"), ("render", "s1"), ("render", "s3"), ("paint", "k9"), ("assemble", "film")]
    ) == ("filming s1-s3, painting k9, joining")
    assert to_make(["paint", "render", "render", "conform", "mend", "assemble"]) == (
        "1 keyframe to paint, 2 segments to film, the film to join"
    )
    assert to_make(["plan"]) == "the plan to make"
    assert to_make([]) == ""


def test_a_master_is_gone_to_by_its_name() -> None:
    assert found(film(snapshot(1, report={"masters": [item("@mara")]})), "@Mara") == "@mara"


def test_items_that_nothing_works_on_are_not_looked_at_anew() -> None:
    said, kept = snapshot(3), {}
    first = film(said, [task("s2")], kept=kept)
    second = film(said, [task("s2", done=5, total=10)], kept=kept)
    assert second.segments[0] is first.segments[0]
    assert second.segments[1].progress == 0.5
    assert film(said, [], kept=kept) == film(said)


@pytest.mark.parametrize(
    ("action", "selected", "marked", "expected"),
    [
        ("approve", "k1", (), False),
        ("approve", "s1", (), True),
        ("approve", "k1", ("s1",), True),
        ("approve_next", "k1", (), False),
        ("unmark", "s1", ("s1",), True),
        ("choose", "s1", (), False),
        ("change", "s1", (), False),
        ("change", "k1", (), True),
        ("lock", "s2", (), False),
        ("cancel", "s2", (), True),
        ("split", "k1", (), False),
        ("split", "plan", (), False),
        ("run", "plan", (), True),
        ("pause", "plan", (), False),
        ("fold", "plan", (), False),
        ("help", "plan", (), True),
    ],
)
def test_only_what_would_do_something_is_offered(
    action: str, selected: str, marked: tuple[str, ...], expected: bool
) -> None:
    shown = film(snapshot([segment(1, "ready"), segment(2)], READY[:3]), [task("s2")])
    assert applies(action, shown, selected, marked) is expected
