"""Masters: a sheet for every character and a plate for every place that several keyframes show.

A keyframe is painted from the masters it shows and never from another keyframe, so the last one of a film is as
true to them as the first. Targets of masters are `@` and the name in the look.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from longvid_tui.project.model import Character, Keyframe, Place, Plan, Project

SHARED = 2
"""Keyframes that show the same before its master is worth making: one alone has nothing to be true to."""


@dataclass(frozen=True)
class Master:
    """A character or a place, and the ids of the keyframes that are painted from its picture."""

    target: str
    thing: Character | Place
    keyframes: tuple[str, ...]


def masters(project: Project) -> tuple[Master, ...]:
    """In the order of the look, characters first; whoever brings a picture of its own needs one keyframe only.

    A place that is called as a character has none: their names would be one.
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
    """The masters a keyframe is painted from, most important first: who, then where."""
    return [master for master in made if keyframe.id in master.keyframes]


def find(plan: Plan, target: str) -> Character | Place | None:
    """The character or place that a target `@name` names, in any spelling of its letters."""
    named = target.removeprefix("@").casefold()
    return next((thing for thing in _things(plan) if thing.id.casefold() == named), None)


def own_pictures(plan: Plan) -> list[str]:
    """Every picture of the person's in the film, by its path in the project."""
    shown: list[Keyframe | Character | Place] = [*plan.keyframes, *_things(plan)]
    return [each.picture for each in shown if each.picture]


def own_picture(plan: Plan, target: str) -> str | None:
    """The person's own picture that a keyframe or master shows, by its path in the project."""
    thing = find(plan, target) if target.startswith("@") else plan.keyframe(target)
    return thing.picture if thing else None


def with_picture(project: Project, target: str, picture: str | None) -> Project:
    """The project whose keyframe or master shows another picture, or none of the person's own."""
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
    """Whether it is painted, and the character or place is visible in it."""
    if keyframe.picture is not None:
        return False
    return thing.id in keyframe.cast if isinstance(thing, Character) else thing.id == keyframe.place
