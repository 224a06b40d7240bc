"""Mountains and caves."""

from __future__ import annotations

import numpy as np

from longvid_tui.backends.images.storyboard.grounds.heavens import heavens
from longvid_tui.backends.images.storyboard.grounds.stage import Stage
from longvid_tui.backends.images.storyboard.grounds.terrain import pines, ridge
from longvid_tui.backends.images.storyboard.light import mix, rgb
from longvid_tui.backends.images.storyboard.shapes import smooth
from longvid_tui.backends.images.storyboard.sheet import Floats


def mountain(stage: Stage) -> None:
    heavens(stage)
    h = stage.horizon
    for layer, (distance, base, high) in enumerate(((0.8, 0.0, 0.42), (0.55, 0.06, 0.30))):
        tops = ridge(
            stage, 20 + layer, h + base, high, distance, rgb("5d6f8c"), 0.9, 0.48, 6, peaked=True, deep=0.3
        )
        _snowcaps(stage, tops, h + base - high * (0.62 if layer == 0 else 0.8), distance)
    tops = ridge(stage, 24, h + 0.13, 0.12, 0.3, rgb("4c6a55"), 1.2)
    pines(stage, 5, 0.3, 0.07, tops, rgb("2f5a45"), 1.2)
    ridge(stage, 25, h + 0.27, 0.10, 0.03, rgb("4b5a4a"), 1.0, deep=0.4)


def _snowcaps(stage: Stage, tops: Floats, line_y: float, distance: float) -> None:
    sheet = stage.sheet
    jag = stage.noise(31).at(stage.world(distance) * 9, 3) * 0.025
    below = line_y + jag
    inside = np.clip((sheet.rows - tops[None, :]) * sheet.height + 0.5, 0, 1) * np.clip(
        (below[None, :] - sheet.rows) * sheet.height / 3 + 0.5, 0, 1
    )
    slope = np.gradient(tops) * sheet.height
    shade = np.clip(0.5 + slope * 0.45, 0.25, 1.0)[None, :]
    white = stage.tone(rgb("ffffff"), distance * 0.55)
    sheet.paint(np.asarray(inside * shade * 0.92, np.float32), white)


def cave(stage: Stage) -> None:
    """Inside a cave, looking out into the light."""
    heavens(stage, 0.5)
    h = stage.horizon
    ridge(stage, 26, h + 0.04, 0.2, 0.7, rgb("6d7f94"), 1.0)
    sheet, chance = stage.sheet, stage.place_chance(27)
    rock = mix(stage.tone(rgb("57504c"), 0.0), stage.light.near, 0.35)
    middle = sheet.aspect / 2 - (stage.left - 1.2) * 0.2
    mouth = [
        (
            middle + 0.50 * stage.zoom * float(np.cos(a)) * (0.9 + 0.2 * float(chance.random())),
            0.50 + 0.38 * float(np.sin(a)) * (0.9 + 0.2 * float(chance.random())),
        )
        for a in np.linspace(np.pi, 2 * np.pi, 13)
    ]
    opening = [(middle - 0.50 * stage.zoom, 0.82), *mouth, (middle + 0.50 * stage.zoom, 0.82)]
    around = [(-0.1, -0.1), (-0.1, 1.1), (middle - 0.50 * stage.zoom, 1.1)]
    sheet.shapes(
        [
            [
                *around,
                *smooth(opening, 3)[::1],
                (middle + 0.5 * stage.zoom, 1.1),
                (sheet.aspect + 0.1, 1.1),
                (sheet.aspect + 0.1, -0.1),
            ]
        ],
        rock,
    )
    for at in range(9):
        x = sheet.aspect * (at + float(chance.random())) / 9
        long = 0.06 + 0.14 * float(chance.random())
        sheet.shapes(
            [[(x - 0.03, -0.02), (x + 0.03, -0.02), (x + 0.004, long)]], mix(rock, stage.light.near, 0.35)
        )
    sheet.glow(middle, 0.62, 0.5, stage.light.haze, 0.14)
    ridge(stage, 28, 0.92, 0.07, 0.0, rgb("4a4440"), 1.4, octaves=4, deep=0.3)
