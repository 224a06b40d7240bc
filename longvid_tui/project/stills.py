"""The recipes of stills: all that determines the pixels of a keyframe or master."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from longvid_tui.project.history import Record
from longvid_tui.project.masters import Master
from longvid_tui.project.model import Character, Keyframe, Place, Project, digest
from longvid_tui.project.wording import keyframe_words, master_words, reference_words, resolve_seed

Recipe: TypeAlias = Mapping[str, Any]
"""All that determines the pixels of a result, as JSON; its digest is the result key."""

_FRAMING = ("fit", "focus")
_OF_ONE_TAKE = ("seed", "take")


@dataclass(frozen=True)
class Wish:
    """What is wanted of a keyframe or master.

    `recipes`: of every take to choose from, usually one. `subject`: the digest of what the still is to show,
    which is the same for all its takes.
    """

    recipes: tuple[Recipe, ...]
    subject: str


@dataclass(frozen=True)
class Shown:
    """A reference that a keyframe is painted from: its target, what it shows, and the sha256 of its pixels."""

    target: str
    thing: Character | Place | Keyframe
    pixels: str


def keyframe_wish(
    project: Project,
    keyframe: Keyframe,
    record: Record,
    by: Mapping[str, Any],
    picture: str = "",
    shown: Sequence[Shown] = (),
) -> Wish:
    """What is wanted of a keyframe.

    `by`: the fingerprint of the image provider. `picture`: the sha256 of the person's own picture, if the
    keyframe shows one. `shown`: the references it is painted from.
    """
    words = keyframe_words(project.look, keyframe)
    own = picture if keyframe.picture is not None else None
    return _wish(project, keyframe.id, words, record, by, own, seed=keyframe.seed, shown=shown)


def master_wish(
    project: Project, master: Master, record: Record, by: Mapping[str, Any], picture: str = ""
) -> Wish:
    """What is wanted of a master; see `keyframe_wish`."""
    words = master_words(project.look, master.thing)
    own = picture if master.thing.picture is not None else None
    return _wish(project, master.target, words, record, by, own)


def _wish(
    project: Project,
    target: str,
    words: str,
    record: Record,
    by: Mapping[str, Any],
    picture: str | None,
    *,
    seed: int | None = None,
    shown: Sequence[Shown] = (),
) -> Wish:
    framing = _framing(project)
    things = [each.thing for each in shown]
    masters = {"masters": {each.target: each.pixels for each in shown}} if shown else {}

    def painted(take: int, *, over: int = 0) -> Recipe:
        """The recipe of one take; `over`: how many pictures come before the references (the base of a
        change)."""
        return {
            "by": dict(by),
            "prompt": f"{words}\n\n{reference_words(things, over + 1)}" if things else words,
            "negative": project.look.negative,
            "seed": resolve_seed(project.seed, target, take, seed),
            "take": take,
            **masters,
            **framing,
        }

    anew = painted(record.number) if picture is None else own_recipe(project, picture)
    subject = _digest_without(anew, (*_FRAMING, *_OF_ONE_TAKE))
    if record.subject != subject:
        return Wish((anew,), subject)
    takes = range(record.number - record.candidates + 1, record.number + 1)
    if record.revision is not None:
        change = record.revision.facts()
        return Wish(tuple({**painted(take, over=1), "revision": change} for take in takes), subject)
    return Wish(tuple(map(painted, takes)) if picture is None else (anew,), subject)


def own_recipe(project: Project, picture: str) -> Recipe:
    """The recipe of a still that shows the person's own picture, of this sha256."""
    return {"picture": picture, **_framing(project)}


def _framing(project: Project) -> dict[str, Any]:
    return {"canvas": str(project.canvas), "fit": project.fit, "focus": list(project.focus)}


def is_edit(recipe: Recipe) -> bool:
    """Whether the still is painted from other pictures."""
    return "revision" in recipe or "masters" in recipe


def paint_key(recipe: Recipe) -> str:
    """The key of the picture as painted: without the framing, so that a new framing never buys a new
    picture."""
    return _digest_without(recipe, _FRAMING)


def _digest_without(recipe: Recipe, names: tuple[str, ...]) -> str:
    return digest({name: value for name, value in recipe.items() if name not in names})
