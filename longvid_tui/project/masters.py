"""Masters: a sheet for every character and a plate for every place that several keyframes show.

A keyframe is painted from the masters it shows, so the last one of a film is as true to them as the first. The
target of a master is `@` and the name in the look.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from longvid_tui.project.model import Character, Keyframe, Place, Plan, Project

SHARED = 2
"""Keyframes from which on a master is made: a single keyframe needs to be consistent with no other."""


@dataclass(frozen=True)
class Master:
    """A character or a place with the ids of the keyframes that are painted from its picture."""

    target: str
    thing: Character | Place
    keyframes: tuple[str, ...]


def masters(project: Project) -> tuple[Master, ...]:
    """The masters of a project in the order of the look, characters first.

    With a picture of the person's own one keyframe is enough for a master. A place that has the name of a
    character gets none, because their targets would be the same.
    """
    if not project.masters:
        return ()
    found: dict[str, Master] = {}
    for thing in _things(project):
        shown = tuple(keyframe.id for keyframe in project.keyframes if _shows(keyframe, thing))
        if len(shown) >= (1 if thing.picture else SHARED):
            found.setdefault(f"@{thing.id}", Master(f"@{thing.id}", thing, shown))
    return tuple(found.values())


def shown_by(keyframe: Keyframe, made: Sequence[Master]) -> list[Master]:
    """The masters that a keyframe is painted from, most important first: characters, then the place."""
    return [master for master in made if keyframe.id in master.keyframes]


def find(plan: Plan, target: str) -> Character | Place | None:
    """The character or place of a target `@name`, in upper or lower case; None if there is none."""
    named = target.removeprefix("@").casefold()
    return next((thing for thing in _things(plan) if thing.id.casefold() == named), None)


def own_pictures(plan: Plan) -> list[str]:
    """The paths of all own pictures of the person in the film, relative to the project."""
    shown: list[Keyframe | Character | Place] = [*plan.keyframes, *_things(plan)]
    return [each.picture for each in shown if each.picture]


def own_picture(plan: Plan, target: str) -> str | None:
    """The path of the person's own picture that a keyframe or master shows; None if it shows none."""
    thing = find(plan, target) if target.startswith("@") else plan.keyframe(target)
    return thing.picture if thing else None


def with_picture(project: Project, target: str, picture: str | None) -> Project:
    """The project in which a keyframe or master shows the person's own `picture`; None: it is painted."""
    if not target.startswith("@"):
        return project.model_copy(update={"keyframes": _changed(project.keyframes, target, picture)})
    look = project.look
    listed = "characters" if find(project, target) in look.characters else "places"
    things = _changed(getattr(look, listed), target.removeprefix("@"), picture)
    return project.model_copy(update={"look": look.model_copy(update={listed: things})})


def _things(plan: Plan) -> list[Character | Place]:
    return [*plan.look.characters, *plan.look.places]


def _changed(things: Iterable[Any], name: str, picture: str | None) -> tuple[Any, ...]:
    change = {"picture": picture}
    return tuple(thing.model_copy(update=change) if thing.id == name else thing for thing in things)


def _shows(keyframe: Keyframe, thing: Character | Place) -> bool:
    """Whether the keyframe is painted, and shows the character or place."""
    if keyframe.picture is not None:
        return False
    return thing.id in keyframe.cast if isinstance(thing, Character) else thing.id == keyframe.place
