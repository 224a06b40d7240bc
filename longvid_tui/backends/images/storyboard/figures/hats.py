"""What people wear on their heads."""

from __future__ import annotations

from longvid_tui.backends.images.storyboard.figures.pen import Pen, darker
from longvid_tui.backends.images.storyboard.light import Colour
from longvid_tui.backends.images.storyboard.shapes import limb, oval, smooth


def hat_on(pen: Pen, hat: str, x: float, y: float, wide: float, coat: Colour) -> None:
    """A hat whose brim is at (x, y) on a head of half width `wide`; nothing for the bare-headed."""
    w = wide
    if hat == "crown":
        points = [
            (x - w, y),
            (x - w * 1.05, y + w * 0.95),
            (x - w * 0.5, y + w * 0.5),
            (x, y + w * 1.1),
            (x + w * 0.5, y + w * 0.5),
            (x + w * 1.05, y + w * 0.95),
            (x + w, y),
        ]
        pen.fill("e6b93f", points)
        pen.fill("c9403a", oval(x, y + w * 0.25, w * 0.13, w * 0.13))
    elif hat == "pointed":
        pen.fill(
            "3a2f55",
            oval(x, y, w * 1.75, w * 0.28),
            smooth(
                [
                    (x - w, y),
                    (x - w * 0.35, y + w * 1.5),
                    (x - w * 0.75, y + w * 2.5),
                    (x + w * 0.35, y + w * 1.4),
                    (x + w, y),
                ],
                5,
            ),
        )
        pen.fill(
            "d8a93f",
            limb([(x - w * 0.95, y + w * 0.16), (x, y + w * 0.08), (x + w * 0.95, y + w * 0.16)], w * 0.2),
        )
    elif hat == "toque":
        pen.fill(
            "f5f2ea",
            [(x - w * 0.9, y), (x - w * 0.9, y + w * 0.7), (x + w * 0.9, y + w * 0.7), (x + w * 0.9, y)],
        )
        pen.fill("fffdf6", *[oval(x + dx * w, y + w * 1.05, w * 0.55, w * 0.5) for dx in (-0.6, 0.0, 0.6)])
    elif hat == "brim":
        felt = darker("8a6a45", 0.1)
        pen.fill(
            felt,
            oval(x, y, w * 1.9, w * 0.24),
            smooth(
                [
                    (x - w * 0.98, y),
                    (x - w * 0.85, y + w * 0.95),
                    (x, y + w * 0.82),
                    (x + w * 0.85, y + w * 0.95),
                    (x + w * 0.98, y),
                ],
                5,
            ),
        )
        pen.fill(
            darker(felt, 0.4), limb([(x - w * 0.95, y + w * 0.16), (x + w * 0.95, y + w * 0.16)], w * 0.16)
        )
    elif hat == "helmet":
        pen.fill(
            "9aa0a8",
            smooth(
                [
                    (x - w * 1.1, y - w * 0.9),
                    (x - w * 1.12, y + w * 0.4),
                    (x - w * 0.5, y + w * 1.05),
                    (x + w * 0.5, y + w * 1.05),
                    (x + w * 1.05, y + w * 0.3),
                    (x + w * 0.9, y),
                    (x - w * 0.2, y - w * 0.1),
                    (x - w * 0.5, y - w),
                ]
            ),
        )
        pen.fill(
            "c9403a",
            limb(
                [(x - w * 0.3, y + w * 1.0), (x - w * 0.9, y + w * 1.3), (x - w * 1.35, y + w * 0.8)],
                w * 0.3,
                w * 0.08,
            ),
        )
    elif hat == "cap":
        cloth = darker(coat, 0.3)
        pen.fill(
            cloth,
            smooth(
                [
                    (x - w * 1.08, y - w * 0.1),
                    (x - w * 1.0, y + w * 0.55),
                    (x - w * 0.2, y + w * 0.95),
                    (x + w * 0.7, y + w * 0.7),
                    (x + w * 1.05, y),
                ],
                6,
            ),
        )
        pen.fill(
            darker(cloth, 0.4),
            limb(
                [(x + w * 0.1, y + w * 0.02), (x + w * 1.0, y - w * 0.02), (x + w * 1.55, y - w * 0.14)],
                w * 0.2,
                w * 0.12,
            ),
        )
    elif hat == "hood":
        pen.fill(
            coat,
            smooth(
                [
                    (x - w * 0.4, y - w * 2.0),
                    (x - w * 1.35, y - w * 1.2),
                    (x - w * 1.3, y + w * 0.3),
                    (x - w * 0.6, y + w * 1.1),
                    (x + w * 0.4, y + w * 1.1),
                    (x + w * 0.95, y + w * 0.4),
                    (x + w * 0.35, y + w * 0.35),
                    (x - w * 0.25, y - w * 0.1),
                    (x - w * 0.3, y - w * 1.1),
                ]
            ),
        )
