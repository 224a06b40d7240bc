"""What grows."""

from __future__ import annotations

import numpy as np

from longvid_tui.backends.images.storyboard.figures.pen import Pen, darker, lighter
from longvid_tui.backends.images.storyboard.light import rgb
from longvid_tui.backends.images.storyboard.shapes import limb, oval, smooth

_CROWN = (
    (0, 0.80, 0.19),
    (-0.20, 0.68, 0.16),
    (0.20, 0.69, 0.165),
    (-0.09, 0.59, 0.15),
    (0.11, 0.60, 0.15),
    (-0.12, 0.83, 0.13),
    (0.13, 0.84, 0.13),
)


def tree(pen: Pen, hue: str, season: str) -> None:
    leaf = rgb(hue or {"autumn": "cf7a2e", "spring": "e9b4c6"}.get(season, "4a7f45"))
    bark = rgb("4a3626")
    pen.fill(bark, smooth([(-0.09, 0.0), (-0.045, 0.1), (-0.04, 0.35), (-0.03, 0.6), (0.03, 0.6), (0.04, 0.35), (0.045, 0.1), (0.09, 0.0)]),
             limb([(0, 0.30), (0.10, 0.46), (0.20, 0.62)], 0.05, 0.035, 0.012), limb([(0, 0.34), (-0.11, 0.48), (-0.20, 0.62)], 0.045, 0.03, 0.012))  # fmt: skip
    if season == "winter":
        for x, y in ((-0.26, 0.78), (-0.13, 0.90), (0.02, 0.98), (0.15, 0.88), (0.27, 0.76)):
            pen.fill(
                bark,
                limb([(x * 0.1, 0.48), (x * 0.55, 0.48 + (y - 0.48) * 0.55), (x, y)], 0.035, 0.02, 0.006),
                limb([(x * 0.6, 0.48 + (y - 0.48) * 0.6), (x * 0.6 + 0.09, y - 0.10)], 0.014, 0.004),
            )
        return
    pen.fill(darker(leaf, 0.35), *[oval(x + 0.015, y - 0.035, r, r * 0.92) for x, y, r in _CROWN])
    pen.fill(leaf, *[oval(x - 0.015, y + 0.01, r * 0.92, r * 0.84) for x, y, r in _CROWN])
    pen.fill(
        lighter(leaf, 0.30), *[oval(x - 0.055, y + 0.06, r * 0.5, r * 0.42) for x, y, r in _CROWN], alpha=0.6
    )
    chance = np.random.default_rng(7)
    dabs = [(float(x), float(y)) for x, y in chance.normal((0, 0.72), (0.16, 0.10), (46, 2))]
    pen.fill(lighter(leaf, 0.5), *[oval(x, y, 0.016, 0.012, 0.6) for x, y in dabs if abs(x) < 0.33], alpha=0.55)


def flower(pen: Pen, hue: str) -> None:
    pen.fill(
        "3f7a3f",
        limb([(0, 0), (0.03, 0.4), (0, 0.74)], 0.04, 0.03, 0.025),
        smooth([(0.02, 0.28), (0.14, 0.44), (0.30, 0.48), (0.18, 0.30)]),
        smooth([(0.02, 0.18), (-0.12, 0.34), (-0.27, 0.38), (-0.15, 0.20)]),
    )
    colour = rgb(hue or "f0b93a")
    for ring, (count, far, long, shade) in enumerate(((11, 0.175, 0.125, 0.18), (11, 0.145, 0.105, 0.0))):
        turn = ring * np.pi / count
        pen.fill(
            darker(colour, shade),
            *[
                oval(far * float(np.cos(a)), 0.78 + far * float(np.sin(a)), long, 0.048, float(a))
                for a in np.linspace(turn, 2 * np.pi + turn, count, endpoint=False)
            ],
        )
    pen.fill("5a3a24", oval(0, 0.78, 0.098, 0.098))
    pen.fill(
        "7a5434",
        *[
            oval(0.05 * float(np.cos(a)), 0.78 + 0.05 * float(np.sin(a)), 0.016, 0.016)
            for a in np.linspace(0, 2 * np.pi, 7, endpoint=False)
        ],
    )


def palm(pen: Pen, hue: str) -> None:
    leaf = rgb(hue or "4a8a4f")
    pen.fill("7a5c3f", limb([(-0.06, 0.0), (-0.03, 0.3), (0.04, 0.58), (0.08, 0.80)], 0.085, 0.055, 0.045))
    pen.fill("5c4430", *[limb([(-0.075 + 0.11 * t, 0.86 * t), (0.0 + 0.11 * t, 0.86 * t - 0.01)], 0.008)
                         for t in np.linspace(0.08, 0.86, 9)], alpha=0.6)  # fmt: skip
    crown = (
        (-0.40, 0.62),
        (-0.34, 0.84),
        (-0.14, 1.0),
        (0.22, 1.02),
        (0.44, 0.88),
        (0.50, 0.64),
        (0.26, 0.54),
        (-0.18, 0.54),
    )
    for index, (x, y) in enumerate(crown):
        path = [(0.08, 0.80), ((0.08 + x) / 2, max(0.86, (0.84 + y) / 2 + 0.05)), (x, y)]
        pen.fill(darker(leaf, 0.28 * (index % 2)), limb(path, 0.03, 0.085, 0.012))
        pen.fill(lighter(leaf, 0.35), limb(path, 0.008, 0.012, 0.004), alpha=0.6)
    pen.fill("6a4a2a", oval(0.05, 0.775, 0.035, 0.035), oval(0.115, 0.77, 0.035, 0.035))
