"""Rooms: a wall with a window, a floor, and what belongs to their use."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from longvid_tui.backends.images.storyboard.grounds import fittings, furniture
from longvid_tui.backends.images.storyboard.grounds.furniture import inside
from longvid_tui.backends.images.storyboard.grounds.stage import Stage
from longvid_tui.backends.images.storyboard.light import mix, rgb
from longvid_tui.backends.images.storyboard.shapes import box, limb, line, oval, smooth
from longvid_tui.backends.images.storyboard.sheet import Point


@dataclass(frozen=True)
class Interior:
    """Colours of a kind of room and what stands in it; `window` is its shape or ""."""

    wall: str
    floor: str
    window: str
    furniture: tuple[str, ...]
    lamps: int = 1
    tiles: bool = False


_INTERIORS = {
    "": Interior("a9907a", "7a5638", "square", ("shelf", "picture")),
    "kitchen": Interior("d2b98f", "9a6f4c", "square", ("cupboards", "counter")),
    "bedroom": Interior("8f8aa8", "7a5a48", "square", ("bed", "picture")),
    "library": Interior("7f6a54", "5f4432", "arched", ("shelf", "shelf_right", "ladder")),
    "cafe": Interior("8a5a48", "5f4434", "wide", ("counter", "shelf_right"), lamps=3),
    "workshop": Interior("8a7a66", "6a5442", "square", ("tools", "bench")),
    "stage": Interior("3a1f28", "6a4630", "", ("curtains",), lamps=2),
    "hall": Interior("8f8a80", "6f675e", "arched", ("columns", "banner"), tiles=True),
    "factory": Interior("6f7276", "55585c", "wide", ("pipes", "crates"), tiles=True),
    "lab": Interior("a9bcc4", "8a9aa2", "", ("consoles", "panel"), lamps=2, tiles=True),
    "compartment": Interior("7a4f3a", "5a3f30", "wide", ("seats", "rack")),
}


def room(stage: Stage) -> None:
    sheet, light = stage.sheet, stage.light
    kind = _INTERIORS.get(stage.scene.room, _INTERIORS[""])
    floor_y = max(0.68, min(0.76, stage.horizon + 0.12))
    wall = inside(stage, rgb(kind.wall))
    sheet.sky((mix(wall, light.near, 0.42), wall, mix(wall, rgb("ffe6bf"), 0.16)), floor_y)
    if kind.window:
        _window(stage, kind.window)
    _floor(stage, kind, floor_y)
    sheet.shapes(
        [
            [
                (-0.1, floor_y - 0.022),
                (sheet.aspect + 0.1, floor_y - 0.022),
                (sheet.aspect + 0.1, floor_y + 0.004),
                (-0.1, floor_y + 0.004),
            ]
        ],
        mix(wall, light.near, 0.45),
    )
    for thing in kind.furniture:
        _FURNITURE[thing](stage, floor_y)
    _lamps(stage, kind.lamps)


def _window(stage: Stage, shape: str) -> None:
    sheet, light = stage.sheet, stage.light
    wide, high, top = {"square": (0.44, 0.38, 0.10), "arched": (0.26, 0.50, 0.07), "wide": (0.86, 0.30, 0.13)}[
        shape
    ]
    wide, high = wide * stage.zoom, high * stage.zoom
    x = stage.column(0.85 + 0.75 * float(stage.place_chance(400).random()), 0.5)
    x = min(max(x, 0.10), max(0.1, sheet.aspect - wide - 0.10))
    if shape == "arched":
        sheet.shapes([smooth(_arch(x, top, wide, high), 8)], mix(light.sky[1], light.sky[-1], 0.5))
    else:
        for strip in range(16):
            y = top + high * strip / 16
            colour = mix(light.sky[1], light.sky[-1], strip / 15)
            sheet.shapes([box(x, y + high / 16 + 0.002, x + wide, y)], colour)
    _view(stage, x, top, wide, high)
    frame = inside(stage, rgb("efe4d2"))
    sheet.shapes(_bars(shape, x, top, wide, high), frame)
    sheet.shapes([box(x - 0.03, top + high + 0.022, x + wide + 0.03, top + high - 0.004)], frame)
    if shape == "square":
        cloth = inside(stage, rgb("a8483e"))
        for side, out in ((x - 0.02, -1), (x + wide + 0.02, 1)):
            sheet.shapes(
                [
                    smooth(
                        [
                            (side + out * 0.035, top - 0.03),
                            (side - out * 0.05, top - 0.03),
                            (side - out * 0.03, top + high * 0.55),
                            (side + out * 0.02, top + high * 1.10),
                            (side + out * 0.05, top + high * 1.10),
                        ],
                        5,
                    )
                ],
                cloth,
                0.95,
            )
    if not stage.dark:
        sheet.shapes(
            [[(x + 0.05, 0.74), (x + wide, 0.74), (x + wide + 0.25, 1.0), (x + 0.2, 1.0)]],
            light.sun,
            0.14,
            blur=0.02,
        )


def _bars(shape: str, x: float, top: float, wide: float, high: float) -> list[list[Point]]:
    """The frame of a window and what divides its panes."""
    if shape == "arched":
        arch = smooth(_arch(x, top, wide, high), 8)
        middle = x + wide / 2
        return [
            line([*arch, arch[0]], 0.012),
            line([(middle, top + 0.005), (middle, top + high)], 0.009),
            line([(x, top + high * 0.58), (x + wide, top + high * 0.58)], 0.009),
        ]
    upright, across = ((0, 0.33, 0.67, 1), (0, 1)) if shape == "wide" else ((0, 0.5, 1), (0, 0.5, 1))
    return [
        *(line([(x + wide * at, top), (x + wide * at, top + high)], 0.011) for at in upright),
        *(line([(x, top + high * at), (x + wide, top + high * at)], 0.011) for at in across),
    ]


def _arch(x: float, top: float, wide: float, high: float) -> list[Point]:
    return [
        (x, top + high), (x, top + high * 0.66), (x, top + high * 0.34), (x + wide * 0.14, top + high * 0.12), (x + wide / 2, top),
        (x + wide * 0.86, top + high * 0.12), (x + wide, top + high * 0.34), (x + wide, top + high * 0.66), (x + wide, top + high),
        (x + wide * 0.5, top + high),
    ]  # fmt: skip


def _view(stage: Stage, x: float, top: float, wide: float, high: float) -> None:
    """What can be seen outside: hills, and the weather on the pane."""
    sheet, light = stage.sheet, stage.light
    low = top + high
    hills = smooth(
        [
            (x, low),
            (x, low - high * 0.22),
            (x + wide * 0.3, low - high * 0.32),
            (x + wide * 0.62, low - high * 0.18),
            (x + wide, low - high * 0.28),
            (x + wide, low),
        ],
        6,
    )
    sheet.shapes([[(px, min(low, max(top, py))) for px, py in hills]], mix(light.near, light.haze, 0.5), 0.95)
    chance = stage.chance
    if stage.scene.weather in ("rain", "storm"):
        drops = [
            limb(
                [(x + wide * a, top + high * b), (x + wide * a + 0.002, top + high * b + 0.02 + 0.03 * c)],
                0.003,
                0.0015,
            )
            for a, b, c in chance.random((46, 3))
            if b < 0.85
        ]
        sheet.shapes(drops, mix(light.haze, rgb("ffffff"), 0.5), 0.6)
    elif stage.scene.weather == "snowfall":
        sheet.shapes(
            [oval(x + wide * a, top + high * b, 0.004, 0.004) for a, b in chance.random((40, 2))],
            rgb("ffffff"),
            0.8,
        )
    elif light.night:
        sheet.disc(x + wide * 0.74, top + high * 0.28, 0.026, light.sun)


def _floor(stage: Stage, kind: Interior, floor_y: float) -> None:
    sheet, light = stage.sheet, stage.light
    wood = inside(stage, rgb(kind.floor))
    below = np.clip((sheet.rows - floor_y) * sheet.height + 0.5, 0, 1) * np.ones_like(sheet.columns)
    sheet.paint(np.asarray(below, np.float32), wood)
    middle = sheet.aspect / 2
    seams = [
        line([(middle + (at - 14) * 0.11, floor_y), (middle + (at - 14) * 0.32, 1.02)], 0.0014, 0.005)
        for at in range(29)
    ]
    if kind.tiles:
        seams += [
            line([(-0.1, y), (sheet.aspect + 0.1, y)], 0.0015 + 0.004 * (y - floor_y))
            for y in floor_y + (1 - floor_y) * np.array([0.12, 0.28, 0.5, 0.8])
        ]
    sheet.shapes(seams, mix(wood, light.near, 0.5), 0.6)


def _lamps(stage: Stage, count: int) -> None:
    sheet = stage.sheet
    for at in range(count):
        x = sheet.aspect * ((at + 0.5) / count if count > 1 else 0.70) + (0.04 if count == 1 else 0.0)
        sheet.shapes([line([(x, -0.02), (x, 0.13)], 0.004)], stage.light.near)
        sheet.shapes(
            [
                smooth(
                    [(x - 0.02, 0.125), (x + 0.02, 0.125), (x + 0.065, 0.195), (x, 0.205), (x - 0.065, 0.195)],
                    4,
                )
            ],
            inside(stage, rgb("e0a24a")),
        )
        sheet.glow(x, 0.23, 0.30, rgb("ffcf87"), 0.42 if stage.dark else 0.16)
        if stage.dark:
            sheet.glow(x, 0.205, 0.06, rgb("fff0c8"), 0.7)


_FURNITURE: dict[str, Callable[[Stage, float], None]] = {
    "shelf": furniture.shelf,
    "shelf_right": furniture.shelf_right,
    "picture": furniture.picture,
    "counter": furniture.counter,
    "cupboards": furniture.cupboards,
    "bed": furniture.bed,
    "ladder": furniture.ladder,
    "tools": fittings.tools,
    "bench": fittings.bench,
    "curtains": fittings.curtains,
    "columns": fittings.columns,
    "banner": fittings.banner,
    "pipes": fittings.pipes,
    "crates": fittings.crates,
    "consoles": fittings.consoles,
    "panel": fittings.panel,
    "seats": fittings.seats,
    "rack": fittings.rack,
}
