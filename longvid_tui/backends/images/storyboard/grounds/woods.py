"""Forests."""

from __future__ import annotations

import numpy as np

from longvid_tui.backends.images.storyboard.grounds.heavens import heavens
from longvid_tui.backends.images.storyboard.grounds.stage import Stage
from longvid_tui.backends.images.storyboard.grounds.terrain import grass, pines, ridge
from longvid_tui.backends.images.storyboard.light import mix, rgb
from longvid_tui.backends.images.storyboard.shapes import line


def forest(stage: Stage) -> None:
    heavens(stage, 0.5)
    h = stage.horizon
    snowy = stage.scene.snowy or stage.scene.weather == "snowfall"
    green = rgb("5f7f86") if snowy else rgb("3f7a58")
    for layer, (distance, base, tall) in enumerate(
        ((0.85, 0.02, 0.22), (0.62, 0.06, 0.30), (0.38, 0.12, 0.40))
    ):
        tops = ridge(stage, 10 + layer, h + base, 0.05, distance, mix(green, rgb("24503c"), layer / 3), 1.4)
        pines(stage, layer, distance, tall, tops, mix(green, rgb("1d4a38"), layer / 2.5))
    floor = rgb("cfdbe4") if snowy else rgb("3f5e38")
    ridge(stage, 15, h + 0.24, 0.06, 0.08, floor, 1.0, octaves=3, deep=0.45)
    trunks, chance = [], np.random.default_rng(stage.scene.place_seed + 77)
    for _ in range(5):
        x = stage.column(chance.random() * 4.5 - 1.3, 0.0)
        if abs(x - stage.sheet.aspect / 2) < 0.42:
            continue
        wide = (0.03 + 0.035 * chance.random()) * stage.zoom
        trunks.append(
            [
                (x - wide * 0.75, -0.05),
                (x + wide * 0.7, -0.05),
                (x + wide * 0.85, 0.75),
                (x + wide * 1.7, 1.05),
                (x - wide * 1.6, 1.05),
                (x - wide * 0.9, 0.75),
            ]
        )
        for side in (-1, 1):
            y = 0.1 + 0.4 * chance.random()
            trunks.append(
                line(
                    [(x, y), (x + side * 0.1, y - 0.05), (x + side * 0.22, y - 0.11)], wide * 0.35, wide * 0.06
                )
            )
    stage.sheet.shapes(trunks, stage.tone(rgb("2b241f"), 0.0))
    if not snowy:
        grass(stage, 0.9, rgb("1f3b25"), 0.05, 220)
