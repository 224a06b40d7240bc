"""What exists, what is approved, what is stale and why: a pure reduction of document and journal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Literal

from longvid_tui.project.canvas import Canvas
from longvid_tui.project.history import History, Mended, Proposal, Record, Take
from longvid_tui.project.masters import Master, masters, shown_by
from longvid_tui.project.model import Character, Keyframe, Place, Project, Segment, Transition, digest
from longvid_tui.project.motions import open_proposals
from longvid_tui.project.stills import Recipe, Shown, keyframe_wish, master_wish
from longvid_tui.project.timing import SEGMENT_FRAMES
from longvid_tui.project.wording import resolve_seed, segment_words

Status = Literal["ready", "missing", "waiting"]
"""ready: a take with the wanted key is chosen; missing: one has to be made; waiting: its inputs come first."""

_WORDS = {
    "prompt": "its prompt changed",
    "negative": "the negative prompt changed",
    "seed": "its seed changed",
    "take": "another take was asked for",
    "canvas": "the canvas changed",
    "fit": "the framing changed",
    "focus": "the framing changed",
    "picture": "its own picture changed",
    "by": "the backend or its settings changed",
    "first": "its first keyframe changed",
    "last": "its last keyframe changed",
    "chained_to": "the segment before it changed",
    "frames": "its length changed",
    "fps": "its length changed",
}


@dataclass(frozen=True)
class Draft:
    """How a segment is filmed for a first look: its canvas, and the fingerprints as in Makers."""

    canvas: Canvas
    video: Mapping[str, Any]
    video_open: Mapping[str, Any]


@dataclass(frozen=True)
class Makers:
    """What the chosen backends and the film encoder say determines their results (their fingerprints).

    `references`: how many pictures whose people and places to keep the painter takes; 0: there are no masters.
    `draft`: a segment that lacks its take gets a draft instead.
    `video_open`: of segments without a last keyframe. `chinese`: the generator heeds Chinese prompts better.
    """

    images: Mapping[str, Any] = field(default_factory=dict)
    video: Mapping[str, Any] = field(default_factory=dict)
    video_open: Mapping[str, Any] = field(default_factory=dict)
    chinese: bool = False
    draft: Draft | None = None
    film: Mapping[str, Any] = field(default_factory=dict)
    seams: Mapping[str, Any] = field(default_factory=dict)
    references: int = 0


@dataclass(frozen=True)
class OnDisk:
    """What only the folder can tell: sha256 of the person's own pictures by path, the paths of takes whose
    files are gone or altered, the names of conformed pieces and splices, and whether film.mp4 is the one recorded."""

    pictures: Mapping[str, str] = field(default_factory=dict)
    gone: Set[str] = frozenset()
    conformed: Set[str] = frozenset()
    film_intact: bool = True


@dataclass(frozen=True)
class Item:
    """Where one keyframe or segment stands. `recipe` and `key` are None while its inputs are unknown."""

    target: str
    status: Status
    reason: str
    recipe: Recipe | None
    key: str | None
    chosen: Take | None
    record: Record
    subject: str = ""
    """Of a keyframe: what it is to show, whichever take (stills.Wish)."""
    missing: tuple[Recipe, ...] = ()
    """The recipes of the takes that are to be made."""
    candidates: tuple[Take, ...] = ()
    """The takes to choose from, where several were asked for."""

    @property
    def approved(self) -> bool:
        return self.chosen is not None and self.status == "ready" and self.record.approved == self.chosen.sha

    @property
    def drafted(self) -> bool:
        """Whether there is a draft of it."""
        return any(is_draft(take.recipe) for take in self.record.takes)

    @property
    def locked(self) -> bool:
        return self.record.locked is not None


@dataclass(frozen=True)
class Piece:
    """One segment's part of the film: its take, conformed under `key`.

    Its ends are drawn to `first` and `last`: the takes of the keyframes it was filmed from. A chained segment starts
    at what the one before it was drawn to at its end, else at that one's own last frame: `first` is then its take.
    """

    target: str
    take: Take
    starts_run: bool
    first: Take | None
    last: Take | None
    key: str
    made: bool

    @property
    def is_draft(self) -> bool:
        """Whether it is a first look only; the film says so."""
        return is_draft(self.take.recipe)


@dataclass(frozen=True)
class Seam:
    """Where the segment `after` follows the segment `before`; mended and graded under `key`.

    `key` is None while a piece is unknown, and for a cut, where nothing is to be done.
    """

    before: str
    after: str
    transition: Transition
    key: str | None
    mended: Mended | None
    made: bool


@dataclass(frozen=True)
class Film:
    """The film as the chosen takes make it: the pieces of the segments that are ready, in order, and all seams."""

    status: Status
    reason: str
    key: str | None
    pieces: tuple[Piece, ...]
    seams: tuple[Seam, ...] = ()

    def seam(self, after: str) -> Seam:
        """The seam before the segment `after`; raises StopIteration for the first of the film."""
        return next(seam for seam in self.seams if seam.after == after)


@dataclass(frozen=True)
class ProjectState:
    """Everything that follows from project.yaml and journal.jsonl."""

    project: Project
    plan_sha: str
    plan_approved: bool
    plan_rejected: str | None
    prompt_changed: bool
    masters: Mapping[str, Item]
    """What keyframes are painted from (project.masters), in the order of the look."""
    keyframes: Mapping[str, Item]
    segments: Mapping[str, Item]
    film: Film
    history: History
    proposals: Mapping[str, Proposal]
    """Movements that wait for the person, by target (project.motions)."""
    filmed_at: Canvas
    """Canvas of the segments that are missing: the project's, or that of drafts."""

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
    """Reduce document and journal to what exists and what is missing; pure."""
    known = masters_for(project, makers)
    made = {master.target: _master(project, master, history, makers, disk) for master in known}
    keyframes = _keyframes(project, known, made, history, makers, disk)
    segments = _segments(project, history, makers, disk, keyframes)
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
        film=_film(project, history, makers, disk, segments),
        history=history,
        proposals=open_proposals(project, history, _pictures(keyframes)),
        filmed_at=makers.draft.canvas if makers.draft else project.canvas,
    )


def masters_for(project: Project, makers: Makers) -> tuple[Master, ...]:
    """Those that are made first: none where who paints takes no other pictures."""
    return masters(project) if makers.references else ()


def prompt_sha(project: Project) -> str:
    """Digest of what a plan is made from: the prompt and the hard constraints."""
    return digest([project.prompt, project.wanted.model_dump(mode="json")])


def _pictures(keyframes: Mapping[str, Item]) -> dict[str, Take]:
    """The picture each keyframe shows, of those that are ready."""
    ready = {name: item.chosen for name, item in keyframes.items() if item.status == "ready"}
    return {name: take for name, take in ready.items() if take}


def _master(project: Project, master: Master, history: History, makers: Makers, disk: OnDisk) -> Item:
    record = history.records.get(master.target) or Record()
    picture = disk.pictures.get(master.thing.picture, "") if master.thing.picture else ""
    wish = master_wish(project, master, record, makers.images, picture)
    return _settle(record, master.target, wish.recipes, disk, wish.subject)


def _keyframes(
    project: Project,
    known: Sequence[Master],
    made: Mapping[str, Item],
    history: History,
    makers: Makers,
    disk: OnDisk,
) -> dict[str, Item]:
    """In the order of the film; those that take their view from another after it."""
    settled = dict(made)
    for keyframe in sorted(project.keyframes, key=lambda keyframe: keyframe.view is not None):
        settled[keyframe.id] = _keyframe(project, keyframe, known, settled, history, makers, disk)
    return {keyframe.id: settled[keyframe.id] for keyframe in project.keyframes}


def _keyframe(
    project: Project,
    keyframe: Keyframe,
    known: Sequence[Master],
    made: Mapping[str, Item],
    history: History,
    makers: Makers,
    disk: OnDisk,
) -> Item:
    record = history.records.get(keyframe.id) or Record()
    wanted = _painted_from(project, keyframe, known, makers)
    awaited = [made[target] for target in wanted if made[target].status != "ready"]
    if awaited:
        return _waiting(record, keyframe.id, awaited, disk)
    taken = [(target, thing, made[target].chosen) for target, thing in wanted.items()]
    shown = [Shown(target, thing, _named(take)) for target, thing, take in taken if take]
    picture = disk.pictures.get(keyframe.picture, "") if keyframe.picture else ""
    wish = keyframe_wish(project, keyframe, record, makers.images, picture, shown)
    return _settle(record, keyframe.id, wish.recipes, disk, wish.subject)


def _painted_from(
    project: Project, keyframe: Keyframe, known: Sequence[Master], makers: Makers
) -> dict[str, Character | Place | Keyframe]:
    """By target, as many as who paints takes, most important first: the view, who, where."""
    if not makers.references or keyframe.picture is not None:
        return {}
    view = [(keyframe.view, project.keyframe(keyframe.view))] if keyframe.view else []
    found = [*view, *((master.target, master.thing) for master in shown_by(keyframe, known))]
    return dict(found[: max(1, makers.references - 1)])  # a change has its base, too


def is_draft(recipe: Recipe) -> bool:
    """Whether this makes a segment for a first look only."""
    return bool(recipe.get("draft"))


def _segments(
    project: Project, history: History, makers: Makers, disk: OnDisk, keyframes: Mapping[str, Item]
) -> dict[str, Item]:
    settled: dict[str, Item] = {}
    before: Item | None = None
    for segment in project.segments:
        record = history.records.get(segment.id) or Record()
        inputs, awaited = _inputs(segment, before, keyframes)
        if awaited:
            item = _waiting(record, segment.id, awaited, disk)
        else:
            recipe = _segment_recipe(project, segment, record, makers, inputs)
            item = _settle(record, segment.id, [recipe], disk)
            if makers.draft and item.status != "ready":
                item = _settle(record, segment.id, [_drafted(recipe, segment, makers.draft)], disk)
        settled[segment.id] = before = item
    return settled


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
    return {name: _named(take) if take else None for name, take in made.items()}, awaited


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


def _settle(record: Record, target: str, recipes: Sequence[Recipe], disk: OnDisk, subject: str = "") -> Item:
    """`recipes`: of every take to choose from; the first counts as chosen until the person chooses."""
    keys = [digest(recipe) for recipe in recipes]
    key, made = keys[-1], [_made(record, each, disk) for each in keys]
    missing = {each: recipe for each, recipe, take in zip(keys, recipes, made, strict=True) if not take}
    chosen = _preferred(record, key, disk) or (None if missing else made[0])
    candidates = tuple(take for take in made if take) if len(keys) > 1 else ()
    if chosen:
        return Item(
            target, "ready", "", recipes[-1], key, chosen, record, candidates=candidates, subject=subject
        )
    first, wanted = next(iter(missing.items()))
    reason = _why_missing(record, wanted, first, disk)
    return Item(
        target,
        "missing",
        reason,
        recipes[-1],
        key,
        None,
        record,
        missing=tuple(missing.values()),
        candidates=candidates,
        subject=subject,
    )


def _waiting(record: Record, target: str, awaited: list[Item], disk: OnDisk) -> Item:
    locked = _usable(record.take(record.locked), disk)
    if locked:
        return Item(target, "ready", "", None, None, locked, record)
    causes = "; ".join(
        item.target if item.status == "waiting" else f"{item.target}: {item.reason}" for item in awaited
    )
    return Item(target, "waiting", f"waits for {causes}", None, None, None, record)


def _preferred(record: Record, key: str, disk: OnDisk) -> Take | None:
    """The take the person locked, or chose for just this key."""
    locked = _usable(record.take(record.locked), disk)
    if locked:
        return locked
    if record.choice and record.choice[1] == key:
        choice = _usable(record.take(record.choice[0]), disk)
        if choice:
            return choice
    return None


def _made(record: Record, key: str, disk: OnDisk) -> Take | None:
    made = (take for take in reversed(record.takes) if take.key == key and take.sha not in record.rejected)
    return next((take for take in made if _usable(take, disk)), None)


def _usable(take: Take | None, disk: OnDisk) -> Take | None:
    return take if take and take.path not in disk.gone else None


def _named(take: Take) -> str:
    """The hash by which a recipe names what it is made from."""
    return take.pixels or take.sha


def _why_missing(record: Record, recipe: Recipe, key: str, disk: OnDisk) -> str:
    if not record.takes:
        return "not made yet"
    if any(take.key == key and take.path in disk.gone for take in record.takes):
        return "its file is gone or altered"
    newest = record.takes[-1]
    if "revision" not in recipe and ("picture" in recipe) != ("picture" in newest.recipe):
        return "it has its own picture now" if "picture" in recipe else "its own picture was taken out"
    if ("chained_to" in recipe) != ("chained_to" in newest.recipe):
        return "it is chained now" if "chained_to" in recipe else "it starts with a keyframe now"
    if is_draft(newest.recipe) != is_draft(recipe):
        return "a draft is wanted" if is_draft(recipe) else "only a draft was made"
    if newest.key == key or recipe.get("take", 0) != newest.recipe.get("take", 0):
        rejected = record.rejected.get(newest.sha) is not None
        verb = "was rejected" if rejected else f"{_asked_for(record, recipe)} asked for"
        return f"{verb}: {record.note}" if record.note else verb
    if recipe.get("masters") != newest.recipe.get("masters"):
        return _why_of_masters(recipe.get("masters", {}), newest.recipe.get("masters", {}))
    changed = {name for name in {*recipe, *newest.recipe} if recipe.get(name) != newest.recipe.get(name)}
    return ", ".join(dict.fromkeys(words for name, words in _WORDS.items() if name in changed)) or "changed"


def _why_of_masters(now: Mapping[str, str], before: Mapping[str, str]) -> str:
    changed = [target for target in {**now, **before} if now.get(target) != before.get(target)]
    return f"{', '.join(changed)} changed"


def _asked_for(record: Record, recipe: Recipe) -> str:
    if record.candidates > 1:
        return f"{record.candidates} candidates were"
    return "a change of its picture was" if "revision" in recipe else "another take was"


def _film(
    project: Project, history: History, makers: Makers, disk: OnDisk, segments: Mapping[str, Item]
) -> Film:
    made = (take for record in history.records.values() for take in record.takes)
    takes = {_named(take): take for take in made if _usable(take, disk)}
    pieces = tuple(
        _piece(item.target, item.chosen, index == 0 or cut, takes, project, makers, disk)
        for index, (item, cut) in enumerate(zip(segments.values(), project.cuts(), strict=True))
        if item.chosen and item.status == "ready"
    )
    if not segments:
        return Film("waiting", "there is no plan yet", None, ())
    seams = tuple(_seams(project, history, makers, disk, {piece.target: piece for piece in pieces}))
    absent = [item.target for item in segments.values() if item.status != "ready"]
    if absent:
        rest = f" and {len(absent) - 3} more" if len(absent) > 3 else ""
        return Film("waiting", f"waits for {', '.join(absent[:3])}{rest}", None, pieces, seams)
    key = digest(
        {
            "title": project.title,
            "chapters": [chapter_title(segment) for segment in project.segments],
            "pieces": [piece.key for piece in pieces],
            "seams": [seam.key for seam in seams],
            "drafts": [piece.target for piece in pieces if piece.is_draft],
        }
    )
    if history.film is None:
        return Film("missing", "not made yet", key, pieces, seams)
    if history.film["key"] != key:
        return Film("missing", _why_film(history.film, pieces, seams), key, pieces, seams)
    if not disk.film_intact:
        return Film("missing", "its file is gone or altered", key, pieces, seams)
    return Film("ready", "", key, pieces, seams)


def chapter_title(segment: Segment) -> str:
    """What a player shows for a segment: its scene, else the first words of its prompt (60 characters)."""
    words = " ".join((segment.scene or segment.prompt).split())
    return f"{segment.id} {words if len(words) <= 60 else words[:59].rstrip() + '…'}".rstrip()


def _piece(
    target: str,
    take: Take,
    starts_run: bool,
    takes: Mapping[str, Take],
    project: Project,
    makers: Makers,
    disk: OnDisk,
) -> Piece:
    first, last = _drawn_to(take, takes)
    key = digest(
        {
            "take": take.sha,
            "first": _named(first) if first else None,
            "last": _named(last) if last else None,
            "starts_run": starts_run,
            "canvas": str(project.canvas),
            "fps": project.fps,
            "by": dict(makers.film),
        }
    )
    return Piece(target, take, starts_run, first, last, key, key in disk.conformed)


def _drawn_to(take: Take, takes: Mapping[str, Take]) -> tuple[Take | None, Take | None]:
    """What the ends of a clip are drawn to, of all `takes` by name; see Piece."""
    first, last, before = (takes.get(take.recipe.get(name) or "") for name in ("first", "last", "chained_to"))
    if before:
        first = takes.get(before.recipe.get("last") or "") or before
    return first, last


def _seams(
    project: Project, history: History, makers: Makers, disk: OnDisk, pieces: Mapping[str, Piece]
) -> Iterator[Seam]:
    for before, after in pairwise(project.segments):
        key = None
        if after.transition != "cut" and before.id in pieces and after.id in pieces:
            sides = [pieces[before.id].key, pieces[after.id].key]
            key = digest({"pieces": sides, "transition": after.transition, "by": dict(makers.seams)})
        mended = history.seams.get(key) if key else None
        needs_none = after.transition == "cut" or (mended is not None and mended.splice is None)
        made = needs_none or (mended is not None and key in disk.conformed)
        yield Seam(before.id, after.id, after.transition, key, mended, made)


def _why_film(film: Mapping[str, Any], pieces: tuple[Piece, ...], seams: tuple[Seam, ...]) -> str:
    changed = [piece.target for piece in pieces if film["pieces"].get(piece.target) != piece.key]
    if changed:
        return f"{', '.join(changed[:6])}{' and more' if len(changed) > 6 else ''} changed"
    crossed = [seam.after for seam in seams if film.get("seams", {}).get(seam.after) != seam.key]
    if crossed:
        return f"how it comes to {', '.join(crossed[:6])}{' and more' if len(crossed) > 6 else ''} changed"
    return "its order, title or chapters changed"
