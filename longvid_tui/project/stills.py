"""The recipes of stills: all that determines the pixels of a keyframe, and which parts of that it is compared by."""

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
class Still:
    """What is wanted of a keyframe: its recipe, and the key of what it is to show, whichever take of it."""

    recipe: Recipe
    subject: str


def keyframe_still(
    project: Project, keyframe: Keyframe, record: Record, by: Mapping[str, Any], picture: str = ""
) -> Still:
    """What is painted (or the person's picture, sha256 `picture`), or how the picture there is changed, and the
    framing; `by`: the fingerprint of who paints."""
    framing = {"canvas": str(project.canvas), "fit": project.fit, "focus": list(project.focus)}
    painted = {
        "by": dict(by),
        "prompt": keyframe_words(project.look, keyframe),
        "negative": project.look.negative,
        "seed": resolve_seed(project.seed, keyframe.id, record.number, keyframe.seed),
        "take": record.number,
        **framing,
    }
    anew = painted if keyframe.picture is None else {"picture": picture, **framing}
    subject = _digest_without(anew, (*_FRAMING, *_OF_ONE_TAKE))
    revision = record.revision
    if revision is None or revision.subject != subject:
        return Still(anew, subject)
    change = {name: value for name, value in asdict(revision).items() if name != "subject"}
    return Still({**painted, "revision": change}, subject)


def paint_key(recipe: Recipe) -> str:
    """Key of the painted picture itself: the framing is left out, so new framing never buys a new picture."""
    return _digest_without(recipe, _FRAMING)


def _digest_without(recipe: Recipe, names: tuple[str, ...]) -> str:
    return digest({name: value for name, value in recipe.items() if name not in names})
