"""The heads of four-legged animals."""

from __future__ import annotations

from longvid_tui.backends.images.storyboard.figures.kinds import Beast
from longvid_tui.backends.images.storyboard.figures.pen import Pen, darker
from longvid_tui.backends.images.storyboard.light import Colour, rgb
from longvid_tui.backends.images.storyboard.shapes import limb, oval, smooth
from longvid_tui.backends.images.storyboard.sheet import Point


def mane(pen: Pen, kind: Beast, head: Point) -> None:
    x, y = head
    if kind.ear == "round":  # a lion's
        pen.fill(kind.mane, *[oval(x - 0.05 + kind.head * 1.15 * dx, y + kind.head * 1.15 * dy, kind.head * 0.75, kind.head * 0.75)
                              for dx, dy in ((-1, 0), (-0.7, 0.75), (0, 1.0), (0.6, 0.7), (-0.8, -0.75), (-0.1, -1.1), (0.4, -0.9))])  # fmt: skip
    else:
        pen.fill(
            kind.mane,
            limb(
                [(x + 0.02, y + kind.head * 1.1), (x - 0.12, y - 0.06), (x - 0.20, y - 0.24)], 0.07, 0.12, 0.06
            ),
        )


def head(pen: Pen, kind: Beast, coat: Colour, shade: Colour, x: float, y: float, asleep: bool = False) -> None:
    r = kind.head
    face = rgb("3f3a38") if kind.marks == "wool" else coat
    _ear(pen, kind, shade, x - r * 0.62, y + r * 0.55, behind=True)
    nose = (x + r * 0.75 + kind.snout, y - r * 0.42)
    if kind.antlers:
        for lean in (-0.05, 0.05):
            pen.fill("6b4e34", limb([(x - 0.01, y + 0.05), (x + lean, y + 0.17), (x + lean * 1.8 - 0.05, y + 0.32)], 0.022, 0.016, 0.008),
                     limb([(x + lean, y + 0.17), (x + lean + 0.10, y + 0.26)], 0.016, 0.006), limb([(x + lean * 1.4 - 0.03, y + 0.25), (x + lean * 1.4 + 0.05, y + 0.34)], 0.013, 0.005))  # fmt: skip
    if kind.horns:
        pen.fill(
            "d8cdb4",
            limb(
                [(x - 0.02, y + r * 0.8), (x + 0.02, y + r * 1.5), (x + 0.08, y + r * 1.7)], 0.03, 0.022, 0.006
            ),
        )
    pen.fill(
        face,
        oval(x, y, r * 1.06, r),
        limb(
            [(x + r * 0.1, y - r * 0.1), (x + r * 0.6 + kind.snout * 0.4, y - r * 0.3), nose],
            r * 1.5,
            r * 0.95,
            r * 0.62,
        ),
    )
    if kind.marks != "wool":
        pen.fill(
            kind.belly,
            limb(
                [
                    (x + r * 0.35, y - r * 0.62),
                    (x + r * 0.7 + kind.snout * 0.5, y - r * 0.58),
                    (nose[0] - 0.01, nose[1] - r * 0.10),
                ],
                r * 0.3,
                r * 0.42,
                r * 0.34,
            ),
            alpha=0.85,
        )
    _ear(pen, kind, face, x - r * 0.22, y + r * 0.6, behind=False)
    if kind.trunk:
        pen.fill(
            shade,
            smooth(
                [
                    (x - 0.20, y + 0.12),
                    (x - 0.02, y + 0.15),
                    (x + 0.03, y - 0.02),
                    (x - 0.05, y - 0.19),
                    (x - 0.18, y - 0.12),
                ]
            ),
        )
        pen.fill(
            face,
            limb(
                [
                    (x + r * 0.55, y),
                    (x + r + 0.08, y - 0.16),
                    (x + r + 0.06, y - 0.36),
                    (x + r + 0.13, y - 0.44),
                ],
                0.16,
                0.11,
                0.085,
                0.055,
            ),
        )
        pen.fill(
            "efe8d8",
            limb(
                [(x + r * 0.6, y - 0.10), (x + r + 0.10, y - 0.17), (x + r + 0.2, y - 0.13)],
                0.035,
                0.025,
                0.008,
            ),
        )
    else:
        pen.fill("1a1514", oval(nose[0] + r * 0.18, nose[1] + r * 0.10, r * 0.19, r * 0.15))
    eye = x + r * 0.42, y + r * 0.16
    if asleep:
        pen.fill(
            "14100e",
            limb(
                [(eye[0] - r * 0.16, eye[1]), (eye[0], eye[1] - r * 0.10), (eye[0] + r * 0.16, eye[1])],
                r * 0.06,
            ),
        )
        return
    pen.fill("14100e", oval(*eye, r * 0.145, r * 0.17))
    pen.fill("ffffff", oval(eye[0] + r * 0.05, eye[1] + r * 0.06, r * 0.05, r * 0.05))


def _ear(pen: Pen, kind: Beast, colour: Colour, x: float, y: float, behind: bool) -> None:
    size = kind.ear_size
    if kind.ear == "pointed":
        pen.fill(
            colour,
            smooth(
                [
                    (x - size * 0.34, y - size * 0.1),
                    (x - size * 0.12, y + size * 0.95),
                    (x + size * 0.42, y + size * 0.05),
                ],
                4,
            ),
        )
        if not behind:
            pen.fill(
                darker(colour, 0.45),
                smooth(
                    [
                        (x - size * 0.12, y + size * 0.05),
                        (x - size * 0.06, y + size * 0.7),
                        (x + size * 0.22, y + size * 0.08),
                    ],
                    4,
                ),
                alpha=0.7,
            )
    elif kind.ear == "round":
        pen.fill(colour, oval(x - size * 0.1, y + size * 0.55, size, size))
        pen.fill(
            darker(colour, 0.4), oval(x - size * 0.06, y + size * 0.5, size * 0.55, size * 0.55), alpha=0.6
        )
    elif kind.ear == "floppy" and not behind:
        pen.fill(
            darker(colour, 0.28),
            limb(
                [
                    (x - size * 0.1, y + size * 0.2),
                    (x - size * 0.42, y - size * 0.15),
                    (x - size * 0.35, y - size * 0.75),
                ],
                size * 0.3,
                size * 0.55,
                size * 0.4,
            ),
        )
    elif kind.ear == "long":
        lean = -0.04 if behind else 0.02
        pen.fill(
            colour,
            limb(
                [(x + 0.02, y), (x + lean, y + size * 0.5), (x + lean * 2.2, y + size)],
                size * 0.16,
                size * 0.24,
                size * 0.10,
            ),
        )
        if not behind:
            pen.fill(
                "e0a8a0",
                limb(
                    [(x + 0.02, y + size * 0.15), (x + lean, y + size * 0.5), (x + lean * 2, y + size * 0.85)],
                    size * 0.05,
                    size * 0.10,
                    size * 0.04,
                ),
                alpha=0.7,
            )
