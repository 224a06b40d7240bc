"""Hills, trees and grass: what most places are made of."""

from __future__ import annotations

import numpy as np

from longvid_tui.backends.images.storyboard.grounds.stage import Stage
from longvid_tui.backends.images.storyboard.light import Colour, mix
from longvid_tui.backends.images.storyboard.shapes import oval
from longvid_tui.backends.images.storyboard.sheet import Floats, Point


def ridge(
    stage: Stage, layer: int, base: float, high: float, distance: float, colour: Colour, scale: float, rough: float = 0.5,
    octaves: int = 5, peaked: bool = False, deep: float = 0.22,
) -> Floats:  # fmt: skip
    """One line of hills; answers its tops."""
    shape = stage.noise(layer).at(stage.world(distance) * scale, octaves, rough)
    if peaked:
        shape = np.asarray(1.2 - 2.0 * np.abs(shape) ** 0.8, np.float32)
    tops = np.asarray(base - high * (0.5 + 0.5 * shape), np.float32)
    crest = stage.tone(stage.land(colour), distance)
    stage.sheet.ridge(tops, crest, mix(crest, stage.light.haze, 0.35 * distance + 0.12), deep)
    return tops


def pines(
    stage: Stage, layer: int, distance: float, tall: float, tops: Floats, colour: Colour, many: float = 1.0
) -> None:
    sheet, shapes = stage.sheet, []
    chance = np.random.default_rng(stage.scene.place_seed + 100 + layer)
    spacing = tall * 0.30 / many
    offset = stage.left * (1.1 - distance)
    first = int(np.floor(offset / spacing)) - 3
    count = int(sheet.aspect / stage.zoom / spacing) + 7
    sizes = chance.uniform(0.55, 1.15, 997)
    shifts = chance.uniform(-0.4, 0.4, 997)
    for index in range(first, first + count):
        x = stage.column((index + float(shifts[index % 997])) * spacing, distance)
        high = tall * float(sizes[(index * 7) % 997]) * stage.zoom
        at = min(sheet.width - 1, max(0, int(x * sheet.height)))
        shapes += _pine(x, float(tops[at]) + 0.012, high)
    sheet.shapes(shapes, stage.tone(stage.evergreen(colour), distance))


def _pine(x: float, foot: float, high: float) -> list[list[Point]]:
    tiers = []
    for tier in range(4):
        low, top = foot - high * (0.10 + 0.20 * tier), foot - high * (0.42 + 0.195 * tier)
        half = high * (0.21 - 0.042 * tier)
        tiers.append(
            [
                (x - half, low),
                (x - half * 0.35, low - high * 0.03),
                (x, top),
                (x + half * 0.35, low - high * 0.03),
                (x + half, low),
            ]
        )
    return [
        [
            (x - high * 0.022, foot),
            (x - high * 0.022, foot - high * 0.2),
            (x + high * 0.022, foot - high * 0.2),
            (x + high * 0.022, foot),
        ],
        *tiers,
    ]


def grass(stage: Stage, line_y: float, hue: Colour, tall: float = 0.05, many: int = 260) -> None:
    """Blades in the foreground; none where snow lies."""
    if stage.scene.snowy:
        return
    chance, shapes = stage.chance, []
    for _ in range(many):
        x, y = chance.random() * stage.sheet.aspect, line_y + chance.random() * (1.02 - line_y)
        high, lean = tall * (0.5 + chance.random()) * (0.6 + (y - line_y) * 3), (chance.random() - 0.5) * tall
        shapes.append(
            [(x - 0.0022, y), (x + lean * 0.5, y - high * 0.6), (x + lean, y - high), (x + 0.0022, y)]
        )
    stage.sheet.shapes(shapes, stage.tone(stage.leaves(hue), 0))


def trees(stage: Stage, layer: int, distance: float, tall: float, tops: Floats, colour: Colour) -> None:
    chance = np.random.default_rng(stage.scene.place_seed + 200 + layer)
    shapes: list[list[Point]] = []
    for _ in range(26):
        x = stage.column(chance.random() * 6 - 2, distance)
        high = tall * (0.6 + 0.7 * chance.random()) * stage.zoom
        at = min(stage.sheet.width - 1, max(0, int(x * stage.sheet.height)))
        foot = float(tops[at]) + 0.01
        shapes.append(
            [
                (x - high * 0.04, foot),
                (x + high * 0.04, foot),
                (x + high * 0.02, foot - high * 0.5),
                (x - high * 0.02, foot - high * 0.5),
            ]
        )
        shapes += [
            oval(x + dx * high, foot - dy * high, 0.26 * high, 0.24 * high)
            for dx, dy in ((0, 0.72), (-0.16, 0.56), (0.17, 0.58))
        ]
    stage.sheet.shapes(shapes, stage.tone(stage.leaves(colour), distance))
