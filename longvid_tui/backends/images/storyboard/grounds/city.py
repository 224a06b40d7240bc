"""Streets, rooftops and stations among tall houses."""

from __future__ import annotations

import numpy as np

from longvid_tui.backends.images.storyboard.grounds.heavens import heavens
from longvid_tui.backends.images.storyboard.grounds.stage import Stage
from longvid_tui.backends.images.storyboard.light import mix, rgb
from longvid_tui.backends.images.storyboard.shapes import box, limb, line, oval, smooth
from longvid_tui.backends.images.storyboard.sheet import Point

_LAYERS = ((0.8, 0.36, 0.10), (0.52, 0.48, 0.14), (0.25, 0.46, 0.22))
"""Distance, height and width of the houses in each row."""


def city(stage: Stage) -> None:
    h = stage.horizon + 0.06
    _houses(stage, h)
    top = h + 0.12
    street = stage.tone(stage.land(rgb("4a525e")), 0.05)
    stage.sheet.fill_below(top, street)
    pavement = mix(stage.tone(stage.land(rgb("7a808a")), 0.05), stage.light.near, 0.2)
    stage.sheet.shapes(
        [
            [
                (-0.1, top),
                (stage.sheet.aspect + 0.1, top),
                (stage.sheet.aspect + 0.1, top + 0.022),
                (-0.1, top + 0.022),
            ]
        ],
        pavement,
    )
    _street_lamps(stage, top)
    _lane_marks(stage, top)
    if stage.dark:
        _wet(stage, top)


def roof(stage: Stage) -> None:
    """Above the streets: the skyline all around, a parapet, chimneys."""
    _houses(stage, stage.horizon + 0.22)
    sheet = stage.sheet
    top = 0.80
    tar = stage.tone(stage.land(rgb("5a5558")), 0.02)
    sheet.fill_below(top, tar)
    brick = stage.tone(stage.land(rgb("8a5a4c")), 0.04)
    sheet.shapes(
        [
            [
                (-0.1, top - 0.055),
                (sheet.aspect + 0.1, top - 0.055),
                (sheet.aspect + 0.1, top + 0.012),
                (-0.1, top + 0.012),
            ]
        ],
        brick,
    )
    sheet.shapes(
        [
            [
                (-0.1, top - 0.066),
                (sheet.aspect + 0.1, top - 0.066),
                (sheet.aspect + 0.1, top - 0.05),
                (-0.1, top - 0.05),
            ]
        ],
        mix(brick, rgb("ffffff"), 0.25),
    )
    chance = stage.place_chance(310)
    for world in (0.35 + 0.3 * chance.random(), 2.5 + 0.4 * chance.random()):
        x = stage.column(float(world), 0.1)
        sheet.shapes(
            [box(x, top, x + 0.10, top - 0.21), box(x - 0.012, top - 0.20, x + 0.112, top - 0.225)],
            mix(brick, stage.light.near, 0.2),
        )
        sheet.shapes(
            [
                limb(
                    [
                        (x + 0.05, top - 0.24),
                        (x + 0.08, top - 0.34),
                        (x + 0.03, top - 0.44),
                        (x + 0.10, top - 0.58),
                    ],
                    0.03,
                    0.06,
                    0.08,
                    0.10,
                )
            ],
            stage.light.haze,
            0.22,
            blur=0.012,
        )


def station(stage: Stage) -> None:
    """A platform under a roof, with rails that run to the horizon."""
    heavens(stage, 0.7)
    sheet, aspect = stage.sheet, stage.sheet.aspect
    h = stage.horizon
    for layer, (distance, tall, wide) in enumerate(_LAYERS[:2]):
        _skyline(stage, layer, distance, tall * 0.45, wide, h + 0.06 + 0.02 * layer)
    ballast = stage.tone(stage.land(rgb("7a746c")), 0.08)
    sheet.fill_below(h + 0.075, ballast)
    vanish = (aspect * 0.30, h + 0.07)
    sleepers = []
    for at in range(1, 16):
        depth = (at / 15) ** 2.0
        y = vanish[1] + (0.86 - vanish[1]) * depth
        x, half = vanish[0] - 0.16 * depth, 0.012 + 0.22 * depth
        sleepers.append(box(x - half, y, x + half, y + 0.006 + 0.012 * depth))
    sheet.shapes(sleepers, stage.tone(rgb("4a3c32"), 0.05))
    for side in (-1, 1):
        sheet.shapes(
            [line([vanish, (vanish[0] - 0.16 + side * 0.17, 0.87)], 0.002, 0.016)],
            mix(stage.tone(rgb("aab0b8"), 0.0), stage.light.sun, 0.3),
        )
    stone = stage.tone(stage.land(rgb("9a948c")), 0.04)
    edge = [
        (vanish[0] + 0.03, h + 0.075),
        (aspect + 0.1, h + 0.10),
        (aspect + 0.1, 1.05),
        (-0.1, 1.05),
        (-0.1, 0.855),
        (vanish[0] - 0.02, 0.845),
    ]
    sheet.shapes([edge], stone)
    sheet.shapes(
        [line([(vanish[0] + 0.035, h + 0.08), (vanish[0], 0.85), (-0.1, 0.862)], 0.004, 0.012)],
        mix(rgb("e6c34a"), stage.light.near, 0.3),
    )
    _platform_roof(stage)


def _platform_roof(stage: Stage) -> None:
    sheet, aspect = stage.sheet, stage.sheet.aspect
    iron = stage.tone(rgb("3f5a52"), 0.02)
    top = min(0.30, stage.horizon - 0.2)
    sheet.shapes(
        [
            [
                (aspect * 0.36, top + 0.13),
                (aspect + 0.1, top - 0.12),
                (aspect + 0.1, top - 0.18),
                (aspect * 0.36, top + 0.10),
            ]
        ],
        mix(iron, stage.light.near, 0.35),
    )
    posts = []
    for at in range(4):
        x = aspect * (0.44 + 0.15 * at)
        high = top + 0.115 - 0.045 * at
        posts += [
            limb([(x, 0.78 + 0.012 * at), (x, high)], 0.014 + 0.003 * at),
            limb([(x, high + 0.10), (x + 0.03, high + 0.03), (x + 0.09, high - 0.01)], 0.010, 0.008),
        ]
    sheet.shapes(posts, iron)
    x = aspect * 0.80
    sheet.shapes(
        [limb([(x, top - 0.03), (x, top + 0.05)], 0.006), oval(x, top + 0.09, 0.052, 0.052)],
        mix(iron, stage.light.near, 0.4),
    )
    sheet.disc(x, top + 0.09, 0.043, rgb("f3ead2"))
    sheet.shapes(
        [
            line([(x, top + 0.09), (x, top + 0.06)], 0.006),
            line([(x, top + 0.09), (x + 0.022, top + 0.10)], 0.005),
        ],
        rgb("2a2420"),
    )
    if stage.dark:
        for at in range(3):
            lamp = aspect * (0.50 + 0.16 * at), top + 0.16
            sheet.glow(*lamp, 0.12, rgb("ffce86"), 0.55)


def _houses(stage: Stage, foot: float) -> None:
    heavens(stage, 0.7)
    if stage.light.strength < 0.7:
        stage.sheet.glow(stage.sheet.aspect / 2, foot, 0.7, rgb("ff9a5a"), 0.16)
    for layer, (distance, tall, wide) in enumerate(_LAYERS):
        _skyline(stage, layer, distance, tall, wide, foot + 0.05 * layer)


def _skyline(stage: Stage, layer: int, distance: float, tall: float, wide: float, foot: float) -> None:
    chance = stage.place_chance(300 + layer)
    sheet = stage.sheet
    body = stage.tone(mix(rgb("66748c"), rgb("39465c"), layer / 2), distance)
    glass = mix(rgb("ffd98a"), body, distance * 0.6) if stage.dark else mix(body, stage.light.sky[-1], 0.35)
    houses: list[list[Point]] = []
    shades: list[list[Point]] = []
    panes: list[list[Point]] = []
    x = stage.column(-2.0, distance)
    while x < sheet.aspect + wide:
        across = wide * (0.55 + 0.8 * float(chance.random())) * stage.zoom
        high = tall * (0.35 + 0.65 * float(chance.random()))
        top, kind = foot - high, int(chance.integers(5))
        houses.append(box(x, foot + 0.2, x + across, top))
        shades.append(box(x + across * 0.72, foot + 0.2, x + across, top))
        houses += _roof_of(x, top, across, kind)
        columns, rows = max(2, int(across / 0.024)), int(high / 0.032)
        lit = chance.random((rows, columns)) < (0.42 if stage.dark else 0.8)
        if -across < x < sheet.aspect:
            panes += [
                box(px, py + 0.014, px + across * 0.44 / columns, py)
                for row, column in zip(*np.nonzero(lit), strict=True)
                for px, py in [
                    (x + across * (float(column) + 0.28) / columns, top + 0.012 + float(row) * 0.032)
                ]
            ]
        x += across * (1.0 + 0.12 * float(chance.random()))
    sheet.shapes(houses, body)
    sheet.shapes(shades, mix(body, stage.light.near, 0.3), 0.55)
    sheet.shapes(panes, glass, 0.9)


def _roof_of(x: float, top: float, across: float, kind: int) -> list[list[Point]]:
    middle = x + across / 2
    if kind == 0:
        return [line([(middle, top), (middle, top - 0.06)], 0.004)]
    if kind == 1:
        return [box(x + across * 0.2, top, x + across * 0.55, top - 0.03)]
    if kind == 2:
        return [[(x, top), (middle, top - across * 0.35), (x + across, top)]]
    return []


def _street_lamps(stage: Stage, top: float) -> None:
    sheet = stage.sheet
    for at in range(6):
        x = stage.column(0.15 + at * 0.62, 0.22)
        sheet.shapes(
            [
                limb(
                    [(x, top + 0.02), (x, top - 0.15), (x + 0.012, top - 0.165), (x + 0.04, top - 0.168)],
                    0.006,
                    0.004,
                )
            ],
            mix(stage.tone(rgb("2f343c"), 0.1), stage.light.near, 0.3),
        )
        if stage.dark:
            sheet.glow(x + 0.04, top - 0.16, 0.075, rgb("ffd08a"), 0.75)


def _lane_marks(stage: Stage, top: float) -> None:
    middle = stage.sheet.aspect / 2 - (stage.left - 1.2) * 0.25
    start = top + 0.022
    marks = []
    for at in range(7):
        near, far = start + (1 - start) * (at / 7) ** 1.5, start + (1 - start) * ((at + 0.5) / 7) ** 1.5
        thin, thick = 0.05 * (near - start + 0.02), 0.05 * (far - start + 0.02)
        marks.append(
            [(middle - thin, near), (middle + thin, near), (middle + thick, far), (middle - thick, far)]
        )
    stage.sheet.shapes(marks, stage.tone(rgb("e8e2c8"), 0.1), 0.7)


def _wet(stage: Stage, top: float) -> None:
    sheet = stage.sheet
    first = int(top * sheet.height)
    rows = np.arange(sheet.height - first)
    mirror = sheet.pixels[np.clip(first - 1 - (rows * 1.4).astype(int), 0, None)]
    share = 0.42 if stage.scene.weather in ("rain", "storm") else 0.16
    sheet.pixels[first:] = sheet.pixels[first:] * (1 - share) + mirror * share
    if stage.scene.weather in ("rain", "storm"):
        chance = stage.chance
        rings = [
            smooth([(x - r, y), (x, y - r * 0.22), (x + r, y), (x, y + r * 0.22)], 5)
            for x, y, r in zip(
                chance.random(60) * sheet.aspect,
                top + 0.03 + chance.random(60) * (0.95 - top),
                0.004 + 0.012 * chance.random(60),
                strict=True,
            )
        ]
        sheet.shapes(rings, mix(stage.light.haze, rgb("ffffff"), 0.4), 0.28)
