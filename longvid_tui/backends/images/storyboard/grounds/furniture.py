"""What stands where people live and hangs on their walls."""

from __future__ import annotations

import numpy as np

from longvid_tui.backends.images.storyboard.grounds.stage import Stage
from longvid_tui.backends.images.storyboard.light import Colour, mix, rgb
from longvid_tui.backends.images.storyboard.shapes import box, line, oval, smooth


def inside(stage: Stage, colour: Colour) -> Colour:
    """Lamps keep a room from growing as dark as the night outside."""
    lit = mix(stage.light.near, colour, 0.42 + 0.55 * stage.light.strength)
    return mix(lit, rgb("ffb469"), 0.10 if stage.dark else 0.0)


def _shelf_at(stage: Stage, left: float, floor_y: float, layer: int) -> None:
    sheet = stage.sheet
    chance = stage.place_chance(410 + layer)
    dark = inside(stage, rgb("5a3d28"))
    tall, wide = 0.50 * stage.zoom, 0.30 * stage.zoom
    top = floor_y + 0.01 - tall
    sheet.shapes([box(left, floor_y + 0.01, left + wide, top)], dark)
    hues = ("b5473c", "d6a24a", "4f7a6a", "46608a", "c9bda4", "7a4a6a")
    for row in range(4):
        y = top + tall * (row + 0.93) / 4
        sheet.shapes(
            [box(left + 0.008, y, left + wide - 0.008, y - tall * 0.215)], mix(dark, stage.light.near, 0.45)
        )
        x = left + 0.012
        while x < left + wide - 0.03:
            thick, high = 0.009 + 0.014 * float(chance.random()), tall * (0.13 + 0.07 * float(chance.random()))
            if chance.random() < 0.88:
                sheet.shapes(
                    [box(x, y, x + thick, y - high)], inside(stage, rgb(hues[int(chance.integers(6))]))
                )
            x += thick + 0.003


def shelf(stage: Stage, floor_y: float) -> None:
    _shelf_at(stage, stage.column(0.15, 0.3), floor_y, 0)


def shelf_right(stage: Stage, floor_y: float) -> None:
    _shelf_at(stage, stage.sheet.aspect - 0.40, floor_y, 1)


def picture(stage: Stage, floor_y: float) -> None:
    del floor_y
    x, y = stage.sheet.aspect - 0.34, 0.24
    stage.sheet.shapes([box(x, y + 0.17, x + 0.22, y)], inside(stage, rgb("5a4030")))
    stage.sheet.shapes([box(x + 0.014, y + 0.156, x + 0.206, y + 0.014)], inside(stage, rgb("cfe0d8")))
    stage.sheet.shapes(
        [
            smooth(
                [
                    (x + 0.014, y + 0.156),
                    (x + 0.06, y + 0.07),
                    (x + 0.11, y + 0.12),
                    (x + 0.16, y + 0.06),
                    (x + 0.206, y + 0.156),
                ],
                4,
            )
        ],
        inside(stage, rgb("5f8a7a")),
    )


def counter(stage: Stage, floor_y: float) -> None:
    sheet = stage.sheet
    wood = inside(stage, rgb("8a5f42"))
    left, right, top = sheet.aspect * 0.56, sheet.aspect + 0.1, floor_y - 0.15
    sheet.shapes([box(left, floor_y + 0.035, right, top)], wood)
    sheet.shapes([box(left - 0.02, top + 0.016, right, top - 0.012)], mix(wood, rgb("ffffff"), 0.35))
    sheet.shapes(
        [line([(x, top + 0.03), (x, floor_y + 0.02)], 0.004) for x in np.arange(left + 0.15, right, 0.17)],
        mix(wood, stage.light.near, 0.5),
        0.7,
    )
    sheet.shapes(
        [
            smooth(
                [
                    (x, top - 0.012),
                    (x, top - 0.05),
                    (x + 0.02, top - 0.07),
                    (x + 0.04, top - 0.05),
                    (x + 0.04, top - 0.012),
                ],
                4,
            )
            for x in (left + 0.1, left + 0.22, left + 0.28)
        ],
        inside(stage, rgb("b5783f")),
    )


def cupboards(stage: Stage, floor_y: float) -> None:
    del floor_y
    sheet = stage.sheet
    paint = inside(stage, rgb("6f8a7a"))
    for at in range(3):
        x = sheet.aspect * 0.60 + at * 0.23
        sheet.shapes([box(x, 0.33, x + 0.215, 0.11)], paint)
        sheet.shapes([box(x + 0.02, 0.31, x + 0.195, 0.13)], mix(paint, rgb("ffffff"), 0.14))
        sheet.shapes([oval(x + 0.18, 0.24, 0.006, 0.006)], rgb("d8b26a"))


def bed(stage: Stage, floor_y: float) -> None:
    sheet = stage.sheet
    x = sheet.aspect - 0.62
    sheet.shapes(
        [
            box(x + 0.48, floor_y + 0.10, x + 0.54, floor_y - 0.20),
            box(x, floor_y + 0.10, x + 0.52, floor_y + 0.02),
        ],
        inside(stage, rgb("6a4630")),
    )
    sheet.shapes(
        [
            smooth(
                [
                    (x - 0.01, floor_y + 0.06),
                    (x, floor_y - 0.05),
                    (x + 0.3, floor_y - 0.065),
                    (x + 0.49, floor_y - 0.05),
                    (x + 0.49, floor_y + 0.06),
                ],
                5,
            )
        ],
        inside(stage, rgb("5f7fa8")),
    )
    sheet.shapes(
        [
            smooth(
                [
                    (x + 0.36, floor_y - 0.05),
                    (x + 0.38, floor_y - 0.10),
                    (x + 0.47, floor_y - 0.11),
                    (x + 0.48, floor_y - 0.05),
                ],
                4,
            )
        ],
        inside(stage, rgb("f0ead8")),
    )


def ladder(stage: Stage, floor_y: float) -> None:
    x, top = stage.sheet.aspect - 0.55, floor_y - 0.46
    rails = [
        line([(x, floor_y + 0.06), (x + 0.10, top)], 0.010),
        line([(x + 0.09, floor_y + 0.06), (x + 0.17, top)], 0.010),
    ]
    rungs = [
        line(
            [
                (x + 0.10 * t, floor_y + 0.06 + (top - floor_y - 0.06) * t),
                (x + 0.09 + 0.08 * t, floor_y + 0.06 + (top - floor_y - 0.06) * t),
            ],
            0.008,
        )
        for t in np.linspace(0.12, 0.92, 7)
    ]
    stage.sheet.shapes([*rails, *rungs], inside(stage, rgb("8a6440")))
