"""What is missing, in which order it can be made, and where the run waits for the person: pure decisions."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from longvid_tui.project.history import Stage
from longvid_tui.project.items import Item
from longvid_tui.project.masters import masters
from longvid_tui.project.motions import target_of
from longvid_tui.project.state import ProjectState
from longvid_tui.spans import spans

STAGES: tuple[Stage, ...] = get_args(Stage)
"""The stages of a film in order; `run --until STAGE` stops after one."""

Kind = Literal["plan", "motion", "paint", "render", "conform", "mend", "assemble"]
BOUGHT: tuple[Kind, ...] = ("plan", "motion", "paint")
"""Kinds of tasks that services are paid for."""

_STAGE_OF: dict[Kind, Stage] = {
    "plan": "plan",
    "motion": "plan",
    "paint": "keyframes",
    "render": "segments",
    "conform": "film",
    "mend": "film",
    "assemble": "film",
}


@dataclass(frozen=True)
class Task:
    """One thing to make: the kind of work, its target, the reason, and what it waits for ("" if nothing).

    The target of a seam is the segment after it.
    """

    kind: Kind
    target: str
    reason: str
    waits_for: str = ""

    @property
    def name(self) -> str:
        return f"{self.kind} {self.target}" if self.target != self.kind else self.kind


@dataclass(frozen=True)
class Gate:
    """Where the run waits for the person: the stage and the targets that need approval."""

    stage: Stage
    targets: tuple[str, ...]


def missing_work(state: ProjectState, until: Stage = "film", probe: str = "") -> list[Task]:
    """Everything that a run would make, in order, as if all approvals were given.

    `probe`: only what this segment needs ("first" for the first one), and no film.
    """
    if not state.planned:
        return [Task("plan", "plan", "there is no plan yet")]
    if state.history.redo:
        return [Task("plan", "plan", f"{spans(state.history.redo)} to be planned again")]
    if state.history.order and state.history.order.motions:
        return list(_motions(state, state.history.order.motions))
    last = min(STAGES.index(until), STAGES.index("segments" if probe else "film"))
    wanted = probed(state, probe)
    return [
        task
        for task in _all_work(state)
        if STAGES.index(_stage(task)) <= last and (not probe or task.target in wanted)
    ]


def _motions(state: ProjectState, segments: Collection[str]) -> Iterator[Task]:
    for segment in state.project.segments:
        target = target_of(segment.id)
        if segment.id in segments:
            waits = "" if may_be_seen(state, segment.id) else "waits for its pictures"
            yield Task("motion", target, f"{segment.id} is to move as its pictures show", waits)


def may_be_seen(state: ProjectState, segment_id: str) -> bool:
    """Whether both keyframes of a segment are made and approved, so that a planner can look at them."""
    segment = next(segment for segment in state.project.segments if segment.id == segment_id)
    ends = [state.keyframes[name] for name in (segment.first, segment.last) if name]
    return len(ends) == 2 and all(item.approved for item in ends)


def _stage(task: Task) -> Stage:
    return "masters" if task.target.startswith("@") else _STAGE_OF[task.kind]


def probed(state: ProjectState, probe: str) -> frozenset[str]:
    """The probed segment, the segments it is chained to, and the keyframes and masters that these need."""
    wanted: set[str] = set()
    segments = list(state.project.segments)
    names = [segment.id for segment in segments]
    if not segments or probe not in (*names, "first"):
        return frozenset()
    at = 0 if probe == "first" else names.index(probe)
    while True:
        wanted |= {name for name in (segments[at].id, segments[at].first, segments[at].last) if name}
        if segments[at].continuity != "chain" or not at:
            wanted |= {one.view for one in state.project.keyframes if one.id in wanted and one.view}
            shown = (each.target for each in masters(state.project) if wanted.intersection(each.keyframes))
            return frozenset({*wanted, *shown})
        at -= 1


def _all_work(state: ProjectState) -> Iterator[Task]:
    for item in state.stills.values():
        if item.status != "ready":
            yield Task("paint", item.target, item.reason, item.reason if item.status == "waiting" else "")
    for item in state.segments.values():
        if item.status != "ready":
            yield Task("render", item.target, item.reason, item.reason if item.status == "waiting" else "")
    pieces = {piece.target: piece for piece in state.film.pieces}
    for target in state.segments:
        if target not in pieces:
            yield Task("conform", target, "not fitted yet", f"waits for {target}")
        elif not pieces[target].made:
            yield Task("conform", target, "not fitted yet")
    for seam in state.film.seams:
        if not seam.made:
            absent = [target for target in (seam.before, seam.after) if target not in pieces]
            reason = f"its seam with {seam.before} is not mended yet"
            yield Task("mend", seam.after, reason, f"waits for {' and '.join(absent)}" if absent else "")
    if state.film.status != "ready":
        waits = state.film.reason if state.film.status == "waiting" else ""
        yield Task("assemble", "film", state.film.reason, waits)


def startable(state: ProjectState, until: Stage = "film", probe: str = "") -> list[Task]:
    """The missing work whose inputs exist and are approved."""
    return [task for task in missing_work(state, until, probe) if not task.waits_for and _released(state, task)]


def _released(state: ProjectState, task: Task) -> bool:
    if task.kind in ("plan", "motion"):
        return True
    if not state.plan_approved:
        return False
    if task.kind == "paint":
        return all(state.stills[name].approved for name in _painted_from(state.item(task.target)))
    if task.kind == "render":
        seen = target_of(task.target) not in state.proposals
        return seen and all(item.approved for item in _keyframes_of(state, task.target))
    if task.kind == "mend":
        seam = state.film.seam(task.target)
        return all(piece.made for piece in state.film.pieces if piece.target in (seam.before, seam.after))
    if task.kind == "assemble":
        film = state.film
        made = all(piece.made for piece in film.pieces) and all(seam.made for seam in film.seams)
        return made and all(item.approved for item in state.segments.values())
    return True


def _painted_from(item: Item) -> Collection[str]:
    shown: Mapping[str, str] = (item.recipe or {}).get("masters", {})
    return shown.keys()


def _keyframes_of(state: ProjectState, target: str) -> list[Item]:
    segment = next(segment for segment in state.project.segments if segment.id == target)
    return [state.keyframes[name] for name in (segment.first, segment.last) if name]


def open_gate(
    state: ProjectState, until: Stage = "film", failed: Collection[str] = (), probe: str = ""
) -> Gate | None:
    """The first gate at which a run `until` a stage waits for the person; None if there is none.

    A probe does not wait for the approval of its segment.
    """
    if not state.planned:
        return None
    if not state.plan_approved:
        return Gate("plan", ("plan",)) if until != "plan" else None
    wanted = probed(state, probe)
    for stage, items in (
        ("masters", state.masters),
        ("keyframes", state.keyframes),
        ("segments", state.segments),
    ):
        if until == stage:
            return None
        if stage == "segments" and (motions := _proposed(state, probe)):
            return Gate("plan", motions)
        if probe and stage == "segments":
            return None
        mine = [item for item in items.values() if not probe or item.target in wanted]
        asking = [item.target for item in mine if item.status == "ready" and not item.approved]
        if asking and not any(item.target in failed for item in items.values()):
            return Gate(stage, tuple(asking))  # type: ignore[arg-type]
    return None


def _proposed(state: ProjectState, probe: str) -> tuple[str, ...]:
    """The movements that wait for the person, before their segments can be filmed."""
    wanted = {target_of(name) for name in probed(state, probe) if name in state.segments}
    return tuple(target for target in state.proposals if not probe or target in wanted)


def to_approve(state: ProjectState) -> list[tuple[str, str]]:
    """(target, content hash) of everything that exists and is not approved: what `--yes` approves."""
    if not state.planned:
        return []
    if not state.plan_approved:
        return [("plan", state.plan_sha)]
    items = (*state.stills.values(), *state.segments.values())
    return [
        (item.target, item.chosen.sha)
        for item in items
        if item.status == "ready" and item.chosen and not item.approved
    ]
