"""Furniture and instruments."""

from __future__ import annotations

import numpy as np

from longvid_tui.backends.images.storyboard.figures.pen import Pen, darker, lighter
from longvid_tui.backends.images.storyboard.light import rgb
from longvid_tui.backends.images.storyboard.shapes import box, limb, line, oval, smooth


def piano(pen: Pen, hue: str) -> None:
    coat = rgb(hue or "211d22")
    pen.fill(darker(coat, 0.3), *[limb([(x, 0.34), (x * 0.98, 0.02)], 0.07, 0.04) for x in (-0.58, 0.1, 0.56)])
    pen.fill(coat, smooth([(-0.70, 0.56), (-0.66, 1.0), (0.05, 1.02), (0.35, 0.80), (0.70, 0.62)], 6))
    pen.fill(
        lighter(coat, 0.18),
        smooth([(-0.62, 0.60), (-0.58, 0.92), (0.02, 0.94), (0.28, 0.76), (0.56, 0.62)], 6),
        alpha=0.6,
    )
    pen.fill("c9a05a", limb([(0.0, 0.58), (0.05, 0.80)], 0.02))
    pen.fill(coat, box(-0.74, 0.32, 0.74, 0.58))
    pen.fill("f4f0e6", box(-0.68, 0.44, 0.68, 0.51))
    pen.fill(
        "16141a",
        *[box(-0.63 + at * 0.09, 0.47, -0.59 + at * 0.09, 0.51) for at in range(14) if at % 7 not in (2, 6)],
    )


def violin(pen: Pen, hue: str) -> None:
    wood = rgb(hue or "9a5a2c")
    pen.fill("2a1f1a", limb([(0.0, 0.45), (0.0, 0.98)], 0.055, 0.045), oval(0.0, 0.97, 0.05, 0.045))
    pen.fill(
        wood,
        smooth(
            [
                (0, 0.60),
                (-0.15, 0.56),
                (-0.16, 0.46),
                (-0.10, 0.36),
                (-0.19, 0.24),
                (-0.17, 0.07),
                (0, 0.01),
                (0.17, 0.07),
                (0.19, 0.24),
                (0.10, 0.36),
                (0.16, 0.46),
                (0.15, 0.56),
            ]
        ),
    )
    pen.fill(
        darker(wood, 0.35),
        limb([(-0.075, 0.32), (-0.065, 0.25), (-0.08, 0.18)], 0.014),
        limb([(0.075, 0.32), (0.065, 0.25), (0.08, 0.18)], 0.014),
    )
    pen.fill("efe6d6", *[line([(x, 0.10), (x * 0.6, 0.95)], 0.005) for x in (-0.02, -0.007, 0.007, 0.02)])


def table(pen: Pen, hue: str) -> None:
    wood = rgb(hue or "7a5233")
    pen.fill(darker(wood, 0.35), *[limb([(x, 0.88), (x * 1.04, 0.02)], 0.10, 0.07) for x in (-0.62, 0.62)])
    pen.fill(darker(wood, 0.1), *[limb([(x, 0.88), (x * 1.03, 0.0)], 0.12, 0.08) for x in (-0.84, 0.84)])
    pen.fill(wood, smooth([(-1.0, 0.84), (-1.0, 0.97), (-0.9, 1.0), (0.9, 1.0), (1.0, 0.97), (1.0, 0.84)], 3))
    pen.fill(lighter(wood, 0.25), limb([(-0.94, 0.985), (0.94, 0.985)], 0.025), alpha=0.6)


def crate(pen: Pen, hue: str) -> None:
    coat = rgb(hue or "8a5f38")
    pen.fill(coat, box(-0.6, 0.0, 0.6, 0.62))
    pen.fill(
        lighter(coat, 0.15),
        smooth([(-0.63, 0.60), (-0.60, 0.84), (-0.4, 0.97), (0.4, 0.97), (0.60, 0.84), (0.63, 0.60)], 5),
    )
    pen.fill(
        darker(coat, 0.35),
        box(-0.62, 0.57, 0.62, 0.63),
        box(-0.47, 0.0, -0.38, 0.93),
        box(0.38, 0.0, 0.47, 0.93),
        *[line([(-0.6, y), (0.6, y)], 0.012) for y in (0.2, 0.4)],
    )
    pen.fill("d6b04a", smooth([(-0.09, 0.46), (-0.09, 0.70), (0.09, 0.70), (0.09, 0.46)], 3))
    pen.fill("3a2c24", oval(0, 0.58, 0.022, 0.03))


def clock(pen: Pen, hue: str) -> None:
    pen.fill(hue or "8a5f34", oval(0, 0.5, 0.49, 0.49))
    pen.fill("d8b26a", oval(0, 0.5, 0.44, 0.44))
    pen.fill("f6efdc", oval(0, 0.5, 0.40, 0.40))
    rays = [(float(np.cos(a)), float(np.sin(a))) for a in np.linspace(0, 2 * np.pi, 12, endpoint=False)]
    turn = pen.pose * 2 * np.pi
    hand = (0.30 * float(np.cos(turn)), 0.5 + 0.30 * float(np.sin(turn)))
    pen.fill(
        "2a2420",
        *[line([(0.33 * x, 0.5 + 0.33 * y), (0.38 * x, 0.5 + 0.38 * y)], 0.02) for x, y in rays],
        limb([(0, 0.5), hand], 0.028, 0.014),
        limb([(0, 0.5), (0.05, 0.70)], 0.036, 0.02),
        oval(0, 0.5, 0.035, 0.035),
    )


def screen(pen: Pen, hue: str) -> None:
    frame = rgb(hue or "26262c")
    pen.fill(darker(frame, 0.2), limb([(0.0, 0.2), (0.0, 0.02)], 0.10), oval(0, 0.02, 0.32, 0.03))
    pen.fill(frame, smooth([(-0.72, 0.14), (-0.74, 0.96), (0.74, 0.96), (0.72, 0.14)], 2))
    pen.fill("9fd4e8", box(-0.66, 0.20, 0.66, 0.91))
    pen.fill("e8f6fb", [(-0.66, 0.91), (-0.2, 0.91), (-0.5, 0.20), (-0.66, 0.20)], alpha=0.35)
    pen.light(0, 0.55, 0.9, "9fd4e8", 0.3)


def bell(pen: Pen, hue: str) -> None:
    brass = rgb(hue or "c9973a")
    pen.fill("3a2c24", oval(0.0, 0.10, 0.10, 0.09))
    pen.fill(
        brass,
        smooth(
            [
                (-0.42, 0.14),
                (-0.30, 0.30),
                (-0.26, 0.65),
                (-0.10, 0.88),
                (0.10, 0.88),
                (0.26, 0.65),
                (0.30, 0.30),
                (0.42, 0.14),
                (0.0, 0.10),
            ]
        ),
        limb([(-0.07, 0.88), (0.0, 0.98), (0.07, 0.88)], 0.05),
    )
    pen.fill(
        darker(brass, 0.35),
        smooth([(0.1, 0.86), (0.26, 0.65), (0.30, 0.30), (0.42, 0.14), (0.2, 0.14)]),
        alpha=0.5,
    )
    pen.fill(lighter(brass, 0.6), limb([(-0.17, 0.72), (-0.21, 0.45), (-0.26, 0.30)], 0.035), alpha=0.6)
