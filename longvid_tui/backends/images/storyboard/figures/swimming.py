"""What swims."""

from __future__ import annotations

import numpy as np

from longvid_tui.backends.images.storyboard.figures.pen import Pen, darker, lighter
from longvid_tui.backends.images.storyboard.light import rgb
from longvid_tui.backends.images.storyboard.shapes import limb, oval, smooth


def fish(pen: Pen, hue: str) -> None:
    coat = rgb(hue or "e8843a")
    flick = 0.12 * float(np.sin(pen.pose * 2 * np.pi))
    pen.fill(
        darker(coat, 0.22),
        smooth([(-0.42, 0.5), (-0.85, 0.80 + flick), (-0.70, 0.5 + flick), (-0.85, 0.20 + flick)]),
        smooth([(-0.2, 0.68), (0.02, 0.95), (0.28, 0.68)]),
        smooth([(-0.05, 0.32), (0.0, 0.12), (0.2, 0.30)]),
    )  # fmt: skip
    pen.fill(coat, smooth([(-0.5, 0.5), (-0.1, 0.74), (0.35, 0.69), (0.62, 0.5), (0.35, 0.31), (-0.1, 0.27)]))
    pen.fill(
        "f6ead6",
        smooth([(-0.15, 0.33), (0.3, 0.35), (0.55, 0.46), (0.2, 0.45)]),
        limb([(0.2, 0.70), (0.15, 0.5), (0.2, 0.31)], 0.05),
        alpha=0.7,
    )
    pen.fill("ffffff", oval(0.42, 0.55, 0.055, 0.058))
    pen.fill("161316", oval(0.435, 0.55, 0.032, 0.034))


def whale(pen: Pen, hue: str) -> None:
    coat = rgb(hue or "3f5f7f")
    body = [
        (-0.95, 0.56),
        (-0.55, 0.64),
        (0.0, 0.92),
        (0.55, 0.92),
        (0.92, 0.66),
        (0.97, 0.44),
        (0.7, 0.22),
        (0.1, 0.16),
        (-0.45, 0.36),
    ]
    pen.fill(coat, smooth(body))
    pen.fill(
        coat, smooth([(-0.86, 0.55), (-1.02, 0.70), (-1.32, 0.80), (-1.16, 0.60), (-1.28, 0.38), (-1.0, 0.46)])
    )
    pen.fill(
        "d5e0e8",
        smooth([(0.95, 0.42), (0.7, 0.22), (0.1, 0.16), (-0.25, 0.26), (0.25, 0.33), (0.7, 0.38)]),
        alpha=0.9,
    )
    pen.fill(
        darker(coat, 0.35),
        *[
            limb([(0.15 + 0.12 * at, 0.20 + 0.012 * at), (0.45 + 0.1 * at, 0.26 + 0.02 * at)], 0.008)
            for at in range(4)
        ],
        alpha=0.5,
    )
    pen.fill(
        lighter(coat, 0.25),
        smooth([(-0.5, 0.62), (0.0, 0.89), (0.5, 0.89), (0.2, 0.84), (-0.2, 0.7)]),
        alpha=0.5,
    )
    pen.fill(
        darker(coat, 0.28), smooth([(0.25, 0.32), (0.06, 0.10), (-0.08, -0.04), (0.18, 0.04), (0.42, 0.26)])
    )
    pen.fill("10141a", oval(0.70, 0.50, 0.028, 0.03))
    pen.fill("ffffff", oval(0.708, 0.51, 0.009, 0.009))


def seal(pen: Pen, hue: str) -> None:
    coat = rgb(hue or "7d8790")
    pen.fill(
        darker(coat, 0.3),
        smooth([(-0.62, 0.12), (-0.92, 0.28), (-0.86, 0.10), (-0.95, -0.02), (-0.62, 0.02)], 5),
    )
    pen.fill(
        coat,
        limb(
            [(-0.68, 0.09), (-0.3, 0.19), (0.1, 0.30), (0.34, 0.56), (0.40, 0.76)], 0.10, 0.30, 0.42, 0.34, 0.25
        ),
    )
    pen.fill(lighter(coat, 0.5), limb([(-0.2, 0.08), (0.15, 0.18), (0.42, 0.50)], 0.06, 0.13, 0.10), alpha=0.6)
    pen.fill(coat, oval(0.45, 0.82, 0.145, 0.135))
    pen.fill(lighter(coat, 0.45), oval(0.56, 0.765, 0.075, 0.06))
    pen.fill(
        darker(coat, 0.35),
        smooth([(0.12, 0.22), (0.22, 0.02), (0.42, -0.02), (0.30, 0.14)], 5),
        smooth([(-0.1, 0.14), (-0.18, -0.02), (0.04, -0.02)], 5),
    )
    pen.fill("14100e", oval(0.62, 0.80, 0.030, 0.024), oval(0.475, 0.855, 0.030, 0.034))
    pen.fill("ffffff", oval(0.486, 0.868, 0.010, 0.011))
    pen.fill(
        darker(coat, 0.6),
        *[limb([(0.58, 0.755), (0.72, 0.74 + d)], 0.006) for d in (-0.03, 0.0, 0.03)],
        alpha=0.7,
    )


def turtle(pen: Pen, hue: str) -> None:
    shell = rgb(hue or "6f8a4a")
    skin = rgb("8fa46a")
    pen.fill(
        darker(skin, 0.25),
        limb([(0.3, 0.32), (0.5, 0.14), (0.46, 0.0)], 0.2, 0.15, 0.1),
        limb([(-0.45, 0.3), (-0.62, 0.12), (-0.7, 0.0)], 0.18, 0.13, 0.08),
    )
    pen.fill(
        skin, limb([(0.5, 0.36), (0.72, 0.46), (0.84, 0.58)], 0.22, 0.17, 0.15), oval(0.90, 0.62, 0.15, 0.12)
    )
    pen.fill(
        shell,
        smooth(
            [(-0.72, 0.26), (-0.55, 0.66), (-0.1, 0.92), (0.35, 0.80), (0.62, 0.36), (0.4, 0.22), (-0.4, 0.18)]
        ),
    )
    pen.fill(
        darker(shell, 0.3),
        *[
            oval(x, y, 0.15, 0.12)
            for x, y in ((-0.35, 0.50), (0.0, 0.60), (0.32, 0.50), (-0.12, 0.34), (0.2, 0.32))
        ],
        alpha=0.6,
    )
    pen.fill(lighter(shell, 0.35), limb([(-0.5, 0.66), (-0.1, 0.86), (0.3, 0.77)], 0.02, 0.05, 0.02), alpha=0.5)
    pen.fill(skin, limb([(0.15, 0.24), (0.25, 0.06), (0.2, -0.02)], 0.18, 0.13, 0.1))
    pen.fill("14100e", oval(0.95, 0.66, 0.025, 0.028))


def octopus(pen: Pen, hue: str) -> None:
    skin = rgb(hue or "b5563f")
    curl = 0.08 * float(np.sin(pen.pose * 2 * np.pi))
    arms = (
        (-1, 0.16, 0.74),
        (1, 0.20, 0.78),
        (-1, 0.06, 0.58),
        (1, 0.08, 0.52),
        (-1, 0.0, 0.30),
        (1, 0.0, 0.26),
    )
    for index, (side, foot, far) in enumerate(arms):
        x = side * far
        path = [
            (side * 0.12, 0.46),
            (x * 0.55, 0.34 - 0.06 * (index // 2)),
            (x * 0.92, foot + 0.04),
            (x, foot + 0.16 + curl),
            (x * 0.84, foot + 0.20 + curl),
        ]
        colour = darker(skin, 0.25) if index < 2 else darker(skin, 0.10) if index < 4 else skin
        pen.fill(colour, limb(path, 0.17, 0.14, 0.10, 0.06, 0.02))
        pen.fill(
            lighter(skin, 0.55),
            *[oval(x * at, foot + 0.10 + 0.5 * (1 - at) ** 2, 0.018, 0.014) for at in (0.55, 0.68, 0.80)],
            alpha=0.7,
        )
    pen.fill(
        skin,
        smooth(
            [(-0.20, 0.40), (-0.30, 0.68), (-0.24, 0.92), (0.0, 1.0), (0.24, 0.92), (0.30, 0.68), (0.20, 0.40)]
        ),
    )
    pen.fill(
        lighter(skin, 0.4), smooth([(-0.20, 0.74), (-0.14, 0.90), (0.02, 0.95), (-0.08, 0.80)]), alpha=0.45
    )
    pen.fill("f3e6cc", oval(-0.10, 0.56, 0.062, 0.055), oval(0.12, 0.56, 0.062, 0.055))
    pen.fill("161316", oval(-0.09, 0.555, 0.045, 0.020), oval(0.13, 0.555, 0.045, 0.020))
