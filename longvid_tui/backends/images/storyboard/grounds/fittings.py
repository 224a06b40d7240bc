"""What belongs to rooms that nobody lives in: workshops, stages, halls, factories, laboratories, trains."""

from __future__ import annotations

import numpy as np

from longvid_tui.backends.images.storyboard.grounds.furniture import inside
from longvid_tui.backends.images.storyboard.grounds.stage import Stage
from longvid_tui.backends.images.storyboard.light import mix, rgb
from longvid_tui.backends.images.storyboard.shapes import box, limb, line, oval, smooth


def tools(stage: Stage, floor_y: float) -> None:
    del floor_y
    sheet = stage.sheet
    left = sheet.aspect - 0.60
    sheet.shapes([box(left, 0.40, left + 0.50, 0.14)], inside(stage, rgb("6a5038")))
    steel, wood = inside(stage, rgb("9aa4ac")), inside(stage, rgb("b5824a"))
    for at in range(6):
        x = left + 0.05 + at * 0.078
        sheet.shapes([limb([(x, 0.18), (x, 0.30 + 0.02 * (at % 3))], 0.012)], wood)
        sheet.shapes(
            [limb([(x - 0.02, 0.18), (x + 0.02, 0.18)], 0.020) if at % 2 else oval(x, 0.18, 0.017, 0.022)],
            steel,
        )


def bench(stage: Stage, floor_y: float) -> None:
    left, top = stage.sheet.aspect * 0.58, floor_y - 0.10
    wood = inside(stage, rgb("8a6440"))
    stage.sheet.shapes(
        [
            box(left + 0.03, floor_y + 0.05, left + 0.07, top),
            box(left + 0.52, floor_y + 0.05, left + 0.56, top),
        ],
        mix(wood, stage.light.near, 0.4),
    )
    stage.sheet.shapes([box(left, top + 0.022, left + 0.60, top - 0.012)], wood)


def curtains(stage: Stage, floor_y: float) -> None:
    sheet = stage.sheet
    velvet = inside(stage, rgb("9a2f38"))
    for side in (-1, 1):
        edge = -0.02 if side < 0 else sheet.aspect + 0.02
        for fold in range(5):
            x = edge + side * -0.055 * fold
            sheet.shapes(
                [
                    limb(
                        [
                            (x, -0.05),
                            (x - side * 0.01 * fold, floor_y * 0.6),
                            (x + side * 0.02, floor_y + 0.03),
                        ],
                        0.075,
                        0.06,
                        0.07,
                    )
                ],
                mix(velvet, stage.light.near, 0.0 if fold % 2 else 0.28),
            )
    swags = [
        smooth([(x, -0.06), (x + 0.14, 0.12), (x + 0.28, -0.06)], 8)
        for x in np.arange(-0.05, sheet.aspect, 0.25)
    ]
    sheet.shapes(swags, velvet)
    sheet.shapes(
        [
            [
                (sheet.aspect * 0.5 - 0.05, -0.02),
                (sheet.aspect * 0.5 + 0.05, -0.02),
                (sheet.aspect * 0.5 + 0.42, 1.0),
                (sheet.aspect * 0.5 - 0.42, 1.0),
            ]
        ],
        rgb("fff0c8"),
        0.13,
        blur=0.02,
    )


def columns(stage: Stage, floor_y: float) -> None:
    sheet = stage.sheet
    stone = inside(stage, rgb("b5ada0"))
    for at in range(4):
        x = stage.column(0.05 + at * 0.72, 0.25)
        sheet.shapes([box(x - 0.045, floor_y + 0.02, x + 0.045, -0.05)], stone)
        sheet.shapes([box(x + 0.012, floor_y + 0.02, x + 0.045, -0.05)], mix(stone, stage.light.near, 0.4), 0.6)
        sheet.shapes(
            [box(x - 0.065, floor_y + 0.03, x + 0.065, floor_y - 0.02), box(x - 0.06, 0.07, x + 0.06, 0.03)],
            mix(stone, rgb("ffffff"), 0.15),
        )


def banner(stage: Stage, floor_y: float) -> None:
    del floor_y
    x = stage.sheet.aspect * 0.5
    stage.sheet.shapes(
        [[(x - 0.09, 0.06), (x + 0.09, 0.06), (x + 0.09, 0.36), (x, 0.42), (x - 0.09, 0.36)]],
        inside(stage, rgb("8a2f3a")),
    )
    stage.sheet.shapes([oval(x, 0.2, 0.045, 0.055)], inside(stage, rgb("d8b24a")))


def pipes(stage: Stage, floor_y: float) -> None:
    del floor_y
    sheet = stage.sheet
    rust, steel = inside(stage, rgb("8a5f48")), inside(stage, rgb("8a9298"))
    sheet.shapes(
        [
            limb(
                [
                    (-0.1, 0.08),
                    (sheet.aspect * 0.7, 0.08),
                    (sheet.aspect * 0.74, 0.14),
                    (sheet.aspect * 0.74, 0.72),
                ],
                0.035,
            )
        ],
        steel,
    )
    sheet.shapes([limb([(-0.1, 0.035), (sheet.aspect + 0.1, 0.035)], 0.024)], rust)
    sheet.shapes([oval(sheet.aspect * 0.74, 0.40, 0.034, 0.034)], mix(rgb("c9403a"), stage.light.near, 0.3))


def crates(stage: Stage, floor_y: float) -> None:
    sheet = stage.sheet
    wood = inside(stage, rgb("a07a4c"))
    for x, y, size in (
        (sheet.aspect - 0.34, floor_y + 0.02, 0.17),
        (sheet.aspect - 0.17, floor_y + 0.02, 0.15),
        (sheet.aspect - 0.28, floor_y - 0.15, 0.15),
    ):
        sheet.shapes([box(x, y, x + size, y - size)], wood)
        sheet.shapes(
            [line([(x, y - size * at), (x + size, y - size * at)], 0.004) for at in (0.05, 0.35, 0.65, 0.95)]
            + [line([(x + 0.005, y), (x + size - 0.005, y - size)], 0.010)],
            mix(wood, stage.light.near, 0.5),
        )


def consoles(stage: Stage, floor_y: float) -> None:
    sheet = stage.sheet
    metal = inside(stage, rgb("6f828c"))
    sheet.shapes(
        [
            [(-0.1, floor_y + 0.03), (-0.1, floor_y - 0.12), (0.34, floor_y - 0.12), (0.42, floor_y + 0.03)],
            [
                (sheet.aspect + 0.1, floor_y + 0.03),
                (sheet.aspect + 0.1, floor_y - 0.12),
                (sheet.aspect - 0.34, floor_y - 0.12),
                (sheet.aspect - 0.42, floor_y + 0.03),
            ],
        ],
        metal,
    )
    chance = stage.place_chance(430)
    for _ in range(26):
        x = (
            float(chance.uniform(0.02, 0.32))
            if chance.random() < 0.5
            else sheet.aspect - float(chance.uniform(0.02, 0.32))
        )
        hue = ("6fe0e6", "e8a03a", "d8483a", "8fe08a")[int(chance.integers(4))]
        sheet.shapes([oval(x, floor_y - 0.03 - 0.07 * float(chance.random()), 0.006, 0.005)], rgb(hue), 0.9)


def panel(stage: Stage, floor_y: float) -> None:
    del floor_y
    sheet = stage.sheet
    x, y = sheet.aspect * 0.5 - 0.28, 0.12
    sheet.shapes([box(x - 0.015, y + 0.325, x + 0.575, y - 0.015)], inside(stage, rgb("55666f")))
    sheet.shapes([box(x, y + 0.31, x + 0.56, y)], rgb("0f2530"))
    grid = [line([(x + 0.56 * at / 7, y), (x + 0.56 * at / 7, y + 0.31)], 0.0012) for at in range(1, 7)] + [
        line([(x, y + 0.31 * at / 4), (x + 0.56, y + 0.31 * at / 4)], 0.0012) for at in range(1, 4)
    ]
    sheet.shapes(grid, rgb("2f7a8a"), 0.7)
    wave = [
        (
            x + 0.56 * t,
            y
            + 0.17
            + 0.08 * float(np.sin(t * 19 + stage.scene.seed % 7)) * float(np.exp(-((t - 0.5) ** 2) * 6)),
        )
        for t in np.linspace(0.02, 0.98, 50)
    ]
    sheet.shapes([line(wave, 0.005)], rgb("6fe0e6"))
    sheet.glow(x + 0.28, y + 0.15, 0.3, rgb("4fb8c8"), 0.2)


def seats(stage: Stage, floor_y: float) -> None:
    sheet = stage.sheet
    plush = inside(stage, rgb("8a3038"))
    for x, out in ((-0.05, 1), (sheet.aspect + 0.05, -1)):
        sheet.shapes(
            [
                smooth(
                    [
                        (x, floor_y + 0.12),
                        (x, floor_y - 0.26),
                        (x + out * 0.15, floor_y - 0.26),
                        (x + out * 0.18, floor_y - 0.04),
                        (x + out * 0.36, floor_y - 0.02),
                        (x + out * 0.36, floor_y + 0.12),
                    ],
                    4,
                )
            ],
            plush,
        )
        sheet.shapes(
            [
                smooth(
                    [
                        (x + out * 0.16, floor_y - 0.02),
                        (x + out * 0.36, floor_y),
                        (x + out * 0.36, floor_y + 0.05),
                        (x + out * 0.14, floor_y + 0.04),
                    ],
                    3,
                )
            ],
            mix(plush, rgb("ffffff"), 0.14),
        )


def rack(stage: Stage, floor_y: float) -> None:
    del floor_y
    sheet = stage.sheet
    brass = inside(stage, rgb("c9a05a"))
    sheet.shapes(
        [line([(-0.1, 0.085), (sheet.aspect + 0.1, 0.085)], 0.008)]
        + [line([(x, 0.03), (x, 0.085)], 0.005) for x in np.arange(0.0, sheet.aspect, 0.22)],
        brass,
    )
    sheet.shapes(
        [smooth([(0.24, 0.078), (0.24, 0.015), (0.48, 0.015), (0.48, 0.078)], 3)], inside(stage, rgb("6a4630"))
    )
