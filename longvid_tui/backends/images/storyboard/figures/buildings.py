"""Buildings, bridges, tents and doors."""

from __future__ import annotations

import numpy as np

from longvid_tui.backends.images.storyboard.figures.pen import Pen, darker, lighter
from longvid_tui.backends.images.storyboard.light import rgb
from longvid_tui.backends.images.storyboard.shapes import box, limb, line, oval, smooth
from longvid_tui.backends.images.storyboard.sheet import Point

_WINDOW = "ffdf94"


def lighthouse(pen: Pen, hue: str) -> None:
    coat = rgb(hue or "c9403a")
    pen.fill(
        "6b645a",
        smooth([(-0.42, -0.04), (-0.3, 0.03), (-0.1, 0.06), (0.12, 0.05), (0.32, 0.02), (0.42, -0.04)]),
    )
    pen.fill("d9cbb2", box(0.10, 0.02, 0.30, 0.13))
    pen.fill("7a3f34", smooth([(0.08, 0.13), (0.2, 0.20), (0.32, 0.13)], 3))
    pen.fill("f2eee4", [(-0.125, 0.03), (-0.080, 0.78), (0.080, 0.78), (0.125, 0.03)])
    for low, top in ((0.14, 0.28), (0.42, 0.56)):
        half = 0.125 - 0.06 * low, 0.125 - 0.06 * top
        pen.fill(coat, [(-half[0], low), (-half[1], top), (half[1], top), (half[0], low)])
    pen.fill(darker("8a8074", 0.2), [(0.02, 0.03), (0.015, 0.78), (0.080, 0.78), (0.125, 0.03)], alpha=0.28)
    pen.fill("3a4658", *[oval(-0.02, y, 0.016, 0.024) for y in (0.20, 0.36, 0.62)])
    pen.fill(
        "2a2a30",
        box(-0.115, 0.775, 0.115, 0.80),
        line([(-0.11, 0.80), (-0.11, 0.835), (0.11, 0.835), (0.11, 0.80)], 0.008),
    )
    pen.fill("ffe9a0", box(-0.062, 0.80, 0.062, 0.895))
    pen.fill("2a2a30", *[line([(x, 0.80), (x, 0.895)], 0.008) for x in (-0.06, -0.02, 0.02, 0.06)])
    pen.fill(
        coat,
        smooth([(-0.085, 0.893), (-0.04, 0.945), (0.0, 0.965), (0.04, 0.945), (0.085, 0.893)], 4),
        limb([(0, 0.95), (0, 1.0)], 0.012),
    )
    pen.light(0, 0.85, 0.11, "fff0b0", 0.8)


def house(pen: Pen, hue: str) -> None:
    wall = rgb(hue or "d9cbb2")
    pen.fill("5f4a40", box(0.2, 0.62, 0.31, 0.95))
    pen.fill(wall, box(-0.42, 0.0, 0.42, 0.52))
    pen.fill(darker(wall, 0.3), box(0.12, 0.0, 0.42, 0.5), alpha=0.35)
    pen.fill("8a4436", [(-0.54, 0.49), (-0.02, 0.92), (0.54, 0.49)])
    pen.fill(darker("8a4436", 0.35), [(0.06, 0.86), (-0.02, 0.92), (0.54, 0.49), (0.36, 0.49)], alpha=0.6)
    pen.fill("4a3222", smooth([(-0.09, 0.0), (-0.09, 0.26), (0.0, 0.32), (0.09, 0.26), (0.09, 0.0)], 4))
    for x in (-0.26, 0.26):
        pen.fill("f0e6d2", box(x - 0.10, 0.18, x + 0.10, 0.40))
        pen.fill(_WINDOW, box(x - 0.08, 0.20, x + 0.08, 0.38))
        pen.fill(
            "6a5040", line([(x, 0.2), (x, 0.38)], 0.012), line([(x - 0.08, 0.29), (x + 0.08, 0.29)], 0.012)
        )
        pen.light(x, 0.29, 0.2, "ffd27a", 0.16)


def castle(pen: Pen, hue: str) -> None:
    stone = rgb(hue or "9a948a")
    pen.fill(
        darker(stone, 0.2),
        box(-0.30, 0.0, 0.30, 0.60),
        *[box(-0.30 + 0.12 * at, 0.60, -0.24 + 0.12 * at, 0.66) for at in range(6)],
    )
    for x, high, wide in ((-0.46, 0.66, 0.13), (0.46, 0.62, 0.13), (0.02, 0.84, 0.15)):
        pen.fill(stone, box(x - wide, 0.0, x + wide, high))
        pen.fill(darker(stone, 0.35), box(x + wide * 0.25, 0.0, x + wide, high), alpha=0.4)
        pen.fill("4f5a7a", [(x - wide * 1.2, high), (x, high + 0.30), (x + wide * 1.2, high)])
        pen.fill(_WINDOW, oval(x - 0.02, high - 0.13, 0.022, 0.045))
        pen.fill(
            "c9403a",
            line([(x, high + 0.28), (x, high + 0.36)], 0.008),
            [(x, high + 0.36), (x + 0.11, high + 0.335), (x, high + 0.31)],
        )
    pen.fill("3a2c24", smooth([(-0.11, 0.0), (-0.11, 0.18), (0.0, 0.28), (0.11, 0.18), (0.11, 0.0)], 5))
    pen.light(0.0, 0.70, 0.12, "ffd27a", 0.18)


def temple(pen: Pen, hue: str) -> None:
    wood = rgb(hue or "a8483a")
    for level, (wide, low) in enumerate(((0.46, 0.0), (0.36, 0.34), (0.26, 0.62))):
        high = 0.20 - 0.02 * level
        pen.fill(darker(wood, 0.2), box(-wide * 0.72, low, wide * 0.72, low + high))
        pen.fill(
            wood,
            *[
                box(x - 0.02, low, x + 0.02, low + high)
                for x in (-wide * 0.66, -wide * 0.22, wide * 0.22, wide * 0.66)
            ],
        )
        pen.fill(_WINDOW, box(-wide * 0.13, low + 0.03, wide * 0.13, low + high - 0.03))
        roof = low + high
        pen.fill(
            "3f4a52",
            smooth(
                [
                    (-wide * 1.25, roof + 0.03),
                    (-wide * 0.7, roof + 0.03),
                    (-wide * 0.45, roof + 0.14),
                    (wide * 0.45, roof + 0.14),
                    (wide * 0.7, roof + 0.03),
                    (wide * 1.25, roof + 0.03),
                    (wide * 0.8, roof - 0.03),
                    (-wide * 0.8, roof - 0.03),
                ],
                6,
            ),
        )
    pen.fill("d8a93f", limb([(0, 0.92), (0, 1.02)], 0.02, 0.006))
    pen.light(0, 0.12, 0.2, "ffd27a", 0.2)


def church(pen: Pen, hue: str) -> None:
    wall = rgb(hue or "e2d8c6")
    pen.fill(wall, box(-0.15, 0.0, 0.46, 0.40), box(-0.42, 0.0, -0.15, 0.66))
    pen.fill(
        "7a4a40", [(-0.19, 0.38), (0.14, 0.62), (0.50, 0.38)], [(-0.46, 0.65), (-0.285, 1.0), (-0.11, 0.65)]
    )
    pen.fill(darker(wall, 0.3), box(-0.22, 0.0, -0.15, 0.65), alpha=0.4)
    pen.fill("4a3222", smooth([(-0.34, 0.0), (-0.34, 0.16), (-0.285, 0.21), (-0.23, 0.16), (-0.23, 0.0)], 4))
    pen.fill(_WINDOW, *[oval(x, 0.2, 0.035, 0.075) for x in (0.0, 0.15, 0.30)], oval(-0.285, 0.48, 0.05, 0.05))
    pen.fill(
        "d8a93f", line([(-0.285, 0.99), (-0.285, 1.1)], 0.012), line([(-0.32, 1.06), (-0.25, 1.06)], 0.012)
    )


def tower(pen: Pen, hue: str) -> None:
    coat = rgb(hue or "8a8078")
    pen.fill(coat, [(-0.14, 0.0), (-0.11, 0.78), (0.11, 0.78), (0.14, 0.0)])
    pen.fill(darker(coat, 0.35), [(0.03, 0.0), (0.03, 0.78), (0.11, 0.78), (0.14, 0.0)], alpha=0.4)
    pen.fill(darker(coat, 0.45), [(-0.16, 0.78), (0.0, 1.02), (0.16, 0.78)])
    pen.fill("f3ead2", oval(0, 0.68, 0.075, 0.075))
    pen.fill("2a2420", line([(0, 0.68), (0, 0.735)], 0.011), line([(0, 0.68), (0.038, 0.665)], 0.011))
    pen.fill(_WINDOW, oval(0.0, 0.44, 0.025, 0.05), oval(0.0, 0.24, 0.025, 0.05))


def windmill(pen: Pen, hue: str) -> None:

    wall = rgb(hue or "e6dcc8")
    pen.fill(wall, [(-0.17, 0.0), (-0.11, 0.58), (0.11, 0.58), (0.17, 0.0)])
    pen.fill(darker(wall, 0.3), [(0.04, 0.0), (0.03, 0.58), (0.11, 0.58), (0.17, 0.0)], alpha=0.4)
    pen.fill("7a4a40", smooth([(-0.13, 0.57), (-0.08, 0.68), (0.0, 0.72), (0.08, 0.68), (0.13, 0.57)], 4))
    pen.fill("4a3222", box(-0.05, 0.0, 0.05, 0.14))
    turn = pen.pose * np.pi / 2
    for quarter in range(4):
        a = turn + quarter * np.pi / 2
        along, across = np.array([np.cos(a), np.sin(a)]), np.array([-np.sin(a), np.cos(a)])
        hub = np.array([0.0, 0.62])
        corners = [
            hub + along * 0.10,
            hub + along * 0.40,
            hub + along * 0.40 + across * 0.09,
            hub + along * 0.10 + across * 0.07,
        ]
        pen.fill("f4efe2", [(float(x), float(y)) for x, y in corners], alpha=0.92)
        pen.fill(
            "5a4030",
            line([(0.0, 0.62), (float(hub[0] + along[0] * 0.42), float(hub[1] + along[1] * 0.42))], 0.018),
        )
    pen.fill("3a2c24", oval(0, 0.62, 0.025, 0.025))


def bridge(pen: Pen, hue: str) -> None:
    stone = rgb(hue or "8f867a")
    pen.fill(
        stone,
        smooth(
            [
                (-1.5, 0.30),
                (-0.8, 0.52),
                (0.0, 0.62),
                (0.8, 0.52),
                (1.5, 0.30),
                (1.5, 0.05),
                (0.95, 0.05),
                (0.8, 0.22),
                (0.0, 0.40),
                (-0.8, 0.22),
                (-0.95, 0.05),
                (-1.5, 0.05),
            ],
            6,
        ),
    )
    pen.fill(
        darker(stone, 0.3), limb([(-1.5, 0.36), (-0.8, 0.58), (0.0, 0.68), (0.8, 0.58), (1.5, 0.36)], 0.05)
    )
    pen.fill(
        lighter(stone, 0.25),
        limb([(-1.4, 0.28), (-0.8, 0.46), (0.0, 0.55), (0.8, 0.46), (1.4, 0.28)], 0.015),
        alpha=0.6,
    )


def tent(pen: Pen, hue: str) -> None:
    cloth = rgb(hue or "c9703a")
    pen.fill(cloth, [(-0.75, 0.0), (0.05, 1.0), (0.75, 0.0)])
    pen.fill(darker(cloth, 0.35), [(0.05, 1.0), (0.75, 0.0), (0.30, 0.0)])
    pen.fill("3a2c24", [(-0.28, 0.0), (0.0, 0.72), (0.10, 0.0)])
    pen.fill("ffd98a", [(-0.12, 0.0), (0.0, 0.5), (0.06, 0.0)], alpha=0.8)
    pen.light(0.0, 0.2, 0.5, "ffce7a", 0.25)


def door(pen: Pen, hue: str) -> None:
    leaf = rgb(hue or "3f6a7a")
    pen.fill("6a4a34", _arch(-0.31, 0.31, 0.80, 1.02))
    pen.fill("ffe6b0", _arch(-0.25, 0.25, 0.78, 0.96))
    pen.fill(leaf, _arch(-0.15, 0.25, 0.82, 0.95))
    pen.fill(darker(leaf, 0.3), box(-0.08, 0.10, 0.18, 0.42), box(-0.08, 0.50, 0.18, 0.78), alpha=0.6)
    pen.fill("e0c060", oval(-0.10, 0.46, 0.025, 0.028))
    pen.light(-0.2, 0.4, 0.4, "ffdf9a", 0.3)


def _arch(left: float, right: float, shoulder: float, top: float) -> list[Point]:
    """A doorway: straight sides up to the shoulder, then half an ellipse."""
    middle, half = (left + right) / 2, (right - left) / 2
    turn = np.linspace(np.pi, 0, 15)
    round_top = [
        (middle + half * float(np.cos(a)), shoulder + (top - shoulder) * float(np.sin(a))) for a in turn
    ]
    return [(left, 0.0), *round_top, (right, 0.0)]


def hive(pen: Pen, hue: str) -> None:
    wood = rgb(hue or "f0ede6")
    pen.fill("6a5040", box(-0.28, 0.0, -0.20, 0.12), box(0.20, 0.0, 0.28, 0.12))
    for low in (0.10, 0.48):
        pen.fill(wood, box(-0.34, low, 0.34, low + 0.37))
        pen.fill(
            darker(wood, 0.3), box(0.14, low, 0.34, low + 0.37), box(-0.34, low, 0.34, low + 0.03), alpha=0.35
        )
        pen.fill(darker(wood, 0.5), box(-0.07, low + 0.21, 0.07, low + 0.25), alpha=0.7)
    pen.fill("2a2420", box(-0.16, 0.12, 0.16, 0.16))
    pen.fill("9a8a74", [(-0.40, 0.84), (-0.36, 0.97), (0.36, 0.97), (0.40, 0.84)])
    bees = ((-0.46, 0.42), (-0.30, 1.06), (0.12, 1.12), (0.48, 0.70), (0.42, 0.28))
    pen.fill("2a2018", *[oval(x, y, 0.028, 0.018) for x, y in bees])
    pen.fill("e8b93a", *[oval(x, y, 0.010, 0.017) for x, y in bees])


def dome(pen: Pen, hue: str) -> None:
    del hue
    arch = [(0.94 * float(np.cos(a)), 0.96 * float(np.sin(a)) + 0.02) for a in np.linspace(0, np.pi, 28)]
    pen.fill("bfe0e4", arch, alpha=0.55)
    pen.light(0.0, 0.35, 0.8, "fff0c8", 0.3)
    for x, tall in ((-0.66, 0.34), (-0.42, 0.52), (-0.16, 0.44), (0.10, 0.58), (0.36, 0.46), (0.62, 0.36)):
        pen.fill("3f7a3f", limb([(x, 0.03), (x + 0.02, tall * 0.6), (x, tall)], 0.03, 0.02), oval(x, tall, 0.11, 0.13), oval(x - 0.07, tall * 0.6, 0.09, 0.10))  # fmt: skip
        pen.fill("c9403a", oval(x + 0.05, tall + 0.02, 0.022, 0.024), oval(x - 0.07, tall * 0.6, 0.022, 0.024))
    ribs = [line(arch, 0.022), *[line([(0.94 * float(np.cos(a)) * at, 0.96 * float(np.sin(a)) + 0.02) for a in np.linspace(0, np.pi, 20)], 0.012) for at in (0.66, 0.28)]]  # fmt: skip
    hoops = [line([(-0.94 * float(np.cos(a)), 0.96 * float(np.sin(a))), (0.94 * float(np.cos(a)), 0.96 * float(np.sin(a)))], 0.012) for a in (0.42, 0.85)]  # fmt: skip
    pen.fill("e9eef0", *ribs, *hoops, alpha=0.9)
    pen.fill("ffffff", limb([(-0.70, 0.42), (-0.52, 0.70), (-0.24, 0.88)], 0.01, 0.05, 0.01), alpha=0.55)
    pen.fill("8a8f96", box(-1.0, 0.0, 1.0, 0.05))
    pen.fill("6a7078", smooth([(-0.14, 0.0), (-0.14, 0.24), (0.0, 0.31), (0.14, 0.24), (0.14, 0.0)], 4))
    pen.fill("3a4048", box(-0.09, 0.0, 0.09, 0.22))
