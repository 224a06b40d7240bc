"""What stands on two legs and is no person: robots, astronauts, penguins, dinosaurs."""

from __future__ import annotations

import numpy as np

from longvid_tui.backends.images.storyboard.figures.pen import Pen, darker, lighter
from longvid_tui.backends.images.storyboard.light import rgb
from longvid_tui.backends.images.storyboard.shapes import box, limb, oval, smooth


def robot(pen: Pen, hue: str) -> None:
    shell = rgb(hue or "9aa6b2")
    dark = darker(shell, 0.42)
    swing = float(0.09 * np.sin(pen.pose * 2 * np.pi))
    for hip, foot, shade in ((-0.07, -0.08 - swing, dark), (0.07, 0.09 + swing, darker(shell, 0.25))):
        pen.fill(
            shade,
            limb([(hip, 0.36), ((hip + foot) / 2 + 0.02, 0.2), (foot, 0.05)], 0.075),
            smooth([(foot - 0.06, 0.0), (foot - 0.05, 0.07), (foot + 0.06, 0.07), (foot + 0.10, 0.0)], 4),
        )
        pen.fill(lighter(shade, 0.2), oval((hip + foot) / 2 + 0.02, 0.2, 0.045, 0.045))
    pen.fill(
        dark,
        limb([(-0.19, 0.66), (-0.25 + swing, 0.52), (-0.20 + swing, 0.38)], 0.065),
        oval(-0.20 + swing, 0.36, 0.045, 0.045),
    )
    pen.fill(
        shell,
        smooth(
            [(-0.19, 0.72), (-0.2, 0.40), (-0.12, 0.33), (0.12, 0.33), (0.2, 0.40), (0.19, 0.72), (0.0, 0.745)],
            6,
        ),
    )
    pen.fill(
        darker(shell, 0.3),
        smooth([(0.08, 0.73), (0.19, 0.71), (0.2, 0.40), (0.12, 0.34), (0.09, 0.36)], 5),
        alpha=0.5,
    )
    pen.fill(
        dark,
        box(-0.05, 0.72, 0.05, 0.79),
        smooth([(-0.10, 0.46), (-0.10, 0.62), (0.09, 0.62), (0.09, 0.46)], 3),
    )
    pen.fill("6fe0e6", *[oval(-0.06 + 0.06 * at, 0.54, 0.018, 0.018) for at in range(3)])
    pen.fill(
        shell,
        smooth(
            [
                (-0.17, 0.80),
                (-0.19, 0.92),
                (-0.13, 1.02),
                (0.13, 1.02),
                (0.19, 0.92),
                (0.17, 0.80),
                (0.0, 0.775),
            ],
            6,
        ),
    )
    pen.fill(
        "1c2733",
        smooth([(-0.10, 0.84), (-0.12, 0.92), (-0.07, 0.98), (0.14, 0.98), (0.165, 0.91), (0.14, 0.84)], 5),
    )
    pen.fill("6fe0e6", oval(-0.01, 0.912, 0.033, 0.036), oval(0.095, 0.912, 0.030, 0.036))
    pen.fill("d8fbfd", oval(0.0, 0.924, 0.012, 0.013), oval(0.104, 0.924, 0.011, 0.013))
    pen.fill(dark, limb([(0, 1.02), (0.01, 1.11)], 0.014))
    pen.fill("e8a03a", oval(0.01, 1.12, 0.022, 0.022))
    pen.fill(
        darker(shell, 0.2),
        limb([(0.19, 0.66), (0.26 - swing, 0.52), (0.27 - swing, 0.39)], 0.065),
        oval(0.27 - swing, 0.37, 0.045, 0.045),
    )
    pen.light(0.04, 0.91, 0.2, "6fe0e6", 0.22)


def astronaut(pen: Pen, hue: str) -> None:
    suit = rgb(hue or "e8e8ea")
    swing = float(0.09 * np.sin(pen.pose * 2 * np.pi))
    pen.fill("a9acb6", smooth([(-0.22, 0.46), (-0.23, 0.80), (-0.10, 0.86), (-0.06, 0.46)], 5))
    pen.fill(
        darker(suit, 0.22),
        limb([(-0.05, 0.46), (-0.08 - swing * 0.5, 0.25), (-0.08 - swing, 0.06)], 0.15, 0.13, 0.12),
        oval(-0.06 - swing, 0.04, 0.08, 0.045),
    )
    pen.fill(
        darker(suit, 0.08),
        limb([(0.05, 0.46), (0.09 + swing * 0.5, 0.25), (0.08 + swing, 0.06)], 0.15, 0.13, 0.12),
        oval(0.10 + swing, 0.04, 0.085, 0.045),
    )
    pen.fill(darker(suit, 0.25), limb([(-0.13, 0.76), (-0.2, 0.62), (-0.17 - swing, 0.5)], 0.12, 0.10, 0.09))
    pen.fill(
        suit,
        smooth([(-0.155, 0.80), (-0.165, 0.44), (0.0, 0.38), (0.165, 0.44), (0.155, 0.80), (0.0, 0.85)]),
        oval(0.0, 0.92, 0.135, 0.13),
    )
    pen.fill(darker(suit, 0.25), smooth([(0.05, 0.82), (0.155, 0.79), (0.165, 0.44), (0.08, 0.40)]), alpha=0.45)
    pen.fill(
        "1d2c44", smooth([(-0.05, 0.86), (-0.065, 0.95), (0.0, 1.01), (0.09, 1.0), (0.135, 0.93), (0.10, 0.85)])
    )
    pen.fill("5f8ac0", smooth([(-0.03, 0.92), (0.0, 0.985), (0.07, 0.985), (0.03, 0.94)]), alpha=0.7)
    pen.fill("e0a84a", oval(0.075, 0.955, 0.022, 0.018), alpha=0.8)
    pen.fill("c9403a", box(-0.03, 0.62, 0.05, 0.67))
    pen.fill("3f6fb5", box(0.06, 0.62, 0.11, 0.67))
    pen.fill(
        darker(suit, 0.10),
        limb([(0.13, 0.76), (0.21, 0.63), (0.24 + swing, 0.52)], 0.12, 0.10, 0.09),
        oval(0.24 + swing, 0.49, 0.052, 0.055),
    )


def penguin(pen: Pen, hue: str) -> None:
    coat = rgb(hue or "2b3038")
    rock = 0.03 * float(np.sin(pen.pose * 2 * np.pi))
    pen.fill("e0953a", oval(-0.08, 0.03, 0.11, 0.035), oval(0.12, 0.03, 0.11, 0.035))
    pen.fill(
        coat,
        smooth(
            [
                (-0.24, 0.10),
                (-0.28, 0.45),
                (-0.17, 0.78),
                (0.02 + rock, 0.99),
                (0.17 + rock, 0.82),
                (0.25, 0.45),
                (0.2, 0.08),
                (0.0, 0.03),
            ]
        ),
    )
    pen.fill(
        "f4f1ea", smooth([(-0.02, 0.08), (-0.06, 0.45), (0.02, 0.72), (0.14, 0.72), (0.21, 0.42), (0.16, 0.10)])
    )
    pen.fill("f2c35a", smooth([(0.02, 0.72), (0.10, 0.68), (0.16, 0.76), (0.08, 0.80)]), alpha=0.8)
    pen.fill("e0953a", smooth([(0.14 + rock, 0.885), (0.30 + rock, 0.85), (0.14 + rock, 0.83)], 4))
    pen.fill("ffffff", oval(0.085 + rock, 0.89, 0.028, 0.03))
    pen.fill("101214", oval(0.09 + rock, 0.89, 0.016, 0.018))
    pen.fill(darker(coat, 0.3), limb([(-0.19, 0.68), (-0.3, 0.48), (-0.29, 0.3)], 0.10, 0.09, 0.03))


def dinosaur(pen: Pen, hue: str) -> None:
    coat = rgb(hue or "5f8f5a")
    swing = 0.06 * float(np.sin(pen.pose * 2 * np.pi))
    pen.fill(
        darker(coat, 0.3),
        limb([(-0.12, 0.40), (-0.06, 0.2), (-0.14 - swing, 0.03)], 0.22, 0.13, 0.10),
        oval(-0.08 - swing, 0.025, 0.11, 0.03),
    )
    pen.fill(
        coat,
        limb(
            [(-0.85, 0.20), (-0.5, 0.30), (-0.15, 0.46), (0.10, 0.62), (0.2, 0.80)],
            0.03,
            0.17,
            0.36,
            0.30,
            0.20,
        ),
    )
    pen.fill(lighter(coat, 0.5), limb([(-0.3, 0.30), (0.02, 0.44), (0.2, 0.66)], 0.06, 0.14, 0.08), alpha=0.7)
    pen.fill(
        darker(coat, 0.4),
        *[
            smooth([(x - 0.05, y), (x - 0.04, y + 0.10), (x + 0.04, y + 0.02)], 3)
            for x, y in ((-0.6, 0.33), (-0.42, 0.42), (-0.24, 0.55), (-0.08, 0.68), (0.05, 0.84))
        ],
    )
    pen.fill(
        coat, oval(0.25, 0.88, 0.13, 0.11), limb([(0.25, 0.87), (0.38, 0.85), (0.47, 0.83)], 0.19, 0.16, 0.13)
    )
    pen.fill(
        darker(coat, 0.15),
        limb([(0.14, 0.60), (0.26, 0.54), (0.30, 0.47)], 0.08, 0.055, 0.04),
        limb([(-0.05, 0.40), (0.06, 0.2), (0.02 + swing, 0.03)], 0.26, 0.15, 0.11),
        oval(0.08 + swing, 0.025, 0.12, 0.032),
    )
    pen.fill(darker(coat, 0.6), limb([(0.33, 0.80), (0.50, 0.795)], 0.012))
    pen.fill("ffffff", oval(0.28, 0.92, 0.035, 0.038))
    pen.fill("101214", oval(0.29, 0.92, 0.018, 0.024))
