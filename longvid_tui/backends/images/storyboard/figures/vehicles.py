"""What carries people over water, land and air."""

from __future__ import annotations

from longvid_tui.backends.images.storyboard.figures.pen import Pen, darker, lighter
from longvid_tui.backends.images.storyboard.light import rgb
from longvid_tui.backends.images.storyboard.shapes import box, limb, line, oval, smooth

_GLASS = "a8cbd8"


def sail(pen: Pen, hue: str) -> None:
    """The mast and the sails of a boat; whoever is aboard stands between them and the hull."""
    del hue
    pen.fill("4a3626", limb([(0.0, 0.10), (0.0, 1.0)], 0.024, 0.014))
    pen.fill("f1ead9", smooth([(0.025, 0.96), (0.14, 0.62), (0.44, 0.27), (0.025, 0.26)], 7))
    pen.fill("d5c7aa", smooth([(-0.025, 0.90), (-0.16, 0.55), (-0.34, 0.29), (-0.025, 0.28)], 7))
    pen.fill("c9403a", smooth([(0.0, 1.0), (0.13, 0.98), (0.0, 0.955)], 3))


def hull(pen: Pen, hue: str) -> None:
    wood = rgb(hue or "8a4a34")
    pen.fill(
        wood,
        smooth(
            [(-0.52, 0.22), (-0.44, 0.05), (-0.2, 0.0), (0.25, 0.0), (0.48, 0.07), (0.62, 0.25), (0.0, 0.16)], 7
        ),
    )
    pen.fill(
        darker(wood, 0.35),
        smooth([(-0.46, 0.08), (-0.2, 0.0), (0.25, 0.0), (0.48, 0.07), (0.1, 0.05)], 6),
        alpha=0.7,
    )
    pen.fill("f1ead9", limb([(-0.50, 0.195), (0.0, 0.145), (0.58, 0.215)], 0.024))
    pen.fill(darker(wood, 0.3), limb([(-0.47, 0.13), (0.0, 0.085), (0.54, 0.15)], 0.008), alpha=0.7)


def boat(pen: Pen, hue: str) -> None:
    sail(pen, hue)
    hull(pen, hue)


def _wheels(pen: Pen, radius: float, *at: float) -> None:
    pen.fill("1c1c20", *[oval(x, radius, radius, radius) for x in at])
    pen.fill("9aa0a6", *[oval(x, radius, radius * 0.55, radius * 0.55) for x in at])
    pen.fill("5a6068", *[oval(x, radius, radius * 0.18, radius * 0.18) for x in at])


def car(pen: Pen, hue: str) -> None:
    paint = rgb(hue or "b5403a")
    pen.fill(
        paint,
        smooth(
            [
                (-1.0, 0.20),
                (-1.0, 0.46),
                (-0.62, 0.56),
                (-0.36, 0.93),
                (0.26, 0.94),
                (0.60, 0.58),
                (0.98, 0.48),
                (1.04, 0.20),
                (0.0, 0.16),
            ],
            6,
        ),
    )
    pen.fill(
        darker(paint, 0.35),
        smooth([(-1.0, 0.20), (-0.98, 0.34), (0.0, 0.32), (1.02, 0.34), (1.04, 0.20), (0.0, 0.16)], 5),
        alpha=0.6,
    )
    pen.fill(
        _GLASS,
        smooth([(-0.50, 0.57), (-0.31, 0.86), (-0.04, 0.87), (-0.04, 0.57)], 4),
        smooth([(0.03, 0.57), (0.03, 0.87), (0.23, 0.86), (0.46, 0.57)], 4),
    )
    pen.fill("e9f4f8", [(-0.30, 0.60), (-0.18, 0.84), (-0.10, 0.84), (-0.22, 0.60)], alpha=0.5)
    pen.fill(lighter(paint, 0.5), limb([(-0.9, 0.50), (0.0, 0.53), (0.9, 0.48)], 0.012), alpha=0.7)
    pen.fill("d8d4c8", limb([(0.10, 0.46), (0.2, 0.46)], 0.02))
    _wheels(pen, 0.21, -0.58, 0.60)
    pen.fill("ffe9a8", oval(0.98, 0.41, 0.05, 0.065))
    pen.fill("c9302a", oval(-0.99, 0.41, 0.03, 0.06))
    pen.light(1.12, 0.38, 0.5, "ffe2a0", 0.3)


def bus(pen: Pen, hue: str) -> None:
    paint = rgb(hue or "d6a23a")
    pen.fill(
        paint,
        smooth(
            [(-1.22, 0.12), (-1.24, 0.88), (-1.1, 0.98), (0.0, 1.0), (1.1, 0.98), (1.24, 0.86), (1.26, 0.12)], 5
        ),
    )
    pen.fill(darker(paint, 0.3), box(-1.2, 0.12, 1.22, 0.24), alpha=0.7)
    pen.fill(
        "ffe8b0",
        *[box(-1.1 + at * 0.37, 0.54, -0.82 + at * 0.37, 0.83) for at in range(6)],
    )
    pen.fill("3a2f2a", limb([(-1.22, 0.36), (1.24, 0.36)], 0.035))
    _wheels(pen, 0.15, -0.72, 0.76)
    pen.light(1.3, 0.3, 0.5, "ffe2a0", 0.3)


def train(pen: Pen, hue: str) -> None:
    coat = rgb(hue or "7a2f34")
    for at in range(3):
        left = -3.3 + at * 1.62
        pen.fill("2a2628", box(left - 0.14, 0.20, left + 0.04, 0.28))
        pen.fill(
            coat,
            smooth(
                [
                    (left, 0.14),
                    (left - 0.01, 0.86),
                    (left + 0.1, 0.94),
                    (left + 1.40, 0.94),
                    (left + 1.51, 0.86),
                    (left + 1.5, 0.14),
                ],
                3,
            ),
        )
        pen.fill(lighter(coat, 0.5), limb([(left + 0.03, 0.38), (left + 1.47, 0.38)], 0.03))
        pen.fill(
            "ffe6ae",
            *[box(left + 0.14 + w * 0.34, 0.5, left + 0.38 + w * 0.34, 0.78) for w in range(4)],
        )
        _wheels(pen, 0.10, left + 0.3, left + 1.2)
    pen.fill("2a2628", limb([(2.25, 0.60), (2.25, 0.98)], 0.16, 0.20))
    pen.fill("26262c", smooth([(1.56, 0.14), (1.56, 0.66), (2.5, 0.66), (2.64, 0.52), (2.64, 0.14)], 4))
    pen.fill(coat, smooth([(1.50, 0.14), (1.50, 0.95), (1.96, 0.95), (1.96, 0.14)], 2))
    pen.fill("ffe6ae", box(1.62, 0.60, 1.84, 0.82))
    _wheels(pen, 0.14, 1.75, 2.12, 2.46)
    for x, y, r in ((2.2, 1.12, 0.13), (1.95, 1.26, 0.18), (1.6, 1.38, 0.24), (1.15, 1.48, 0.3)):
        pen.fill("e9e6e2", oval(x, y, r, r * 0.75), alpha=0.45)
    pen.light(2.75, 0.40, 0.5, "fff0c0", 0.45)


def bicycle(pen: Pen, hue: str) -> None:
    frame = rgb(hue or "3f6f8a")
    for x in (-0.48, 0.48):
        ring = oval(x, 0.3, 0.29, 0.29)
        pen.fill("1f1f24", line([*ring, ring[0]], 0.034))
        pen.fill(
            "8a8d94",
            *[line([(x - 0.27, 0.3 + d), (x + 0.27, 0.3 - d)], 0.006) for d in (-0.12, 0.0, 0.12)],
            alpha=0.7,
        )
    pen.fill(frame, limb([(-0.48, 0.3), (-0.16, 0.70)], 0.04), limb([(-0.16, 0.70), (0.36, 0.74)], 0.04), limb([(0.36, 0.74), (0.0, 0.3)], 0.04), limb([(0.0, 0.3), (-0.48, 0.3)], 0.04),
             limb([(0.48, 0.3), (0.34, 0.90)], 0.038), limb([(0.0, 0.3), (-0.2, 0.84)], 0.038))  # fmt: skip
    pen.fill("2a2024", oval(-0.21, 0.87, 0.12, 0.03), limb([(0.34, 0.90), (0.44, 0.98), (0.52, 0.92)], 0.03))


def plane(pen: Pen, hue: str) -> None:
    coat = rgb(hue or "e6e8ec")
    pen.fill(darker(coat, 0.35), [(0.22, 0.56), (-0.18, 0.84), (-0.06, 0.84), (0.48, 0.56)])
    pen.fill(
        coat,
        smooth(
            [(-0.98, 0.52), (-0.6, 0.60), (0.5, 0.63), (0.86, 0.56), (1.0, 0.48), (0.6, 0.36), (-0.5, 0.42)], 7
        ),
        smooth([(-0.98, 0.53), (-1.12, 0.92), (-0.92, 0.90), (-0.62, 0.57)], 4),
    )
    pen.fill(
        darker(coat, 0.22),
        [(0.24, 0.45), (-0.44, 0.12), (-0.22, 0.12), (0.56, 0.45)],
        [(-0.80, 0.50), (-1.06, 0.40), (-0.90, 0.40), (-0.66, 0.48)],
    )
    pen.fill(
        "35506a",
        *[oval(-0.42 + at * 0.15, 0.53, 0.026, 0.028) for at in range(8)],
        smooth([(0.78, 0.56), (0.88, 0.55), (0.94, 0.50), (0.80, 0.50)], 3),
    )
    pen.fill("c9403a", limb([(-0.9, 0.46), (0.0, 0.44), (0.9, 0.45)], 0.018), alpha=0.8)


def airship(pen: Pen, hue: str) -> None:
    coat = rgb(hue or "d8583a")
    shape = [
        (0, 1.0),
        (-0.27, 0.93),
        (-0.39, 0.72),
        (-0.27, 0.46),
        (-0.06, 0.24),
        (0.06, 0.24),
        (0.27, 0.46),
        (0.39, 0.72),
        (0.27, 0.93),
    ]
    pen.fill(coat, smooth(shape))
    pen.fill("f4e3b8", smooth([(x * 0.62, y) for x, y in shape]))
    pen.fill(coat, smooth([(x * 0.26, y) for x, y in shape]))
    pen.fill(
        darker(coat, 0.35),
        smooth([(0.10, 0.97), (0.27, 0.93), (0.39, 0.72), (0.27, 0.46), (0.08, 0.26), (0.24, 0.60)]),
        alpha=0.35,
    )
    pen.fill(
        "5a4030",
        line([(-0.06, 0.25), (-0.07, 0.12)], 0.010),
        line([(0.06, 0.25), (0.07, 0.12)], 0.010),
        smooth([(-0.09, 0.0), (-0.09, 0.12), (0.09, 0.12), (0.09, 0.0)], 3),
    )
    pen.light(0, 0.24, 0.18, "ffc46a", 0.35)


def rocket(pen: Pen, hue: str) -> None:
    coat = rgb(hue or "e6e6ea")
    pen.light(0, -0.02, 0.35, "ffb24a", 0.6)
    pen.fill("ffb24a", smooth([(-0.08, 0.14), (-0.06, -0.06), (0, -0.24), (0.06, -0.06), (0.08, 0.14)]))
    pen.fill("fff0b8", smooth([(-0.04, 0.14), (0, -0.10), (0.04, 0.14)]))
    pen.fill(
        "c9403a",
        smooth([(-0.10, 0.42), (-0.26, 0.20), (-0.25, 0.06), (-0.09, 0.18)], 4),
        smooth([(0.10, 0.42), (0.26, 0.20), (0.25, 0.06), (0.09, 0.18)], 4),
    )
    pen.fill(
        coat,
        smooth(
            [(-0.11, 0.13), (-0.145, 0.45), (-0.11, 0.75), (0, 1.0), (0.11, 0.75), (0.145, 0.45), (0.11, 0.13)]
        ),
    )
    pen.fill(
        darker(coat, 0.3),
        smooth([(0.03, 0.13), (0.05, 0.5), (0.02, 0.95), (0.11, 0.75), (0.145, 0.45), (0.11, 0.13)]),
        alpha=0.45,
    )
    pen.fill("c9403a", smooth([(-0.085, 0.81), (0, 1.0), (0.085, 0.81)], 5))
    pen.fill("8a8d94", oval(0, 0.60, 0.07, 0.07))
    pen.fill("3a6a9a", oval(0, 0.60, 0.052, 0.052))


def submarine(pen: Pen, hue: str) -> None:
    paint = rgb(hue or "d9a62e")
    pen.fill("7a6a4a", oval(-1.15, 0.50, 0.035, 0.13), oval(-1.15, 0.18, 0.035, 0.13))
    pen.fill(darker(paint, 0.35), smooth([(-0.80, 0.34), (-1.08, 0.64), (-0.98, 0.34), (-1.08, 0.04)], 5))
    pen.fill("4a4f58", line([(0.06, 0.80), (0.06, 0.98), (0.20, 0.98)], 0.030))
    pen.fill(darker(paint, 0.15), smooth([(-0.26, 0.55), (-0.20, 0.82), (0.24, 0.82), (0.36, 0.55)], 5))
    pen.fill(
        paint,
        smooth(
            [
                (-1.06, 0.34),
                (-0.70, 0.57),
                (0.0, 0.65),
                (0.72, 0.59),
                (1.05, 0.36),
                (0.72, 0.10),
                (0.0, 0.03),
                (-0.70, 0.11),
            ]
        ),
    )
    pen.fill(
        darker(paint, 0.35),
        smooth([(-1.0, 0.30), (0.0, 0.19), (1.02, 0.33), (0.72, 0.10), (0.0, 0.03), (-0.70, 0.11)]),
        alpha=0.5,
    )
    pen.fill(
        lighter(paint, 0.5), limb([(-0.75, 0.54), (0.0, 0.60), (0.72, 0.55)], 0.012, 0.03, 0.012), alpha=0.6
    )
    for x in (-0.46, -0.06, 0.34):
        pen.fill(darker(paint, 0.5), oval(x, 0.37, 0.115, 0.115))
        pen.fill("c4ecf2", oval(x, 0.37, 0.082, 0.082))
        pen.light(x, 0.37, 0.16, "e8fbff", 0.2)
    pen.light(1.12, 0.36, 0.6, "fff2c0", 0.4)
