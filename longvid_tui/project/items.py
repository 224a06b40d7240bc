"""Where one still or segment stands: which of its takes is used, or what is missing and why. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Literal

from longvid_tui.project.history import History, Record, Take
from longvid_tui.project.makers import Makers
from longvid_tui.project.model import Project, digest
from longvid_tui.project.stills import Recipe

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
class OnDisk:
    """What only the disk can tell.

    `pictures`: the sha256 of the person's own pictures, by path. `gone`: paths of takes whose files are missing
    or altered. `conformed`: the keys of pieces and splices that are there. `film_intact`: whether film.mp4 is
    the one that was journaled.
    """

    pictures: Mapping[str, str] = field(default_factory=dict)
    gone: Set[str] = frozenset()
    conformed: Set[str] = frozenset()
    film_intact: bool = True


@dataclass(frozen=True)
class Basis:
    """All that a survey starts from: what is wanted, what happened, who makes it, what is on disk."""

    project: Project
    history: History
    makers: Makers
    disk: OnDisk

    def record(self, target: str) -> Record:
        """The story of a target so far; an empty one if nothing has happened to it."""
        return self.history.records.get(target) or Record()


@dataclass(frozen=True)
class Item:
    """Where one keyframe, master or segment stands.

    `recipe` and `key`: of the take that is wanted, None while its inputs are unknown. `chosen`: the take that
    is used, None unless the item is ready. `reason`: why it is not ready, "" if it is.
    """

    target: str
    status: Status
    reason: str
    recipe: Recipe | None
    key: str | None
    chosen: Take | None
    record: Record
    subject: str = ""
    """See stills.Wish; "" for a segment."""
    missing: tuple[Recipe, ...] = ()
    """The recipes of the takes that are to be made."""
    candidates: tuple[Take, ...] = ()
    """The takes to choose from, where several were asked for."""

    @property
    def approved(self) -> bool:
        return self.chosen is not None and self.status == "ready" and self.record.approved == self.chosen.sha

    @property
    def drafted(self) -> bool:
        """Whether a draft of it was made."""
        return any(is_draft(take.recipe) for take in self.record.takes)

    @property
    def locked(self) -> bool:
        return self.record.locked is not None


def settle(record: Record, target: str, recipes: Sequence[Recipe], disk: OnDisk, subject: str = "") -> Item:
    """Where an item stands whose inputs are ready.

    `recipes`: of every take to choose from; the first of them is used until the person chooses another.
    """
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


def waiting(record: Record, target: str, awaited: list[Item], disk: OnDisk) -> Item:
    """Where an item stands whose inputs are not ready: it waits for `awaited`, unless a take of it is
    locked."""
    locked = usable(record.take(record.locked), disk)
    if locked:
        return Item(target, "ready", "", None, None, locked, record)
    causes = "; ".join(
        item.target if item.status == "waiting" else f"{item.target}: {item.reason}" for item in awaited
    )
    return Item(target, "waiting", f"waits for {causes}", None, None, None, record)


def usable(take: Take | None, disk: OnDisk) -> Take | None:
    """The take, if its file is there and unaltered; else None."""
    return take if take and take.path not in disk.gone else None


def named(take: Take) -> str:
    """The hash by which recipes name a take they are made from."""
    return take.pixels or take.sha


def is_draft(recipe: Recipe) -> bool:
    """Whether this is the recipe of a draft."""
    return bool(recipe.get("draft"))


def _preferred(record: Record, key: str, disk: OnDisk) -> Take | None:
    """The take that the person locked, or chose for exactly this key; None if there is none."""
    locked = usable(record.take(record.locked), disk)
    if locked:
        return locked
    if record.choice and record.choice[1] == key:
        choice = usable(record.take(record.choice[0]), disk)
        if choice:
            return choice
    return None


def _made(record: Record, key: str, disk: OnDisk) -> Take | None:
    made = (take for take in reversed(record.takes) if take.key == key and take.sha not in record.rejected)
    return next((take for take in made if usable(take, disk)), None)


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
