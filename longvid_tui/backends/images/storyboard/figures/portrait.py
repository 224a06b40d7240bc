"""Faces: somebody from the chest up, for a close-up."""

from __future__ import annotations

from longvid_tui.backends.images.storyboard.cast import Subject
from longvid_tui.backends.images.storyboard.figures.hats import hat_on
from longvid_tui.backends.images.storyboard.figures.pen import Pen, darker, lighter
from longvid_tui.backends.images.storyboard.figures.people import Person, person_of
from longvid_tui.backends.images.storyboard.scene import Mood
from longvid_tui.backends.images.storyboard.shapes import limb, oval, smooth

_EYES = ("5a3a22", "3a5a6a", "4a6a3f", "2f2620", "6a5030")


def portrait(pen: Pen, subject: Subject, mood: Mood) -> None:
    """Chest, neck and face in a box of height 1 whose floor is the lower edge of the picture."""
    look = person_of(subject)
    young = look.kind == "child"
    face = 0.205 if young else 0.185
    _hair_behind(pen, look, face)
    _chest(pen, look)
    _skull(pen, look, face)
    _features(pen, look, subject, mood, young)
    _beard(pen, look, mood)
    _hair(pen, look, face)
    if look.hat == "hood":
        _hood(pen, look, face)
    else:
        hat_on(pen, look.hat, 0.0, 0.735, face * 1.12, look.coat)


def _hair_behind(pen: Pen, look: Person, face: float) -> None:
    if look.long_hair and look.hat != "bald":
        pen.fill(
            darker(look.hair, 0.3),
            smooth([(0.0, 0.90), (-face * 1.25, 0.78), (-face * 1.5, 0.5), (-face * 1.55, 0.22), (-face * 0.7, 0.16), (face * 0.7, 0.16),
                    (face * 1.55, 0.22), (face * 1.5, 0.5), (face * 1.25, 0.78)]),
        )  # fmt: skip


def _chest(pen: Pen, look: Person) -> None:
    pen.fill(
        look.coat,
        smooth([(-0.52, -0.2), (-0.47, 0.10), (-0.33, 0.235), (-0.12, 0.30), (0.12, 0.30), (0.33, 0.235), (0.47, 0.10), (0.52, -0.2)]),
    )  # fmt: skip
    pen.fill(
        darker(look.coat, 0.28),
        smooth([(0.10, 0.29), (0.33, 0.22), (0.46, 0.08), (0.5, -0.2), (0.26, -0.2), (0.22, 0.1)]),
        alpha=0.5,
    )
    pen.fill(darker(look.skin, 0.2), limb([(0.0, 0.20), (0.0, 0.44)], 0.185, 0.16))
    pen.fill(
        darker(look.skin, 0.34), smooth([(-0.08, 0.40), (0.0, 0.335), (0.085, 0.40), (0.0, 0.385)]), alpha=0.7
    )
    for side in (-1, 1):
        pen.fill(
            lighter(look.coat, 0.12) if side < 0 else darker(look.coat, 0.12),
            smooth([(side * 0.085, 0.325), (side * 0.16, 0.29), (side * 0.12, 0.13), (side * 0.01, 0.03)], 5),
        )  # fmt: skip
    if look.scarf is not None:
        pen.fill(
            look.scarf,
            limb([(-0.17, 0.285), (0.0, 0.235), (0.17, 0.29)], 0.10),
            limb([(0.07, 0.26), (0.10, 0.06)], 0.09),
        )


def _skull(pen: Pen, look: Person, face: float) -> None:
    for side in (-1, 1):
        pen.fill(darker(look.skin, 0.12), oval(side * face * 0.99, 0.575, 0.032, 0.052))
    head = smooth([(-face, 0.62), (-face * 0.93, 0.50), (-face * 0.6, 0.40), (0.0, 0.355), (face * 0.6, 0.40), (face * 0.93, 0.50), (face, 0.62),
                   (face * 0.8, 0.77), (0.0, 0.84), (-face * 0.8, 0.77)])  # fmt: skip
    pen.fill(look.skin, head)
    pen.fill(
        darker(look.skin, 0.20),
        smooth(
            [
                (face * 0.35, 0.82),
                (face * 0.82, 0.76),
                (face, 0.62),
                (face * 0.93, 0.50),
                (face * 0.55, 0.39),
                (face * 0.45, 0.5),
                (face * 0.72, 0.62),
            ]
        ),
        alpha=0.38,
    )


def _features(pen: Pen, look: Person, subject: Subject, mood: Mood, young: bool) -> None:
    iris = _EYES[subject.identity // 3 % len(_EYES)]
    glance = 0.012 * (1 if pen.pose < 0.6 else -1)
    wide = 0.043 if young else 0.036
    for side in (-1, 1):
        x, y = side * 0.080, 0.585
        pen.fill("d86a5a", oval(side * 0.115, 0.50, 0.052, 0.034), alpha=0.20 if not young else 0.30)
        if mood == "asleep":
            pen.fill(darker(look.skin, 0.65), limb([(x - wide, y), (x, y - 0.014), (x + wide, y)], 0.010))
        else:
            tall = {"surprised": 0.034, "glad": 0.020}.get(mood, 0.025) * (1.25 if young else 1.0)
            pen.fill("f7f3ec", oval(x, y, wide, tall))
            pen.fill(iris, oval(x + glance, y, tall * 0.92, tall * 0.92))
            pen.fill("120e0c", oval(x + glance, y, tall * 0.48, tall * 0.48))
            pen.fill("ffffff", oval(x + glance + 0.007, y + 0.008, 0.006, 0.006))
            pen.fill(
                darker(look.skin, 0.72),
                limb(
                    [(x - wide * 1.05, y + 0.002), (x, y + tall), (x + wide * 1.08, y + 0.004)],
                    0.010,
                    0.012,
                    0.008,
                ),
            )
        raised = {"surprised": 0.03, "sad": 0.0}.get(mood, 0.01)
        inner = {"sad": 0.022, "angry": -0.022}.get(mood, 0.0)
        brow = [
            (side * 0.035, 0.635 + raised + inner),
            (side * 0.085, 0.650 + raised),
            (side * 0.135, 0.632 + raised - inner * 0.5),
        ]
        pen.fill(darker(look.hair, 0.25), limb(brow, 0.013, 0.019, 0.009))
        if look.aged:
            pen.fill(
                darker(look.skin, 0.45),
                limb([(side * 0.06, 0.543), (side * 0.10, 0.535), (side * 0.135, 0.55)], 0.006),
                limb([(side * 0.062, 0.50), (side * 0.085, 0.455)], 0.007),
                alpha=0.5,
            )
    pen.fill(
        darker(look.skin, 0.30),
        smooth([(0.004, 0.585), (0.028, 0.515), (0.0, 0.498), (-0.018, 0.508), (0.006, 0.525)]),
        alpha=0.55,
    )
    _mouth(pen, look, mood)


def _mouth(pen: Pen, look: Person, mood: Mood) -> None:
    lips = "b5524a" if look.dress else "96584a"
    if mood == "surprised":
        pen.fill("5a2420", oval(0.0, 0.432, 0.026, 0.032))
    elif mood == "glad":
        pen.fill(
            "6a2a26",
            smooth([(-0.068, 0.452), (0.0, 0.438), (0.068, 0.452), (0.035, 0.412), (-0.035, 0.412)], 6),
        )
        pen.fill("f7f1e8", smooth([(-0.052, 0.447), (0.0, 0.436), (0.052, 0.447), (0.0, 0.428)], 6))
    elif mood == "speaking":
        pen.fill("5a2420", oval(0.0, 0.436, 0.044, 0.022))
        pen.fill(
            lips,
            limb([(-0.05, 0.442), (0.0, 0.457), (0.05, 0.442)], 0.012),
            limb([(-0.04, 0.426), (0.0, 0.414), (0.04, 0.426)], 0.014),
        )
    else:
        bend = {"sad": -0.016, "angry": -0.008}.get(mood, 0.006)
        pen.fill(
            lips,
            limb(
                [(-0.055, 0.440 + bend), (0.0, 0.440 - bend * 0.6), (0.055, 0.440 + bend)], 0.010, 0.017, 0.010
            ),
        )
    if mood == "sad":
        pen.fill("cfe6f5", oval(0.098, 0.525, 0.010, 0.016), alpha=0.85)


def _hood(pen: Pen, look: Person, face: float) -> None:
    """A ring of cloth around the face."""
    outer = [
        (0.0, 0.975),
        (-face * 1.05, 0.90),
        (-face * 1.55, 0.66),
        (-face * 1.35, 0.38),
        (-face * 0.75, 0.235),
    ]
    inner = [
        (-face * 0.55, 0.32),
        (-face * 0.98, 0.44),
        (-face * 1.06, 0.62),
        (-face * 0.78, 0.78),
        (0.0, 0.845),
    ]
    left = [*outer, *inner]
    pen.fill(look.coat, smooth(left, 6))
    pen.fill(darker(look.coat, 0.22), smooth([(-x, y) for x, y in left], 6))


def _beard(pen: Pen, look: Person, mood: Mood) -> None:
    if not look.beard:
        return
    pen.fill(
        look.hair,
        smooth([(-0.175, 0.55), (-0.155, 0.42), (-0.09, 0.31), (0.0, 0.275), (0.09, 0.31), (0.155, 0.42), (0.175, 0.55), (0.125, 0.485), (0.07, 0.475),
                (0.0, 0.482), (-0.07, 0.475), (-0.125, 0.485)]),
    )  # fmt: skip
    pen.fill(
        lighter(look.hair, 0.25), limb([(-0.075, 0.462), (0.0, 0.478), (0.075, 0.462)], 0.026, 0.032, 0.026)
    )
    pen.fill("7a4038", oval(0.0, 0.436, 0.036, 0.014 if mood != "speaking" else 0.022))


def _hair(pen: Pen, look: Person, face: float) -> None:
    if look.hat == "bald":
        return
    top = [
        (-face * 1.08, 0.60),
        (-face * 1.14, 0.72),
        (-face * 0.85, 0.85),
        (0.0, 0.905),
        (face * 0.85, 0.85),
        (face * 1.14, 0.72),
        (face * 1.08, 0.60),
    ]
    if look.long_hair:
        low = [
            (face * 0.98, 0.70),
            (face * 0.55, 0.765),
            (face * 0.05, 0.745),
            (-face * 0.45, 0.785),
            (-face * 0.95, 0.70),
        ]
        locks = [
            limb(
                [(side * face * 1.1, 0.70), (side * face * 1.22, 0.5), (side * face * 1.18, 0.30)],
                0.07,
                0.075,
                0.03,
            )
            for side in (-1, 1)
        ]
        pen.fill(look.hair, smooth([*top, *low]), *locks)
    else:
        low = [
            (face * 0.98, 0.68),
            (face * 0.72, 0.755),
            (face * 0.2, 0.735),
            (-face * 0.35, 0.765),
            (-face * 0.85, 0.735),
            (-face * 0.98, 0.66),
        ]
        pen.fill(look.hair, smooth([*top, *low]))
    pen.fill(
        lighter(look.hair, 0.35),
        limb([(-face * 0.7, 0.80), (-face * 0.2, 0.86), (face * 0.35, 0.855)], 0.012, 0.02, 0.008),
        alpha=0.4,
    )
