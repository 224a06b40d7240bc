"""Snow and ice."""

from __future__ import annotations

from longvid_tui.backends.images.storyboard.grounds.heavens import heavens
from longvid_tui.backends.images.storyboard.grounds.stage import Stage
from longvid_tui.backends.images.storyboard.grounds.terrain import pines, ridge
from longvid_tui.backends.images.storyboard.grounds.water import water
from longvid_tui.backends.images.storyboard.light import rgb
from longvid_tui.backends.images.storyboard.shapes import line, oval


def snow(stage: Stage) -> None:
    heavens(stage)
    h = stage.horizon
    ridge(stage, 60, h + 0.02, 0.30, 0.8, rgb("aebdd2"), 0.9, 0.48, 6, peaked=True)
    tops = ridge(stage, 61, h + 0.07, 0.08, 0.5, rgb("c9d6e6"), 1.3)
    pines(stage, 7, 0.5, 0.13, tops, rgb("4d6a78"), 0.5)
    ridge(stage, 62, h + 0.16, 0.08, 0.22, rgb("dde7f2"), 0.9, octaves=2)
    ridge(stage, 63, h + 0.30, 0.10, 0.0, rgb("eef4fb"), 0.8, octaves=2, deep=0.5)
    _drifts(stage, h + 0.2)


def ice(stage: Stage) -> None:
    heavens(stage)
    h = stage.horizon
    ridge(stage, 60, h + 0.02, 0.26, 0.8, rgb("aebdd2"), 0.9, 0.48, 6, peaked=True)
    tops = ridge(stage, 64, h + 0.02, 0.05, 0.5, rgb("c4d2e0"), 1.3)
    pines(stage, 8, 0.5, 0.10, tops, rgb("4a6875"), 0.9)
    water(stage, h + 0.015, rgb("bcd6e6"), 1.0)
    cracks = []
    for _ in range(16):
        x, y = stage.chance.random() * stage.sheet.aspect, h + 0.06 + stage.chance.random() * (0.9 - h)
        path = [(x, y)]
        for _ in range(6):
            x, y = x + (stage.chance.random() - 0.4) * 0.12, y + (stage.chance.random() - 0.5) * 0.03
            path.append((x, y))
        cracks.append(line(path, 0.0028, 0.0006))
    stage.sheet.shapes(cracks, stage.tone(rgb("ffffff"), 0.1), 0.6)
    ridge(stage, 66, 0.99, 0.05, 0.0, rgb("eef4fb"), 1.0, octaves=2, deep=0.2)


def _drifts(stage: Stage, top: float) -> None:
    shadows = []
    for _ in range(26):
        depth = stage.chance.random()
        shadows.append(
            oval(
                stage.chance.random() * stage.sheet.aspect,
                top + 0.06 + depth * 0.4,
                0.05 + 0.16 * depth,
                0.003 + 0.008 * depth,
                0.06,
            )
        )
    stage.sheet.shapes(shadows, stage.tone(rgb("9db4d4"), 0.2), 0.4, blur=0.004)
