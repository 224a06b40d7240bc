"""What falls from the sky and hangs in the air, in front of everything."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from longvid_tui.backends.images.storyboard.grounds.stage import Stage
from longvid_tui.backends.images.storyboard.light import mix, rgb
from longvid_tui.backends.images.storyboard.noise import mottle
from longvid_tui.backends.images.storyboard.shapes import limb, line, oval

_SHELTERED = ("room", "space", "underwater", "abstract", "cave")


def weather(stage: Stage) -> None:
    falls = _FALLS.get(stage.scene.weather)
    if falls is not None and stage.scene.place not in _SHELTERED:
        falls(stage)


def _fog(stage: Stage) -> None:
    sheet = stage.sheet
    bank = mottle(stage.scene.seed & 0xFFFF, sheet.height, sheet.width, (5, 3), 4)
    low = np.exp(-(((sheet.rows - stage.horizon - 0.08) / 0.26) ** 2))
    veil = np.clip((bank - 0.30) * 1.9, 0, 1) * (0.15 + 0.70 * low)
    sheet.paint(np.asarray(np.clip(veil, 0, 0.8), np.float32), mix(stage.light.haze, rgb("ffffff"), 0.25))


def _storm(stage: Stage) -> None:
    sheet, chance = stage.sheet, stage.chance
    x, y = float(chance.uniform(0.2, 0.8)) * sheet.aspect, 0.0
    path = [(x, y)]
    while y < stage.horizon:
        x, y = x + float(chance.uniform(-0.05, 0.05)), y + float(chance.uniform(0.03, 0.07))
        path.append((x, y))
    sheet.glow(path[len(path) // 2][0], 0.15, 0.6, rgb("c8d4ff"), 0.35)
    fork = path[len(path) // 2]
    branch = [fork, (fork[0] + 0.05, fork[1] + 0.05), (fork[0] + 0.07, fork[1] + 0.12)]
    sheet.shapes([line(path, 0.008, 0.002), line(branch, 0.004, 0.001)], rgb("f4f6ff"), 0.95)
    _rain(stage)


def _rain(stage: Stage) -> None:
    sheet, chance = stage.sheet, stage.chance
    slant = float(chance.uniform(-0.03, 0.03)) * (3 if stage.scene.weather == "storm" else 1)
    drops = [
        line(
            [(x * sheet.aspect, y), (x * sheet.aspect + slant * (0.4 + long), y + 0.02 + 0.035 * long)],
            0.0010 + 0.0010 * long,
        )
        for x, y, long in chance.random((430, 3))
    ]
    sheet.shapes(drops, mix(stage.light.haze, rgb("ffffff"), 0.5), 0.36)


def _snowfall(stage: Stage) -> None:
    flakes = stage.chance.random((320, 3))
    sizes = 0.0016 + 0.0055 * flakes[:, 2] ** 3
    ovals = [
        oval(x * stage.sheet.aspect, y, r, r) for x, y, r in zip(flakes[:, 0], flakes[:, 1], sizes, strict=True)
    ]
    stage.sheet.shapes(ovals[:280], rgb("ffffff"), 0.85)
    stage.sheet.shapes(
        [oval(x * stage.sheet.aspect, y, 0.008, 0.008) for x, y in flakes[280:, :2]],
        rgb("ffffff"),
        0.6,
        blur=0.003,
    )


def _dust(stage: Stage) -> None:
    """A wall of dust that rises from the horizon, and its veil over all."""
    sheet = stage.sheet
    bank = mottle(stage.scene.seed & 0xFFFF, sheet.height, sheet.width, (4, 3), 5)
    wall = np.clip((sheet.rows - 0.10 - 0.22 * bank) / 0.10, 0, 1) * np.clip(
        (stage.horizon + 0.2 - sheet.rows) / 0.3, 0, 1
    )
    dust = mix(rgb("a9764a"), stage.light.near, 0.2 + 0.4 * (1 - stage.light.strength))
    sheet.paint(np.asarray(np.clip(wall * (0.35 + 0.5 * bank), 0, 0.8), np.float32), dust)
    sheet.paint(np.asarray(np.full_like(bank, 0.14), np.float32), mix(dust, rgb("ffffff"), 0.25))
    _wind(stage)


def _wind(stage: Stage) -> None:
    gusts = [
        limb(
            [(x * stage.sheet.aspect + at * (0.1 + 0.1 * long), y * 0.8 + 0.012 * float(np.sin(at * 5))) for at in np.linspace(0, 1, 6)],
            0.0008,
            0.0032,
            0.0008,
        )
        for x, y, long in stage.chance.random((14, 3))
    ]  # fmt: skip
    stage.sheet.shapes(gusts, mix(stage.light.haze, rgb("ffffff"), 0.6), 0.35)


_FALLS: dict[str, Callable[[Stage], None]] = {
    "dust": _dust,
    "fog": _fog,
    "storm": _storm,
    "rain": _rain,
    "snowfall": _snowfall,
    "wind": _wind,
}
