"""What gives light."""

from __future__ import annotations

import numpy as np

from longvid_tui.backends.images.storyboard.figures.pen import Pen, darker
from longvid_tui.backends.images.storyboard.light import rgb
from longvid_tui.backends.images.storyboard.shapes import box, limb, oval, smooth


def fire(pen: Pen, hue: str) -> None:
    sway = 0.06 * float(np.sin(pen.pose * 2 * np.pi))
    pen.light(0, 0.35, 1.3, "ff8a3a", 0.5)
    pen.fill("6a655e", *[oval(x, 0.03, 0.09, 0.055) for x in (-0.42, -0.22, 0.24, 0.44)])
    pen.fill("4a3020", limb([(-0.42, 0.04), (0.4, 0.16)], 0.09), limb([(0.42, 0.04), (-0.4, 0.16)], 0.09))
    for colour, scale in ((hue or "e8542a", 1.0), ("f7a03a", 0.70), ("fff0a8", 0.40)):
        pen.fill(
            colour,
            smooth(
                [(-0.26 * scale, 0.12), (-0.27 * scale, 0.32 * scale + 0.06), (-0.12 * scale, 0.55 * scale), (sway, 0.12 + 0.88 * scale),
                 (0.10 * scale, 0.58 * scale), (0.20 * scale + sway * 0.5, 0.66 * scale), (0.27 * scale, 0.26 * scale + 0.06), (0.2 * scale, 0.12)]
            ),
        )  # fmt: skip


def torch(pen: Pen, hue: str) -> None:
    sway = 0.03 * float(np.sin(pen.pose * 2 * np.pi))
    pen.light(0, 0.78, 1.1, "ff8a3a", 0.5)
    pen.fill("5a3b24", limb([(0, 0.0), (0, 0.56)], 0.055, 0.075))
    pen.fill("3a2a20", limb([(0, 0.48), (0, 0.60)], 0.12, 0.14))
    for colour, scale in ((hue or "e8542a", 1.0), ("f7a03a", 0.68), ("fff0a8", 0.38)):
        pen.fill(
            colour,
            smooth(
                [(-0.11 * scale, 0.57), (-0.13 * scale, 0.57 + 0.14 * scale), (sway, 0.57 + 0.43 * scale), (0.13 * scale, 0.57 + 0.15 * scale),
                 (0.11 * scale, 0.57)]
            ),
        )  # fmt: skip


def candle(pen: Pen, hue: str) -> None:
    wax = rgb(hue or "f3ead6")
    sway = 0.015 * float(np.sin(pen.pose * 2 * np.pi))
    pen.fill("b08a4a", oval(0, 0.03, 0.20, 0.04))
    pen.fill(
        wax,
        smooth([(-0.10, 0.03), (-0.10, 0.60), (-0.02, 0.625), (0.10, 0.59), (0.10, 0.03)], 4),
        limb([(0.075, 0.60), (0.085, 0.48), (0.082, 0.42)], 0.05, 0.035),
    )
    pen.fill(darker(wax, 0.3), smooth([(0.03, 0.03), (0.04, 0.6), (0.10, 0.58), (0.10, 0.03)], 4), alpha=0.4)
    pen.fill("2a2420", limb([(0, 0.62), (0.005, 0.68)], 0.014))
    pen.fill(
        "f79a3a", smooth([(-0.05, 0.72), (-0.03, 0.82), (sway, 0.98), (0.035, 0.82), (0.05, 0.72), (0.0, 0.66)])
    )
    pen.fill("fff3b8", smooth([(-0.025, 0.73), (sway * 0.5, 0.87), (0.025, 0.73), (0.0, 0.69)]))
    pen.light(0, 0.8, 0.75, "ffb85a", 0.5)
    pen.light(0, 0.8, 0.16, "ffe6a8", 0.5)


def lantern(pen: Pen, hue: str) -> None:
    pen.light(0, 0.42, 0.9, "ffc86a", 0.45)
    pen.fill(
        hue or "ffd68a",
        smooth([(-0.16, 0.09), (-0.20, 0.4), (-0.15, 0.72), (0.15, 0.72), (0.20, 0.4), (0.16, 0.09)], 6),
    )
    pen.fill("fff6d0", oval(0, 0.36, 0.075, 0.17))
    pen.fill(
        "2f2a28",
        smooth([(-0.22, 0.0), (-0.20, 0.10), (0.20, 0.10), (0.22, 0.0)], 3),
        smooth([(-0.20, 0.71), (-0.10, 0.82), (0.10, 0.82), (0.20, 0.71)], 3),
        limb([(-0.10, 0.80), (-0.08, 0.96), (0.0, 1.0), (0.08, 0.96), (0.10, 0.80)], 0.026),
        *[box(x - 0.012, 0.08, x + 0.012, 0.73) for x in (-0.17, 0.0, 0.17)],
    )  # fmt: skip


def firefly(pen: Pen, hue: str) -> None:
    glow = hue or "e8f08a"
    pen.fill("2a2a20", oval(-0.12, 0.55, 0.16, 0.09))
    pen.fill(glow, oval(0.08, 0.5, 0.13, 0.11))
    pen.light(0.08, 0.5, 1.0, glow, 0.75)
    pen.light(0.08, 0.5, 3.2, glow, 0.16)


def moon(pen: Pen, hue: str) -> None:
    disc = rgb(hue or "f6f1d8")
    pen.fill(disc, oval(0, 0.5, 0.5, 0.5))
    pen.fill(
        darker(disc, 0.16),
        oval(-0.15, 0.62, 0.13, 0.12),
        oval(0.17, 0.42, 0.10, 0.09),
        oval(-0.05, 0.28, 0.08, 0.07),
        oval(0.2, 0.7, 0.06, 0.06),
        alpha=0.8,
    )
    pen.light(0, 0.5, 1.0, "f6f1d8", 0.28)
