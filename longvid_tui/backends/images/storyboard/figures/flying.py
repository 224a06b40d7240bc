"""What flies: birds, butterflies, dragons."""

from __future__ import annotations

import numpy as np

from longvid_tui.backends.images.storyboard.figures.pen import Pen, darker, lighter
from longvid_tui.backends.images.storyboard.light import rgb
from longvid_tui.backends.images.storyboard.shapes import limb, oval, smooth


def bird(pen: Pen, hue: str) -> None:
    coat = rgb(hue or "f2f0ea")
    lift = 0.30 * float(np.sin(pen.pose * 2 * np.pi)) + 0.12
    far = [
        (0.02, 0.52),
        (0.16, 0.72 + lift * 0.5),
        (0.50, 0.86 + lift),
        (0.42, 0.66 + lift * 0.6),
        (0.24, 0.52),
    ]
    near = [
        (-0.08, 0.52),
        (-0.20, 0.74 + lift * 0.5),
        (-0.62, 0.92 + lift),
        (-0.54, 0.74 + lift * 0.7),
        (-0.36, 0.62 + lift * 0.3),
        (0.12, 0.46),
    ]
    pen.fill(darker(coat, 0.28), smooth(far))
    pen.fill(
        darker(coat, 0.12),
        smooth([(-0.38, 0.47), (-0.78, 0.46), (-0.74, 0.38), (-0.62, 0.36), (-0.36, 0.42)], 5),
    )
    pen.fill(
        coat,
        smooth([(-0.46, 0.45), (-0.15, 0.56), (0.2, 0.58), (0.36, 0.52), (0.22, 0.41), (-0.12, 0.37)]),
        oval(0.36, 0.575, 0.105, 0.098),
    )
    pen.fill(lighter(coat, 0.5), smooth([(-0.2, 0.39), (0.15, 0.43), (0.38, 0.5), (0.22, 0.41)]), alpha=0.6)
    pen.fill(darker(coat, 0.10), smooth(near))
    pen.fill(
        darker(coat, 0.45),
        smooth(
            [
                (-0.40, 0.82 + lift * 0.85),
                (-0.62, 0.92 + lift),
                (-0.54, 0.74 + lift * 0.7),
                (-0.44, 0.72 + lift * 0.6),
            ]
        ),
        alpha=0.7,
    )
    pen.fill("e0a03a", smooth([(0.44, 0.615), (0.585, 0.565), (0.44, 0.535)], 4))
    pen.fill("161316", oval(0.395, 0.60, 0.018, 0.020))


def butterfly(pen: Pen, hue: str) -> None:
    coat = rgb(hue or "e08a3a")
    fold = 0.65 + 0.35 * float(np.cos(pen.pose * 2 * np.pi))
    for side in (-1, 1):
        upper = [
            (0, 0.5),
            (side * 0.30 * fold, 0.98),
            (side * 0.68 * fold, 0.95),
            (side * 0.62 * fold, 0.58),
            (side * 0.1, 0.45),
        ]
        lower = [
            (0, 0.47),
            (side * 0.5 * fold, 0.42),
            (side * 0.48 * fold, 0.12),
            (side * 0.18 * fold, 0.06),
            (side * 0.04, 0.3),
        ]
        pen.fill(darker(coat, 0.45), smooth(upper), smooth(lower))
        pen.fill(
            coat,
            smooth([(x * 0.86, 0.5 + (y - 0.5) * 0.84) for x, y in upper]),
            smooth([(x * 0.84, 0.46 + (y - 0.46) * 0.82) for x, y in lower]),
        )
        pen.fill(
            lighter(coat, 0.6),
            oval(side * 0.44 * fold, 0.76, 0.075 * fold, 0.085),
            oval(side * 0.32 * fold, 0.26, 0.05 * fold, 0.05),
        )
    pen.fill("2a2228", limb([(0, 0.14), (0, 0.45), (0, 0.66)], 0.03, 0.065, 0.05))
    pen.fill(
        "2a2228",
        limb([(0, 0.66), (0.06, 0.8), (0.13, 0.86)], 0.012),
        limb([(0, 0.66), (-0.06, 0.8), (-0.13, 0.86)], 0.012),
    )
    pen.light(0, 0.5, 0.9, "ffe6a0", 0.10)


def dragon(pen: Pen, hue: str) -> None:
    coat = rgb(hue or "4a7a4a")
    lift = 0.14 * float(np.sin(pen.pose * 2 * np.pi))
    spine = [
        (-0.86, 0.20),
        (-0.66, 0.30),
        (-0.42, 0.40),
        (-0.1, 0.44),
        (0.16, 0.50),
        (0.32, 0.64),
        (0.44, 0.76),
    ]
    far = [
        (0.05, 0.52),
        (0.10, 0.82 + lift),
        (0.36, 1.0 + lift),
        (0.40, 0.84 + lift * 0.7),
        (0.58, 0.80 + lift * 0.6),
        (0.30, 0.58),
    ]
    near = [
        (0.0, 0.50),
        (-0.14, 0.84 + lift),
        (-0.42, 1.04 + lift),
        (-0.44, 0.86 + lift),
        (-0.66, 0.88 + lift),
        (-0.58, 0.70 + lift * 0.6),
        (-0.74, 0.62),
        (-0.24, 0.44),
    ]
    pen.fill(darker(coat, 0.45), smooth(far, 5))
    pen.fill(
        darker(coat, 0.25),
        limb([(0.12, 0.44), (0.20, 0.30), (0.14, 0.20)], 0.09, 0.06, 0.045),
        limb([(-0.28, 0.38), (-0.26, 0.24), (-0.36, 0.16)], 0.10, 0.06, 0.045),
    )
    pen.fill(coat, limb(spine, 0.015, 0.05, 0.10, 0.19, 0.20, 0.13, 0.11))
    pen.fill(
        lighter(coat, 0.45),
        limb([(-0.35, 0.345), (-0.05, 0.37), (0.18, 0.43), (0.33, 0.58)], 0.02, 0.05, 0.06, 0.03),
        alpha=0.7,
    )
    pen.fill(coat, smooth([(-0.86, 0.22), (-0.98, 0.30), (-1.0, 0.14), (-0.88, 0.17)], 4))
    pen.fill(
        darker(coat, 0.5),
        *[
            smooth([(x - 0.03, y), (x - 0.015, y + 0.075), (x + 0.03, y)], 3)
            for x, y in ((-0.5, 0.42), (-0.34, 0.47), (-0.18, 0.50), (-0.02, 0.53), (0.13, 0.575), (0.24, 0.66))
        ],
    )
    pen.fill(darker(coat, 0.15), smooth(near, 5))
    for tip in ((-0.42, 1.02 + lift), (-0.64, 0.87 + lift), (-0.72, 0.62)):
        pen.fill(
            darker(coat, 0.5),
            limb([(-0.02, 0.50), ((tip[0] - 0.02) / 2, (tip[1] + 0.56) / 2 + 0.03), tip], 0.03, 0.016, 0.006),
            alpha=0.8,
        )
    pen.fill(
        coat,
        oval(0.47, 0.80, 0.085, 0.075),
        limb([(0.46, 0.80), (0.58, 0.775), (0.70, 0.735)], 0.13, 0.10, 0.055),
    )
    pen.fill(
        darker(coat, 0.5),
        limb([(0.42, 0.85), (0.36, 0.93), (0.27, 0.98)], 0.03, 0.02, 0.005),
        limb([(0.56, 0.735), (0.68, 0.71)], 0.010),
    )
    pen.fill("f4d25a", oval(0.52, 0.825, 0.020, 0.022))
    pen.fill("161316", oval(0.524, 0.825, 0.008, 0.018))
