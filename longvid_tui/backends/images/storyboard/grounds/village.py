"""Villages."""

from __future__ import annotations

import numpy as np

from longvid_tui.backends.images.storyboard.grounds.heavens import heavens
from longvid_tui.backends.images.storyboard.grounds.stage import Stage
from longvid_tui.backends.images.storyboard.grounds.terrain import grass, ridge
from longvid_tui.backends.images.storyboard.light import rgb


def village(stage: Stage) -> None:
    heavens(stage)
    h = stage.horizon
    ridge(stage, 80, h + 0.02, 0.24, 0.8, rgb("67809a"), 1.0)
    tops = ridge(stage, 81, h + 0.09, 0.08, 0.5, rgb("5f8a5c"), 1.2)
    chance = np.random.default_rng(stage.scene.place_seed + 81)
    walls, roofs, panes = [], [], []
    for index in range(22):
        x = stage.column(index * 0.17 - 1.0 + 0.1 * chance.random(), 0.45)
        high, wide = (0.06 + 0.05 * chance.random()) * stage.zoom, (0.09 + 0.05 * chance.random()) * stage.zoom
        at = min(stage.sheet.width - 1, max(0, int(x * stage.sheet.height)))
        foot = float(tops[at]) + 0.05
        walls.append([(x, foot), (x, foot - high), (x + wide, foot - high), (x + wide, foot)])
        roofs.append(
            [(x - 0.012, foot - high), (x + wide / 2, foot - high * 1.75), (x + wide + 0.012, foot - high)]
        )
        if index % 7 == 3:
            walls.append(
                [
                    (x + wide, foot),
                    (x + wide, foot - high * 2.2),
                    (x + wide * 1.4, foot - high * 2.2),
                    (x + wide * 1.4, foot),
                ]
            )
            roofs.append(
                [
                    (x + wide * 0.97, foot - high * 2.2),
                    (x + wide * 1.2, foot - high * 3.4),
                    (x + wide * 1.43, foot - high * 2.2),
                ]
            )
        for pane in range(2):
            px, py = x + wide * (0.22 + 0.38 * pane), foot - high * 0.68
            panes.append(
                [(px, py), (px + wide * 0.16, py), (px + wide * 0.16, py + high * 0.3), (px, py + high * 0.3)]
            )
    stage.sheet.shapes(walls, stage.tone(rgb("d9cbb2"), 0.35))
    stage.sheet.shapes(roofs, stage.tone(rgb("9a5142"), 0.3))
    stage.sheet.shapes(panes, rgb("ffd67a") if stage.light.strength < 0.7 else stage.tone(rgb("4a5a68"), 0.3))
    ridge(stage, 83, h + 0.24, 0.06, 0.12, rgb("55804a"), 1.0, octaves=3)
    ridge(stage, 84, h + 0.36, 0.07, 0.0, rgb("41653a"), 0.8, octaves=3, deep=0.4)
    grass(stage, 0.92, rgb("2c4a2a"), 0.04, 160)
