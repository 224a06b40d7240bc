"""Open country: hills, fields, deserts, roads."""

from __future__ import annotations

import numpy as np

from longvid_tui.backends.images.storyboard.grounds.heavens import heavens
from longvid_tui.backends.images.storyboard.grounds.stage import Stage
from longvid_tui.backends.images.storyboard.grounds.terrain import grass, ridge, trees
from longvid_tui.backends.images.storyboard.light import Colour, mix, rgb
from longvid_tui.backends.images.storyboard.shapes import line, oval


def hills(stage: Stage) -> None:
    heavens(stage)
    h = stage.horizon
    ridge(stage, 1, h + 0.02, 0.20, 0.85, rgb("5f7f8f"), 1.1)
    ridge(stage, 2, h + 0.07, 0.13, 0.6, rgb("4f7f5f"), 1.5)
    ridge(stage, 3, h + 0.16, 0.12, 0.3, rgb("4a7a4a"), 1.2)
    ridge(stage, 4, h + 0.30, 0.10, 0.05, rgb("35603c"), 0.9, deep=0.4)
    grass(stage, 0.9, rgb("284d30"), 0.035)


def field(stage: Stage) -> None:
    heavens(stage)
    h = stage.horizon
    ridge(stage, 1, h + 0.02, 0.10, 0.85, rgb("6f8f8f"), 1.3)
    tops = ridge(stage, 2, h + 0.04, 0.05, 0.55, rgb("5f9a4f"), 1.2)
    trees(stage, 2, 0.55, 0.075, tops, rgb("3d7040"))
    ridge(stage, 3, h + 0.13, 0.07, 0.25, rgb("86b04e"), 0.9, octaves=2)
    ridge(stage, 4, h + 0.27, 0.07, 0.0, rgb("6f9a3e"), 0.8, octaves=2, deep=0.4)
    if blossom := _BLOSSOMS.get(stage.scene.room):
        _rows_of(stage, rgb(blossom))
        return
    chance, petals = stage.chance, []
    for _ in range(130):
        depth = chance.random()
        petals.append(
            oval(
                chance.random() * stage.sheet.aspect,
                h + 0.24 + depth * (0.8 - h),
                0.002 + 0.005 * depth,
                0.002 + 0.004 * depth,
            )
        )
    hues = ("f2d24b", "e86a5a", "f5f0e6", "b98ad6")
    stage.sheet.shapes(petals, stage.tone(rgb(hues[stage.scene.place_seed % 4]), 0.05), 0.9)
    grass(stage, 0.88, rgb("44702c"), 0.06, 320)


_BLOSSOMS = {
    "lavender": "7a5cb0",
    "poppies": "c9402e",
    "sunflowers": "e8b02e",
    "tulips": "d8507a",
    "wheat": "d9b45a",
}


def _rows_of(stage: Stage, hue: Colour) -> None:
    """A field in rows that meet at the horizon."""
    top, chance = stage.horizon + 0.13, stage.place_chance(33)
    middle = stage.sheet.aspect / 2 - (stage.left - 1.2) * 0.25
    dark, light = [], []
    for row in range(-16, 17):
        for step in range(26):
            depth = ((step + float(chance.random())) / 26) ** 1.6
            x = middle + row * (0.035 + 0.20 * depth) + 0.02 * depth * float(chance.random())
            if not -0.2 < x < stage.sheet.aspect + 0.2:
                continue
            y, size = top + depth * (1.04 - top), 0.006 + 0.030 * depth
            dark.append(oval(x, y, size * 1.5, size))
            light.append(oval(x - size * 0.2, y - size * 0.5, size * 0.9, size * 0.5))
    stage.sheet.shapes(dark, mix(stage.tone(hue, 0.08), stage.light.near, 0.25))
    stage.sheet.shapes(light, mix(stage.tone(hue, 0.05), rgb("ffffff"), 0.2), 0.8)


def desert(stage: Stage) -> None:
    heavens(stage, 0.4)
    h = stage.horizon
    pale, deep = ("c9744e", "8f4a2e") if stage.scene.room == "mars" else ("eac088", "c98a52")
    ridge(stage, 70, h + 0.01, 0.10, 0.85, rgb("b0836a"), 0.8, 0.35, 3)
    for layer, (distance, base, high) in enumerate(((0.55, 0.08, 0.13), (0.3, 0.19, 0.15), (0.05, 0.36, 0.18))):
        world = stage.world(distance)
        wave = stage.noise(72 + layer).at(world * 0.9, 2, 0.4)
        tops = np.asarray(h + base - high * (0.5 + 0.5 * np.sin(world * 2.1 + wave * 2.4)) - 0.01, np.float32)
        crest = stage.tone(mix(rgb(pale), rgb(deep), layer / 3), distance)
        stage.sheet.ridge(tops, mix(crest, stage.light.sun, 0.25), mix(crest, stage.light.near, 0.30), 0.16)
        side = np.asarray(
            tops + 0.012 + 0.10 * np.clip(np.gradient(tops) * stage.sheet.height, 0, 1), np.float32
        )
        shade = np.clip((side[None, :] - stage.sheet.rows) * 60, 0, 1) * np.clip(
            (stage.sheet.rows - tops[None, :]) * stage.sheet.height, 0, 1
        )
        shade = shade * np.clip(np.gradient(tops) * stage.sheet.height * 2.2, 0, 1)[None, :]
        stage.sheet.paint(np.asarray(shade * 0.35, np.float32), stage.light.near)


def road(stage: Stage) -> None:
    _field_behind(stage)
    sheet, h = stage.sheet, stage.horizon + 0.05
    middle = sheet.aspect / 2 - (stage.left - 2) * 0.3
    sheet.shapes(
        [[(middle - 0.012, h), (middle + 0.012, h), (middle + 0.85, 1.02), (middle - 0.85, 1.02)]],
        stage.tone(rgb("565a60"), 0.08),
    )
    for at in range(8):
        near, far = (at / 8) ** 1.7, ((at + 0.55) / 8) ** 1.7
        y0, y1 = h + (1 - h) * near, h + (1 - h) * far
        sheet.shapes(
            [
                [
                    (middle - 0.012 * near, y0),
                    (middle + 0.012 * near, y0),
                    (middle + 0.02 * far, y1),
                    (middle - 0.02 * far, y1),
                ]
            ],
            stage.tone(rgb("f0e3b0"), 0.05),
            0.9,
        )
    posts = []
    for at in range(1, 8):
        depth = (at / 8) ** 1.8
        for side in (-1, 1):
            x, y = middle + side * (0.05 + 0.95 * depth), h + (1 - h) * depth
            posts.append(line([(x, y), (x, y - 0.03 - 0.16 * depth)], 0.002 + 0.010 * depth))
    sheet.shapes(posts, stage.tone(rgb("4a4038"), 0.1))


def _field_behind(stage: Stage) -> None:
    heavens(stage)
    h = stage.horizon
    ridge(stage, 91, h + 0.03, 0.15, 0.8, rgb("6d8494"), 1.1)
    tops = ridge(stage, 92, h + 0.06, 0.05, 0.5, rgb("7d9a62"), 1.2)
    trees(stage, 9, 0.5, 0.06, tops, rgb("47704a"))
    ridge(stage, 93, h + 0.08, 0.02, 0.2, rgb("8ba062"), 0.8, octaves=2, deep=0.5)
