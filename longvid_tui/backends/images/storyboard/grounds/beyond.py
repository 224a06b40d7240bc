"""Where nobody walks: space, the sea floor, above the clouds."""

from __future__ import annotations

import numpy as np

from longvid_tui.backends.images.storyboard.grounds.heavens import heavens, stars
from longvid_tui.backends.images.storyboard.grounds.stage import Stage
from longvid_tui.backends.images.storyboard.light import mix, rgb
from longvid_tui.backends.images.storyboard.shapes import line, oval


def space(stage: Stage) -> None:
    sheet, scene = stage.sheet, stage.scene
    sheet.sky((rgb("04040f"), rgb("0a0a22"), rgb("141233")), 1.0)
    chance = np.random.default_rng(scene.place_seed + 500)
    for _ in range(7):
        hue = rgb(("5a2a7a", "1f4a8a", "8a2f5a", "1f6a7a")[int(chance.integers(4))])
        sheet.glow(
            stage.column(chance.random() * 3, 0.9), chance.random(), 0.16 + 0.3 * chance.random(), hue, 0.30
        )
    full = Stage(sheet, stage.light, scene, stage.left, stage.zoom, 1.0, stage.chance)
    stars(full, 1.6)
    x, y, radius = (
        stage.column(0.6 + 1.4 * chance.random(), 0.9),
        0.30 + 0.2 * chance.random(),
        0.16 * stage.zoom,
    )
    hue = rgb(("c96f4a", "5a8ac9", "c9a86a", "7a6ac9")[scene.place_seed % 4])
    sheet.glow(x, y, radius * 1.35, hue, 0.35)
    sheet.disc(x, y, radius, hue)
    sheet.shapes(
        [
            oval(x, y + radius * at, radius * float(np.sqrt(max(0.02, 1 - at * at))), radius * 0.05)
            for at in (-0.5, -0.2, 0.15, 0.45)
        ],
        mix(hue, rgb("ffffff"), 0.3),
        0.35,
    )
    distance = np.sqrt((sheet.columns - x) ** 2 + (sheet.rows - y) ** 2)
    shade = np.clip((radius - distance) * sheet.height, 0, 1) * np.clip(
        ((sheet.columns - x) * 0.8 + (sheet.rows - y) * 0.6) / radius + 0.3, 0, 1
    )
    sheet.paint(np.asarray(shade * 0.85, np.float32), rgb("04040f"))
    tops = np.asarray(0.93 - 0.06 * stage.noise(55).at(stage.world(0.1) * 1.4, 4), np.float32)
    sheet.ridge(tops, rgb("8a8a96"), rgb("33333f"), 0.14)
    craters = [
        oval(
            chance.random() * sheet.aspect,
            0.95 + 0.05 * chance.random(),
            0.02 + 0.05 * chance.random(),
            0.006 + 0.008 * chance.random(),
        )
        for _ in range(12)
    ]
    sheet.shapes(craters, rgb("4a4a56"), 0.7)


def underwater(stage: Stage) -> None:
    sheet, light = stage.sheet, stage.light
    dim = 1.0 if light.strength > 0.7 else 0.55
    sheet.sky(
        tuple(
            mix(rgb("021018"), rgb(colour), dim)
            for colour in ("7fd4dc", "2f9ab5", "13638a", "0a3a5e", "06263f")
        ),
        1.0,
    )
    for _ in range(7):
        x, lean = stage.chance.random() * sheet.aspect, 0.25 + 0.2 * stage.chance.random()
        sheet.shapes(
            [
                [
                    (x, -0.02),
                    (x + 0.05 + 0.06 * stage.chance.random(), -0.02),
                    (x - lean + 0.22, 0.9),
                    (x - lean, 0.9),
                ]
            ],
            rgb("d8fff5"),
            0.09 * dim,
            blur=0.02,
        )
    for layer, distance in enumerate((0.6, 0.25)):
        tops = np.asarray(
            0.86 + 0.07 * layer - 0.09 * stage.noise(56 + layer).at(stage.world(distance) * 1.3, 4), np.float32
        )
        sheet.ridge(tops, mix(rgb("2a6a80"), rgb("0d3346"), layer), rgb("06202f"), 0.2)
    chance = np.random.default_rng(stage.scene.place_seed + 510)
    for _ in range(22):
        x, foot = stage.column(chance.random() * 4 - 0.5, 0.1), 0.93 + 0.08 * chance.random()
        tall, bend = 0.08 + 0.2 * chance.random(), chance.random() * 0.06
        hue = ("1f7a5a", "c9586a", "d6924a", "7a5ab0", "2f9a7a")[int(chance.integers(5))]
        path = [(x + bend * float(np.sin(at * 2.4 + x * 9)), foot - tall * at) for at in np.linspace(0, 1, 9)]
        sheet.shapes([line(path, 0.02, 0.004)], mix(rgb(hue), rgb("0d3346"), 0.3))
    sheet.shapes(
        [
            oval(stage.chance.random() * sheet.aspect, stage.chance.random() * 0.85, r, r)
            for r in 0.002 + 0.006 * stage.chance.random(40)
        ],
        rgb("e6ffff"),
        0.3,
    )


def sky(stage: Stage) -> None:
    stage = Stage(stage.sheet, stage.light, stage.scene, stage.left, stage.zoom, 0.8, stage.chance)
    heavens(stage, 1.5)
    sheet, light = stage.sheet, stage.light
    for layer, base in enumerate((0.74, 0.84, 0.94)):
        chance = np.random.default_rng(stage.scene.place_seed + 520 + layer)
        puffs = [
            oval(
                stage.column(chance.random() * 4 - 0.6, 0.7 - 0.3 * layer),
                base + 0.05 * chance.random(),
                0.12 + 0.14 * chance.random(),
                0.05 + 0.05 * chance.random(),
            )
            for _ in range(26)
        ]
        pale = mix(
            mix(light.haze, rgb("ffffff"), 0.55 * light.strength + 0.1), light.sky[1], 0.35 - 0.15 * layer
        )
        sheet.shapes(puffs, pale, 0.9, blur=0.014)
