"""What exists, what is approved, what is stale and why. Pure, from the document and the history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from longvid_tui.project.canvas import Canvas
from longvid_tui.project.film import Film, film_of
from longvid_tui.project.history import History, Proposal, Record, Take
from longvid_tui.project.items import Basis, Item, OnDisk, named, settle, waiting
from longvid_tui.project.makers import Draft, Makers
from longvid_tui.project.masters import Master, masters, shown_by
from longvid_tui.project.model import Character, Keyframe, Place, Project, Segment, digest
from longvid_tui.project.motions import open_proposals
from longvid_tui.project.stills import Recipe, Shown, keyframe_wish, master_wish
from longvid_tui.project.timing import SEGMENT_FRAMES
from longvid_tui.project.wording import resolve_seed, segment_words


@dataclass(frozen=True)
class ProjectState:
    """Everything that follows from project.yaml and journal.jsonl."""

    project: Project
    plan_sha: str
    plan_approved: bool
    plan_rejected: str | None
    prompt_changed: bool
    masters: Mapping[str, Item]
    """By target, in the order of the look."""
    keyframes: Mapping[str, Item]
    segments: Mapping[str, Item]
    film: Film
    history: History
    proposals: Mapping[str, Proposal]
    """Motion prompts that wait for approval, by target (project.motions)."""
    filmed_at: Canvas
    """The canvas of what is filmed now: the project's, or that of drafts."""

    @property
    def stills(self) -> Mapping[str, Item]:
        """Masters and keyframes, in the order in which they are painted."""
        return {**self.masters, **self.keyframes}

    @property
    def planned(self) -> bool:
        return bool(self.project.segments)

    def item(self, target: str) -> Item:
        """The keyframe, master or segment `target`; raises KeyError."""
        return self.segments[target] if target in self.segments else self.stills[target]


def survey(project: Project, history: History, makers: Makers, disk: OnDisk) -> ProjectState:
    """Where everything in the project stands."""
    basis = Basis(project, history, makers, disk)
    known = masters_for(project, makers)
    made = {master.target: _master(basis, master) for master in known}
    keyframes = _keyframes(basis, known, made)
    segments = _segments(basis, keyframes)
    plan = project.plan()
    sha = plan.sha()
    return ProjectState(
        project=project,
        plan_sha=sha,
        plan_approved=sha in history.plans_approved,
        plan_rejected=history.plan_rejected.get(sha),
        prompt_changed=history.plan_prompt not in (None, prompt_sha(project)),
        masters=made,
        keyframes=keyframes,
        segments=segments,
        film=film_of(basis, segments),
        history=history,
        proposals=open_proposals(project, history, _pictures(keyframes)),
        filmed_at=makers.draft.canvas if makers.draft else project.canvas,
    )


def masters_for(project: Project, makers: Makers) -> tuple[Master, ...]:
    """The masters that are made; none if the image provider takes no references."""
    return masters(project) if makers.references else ()


def prompt_sha(project: Project) -> str:
    """Digest of what a plan is made from: the prompt and the hard constraints.

    Constraints that were added to the schema later count only if they are set, so that older plans stay valid.
    """
    wanted = project.wanted.model_dump(mode="json")
    later = {name: value for name, value in wanted.items() if value is not None}
    return digest([project.prompt, {"segments": None, "seconds": None, **later}])


def _pictures(keyframes: Mapping[str, Item]) -> dict[str, Take]:
    """The takes of the keyframes that are ready."""
    ready = {name: item.chosen for name, item in keyframes.items() if item.status == "ready"}
    return {name: take for name, take in ready.items() if take}


def _master(basis: Basis, master: Master) -> Item:
    record = basis.record(master.target)
    picture = basis.disk.pictures.get(master.thing.picture, "") if master.thing.picture else ""
    wish = master_wish(basis.project, master, record, basis.makers.images, picture)
    return settle(record, master.target, wish.recipes, basis.disk, wish.subject)


def _keyframes(basis: Basis, known: Sequence[Master], made: Mapping[str, Item]) -> dict[str, Item]:
    """Where the keyframes stand, in the order of the film; one with a `view` is settled after that."""
    settled, keyframes = dict(made), basis.project.keyframes
    for keyframe in sorted(keyframes, key=lambda keyframe: keyframe.view is not None):
        settled[keyframe.id] = _keyframe(basis, keyframe, known, settled)
    return {keyframe.id: settled[keyframe.id] for keyframe in keyframes}


def _keyframe(basis: Basis, keyframe: Keyframe, known: Sequence[Master], made: Mapping[str, Item]) -> Item:
    record = basis.record(keyframe.id)
    wanted = _painted_from(basis, keyframe, known)
    awaited = [made[target] for target in wanted if made[target].status != "ready"]
    if awaited:
        return waiting(record, keyframe.id, awaited, basis.disk)
    taken = [(target, thing, made[target].chosen) for target, thing in wanted.items()]
    shown = [Shown(target, thing, named(take)) for target, thing, take in taken if take]
    picture = basis.disk.pictures.get(keyframe.picture, "") if keyframe.picture else ""
    wish = keyframe_wish(basis.project, keyframe, record, basis.makers.images, picture, shown)
    return settle(record, keyframe.id, wish.recipes, basis.disk, wish.subject)


def _painted_from(
    basis: Basis, keyframe: Keyframe, known: Sequence[Master]
) -> dict[str, Character | Place | Keyframe]:
    """The references of a keyframe by target, most important first: view, characters, place.

    There are no more than the image provider takes.
    """
    most = basis.makers.references
    if not most or keyframe.picture is not None:
        return {}
    view = [(keyframe.view, basis.project.keyframe(keyframe.view))] if keyframe.view else []
    found = [*view, *((master.target, master.thing) for master in shown_by(keyframe, known))]
    return dict(found[: max(1, most - 1)])  # one place is left for the base of a change


def _segments(basis: Basis, keyframes: Mapping[str, Item]) -> dict[str, Item]:
    settled: dict[str, Item] = {}
    before: Item | None = None
    for segment in basis.project.segments:
        settled[segment.id] = before = _segment(basis, segment, before, keyframes)
    return settled


def _segment(basis: Basis, segment: Segment, before: Item | None, keyframes: Mapping[str, Item]) -> Item:
    record, draft = basis.record(segment.id), basis.makers.draft
    inputs, awaited = _inputs(segment, before, keyframes)
    if awaited:
        return waiting(record, segment.id, awaited, basis.disk)
    recipe = _segment_recipe(basis.project, segment, record, basis.makers, inputs)
    item = settle(record, segment.id, [recipe], basis.disk)
    if draft and item.status != "ready":
        return settle(record, segment.id, [_drafted(recipe, segment, draft)], basis.disk)
    return item


def _inputs(
    segment: Segment, before: Item | None, keyframes: Mapping[str, Item]
) -> tuple[dict[str, str | None], list[Item]]:
    needed: dict[str, Item | None] = {}
    if segment.continuity == "chain":
        needed["chained_to"] = before
    else:
        needed["first"] = keyframes[segment.first] if segment.first else None
    needed["last"] = keyframes[segment.last] if segment.last else None
    awaited = [item for item in needed.values() if item and item.status != "ready"]
    made = {name: item.chosen if item else None for name, item in needed.items()}
    return {name: named(take) if take else None for name, take in made.items()}, awaited


def _segment_recipe(
    project: Project, segment: Segment, record: Record, makers: Makers, inputs: Mapping[str, str | None]
) -> Recipe:
    return {
        "by": dict(makers.video if segment.last else makers.video_open),
        "canvas": str(project.canvas),
        "frames": SEGMENT_FRAMES,
        "fps": project.fps,
        "prompt": segment_words(project.look, segment, chinese=makers.chinese),
        "negative": project.look.negative,
        "seed": resolve_seed(project.seed, segment.id, record.number, segment.seed),
        "take": record.number,
        **inputs,
    }


def _drafted(recipe: Recipe, segment: Segment, draft: Draft) -> Recipe:
    by = draft.video if segment.last else draft.video_open
    return {**recipe, "by": dict(by), "canvas": str(draft.canvas), "draft": True}
