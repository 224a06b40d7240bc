"""What drifts: icebergs, jellyfish."""

from __future__ import annotations

import numpy as np

from longvid_tui.backends.images.storyboard.figures.pen import Pen, darker, lighter
from longvid_tui.backends.images.storyboard.light import rgb
from longvid_tui.backends.images.storyboard.shapes import limb, smooth

_PEAKS = (
    (-0.80, 0.04), (-0.66, 0.34), (-0.50, 0.38), (-0.34, 0.72), (-0.22, 0.76), (-0.06, 1.0), (0.08, 0.84), (0.20, 0.88),
    (0.40, 0.50), (0.54, 0.46), (0.66, 0.22), (0.82, 0.04),
)  # fmt: skip


def iceberg(pen: Pen, hue: str) -> None:
    ice = rgb(hue or "e4f0f6")
    pen.fill(ice, [*_PEAKS, (0.5, 0.0), (-0.5, 0.0)])
    pen.fill(
        darker(lighter("7fb4cc", 0.1), 0.05),
        [(-0.06, 1.0), (0.08, 0.84), (0.20, 0.88), (0.40, 0.50), (0.54, 0.46), (0.82, 0.04), (0.10, 0.02), (0.18, 0.46)],
        [(-0.34, 0.72), (-0.22, 0.76), (-0.30, 0.40), (-0.40, 0.04), (-0.52, 0.02), (-0.44, 0.42)],
        alpha=0.55,
    )  # fmt: skip
    pen.fill("4f93b4", [(0.40, 0.50), (0.54, 0.46), (0.82, 0.04), (0.44, 0.02), (0.48, 0.30)], alpha=0.4)
    pen.fill(
        "ffffff",
        [(-0.34, 0.72), (-0.06, 1.0), (-0.10, 0.74), (-0.22, 0.60)],
        [(-0.66, 0.34), (-0.50, 0.38), (-0.54, 0.24)],
        alpha=0.8,
    )
    pen.fill("5fc0c4", [(-0.80, 0.05), (0.82, 0.05), (0.74, -0.02), (-0.72, -0.02)], alpha=0.65)


def jellyfish(pen: Pen, hue: str) -> None:
    bell = rgb(hue or "cf8fd6")
    sway = 0.05 * float(np.sin(pen.pose * 2 * np.pi))
    for at in np.linspace(-0.26, 0.26, 7):
        x, long = float(at), 0.08 + 0.12 * abs(float(at))
        path = [(x, 0.64), (x * 1.1 + sway, 0.44), (x * 0.9 - sway, 0.26), (x * 1.2 + sway, long)]
        pen.fill(lighter(bell, 0.25), limb(path, 0.030, 0.022, 0.006), alpha=0.7)
    pen.fill(bell, limb([(-0.06, 0.66), (-0.10 - sway, 0.42), (-0.04, 0.22)], 0.10, 0.07, 0.02),
             limb([(0.07, 0.66), (0.11 + sway, 0.46), (0.05, 0.28)], 0.10, 0.07, 0.02), alpha=0.8)  # fmt: skip
    pen.fill(
        bell,
        smooth([(-0.38, 0.64), (-0.33, 0.84), (-0.16, 0.98), (0.0, 1.0), (0.16, 0.98), (0.33, 0.84), (0.38, 0.64),
                (0.24, 0.68), (0.12, 0.63), (0.0, 0.68), (-0.12, 0.63), (-0.24, 0.68)]),
        alpha=0.9,
    )  # fmt: skip
    pen.fill(lighter(bell, 0.6), smooth([(-0.26, 0.80), (-0.12, 0.94), (0.02, 0.95), (-0.10, 0.84)]), alpha=0.7)
    pen.light(0.0, 0.75, 0.55, "e9b8ff", 0.5)
