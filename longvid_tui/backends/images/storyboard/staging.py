"""Where everybody and everything stands in the picture."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from longvid_tui.backends.images.storyboard.cast import Subject
from longvid_tui.backends.images.storyboard.figures import PEOPLE
from longvid_tui.backends.images.storyboard.figures.kinds import BEASTS, head_of
from longvid_tui.backends.images.storyboard.figures.measures import (
    AFLOAT,
    AIRBORNE,
    BUILDINGS,
    HANDS,
    HELD,
    OVERHEAD,
    TABLETOP,
    height_of,
    width_of,
)
from longvid_tui.backends.images.storyboard.grounds import FLOATING, WATERS, Floor
from longvid_tui.backends.images.storyboard.grounds.stage import Stage
from longvid_tui.backends.images.storyboard.scene import Framing

_PERSON: dict[Framing, float] = {"wide": 0.33, "medium": 0.50, "close": 0.92, "low": 0.58, "high": 0.27}
"""Height of a grown person, in heights of the picture."""

_LEAST = 0.16
"""Height of the smallest thing that is alone in a picture: it is what the picture is about."""


@dataclass(frozen=True)
class Placement:
    """One figure: its feet at (x, y), `size` tall, all in heights of the picture.

    `distance` (0 near .. 1 far) fades it. `holds` is what it has in its hand; `face` shows it from the chest
    up; `aboard` stands in a boat that is drawn around it.
    """

    subject: Subject
    x: float
    y: float
    size: float
    flip: bool = False
    distance: float = 0.0
    holds: Subject | None = None
    face: bool = False
    afloat: bool = False
    aboard: Subject | None = None


def place(stage: Stage, floor: Floor) -> list[Placement]:
    """All figures of a scene, the farthest first."""
    subjects = [subject for subject in stage.scene.subjects if _belongs(stage, subject)]
    if not subjects:
        return []
    if stage.scene.framing == "close":
        return list(_close(stage, floor, subjects))
    held, free = _in_hand(subjects)
    behind = [subject for subject in free if subject.concept in BUILDINGS]
    above = [subject for subject in free if subject.concept in AIRBORNE]
    before = [subject for subject in free if subject not in behind and subject not in above]
    return [
        *_behind(stage, floor, behind, alone=not before),
        *_above(stage, above, alone=len(free) == len(above)),
        *_before(stage, floor, before, held),
    ]


def _belongs(stage: Stage, subject: Subject) -> bool:
    """Whether a thing can be where the scene is: no castle in a room, no train under water."""
    return subject.concept not in BUILDINGS or stage.scene.place not in ("room", "space", "underwater", "cave")


def _in_hand(subjects: Sequence[Subject]) -> tuple[Subject | None, list[Subject]]:
    """(what somebody holds, or each of several people, all the rest)."""
    hands = sum(subject.count for subject in subjects if subject.concept in HANDS)
    held = next(
        (
            subject
            for subject in subjects
            if hands and subject.concept in HELD and (subject.count == 1 or subject.concept in OVERHEAD)
        ),
        None,
    )
    return held, [subject for subject in subjects if subject is not held]


def _close(stage: Stage, floor: Floor, subjects: Sequence[Subject]) -> Iterator[Placement]:
    """One or two of them, filling the picture."""
    main = next(
        (subject for subject in subjects if subject.concept in PEOPLE or subject.concept in BEASTS), subjects[0]
    )
    centre = stage.sheet.aspect * float(stage.chance.choice((0.42, 0.5, 0.58)))
    flip = centre > stage.sheet.aspect / 2
    room = min(1.0, stage.sheet.aspect / 1.1)
    if main.concept in PEOPLE:
        second = next((one for one in subjects if one.concept in PEOPLE and one is not main), None)
        if second and stage.sheet.aspect > 1.2:
            yield Placement(second, centre + 0.48, 1.0, 0.74, flip=True, distance=0.06, face=True)
            yield Placement(main, centre - 0.34, 1.0, 0.84, face=True)
        else:
            yield Placement(main, centre, 1.0, 0.92 * room, flip=flip, face=True)
    elif main.concept in BEASTS and stage.scene.posture == "lie":
        yield Placement(main, centre, 0.86, min(1.25 * room, 0.8 * stage.sheet.aspect), flip=flip)
    elif main.concept in BEASTS:
        size = 0.95 * room / max(0.6, height_of(main.concept)) ** 0.3
        x, y = head_of(BEASTS[main.concept])
        yield Placement(main, centre + (x if flip else -x) * size * 0.72, 0.47 + y * size, size, flip=flip)
    elif main.concept in BUILDINGS:
        size = 1.05 * room
        yield Placement(
            main, centre, 1.02, min(size, 1.6 * stage.sheet.aspect / width_of(main.concept)), flip=flip
        )
    else:
        size = min(0.56, 0.8 * stage.sheet.aspect / width_of(main.concept))
        low = (
            0.5 + size / 2
            if main.concept in AIRBORNE or stage.scene.place in FLOATING
            else max(floor.y - 0.06, 0.5 + size / 2)
        )
        yield Placement(main, centre, min(0.93, low), size, flip=flip, afloat=_floats(stage, main))


def _behind(stage: Stage, floor: Floor, subjects: Sequence[Subject], alone: bool) -> Iterator[Placement]:
    aspect, person = stage.sheet.aspect, _PERSON[stage.scene.framing]
    side = 1 if stage.place_chance(21).random() < 0.5 else -1
    for index, subject in enumerate(subjects):
        share = 0.80 if alone else 0.60
        size = min(person * height_of(subject.concept) * share, 0.74, 0.92 * aspect / width_of(subject.concept))
        size = max(size, 0.24)
        at = 0.5 + side * ((0.08 if alone else 0.24) + 0.2 * index) * (1 if index % 2 == 0 else -1)
        x, y = (
            aspect * at,
            floor.far if not alone else max(floor.far, min(floor.y - 0.03, floor.far + floor.step)),
        )
        if index == 0 and floor.perch is not None:
            x, y = floor.perch
        x = float(
            np.clip(x, width_of(subject.concept) * size * 0.4, aspect - width_of(subject.concept) * size * 0.4)
        )
        for member in range(min(subject.count, 3)):
            shift = (member * 0.62 - 0.3 * (subject.count > 1)) * size * width_of(subject.concept) * side
            yield Placement(
                subject, x + shift, y, size * (1 - 0.12 * member), distance=0.14 if not alone else 0.05
            )


def _above(stage: Stage, subjects: Sequence[Subject], alone: bool) -> Iterator[Placement]:
    aspect, person, chance = stage.sheet.aspect, _PERSON[stage.scene.framing], stage.chance
    top = 0.62 if stage.scene.place in FLOATING or stage.scene.place == "room" else stage.horizon
    for index, subject in enumerate(subjects):
        size, count = min(person * height_of(subject.concept), 0.5 if alone else 0.36), subject.count
        if subject.concept == "firefly":
            size, count = 0.022, max(count, 3) * 4
        else:
            size = max(size, _LEAST if alone else 0.09)
        x = aspect * (
            0.5 + (0.0 if alone else 0.26) * (1 if index % 2 == 0 else -1) + float(chance.uniform(-0.08, 0.08))
        )
        y = float(np.clip(top * chance.uniform(0.55, 0.72) + size / 2, size * 1.08 + 0.03, 0.82))
        size = min(size, 0.9 * aspect / width_of(subject.concept))
        half = 0.46 * size * width_of(subject.concept)
        flip = bool(chance.random() < 0.5)
        for member in range(count):
            reach = 0.0 if count == 1 else 1.0
            dx = reach * float(chance.uniform(-0.36, 0.36)) * aspect if member else 0.0
            dy = reach * float(chance.uniform(-0.16, 0.14)) if member else 0.0
            small = size * (1 - reach * 0.55 * member / count)
            at_y = float(np.clip(y + dy, small * 1.08 + 0.03, 0.86))
            yield Placement(
                subject,
                float(np.clip(x + dx, half, aspect - half)),
                at_y,
                small,
                flip,
                0.10 * member / count,
            )


def _before(
    stage: Stage, floor: Floor, subjects: Sequence[Subject], held: Subject | None
) -> Iterator[Placement]:
    """The living and what is with them, side by side in the foreground."""
    aboard, rest = _crew(stage, subjects)
    small, rest = _for_a_table(stage, rest)
    figures = _sized(stage, rest, few=len(subjects) == 1)
    wide = sum(size * width_of(subject.concept) for subject, size in figures) + 0.07 * max(0, len(figures) - 1)
    scale = min(1.0, 0.88 * (floor.right - floor.left) / max(wide, 1e-3))
    lean = float(stage.chance.choice((-0.09, 0.0, 0.09))) if len(figures) < 4 else 0.0
    x = (floor.left + floor.right) / 2 + lean * stage.sheet.aspect - wide * scale / 2
    to_hold = held.count if held else 0
    for subject, size in figures:
        across = size * width_of(subject.concept) * scale
        flip = (
            x + across / 2 > stage.sheet.aspect / 2 if len(figures) > 1 else bool(stage.chance.random() < 0.35)
        )
        placed = _on_the_ground(stage, floor, Placement(subject, x + across / 2, floor.y, size * scale, flip))
        if to_hold and subject.concept in HANDS:
            placed, to_hold = replace(placed, holds=held), to_hold - 1
        if subject.concept == "boat" and placed.afloat:
            placed = replace(placed, aboard=aboard)
        x += across + 0.07 * scale
        yield placed
        if subject.concept == "table":
            yield from _on_table(stage, placed, small)


def _on_the_ground(stage: Stage, floor: Floor, placed: Placement) -> Placement:
    """At its height in the picture: on the floor, on the water, or in the middle where there is no ground."""
    if _floats(stage, placed.subject):
        left, right = floor.water or (0.0, stage.sheet.aspect)
        half = min(0.5 * placed.size * width_of(placed.subject.concept), (right - left) / 2)
        x = float(np.clip(placed.x, left + half, right - half))
        return replace(placed, x=x, y=stage.horizon + 0.055 + 0.22 * placed.size, afloat=True)
    if stage.scene.place in FLOATING:
        return replace(placed, y=0.56 + placed.size / 2 + float(stage.chance.uniform(-0.08, 0.08)))
    return replace(placed, y=floor.y + float(stage.chance.uniform(-0.012, 0.012)))


def _crew(stage: Stage, subjects: Sequence[Subject]) -> tuple[Subject | None, list[Subject]]:
    """(who is in the boat, all the rest): nobody walks on water."""
    boat = any(subject.concept == "boat" for subject in subjects)
    crew = next(
        (subject for subject in subjects if subject.concept in PEOPLE or subject.concept in ("dog", "cat")),
        None,
    )
    if not boat or crew is None or stage.scene.place not in WATERS:
        return None, list(subjects)
    return crew, [subject for subject in subjects if subject is not crew]


def _sized(stage: Stage, subjects: Sequence[Subject], few: bool) -> list[tuple[Subject, float]]:
    """Each figure with its height; several of a kind are several figures."""
    person = _PERSON[stage.scene.framing]
    figures: list[tuple[Subject, float]] = []
    for subject in subjects:
        size = min(person * height_of(subject.concept), 0.80)
        size = max(size, _LEAST * (1.35 if few else 0.9))
        if subject.concept == "table":
            size = min(size * 1.25, 0.42)
        figures += [
            (replace(subject, identity=subject.identity + 31 * member), size * (1 - 0.05 * (member % 3)))
            for member in range(subject.count)
        ]
    return figures[:7]


def _for_a_table(stage: Stage, subjects: list[Subject]) -> tuple[list[Subject], list[Subject]]:
    """(what stands on a table, all the rest): small things in a room, and a table for them."""
    small = [subject for subject in subjects if subject.concept in TABLETOP]
    if stage.scene.place != "room" or not small:
        return [], subjects
    rest = [subject for subject in subjects if subject not in small]
    if all(subject.concept != "table" for subject in rest):
        rest.append(Subject("table"))
    return small, rest


def _on_table(stage: Stage, table: Placement, small: Sequence[Subject]) -> Iterator[Placement]:
    person = _PERSON[stage.scene.framing] * 1.25
    things = [subject for subject in small for _ in range(subject.count)][:6]
    for index, subject in enumerate(things):
        tall = min(0.34, max(person * height_of(subject.concept), 0.10)) * (1 - 0.14 * (index % 3))
        across = (index - (len(things) - 1) / 2) * min(0.24, table.size * 1.7 / len(things))
        yield Placement(subject, table.x + across, table.y - table.size * 0.985, tall)


def _floats(stage: Stage, subject: Subject) -> bool:
    return subject.concept in AFLOAT and stage.scene.place in WATERS
