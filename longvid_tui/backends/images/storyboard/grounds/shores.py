"""Seas, beaches, cliffs, harbours, lakes."""

from __future__ import annotations

import numpy as np

from longvid_tui.backends.images.storyboard.grounds.heavens import heavens
from longvid_tui.backends.images.storyboard.grounds.stage import Stage
from longvid_tui.backends.images.storyboard.grounds.terrain import grass, pines, ridge
from longvid_tui.backends.images.storyboard.grounds.water import water
from longvid_tui.backends.images.storyboard.light import mix, rgb
from longvid_tui.backends.images.storyboard.noise import mottle
from longvid_tui.backends.images.storyboard.shapes import limb, line, oval, smooth
from longvid_tui.backends.images.storyboard.sheet import Floats, Point

_CALM = {"storm": 0.05, "wind": 0.35, "rain": 0.4}


def sea(stage: Stage) -> None:
    _open_water(stage)
    if any(not _at_sea(subject.concept) for subject in stage.scene.subjects):
        _sand(stage, 0.80)


def beach(stage: Stage) -> None:
    _open_water(stage)
    _sand(stage, 0.74)


def harbour(stage: Stage) -> None:
    _open_water(stage, islands=False)
    _boats_at_anchor(stage)
    _planks(stage, 0.80)


def cliff(stage: Stage) -> None:
    """The sea far below, and a headland on one side of the picture."""
    _open_water(stage)
    left, right, y = cliff_top(stage)
    aspect = stage.sheet.aspect
    on_the_right = right > aspect * 0.9
    edge = left if on_the_right else right
    side = 1 if on_the_right else -1
    chance = stage.place_chance(61)
    face: list[Point] = [(edge, y + 0.012)]
    x, low = edge, y
    while low < 1.02:
        low += 0.05 + 0.05 * float(chance.random())
        x += side * (0.028 * float(chance.random()) - 0.006)
        face.append((x, low))
    outer = (aspect + 0.1) if on_the_right else -0.1
    rock = stage.tone(stage.land(rgb("6a5f55")), 0.05)
    stage.sheet.shapes([[*face, (outer, 1.05), (outer, y)]], rock)
    for at in range(5):
        top = y + 0.06 + at * 0.075
        layer = limb(
            [(edge + side * 0.012, top), (edge + side * 0.2, top + 0.018), (edge + side * 0.55, top + 0.004)],
            0.010,
            0.016,
            0.004,
        )
        stage.sheet.shapes([layer], mix(rock, stage.light.near, 0.5), 0.45)
    turf = stage.tone(stage.land(rgb("5f8a4a")), 0.02)
    hump = [
        (edge - side * 0.012, y + 0.030),
        (edge + side * 0.01, y),
        (edge + side * 0.25, y - 0.016),
        (edge + side * 0.6, y - 0.004),
        (outer, y),
        (outer, y + 0.10),
        (edge + side * 0.3, y + 0.062),
    ]
    stage.sheet.shapes([smooth(hump, 8)], turf)
    stage.sheet.shapes(
        [smooth([(px, py + 0.03) for px, py in hump[2:]], 6)], mix(turf, stage.light.near, 0.35), 0.5
    )


def cliff_top(stage: Stage) -> tuple[float, float, float]:
    """(left, right, y) of the ground on top of the cliff; the same side in every picture of it."""
    aspect = stage.sheet.aspect
    y = min(0.72, stage.horizon + 0.08)
    wide = 0.52 * aspect
    if stage.place_chance(60).random() < 0.5:
        return aspect - wide, aspect * 0.99, y
    return aspect * 0.01, wide, y


def water_ends(stage: Stage) -> float:
    """Where the near shore covers the water, in heights from the top."""
    ashore = any(not _at_sea(subject.concept) for subject in stage.scene.subjects)
    near = {"harbour": 0.795, "beach": max(0.73, stage.horizon + 0.09), "sea": 0.79 if ashore else 1.0}
    return near.get(stage.scene.place, 0.93)


def lake(stage: Stage) -> None:
    heavens(stage)
    h = stage.horizon
    ridge(stage, 50, h + 0.01, 0.26, 0.8, rgb("5f7894"), 0.9, 0.48, 6, peaked=True)
    tops = ridge(stage, 51, h + 0.02, 0.06, 0.5, rgb("3f6f5c"), 1.3)
    pines(stage, 6, 0.5, 0.09, tops, rgb("2f5f4c"), 1.1)
    water(stage, h + 0.015, rgb("235a70"), 0.9)
    base = 0.985 if all(_at_sea(subject.concept) for subject in stage.scene.subjects) else 0.90
    ridge(stage, 53, base, 0.07, 0.0, rgb("3f5238"), 1.1, octaves=3, deep=0.2)
    grass(stage, base - 0.055, rgb("26402a"), 0.09, 140)


def _at_sea(concept: str) -> bool:
    return concept in (
        "boat",
        "iceberg",
        "submarine",
        "octopus",
        "jellyfish",
        "whale",
        "fish",
        "seal",
        "turtle",
        "bird",
        "plane",
        "dragon",
        "airship",
        "moon",
        "kite",
        "rocket",
        "balloon",
        "butterfly",
    )


def _open_water(stage: Stage, islands: bool = True) -> None:
    heavens(stage)
    h = stage.horizon
    if islands and stage.place_chance(9).random() < 0.7:
        ridge(stage, 41, h + 0.055, 0.12, 0.8, rgb("5b7288"), 0.55, octaves=4)
    water(stage, h, rgb("1d5c7e"), _CALM.get(stage.scene.weather, 0.75))
    if stage.scene.weather == "storm":
        _breakers(stage)


def _breakers(stage: Stage) -> None:
    sheet, h = stage.sheet, stage.horizon
    for layer, base in enumerate((0.07, 0.16, 0.28)):
        world = stage.world(0.3 - 0.1 * layer)
        swell = np.abs(np.sin(world * (5.5 - 1.3 * layer) + layer + stage.scene.seed % 7)) ** 1.6
        tops = np.asarray(
            h + base - (0.03 + 0.03 * layer) * swell - 0.006 * stage.noise(70 + layer).at(world * 9, 3),
            np.float32,
        )
        crest = mix(stage.tone(rgb("7fa3b3"), 0.3), stage.light.haze, 0.25)
        sheet.ridge(tops, crest, stage.tone(rgb("173b50"), 0.1), 0.05)
        foam = (
            np.clip(1 - np.abs(sheet.rows - tops[None, :] - 0.004) * sheet.height / (4 + 3 * layer), 0, 1)
            * np.clip(swell - 0.35, 0, 1)[None, :]
        )
        sheet.paint(np.asarray(foam * 0.85, np.float32), mix(rgb("ffffff"), stage.light.near, 0.15))


def _sand(stage: Stage, line_y: float) -> None:
    """Wet and dry sand with a line of foam."""
    sheet = stage.sheet
    line_y = max(line_y, stage.horizon + 0.10)
    shape = stage.noise(46).at(stage.world(0.0) * 0.8, 2)
    edge: Floats = np.asarray(line_y + 0.028 * shape, np.float32)
    foam = np.clip(1 - np.abs(sheet.rows - edge[None, :] + 0.004) * 90, 0, 1)
    dry = stage.tone(stage.land(rgb("dcc394")), 0.04)
    sheet.ridge(edge, mix(dry, stage.light.near, 0.42), mix(dry, stage.light.near, 0.30), 0.05)
    sheet.ridge(np.asarray(edge + 0.035 + 0.01 * shape, np.float32), dry, mix(dry, stage.light.near, 0.15), 0.3)
    sheet.paint(np.asarray(foam * 0.8, np.float32), mix(rgb("ffffff"), stage.light.haze, 0.25))
    first = int(line_y * sheet.height)
    if sheet.height - first > 4:
        grain = mottle(stage.scene.place_seed + 47, sheet.height - first, sheet.width, (14, 30), 3, stage.left)
        sheet.pixels[first:] *= (0.955 + 0.09 * grain)[..., None]
    chance = stage.place_chance(48)
    stones = [
        oval(
            stage.column(4 * chance.random() - 1, 0.0),
            line_y + 0.07 + 0.2 * chance.random(),
            0.004 + 0.012 * chance.random(),
            0.003 + 0.005 * chance.random(),
        )
        for _ in range(34)
    ]
    sheet.shapes(stones, mix(dry, stage.light.near, 0.55), 0.7)


def _boats_at_anchor(stage: Stage) -> None:
    chance = stage.place_chance(49)
    hulls, masts = [], []
    for _ in range(5):
        x, y = stage.column(3.6 * chance.random() - 0.6, 0.5), stage.horizon + 0.015 + 0.05 * chance.random()
        size = 0.05 + 0.03 * chance.random()
        hulls.append(
            smooth(
                [(x - size, y - 0.014), (x - size * 0.8, y), (x + size * 0.8, y), (x + size * 1.1, y - 0.018)],
                4,
            )
        )
        masts += [
            line([(x, y - 0.01), (x, y - size * 1.7)], 0.003),
            line([(x, y - size * 1.6), (x + size * 0.9, y - 0.02)], 0.0012),
        ]
    stage.sheet.shapes(masts, stage.tone(rgb("4a4038"), 0.25))
    stage.sheet.shapes(hulls, stage.tone(rgb("7a4a40"), 0.22))


def _planks(stage: Stage, top: float) -> None:
    """A wooden quay across the foreground with bollards."""
    sheet = stage.sheet
    wood = stage.tone(stage.land(rgb("8a6a4a")), 0.02)
    sheet.shapes([[(-0.05, top), (sheet.aspect + 0.05, top), (sheet.aspect + 0.05, 1.05), (-0.05, 1.05)]], wood)
    middle = sheet.aspect / 2
    gaps = [
        line([(middle + at * 0.10, top + 0.012), (middle + at * 0.155, 1.03)], 0.002, 0.005)
        for at in range(-24, 25)
    ]
    sheet.shapes(gaps, mix(wood, stage.light.near, 0.6), 0.7)
    sheet.shapes(
        [
            [
                (-0.05, top - 0.006),
                (sheet.aspect + 0.05, top - 0.006),
                (sheet.aspect + 0.05, top + 0.014),
                (-0.05, top + 0.014),
            ]
        ],
        mix(wood, stage.light.near, 0.35),
    )
    posts = [
        limb(
            [
                (stage.column(at * 0.62 - 0.4, 0.1), top + 0.03),
                (stage.column(at * 0.62 - 0.4, 0.1), top - 0.075),
            ],
            0.045,
            0.04,
        )
        for at in range(7)
    ]
    sheet.shapes(posts, mix(wood, stage.light.near, 0.55))
