"""Small things that are held, carried or lie about."""

from __future__ import annotations

from longvid_tui.backends.images.storyboard.figures.pen import Pen, darker, lighter
from longvid_tui.backends.images.storyboard.light import rgb
from longvid_tui.backends.images.storyboard.shapes import box, limb, line, oval, smooth


def umbrella(pen: Pen, hue: str) -> None:
    cloth = rgb(hue or "c9403a")
    pen.fill("3a2f2a", limb([(0.05, 0.03), (0.0, 0.0), (-0.04, 0.06), (0, 0.14), (0, 0.95)], 0.026))
    pen.fill(
        cloth,
        smooth(
            [
                (-0.55, 0.58),
                (-0.42, 0.86),
                (0, 1.0),
                (0.42, 0.86),
                (0.55, 0.58),
                (0.36, 0.64),
                (0.18, 0.57),
                (0.0, 0.63),
                (-0.18, 0.57),
                (-0.36, 0.64),
            ],
            6,
        ),
    )
    pen.fill(
        darker(cloth, 0.3),
        smooth([(0.0, 1.0), (0.42, 0.86), (0.55, 0.58), (0.36, 0.64), (0.18, 0.57)], 5),
        alpha=0.55,
    )
    pen.fill(lighter(cloth, 0.4), limb([(-0.38, 0.70), (-0.26, 0.86), (-0.08, 0.95)], 0.012), alpha=0.6)


def kite(pen: Pen, hue: str) -> None:
    cloth = rgb(hue or "d8483a")
    pen.fill("f1e6d0", limb([(0, 0.32), (-0.18, 0.10), (-0.02, -0.15), (-0.24, -0.5)], 0.010))
    pen.fill(cloth, [(0, 1.0), (0.3, 0.70), (0, 0.28), (-0.3, 0.70)])
    pen.fill("f4d25a", [(0, 1.0), (0.3, 0.70), (0, 0.70)], [(0, 0.28), (-0.3, 0.70), (0, 0.70)])
    pen.fill(
        darker(cloth, 0.2),
        *[
            smooth([(x - 0.05, y + 0.03), (x + 0.05, y - 0.03), (x - 0.05, y - 0.03), (x + 0.05, y + 0.03)], 2)
            for x, y in ((-0.12, 0.15), (-0.10, -0.08), (-0.12, -0.28))
        ],
    )


def balloon(pen: Pen, hue: str) -> None:
    skin = rgb(hue or "d8483a")
    pen.fill("e9e2d2", limb([(0.0, 0.42), (0.03, 0.28), (-0.02, 0.14), (0.0, 0.0)], 0.010))
    pen.fill(
        skin,
        smooth(
            [(0, 0.42), (-0.24, 0.60), (-0.28, 0.80), (-0.12, 0.98), (0.12, 0.98), (0.28, 0.80), (0.24, 0.60)]
        ),
        smooth([(-0.04, 0.395), (0.0, 0.43), (0.04, 0.395)], 3),
    )
    pen.fill(
        darker(skin, 0.3),
        smooth([(0.05, 0.46), (0.24, 0.60), (0.28, 0.80), (0.14, 0.96), (0.17, 0.78)]),
        alpha=0.45,
    )
    pen.fill("ffffff", oval(-0.12, 0.84, 0.05, 0.085, -0.4), alpha=0.6)


def book(pen: Pen, hue: str) -> None:
    cover = rgb(hue or "8a3f3a")
    pen.fill(
        cover, smooth([(-0.86, 0.08), (-0.82, 0.78), (0, 0.62), (0.82, 0.78), (0.86, 0.08), (0, -0.02)], 4)
    )
    pen.fill("efe5d0", smooth([(-0.77, 0.15), (-0.73, 0.84), (-0.3, 0.80), (0, 0.66), (0, 0.05)], 5))
    pen.fill("f8f1e2", smooth([(0.77, 0.15), (0.73, 0.84), (0.3, 0.80), (0, 0.66), (0, 0.05)], 5))
    pen.fill(
        "9a9084",
        *[
            limb(
                [
                    (side * 0.14, 0.54 - at * 0.11),
                    (side * 0.4, 0.62 - at * 0.11),
                    (side * 0.62, 0.63 - at * 0.11),
                ],
                0.022,
            )
            for at in range(4)
            for side in (-1, 1)
        ],
        alpha=0.75,
    )


def letter(pen: Pen, hue: str) -> None:
    paper = rgb(hue or "f1e7d2")
    pen.fill(paper, [(-0.7, 0.04), (-0.66, 0.94), (0.70, 0.98), (0.66, 0.06)])
    pen.fill(darker(paper, 0.22), [(-0.66, 0.94), (0.02, 0.42), (0.70, 0.98)], alpha=0.5)
    pen.fill(darker(paper, 0.4), limb([(-0.66, 0.94), (0.02, 0.42), (0.70, 0.98)], 0.02), alpha=0.7)
    pen.fill("b5352f", oval(0.02, 0.42, 0.10, 0.10))


def cup(pen: Pen, hue: str) -> None:
    glaze = rgb(hue or "e6ded0")
    ring = oval(0.42, 0.42, 0.19, 0.2)
    pen.fill(darker(glaze, 0.15), oval(0.0, 0.035, 0.55, 0.05))
    pen.fill(
        glaze,
        line([*ring, ring[0]], 0.085),
        smooth([(-0.41, 0.76), (-0.36, 0.22), (-0.2, 0.04), (0.2, 0.04), (0.36, 0.22), (0.41, 0.76)], 5),
    )
    pen.fill(
        darker(glaze, 0.3),
        smooth([(0.14, 0.74), (0.12, 0.1), (0.22, 0.06), (0.36, 0.22), (0.41, 0.74)], 5),
        alpha=0.4,
    )
    pen.fill(darker(glaze, 0.25), oval(0, 0.75, 0.41, 0.085))
    pen.fill("5a3a24", oval(0, 0.74, 0.36, 0.065))
    for at in (-0.16, 0.10):
        pen.fill(
            "ffffff",
            limb([(at, 0.85), (at + 0.08, 1.05), (at - 0.02, 1.25), (at + 0.07, 1.48)], 0.03, 0.07, 0.06, 0.01),
            alpha=0.28,
        )


def bottle(pen: Pen, hue: str) -> None:
    glass = rgb(hue or "3f7a5a")
    pen.fill(
        glass,
        smooth(
            [
                (-0.18, 0.02),
                (-0.19, 0.50),
                (-0.07, 0.68),
                (-0.065, 0.90),
                (0.065, 0.90),
                (0.07, 0.68),
                (0.19, 0.50),
                (0.18, 0.02),
            ],
            6,
        ),
        alpha=0.92,
    )
    pen.fill("efe4cc", box(-0.185, 0.18, 0.185, 0.42))
    pen.fill("b08a4a", box(-0.06, 0.90, 0.06, 1.0))
    pen.fill("ffffff", limb([(-0.13, 0.08), (-0.135, 0.48), (-0.04, 0.66)], 0.025), alpha=0.45)


def ball(pen: Pen, hue: str) -> None:
    coat = rgb(hue or "d8503a")
    pen.fill(coat, oval(0, 0.5, 0.5, 0.5))
    pen.fill(
        darker(coat, 0.35),
        smooth([(0.2, 0.94), (0.48, 0.62), (0.44, 0.25), (0.1, 0.02), (0.25, 0.4)]),
        alpha=0.5,
    )
    pen.fill("f4ead8", limb([(-0.48, 0.58), (0.0, 0.46), (0.48, 0.56)], 0.10), alpha=0.85)
    pen.fill("ffffff", oval(-0.18, 0.74, 0.13, 0.09, 0.5), alpha=0.65)


def shoe(pen: Pen, hue: str) -> None:
    cloth = rgb(hue or "d8483a")
    pen.fill(
        "f4f1ea", smooth([(-0.95, 0.0), (-0.95, 0.20), (0.2, 0.17), (0.95, 0.22), (1.05, 0.08), (0.9, 0.0)], 5)
    )
    pen.fill(
        cloth,
        smooth(
            [
                (-0.92, 0.17),
                (-0.90, 0.72),
                (-0.62, 0.98),
                (-0.38, 0.90),
                (-0.1, 0.62),
                (0.5, 0.46),
                (0.96, 0.30),
                (0.98, 0.18),
                (0.2, 0.15),
            ],
            6,
        ),
    )
    pen.fill(darker(cloth, 0.4), smooth([(-0.82, 0.80), (-0.62, 0.98), (-0.38, 0.90), (-0.5, 0.78)], 5))
    pen.fill(
        "f4f1ea",
        *[
            limb([(-0.28 + at * 0.15, 0.76 - at * 0.08), (-0.16 + at * 0.15, 0.58 - at * 0.05)], 0.05)
            for at in range(4)
        ],
    )
    pen.fill("f4f1ea", smooth([(-0.55, 0.20), (-0.25, 0.50), (0.35, 0.25), (-0.1, 0.32)], 6), alpha=0.9)


def egg(pen: Pen, hue: str) -> None:
    shell = rgb(hue or "efe2c8")
    pen.fill(
        shell,
        smooth(
            [
                (0, 0.0),
                (-0.33, 0.14),
                (-0.37, 0.45),
                (-0.2, 0.86),
                (0, 1.0),
                (0.2, 0.86),
                (0.37, 0.45),
                (0.33, 0.14),
            ]
        ),
    )
    pen.fill(
        darker(shell, 0.3),
        smooth([(0.1, 0.02), (0.33, 0.14), (0.37, 0.45), (0.2, 0.86), (0.2, 0.45)]),
        alpha=0.4,
    )
    pen.fill(
        darker(shell, 0.35),
        *[
            oval(x, y, 0.03, 0.035)
            for x, y in ((-0.15, 0.6), (0.05, 0.35), (-0.2, 0.3), (0.1, 0.7), (-0.05, 0.82))
        ],
        alpha=0.6,
    )
