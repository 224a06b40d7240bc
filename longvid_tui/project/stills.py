"""The recipes of stills: all that determines the pixels of a keyframe, and which parts of that they are compared by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, TypeAlias

from longvid_tui.project.history import Record
from longvid_tui.project.model import Keyframe, Project, digest
from longvid_tui.project.wording import keyframe_words, resolve_seed

Recipe: TypeAlias = Mapping[str, Any]
"""All that determines the pixels of a result, as JSON; its digest is the result key."""

_FRAMING = ("fit", "focus")
_OF_ONE_TAKE = ("seed", "take")


@dataclass(frozen=True)
class Wish:
    """What is wanted of a keyframe: the recipe of every take to choose from, usually one, and the key of what they
    are to show, whichever take."""

    recipes: tuple[Recipe, ...]
    subject: str


def keyframe_wish(
    project: Project, keyframe: Keyframe, record: Record, by: Mapping[str, Any], picture: str = ""
) -> Wish:
    """What is painted (or the person's picture, sha256 `picture`), or how the picture there is changed, and the
    framing; `by`: the fingerprint of who paints."""
    framing = {"canvas": str(project.canvas), "fit": project.fit, "focus": list(project.focus)}

    def painted(take: int) -> Recipe:
        return {
            "by": dict(by),
            "prompt": keyframe_words(project.look, keyframe),
            "negative": project.look.negative,
            "seed": resolve_seed(project.seed, keyframe.id, take, keyframe.seed),
            "take": take,
            **framing,
        }

    anew = painted(record.number) if keyframe.picture is None else {"picture": picture, **framing}
    subject = _digest_without(anew, (*_FRAMING, *_OF_ONE_TAKE))
    if record.subject != subject:
        return Wish((anew,), subject)
    takes = range(record.number - record.candidates + 1, record.number + 1)
    if record.revision is not None:
        change = asdict(record.revision)
        return Wish(tuple({**painted(take), "revision": change} for take in takes), subject)
    return Wish(tuple(map(painted, takes)) if keyframe.picture is None else (anew,), subject)


def is_edit(recipe: Recipe) -> bool:
    """Whether it is painted from other pictures."""
    return "revision" in recipe


def paint_key(recipe: Recipe) -> str:
    """Key of the painted picture itself: the framing is left out, so new framing never buys a new picture."""
    return _digest_without(recipe, _FRAMING)


def _digest_without(recipe: Recipe, names: tuple[str, ...]) -> str:
    return digest({name: value for name, value in recipe.items() if name not in names})
