"""People from head to foot, in the posture the words say."""

from __future__ import annotations

from dataclasses import dataclass

from longvid_tui.backends.images.storyboard.cast import Subject
from longvid_tui.backends.images.storyboard.figures.hats import hat_on
from longvid_tui.backends.images.storyboard.figures.pen import HUES, Pen, darker, lighter
from longvid_tui.backends.images.storyboard.light import Colour, rgb
from longvid_tui.backends.images.storyboard.scene import Posture
from longvid_tui.backends.images.storyboard.shapes import box, limb, oval, smooth
from longvid_tui.backends.images.storyboard.sheet import Point

SKINS = ("f0c8a4", "e0ac82", "c68a5e", "9a6540", "6f4529", "e8b896")
HAIRS = ("2b211d", "4a3226", "7a4f2c", "1c1a1f", "a8683a", "c9a05a")
_COATS = {
    "woman": ("a8434f", "7a5a92", "b5673f", "3f7a78", "c78a3a"),
    "man": ("3f5a74", "5a4a3c", "4a6650", "6f4a4a", "37475a"),
    "child": ("e0a23a", "d8664a", "5a92b5", "8fae4a", "c95f7a"),
    "person": ("5f7f6a", "8a6a4a", "566a8f", "8f5a5a", "6a6f5a"),
}
_WOOD = "7a5636"
_TROUSERS = ("2f3440", "4a3c34", "3a4252", "524a42")

HAND = (0.235, 0.555)
"""Where a figure holds what it holds."""


@dataclass(frozen=True)
class Person:
    """How somebody looks; the same in every picture they are in."""

    kind: str
    skin: Colour
    hair: Colour
    coat: Colour
    trousers: Colour
    dress: bool
    long_hair: bool
    aged: bool
    beard: bool
    hat: str
    scarf: Colour | None


def person_of(subject: Subject) -> Person:
    seed = subject.identity
    kind = subject.concept
    coats = _COATS[kind]
    coat = HUES.get(subject.colour) or coats[seed % len(coats)]
    female = kind == "woman" or (kind == "child" and subject.girl)
    return Person(
        kind=kind,
        skin=rgb(SKINS[seed // 7 % len(SKINS)]),
        hair=rgb("c9c8c4") if subject.aged else rgb(HAIRS[seed // 49 % len(HAIRS)]),
        coat=rgb(coat),
        trousers=rgb(_TROUSERS[seed // 5 % len(_TROUSERS)]),
        dress=female,
        long_hair=female or (kind == "person" and seed % 3 == 0 and not subject.beard),
        aged=subject.aged,
        beard=subject.beard or (subject.aged and kind == "man"),
        hat=subject.hat,
        scarf=_scarf(subject, rgb(coat)),
    )


def _scarf(subject: Subject, coat: Colour) -> Colour | None:
    """As the words say; some people wear one anyway."""
    if subject.scarf in HUES:
        return rgb(HUES[subject.scarf])
    some = subject.scarf or (not subject.hat and subject.identity % 4 == 1)
    return lighter(coat, 0.55) if some else None


def person(pen: Pen, subject: Subject, posture: Posture, holds: bool) -> None:
    """Somebody in full, looking right."""
    look = person_of(subject)
    child = look.kind == "child"
    body = _Body(
        low=-0.22 if posture == "sit" else 0.0,
        lean={"run": 0.10, "walk": 0.025}.get(posture, 0.0) + (0.06 if look.aged and posture == "walk" else 0),
        shoulder=0.735 if child else 0.80,
        head=0.095 if child else 0.072,
    )
    if posture == "sit":
        _stool(pen)
    _legs(pen, look, posture)
    _arm(pen, look, _ARMS_BEHIND.get(posture, _ARM_BACK), body, near=False)
    _hair_behind(pen, look, body)
    _torso(pen, look, body, posture)
    _head(pen, look, body, asleep=pen.lying)
    _arm(pen, look, _ARM_HOLDING if holds else _ARMS.get(posture, _ARM_FRONT), body, near=True)


def _stool(pen: Pen) -> None:
    pen.fill(darker(_WOOD, 0.3), *[limb([(x * 0.8, 0.18), (x, 0.0)], 0.024, 0.018) for x in (-0.11, 0.0, 0.11)])
    pen.fill(_WOOD, box(-0.14, 0.165, 0.14, 0.205))


@dataclass(frozen=True)
class _Body:
    """`low`: how far the hips sink; `lean`: how far the head is ahead of them; `shoulder` and `head`:
    measures."""

    low: float
    lean: float
    shoulder: float
    head: float

    def at(self, x: float, y: float) -> Point:
        """A point of the upright upper body where it is now; the shoulders of an adult are at y = 0.8."""
        scaled = 0.46 + (y - 0.46) * (self.shoulder - 0.46) / 0.34 if y < 0.82 else self.shoulder + (y - 0.80)
        return x + self.lean * (scaled - 0.46) / 0.4, scaled + self.low

    @property
    def face(self) -> Point:
        return self.at(0.012, 0.80 + 0.055 + self.head)


_LEGS: dict[Posture, tuple[tuple[Point, ...], tuple[Point, ...]]] = {
    "stand": (((-0.035, 0.48), (-0.045, 0.26), (-0.05, 0.035)), ((0.035, 0.48), (0.045, 0.26), (0.045, 0.03))),
    "reach": (((-0.035, 0.48), (-0.06, 0.26), (-0.085, 0.035)), ((0.035, 0.48), (0.06, 0.27), (0.075, 0.03))),
    "walk": (((-0.02, 0.48), (-0.035, 0.27), (-0.14, 0.07)), ((0.02, 0.48), (0.085, 0.28), (0.125, 0.03))),
    "run": (((-0.02, 0.48), (-0.10, 0.29), (-0.27, 0.24)), ((0.02, 0.48), (0.17, 0.36), (0.13, 0.10))),
    "sit": (((-0.03, 0.25), (0.15, 0.27), (0.15, 0.035)), ((0.03, 0.24), (0.22, 0.25), (0.22, 0.03))),
    "lie": (((-0.035, 0.48), (-0.04, 0.26), (-0.04, 0.04)), ((0.03, 0.48), (0.05, 0.26), (0.04, 0.04))),
}
_ARM_BACK = ((-0.075, 0.775), (-0.115, 0.63), (-0.095, 0.50))
_ARM_FRONT = ((0.07, 0.775), (0.105, 0.63), (0.115, 0.495))
_ARM_HOLDING = ((0.07, 0.775), (0.13, 0.62), HAND)
_ARMS: dict[Posture, tuple[Point, ...]] = {
    "walk": ((0.07, 0.775), (0.06, 0.63), (-0.03, 0.53)),
    "run": ((0.07, 0.775), (0.0, 0.65), (0.10, 0.60)),
    "reach": ((0.075, 0.775), (0.17, 0.87), (0.20, 1.02)),
    "sit": ((0.07, 0.775), (0.12, 0.64), (0.20, 0.54)),
}
_ARMS_BEHIND: dict[Posture, tuple[Point, ...]] = {
    "walk": ((-0.07, 0.775), (-0.05, 0.63), (0.06, 0.53)),
    "run": ((-0.06, 0.775), (0.08, 0.66), (0.17, 0.75)),
    "reach": ((-0.075, 0.775), (-0.17, 0.86), (-0.19, 1.0)),
}


def _legs(pen: Pen, look: Person, posture: Posture) -> None:
    behind, front = _LEGS[posture]
    shoe = rgb("2a2320")
    for leg, shade in ((behind, 0.22), (front, 0.0)):
        cloth = look.skin if look.dress and look.kind == "child" else look.trousers
        pen.fill(darker(cloth, shade), limb(leg, 0.105, 0.08, 0.055))
        x, y = leg[-1]
        turn = 0.5 if y > 0.15 else 0.0
        pen.fill(darker(shoe, shade * 0.5), oval(x + 0.028, y - 0.008, 0.058, 0.024, -turn))


def _arm(pen: Pen, look: Person, bend: tuple[Point, ...], body: _Body, near: bool) -> None:
    path = [body.at(x, y) for x, y in bend]
    pen.fill(look.skin if near else darker(look.skin, 0.2), oval(path[-1][0], path[-1][1], 0.028, 0.03))
    sleeve = darker(look.coat, 0.10 if near else 0.30)
    (x0, y0), (x1, y1) = path[-2:]
    pen.fill(sleeve, limb([*path[:-1], (x1 - (x1 - x0) * 0.14, y1 - (y1 - y0) * 0.14)], 0.085, 0.07, 0.052))


def _torso(pen: Pen, look: Person, body: _Body, posture: Posture) -> None:
    hem = 0.40 if posture == "sit" else 0.26 if look.dress else 0.40
    flare = 0.165 if look.dress else 0.128
    left = [(-0.088, 0.80), (-0.105, 0.72), (-0.082 if look.dress else -0.108, 0.58), (-flare, hem)]
    right = [(flare, hem), (0.082 if look.dress else 0.112, 0.58), (0.105, 0.72), (0.088, 0.80)]
    outline = [*left, (0.0, hem - 0.015), *right, (0.0, 0.84)]
    pen.fill(look.coat, smooth([body.at(x, y) for x, y in outline]))
    shade = [
        (0.03, 0.79),
        (0.045, 0.6),
        (0.03, hem + 0.02),
        (flare * 0.92, hem + 0.01),
        (0.104, 0.6),
        (0.098, 0.76),
    ]
    pen.fill(darker(look.coat, 0.22), smooth([body.at(x, y) for x, y in shade]), alpha=0.55)
    pen.fill(
        darker(look.coat, 0.4),
        limb([body.at(0.02, 0.80), body.at(0.025, 0.6), body.at(0.02, hem + 0.03)], 0.008),
        alpha=0.7,
    )
    if look.dress:
        pen.fill(
            darker(look.coat, 0.35),
            limb([body.at(-0.085, 0.58), body.at(0.0, 0.572), body.at(0.088, 0.585)], 0.022),
        )


def _hair_behind(pen: Pen, look: Person, body: _Body) -> None:
    if not look.long_hair or look.hat == "bald":
        return
    x, y = body.face
    r = body.head
    pen.fill(
        darker(look.hair, 0.15),
        smooth(
            [(x - r * 0.3, y + r * 1.2), (x - r * 1.25, y + r * 0.4), (x - r * 1.35, y - r * 1.2), (x - r * 0.9, y - r * 2.1),
             (x - r * 0.1, y - r * 1.6), (x + r * 0.2, y)]
        ),
    )  # fmt: skip


def _head(pen: Pen, look: Person, body: _Body, asleep: bool) -> None:
    x, y = body.face
    r = body.head
    neck = body.at(0.005, 0.79)
    pen.fill(darker(look.skin, 0.16), limb([neck, (x - r * 0.15, y - r * 0.6)], 0.062, 0.055))
    pen.fill(look.skin, oval(x, y, r, r * 1.16), oval(x + r * 0.96, y - r * 0.12, r * 0.14, r * 0.12))
    pen.fill(darker(look.skin, 0.10), oval(x - r * 0.12, y - r * 0.12, r * 0.16, r * 0.24))
    if look.beard:
        pen.fill(
            look.hair,
            smooth(
                [
                    (x - r * 0.1, y - r * 0.3),
                    (x + r * 0.92, y - r * 0.42),
                    (x + r * 0.66, y - r * 1.5),
                    (x + r * 0.1, y - r * 1.3),
                ]
            ),
        )
    if look.hat != "bald":
        fringe = r * (0.55 if look.long_hair else 0.42)
        pen.fill(
            look.hair,
            smooth([(x - r * 1.1, y - r * 0.35), (x - r * 1.12, y + r * 0.6), (x - r * 0.4, y + r * 1.32), (x + r * 0.55, y + r * 1.22),
                    (x + r * 1.0, y + r * 0.55), (x + r * 0.55, y + fringe), (x - r * 0.15, y + fringe), (x - r * 0.42, y - r * 0.1)]),
        )  # fmt: skip
    if pen.size > 0.12:
        eye = (
            limb([(x + r * 0.42, y + r * 0.02), (x + r * 0.62, y)], r * 0.09)
            if asleep
            else oval(x + r * 0.5, y + r * 0.02, r * 0.10, r * 0.15)
        )
        pen.fill("1c1512", eye)
        pen.fill("d86a5a", oval(x + r * 0.42, y - r * 0.38, r * 0.2, r * 0.12), alpha=0.22)
        pen.fill(
            darker(look.skin, 0.5), limb([(x + r * 0.55, y - r * 0.55), (x + r * 0.85, y - r * 0.52)], r * 0.07)
        )
    if look.scarf is not None:
        pen.fill(
            look.scarf,
            limb([body.at(-0.07, 0.815), body.at(0.0, 0.80), body.at(0.075, 0.82)], 0.045),
            limb([body.at(0.05, 0.80), body.at(0.06, 0.66)], 0.04),
        )
    hat_on(pen, look.hat, x, y + r * 0.42, r * 1.12, look.coat)
