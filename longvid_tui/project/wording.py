"""The words that backends are given: a prompt, and verbatim the parts of the look that apply to it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import TypeVar

from longvid_tui.project.model import Character, Keyframe, Look, Place, Prop, Seed, Segment

Described = TypeVar("Described", Character, Place, Prop)


def keyframe_words(look: Look, keyframe: Keyframe) -> str:
    """The complete description of one still: its prompt, what is visible in it, the style."""
    visible = [
        *(_character(character) for character in _named(look.characters, keyframe.cast)),
        *(place.features for place in _named(look.places, [keyframe.place] if keyframe.place else [])),
        *(prop.features for prop in _named(look.props, keyframe.props)),
    ]
    return _sentences([keyframe.prompt, *visible, keyframe.camera, keyframe.light, look.style, look.palette])


def master_words(look: Look, thing: Character | Place) -> str:
    """The complete description of the picture that keyframes showing `thing` are painted from."""
    if isinstance(thing, Place):
        view = "The whole place in one wide view, with nobody in it"
        return _sentences([thing.features, view, look.style, look.palette])
    sheet = (
        "A character sheet on plain light grey: the same figure standing from the front, from the side and from "
        "behind, and its face large, in a neutral pose and even light, without any writing"
    )
    return _sentences([_character(thing), sheet, look.style])


def reference_words(things: Sequence[Character | Place | Keyframe], first: int = 1) -> str:
    """Words that say what the reference pictures of a request show; `first`: the number of the first of
    them."""
    views = [number for number, thing in enumerate(things, first) if isinstance(thing, Keyframe)]
    masters = [
        f"picture {number} is {'the place ' if isinstance(thing, Place) else ''}{thing.id}"
        for number, thing in enumerate(things, first)
        if number not in views
    ]
    return " ".join([*map(_view_words, views), *([_master_words(masters)] if masters else [])])


def _view_words(number: int) -> str:
    return (
        f"Picture {number} is what the same camera sees at another moment: keep its place, framing, lens and background "
        "exactly, and change only what happens there."
    )


def _master_words(named: Sequence[str]) -> str:
    keep = "Keep faces, hair, build, clothes, colours and architecture exactly as they are there"
    return f"For reference: {'; '.join(named)}. {keep}, and take neither pose nor framing from there."


def segment_words(look: Look, segment: Segment, *, chinese: bool = False) -> str:
    """The complete description of one clip: its motion prompt, the Chinese one if wanted and there, and the
    style."""
    prompt = segment.prompt_zh if chinese and segment.prompt_zh.strip() else segment.prompt
    return _sentences([prompt, look.style])


def resolve_seed(project_seed: int, target: str, take: int, own: Seed | None) -> int:
    """The seed of one take, 0..2**31-1: the item's own seed or one derived from the project's, never random.

    Derived as int(sha256("project_seed|target|take")[:8], 16) & 0x7fffffff; an own seed counts up by take.
    """
    if own is not None:
        return (own + take) & 0x7FFF_FFFF
    return int(hashlib.sha256(f"{project_seed}|{target}|{take}".encode()).hexdigest()[:8], 16) & 0x7FFF_FFFF


def _named(described: Sequence[Described], names: Iterable[str]) -> list[Described]:
    wanted = set(names)
    return [one for one in described if one.id in wanted]


def _character(character: Character) -> str:
    return ", ".join(part for part in (character.features, character.wardrobe) if part)


def _sentences(parts: Iterable[str]) -> str:
    said = (part if part[-1] in ".!?。！？…" else f"{part}." for part in map(str.strip, parts) if part)
    return " ".join(dict.fromkeys(said))
