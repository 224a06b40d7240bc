"""Four-legged animals, walking or running."""

from __future__ import annotations

import numpy as np

from longvid_tui.backends.images.storyboard.figures.heads import head, mane
from longvid_tui.backends.images.storyboard.figures.kinds import Beast, head_of
from longvid_tui.backends.images.storyboard.figures.pen import Pen, darker, lighter
from longvid_tui.backends.images.storyboard.light import Colour, rgb
from longvid_tui.backends.images.storyboard.shapes import limb, oval, smooth


def beast(pen: Pen, kind: Beast, hue: str, running: bool, asleep: bool = False) -> None:
    coat = rgb(hue or kind.coat)
    if asleep:
        _curled(pen, kind, coat)
        return
    shade = darker(coat, 0.30)
    stride = (0.16 if running else 0.07) * float(np.sin(pen.pose * 2 * np.pi) or 0.6)
    half, back = kind.long / 2, kind.leg + kind.girth * 0.8
    _tail(pen, kind, coat, shade, -half + 0.02, back - 0.02)
    _hind_leg(pen, kind, shade, -half + 0.10, stride, running)
    _fore_leg(pen, kind, shade, half - 0.12, -stride, running)
    head_at = head_of(kind)
    if kind.mane:
        mane(pen, kind, head_at)
    body = [
        oval(-half + kind.girth * 0.42, kind.leg + kind.girth * 0.42, kind.girth * 0.52, kind.girth * 0.46),
        oval(half - kind.girth * 0.42, kind.leg + kind.girth * 0.44, kind.girth * 0.50, kind.girth * 0.47),
        limb([(-half + kind.girth * 0.4, kind.leg + kind.girth * 0.46), (0.0, kind.leg + kind.girth * 0.49), (half - kind.girth * 0.4, kind.leg + kind.girth * 0.47)],
             kind.girth * 0.9, kind.girth * 0.8, kind.girth * 0.9),
    ]  # fmt: skip
    neck = limb([(half - kind.girth * 0.45, kind.leg + kind.girth * 0.52), ((half + head_at[0]) / 2 - 0.05, (back + head_at[1]) / 2 - 0.03), (head_at[0] - kind.head * 0.3, head_at[1] - kind.head * 0.2)],
                kind.girth * 0.78, kind.girth * 0.52, kind.head * 1.5)  # fmt: skip
    pen.fill(coat, *body, neck)
    _marks(pen, kind, coat, half)
    pen.fill(
        kind.belly if not hue else lighter(coat, 0.4),
        limb(
            [(-half * 0.55, kind.leg + 0.035), (0.0, kind.leg + 0.045), (half * 0.7, kind.leg + 0.05)],
            0.03,
            0.055,
            0.04,
        ),
        alpha=0.75,
    )
    pen.fill(
        darker(coat, 0.14),
        limb(
            [(-half + 0.05, kind.leg + 0.03), (0.0, kind.leg + 0.012), (half - 0.05, kind.leg + 0.03)],
            0.02,
            0.035,
            0.02,
        ),
        alpha=0.5,
    )
    _hind_leg(pen, kind, coat, -half + 0.05, -stride, running)
    _fore_leg(pen, kind, coat, half - 0.06, stride, running)
    head(pen, kind, coat, shade, *head_at)


def _curled(pen: Pen, kind: Beast, coat: Colour) -> None:
    """Lying with its head on its paws and its tail around it."""
    long, high = kind.long * 0.72, kind.girth + 0.05
    shade = darker(coat, 0.30)
    pen.fill(coat, smooth([(-long, 0.02), (-long * 0.98, high * 0.8), (-long * 0.35, high * 1.25), (long * 0.45, high * 0.98),
                           (long * 0.85, high * 0.45), (long * 0.8, 0.02)]))  # fmt: skip
    pen.fill(shade, oval(-long * 0.46, high * 0.50, high * 0.62, high * 0.52), alpha=0.45)
    pen.fill(coat, oval(-long * 0.48, high * 0.53, high * 0.56, high * 0.46))
    thick = 0.25 * kind.girth + 0.03
    pen.fill(
        shade,
        limb(
            [(long * 0.15, thick * 0.6), (long * 0.8, thick * 0.55), (long * 1.25, thick * 0.5)],
            thick,
            thick * 0.8,
        ),
    )
    tail = max(kind.bushy, 0.05)
    pen.fill(
        shade,
        limb(
            [(-long * 0.95, 0.12), (-long * 0.8, tail * 0.5), (-long * 0.1, tail * 0.5)],
            tail * 0.8,
            tail,
            tail * 0.5,
        ),
    )
    head(pen, kind, coat, shade, long * 0.92, kind.head * 1.0 + thick * 0.5, asleep=True)


def _fore_leg(pen: Pen, kind: Beast, colour: Colour, x: float, step: float, running: bool) -> None:
    lift = max(0.0, step) * (0.5 if running else 0.15)
    thick = 0.30 * kind.girth + 0.035
    path = [
        (x - 0.02, kind.leg + kind.girth * 0.35),
        (x + step * 0.35 + 0.01, kind.leg * 0.55 + lift * 0.5),
        (x + step, 0.035 + lift),
    ]
    pen.fill(
        colour,
        limb(path, thick * 1.25, thick * 0.75, thick * 0.62),
        oval(x + step + 0.018, 0.028 + lift, thick * 0.48, 0.03),
    )


def _hind_leg(pen: Pen, kind: Beast, colour: Colour, x: float, step: float, running: bool) -> None:
    lift = max(0.0, step) * (0.4 if running else 0.1)
    thick = 0.30 * kind.girth + 0.035
    path = [
        (x + 0.02, kind.leg + kind.girth * 0.35),
        (x + 0.07 + step * 0.3, kind.leg * 0.62),
        (x - 0.015 + step * 0.6, kind.leg * 0.32 + lift),
        (x + 0.01 + step, 0.035 + lift),
    ]
    pen.fill(
        colour,
        limb(path, thick * 1.7, thick * 1.05, thick * 0.62, thick * 0.60),
        oval(x + step + 0.03, 0.028 + lift, thick * 0.5, 0.03),
    )


def _tail(pen: Pen, kind: Beast, coat: Colour, shade: Colour, x: float, y: float) -> None:
    path = [(x + 0.05, y), *((x + dx, y + dy) for dx, dy in kind.tail)]
    if kind.bushy < 0.07:
        pen.fill(shade, limb(path, kind.bushy + 0.012, kind.bushy, kind.bushy * 0.8))
        return
    colour = rgb(kind.mane) if kind.mane else coat
    pen.fill(colour, limb(path, kind.bushy * 0.35, kind.bushy, kind.bushy * 1.15, kind.bushy * 0.5))
    if not kind.mane and kind.bushy > 0.15:
        pen.fill(kind.belly, limb(path[-2:], kind.bushy * 0.1, kind.bushy * 0.75, kind.bushy * 0.42), alpha=0.9)


def _marks(pen: Pen, kind: Beast, coat: Colour, half: float) -> None:
    y = kind.leg + kind.girth * 0.5
    if kind.marks == "stripes":
        pen.fill("2a211d", *[limb([(x, y + kind.girth * 0.42), (x - 0.02, y + kind.girth * 0.12), (x - 0.005, y - kind.girth * 0.15)], 0.025, 0.018, 0.004)
                             for x in np.linspace(-half + 0.06, half - 0.06, 7)])  # fmt: skip
    elif kind.marks == "spots":
        pen.fill(
            "4a3a34",
            oval(-half * 0.45, y + 0.06, 0.09, 0.07),
            oval(half * 0.35, y - 0.03, 0.11, 0.08),
            oval(-0.02, y + 0.10, 0.05, 0.04),
        )
    elif kind.marks == "wool":
        pen.fill(
            coat,
            *[
                oval(-half + kind.long * at, y + kind.girth * 0.34 * side, 0.085, 0.075)
                for at in (0.0, 0.17, 0.34, 0.51, 0.68, 0.85, 1.0)
                for side in (1, 0.1, -0.75)
            ],
        )
