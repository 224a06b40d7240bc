"""Water that mirrors what is above it."""

from __future__ import annotations

import numpy as np

from longvid_tui.backends.images.storyboard.grounds.stage import Stage
from longvid_tui.backends.images.storyboard.light import Colour, mix
from longvid_tui.backends.images.storyboard.noise import mottle
from longvid_tui.backends.images.storyboard.shapes import oval
from longvid_tui.backends.images.storyboard.sheet import Floats, Point

_SMEAR = 0.05
"""How far a reflection is drawn out downwards, in heights: the sun becomes a path of light."""


def water(stage: Stage, top: float, deep: Colour, calm: float = 0.5) -> None:
    """Water from `top` to the bottom: what is above it mirrored in ripples, darker towards us; `calm` 0..1."""
    sheet = stage.sheet
    first = int(top * sheet.height)
    rows = sheet.height - first
    if rows < 2 or first < 2:
        return
    near = np.linspace(0, 1, rows, dtype=np.float32)[:, None]
    mirrored = _rippled(stage, _drawn_out(_mirrored(sheet.pixels, first, rows), sheet.height), near, calm)
    body = stage.tone(deep, 0.25)
    share = (0.16 + 0.40 * (1 - calm) + 0.38 * near)[..., None]
    sheet.pixels[first:] = mirrored * (1 - share) + body * share
    _streaks(stage, top, calm)
    if stage.sun_is_out:
        _glitter(stage, top)


def _mirrored(pixels: Floats, first: int, rows: int) -> Floats:
    source = np.clip(first - 1 - (np.arange(rows) * 0.9).astype(int), 0, first - 1)
    return np.asarray(pixels[source], np.float32)


def _drawn_out(pixels: Floats, height: int) -> Floats:
    """A running mean down each column."""
    window = max(1, int(_SMEAR * height))
    padded = np.concatenate([np.repeat(pixels[:1], window, 0), pixels])
    total = np.cumsum(padded, 0, dtype=np.float32)
    return np.asarray((total[window:] - total[:-window]) / window, np.float32)


def _rippled(stage: Stage, pixels: Floats, near: Floats, calm: float) -> Floats:
    """Rows pushed sideways by waves that grow towards us."""
    rows, width = pixels.shape[:2]
    waves = mottle(stage.scene.seed & 0xFFFF, rows, width, (26, 5), 2, stage.left)
    push = (waves - 0.5) * (6 + 46 * near) * (1.15 - calm) * stage.sheet.height / 720
    columns = np.clip(np.arange(width)[None, :] + push.astype(np.int64), 0, width - 1)
    return np.asarray(pixels[np.arange(rows)[:, None], columns], np.float32)


def _streaks(stage: Stage, top: float, calm: float) -> None:
    sheet, light = stage.sheet, stage.light
    chance = np.random.default_rng(stage.scene.seed + 17)
    bright: list[list[Point]] = []
    dark: list[list[Point]] = []
    for index in range(int(130 + 240 * (1 - calm))):
        depth = chance.random() ** 1.5
        y, x = top + depth * (1 - top), chance.random() * sheet.aspect
        wide, high = 0.012 + 0.10 * depth * chance.random(), 0.0008 + 0.0032 * depth
        (bright if index % 2 else dark).append(oval(x, y, wide, high))
    sheet.shapes(dark, light.near, 0.13 + 0.12 * (1 - calm))
    sheet.shapes(bright, mix(light.haze, light.sun, 0.5), 0.16 + 0.1 * (1 - calm))


def _glitter(stage: Stage, top: float) -> None:
    """Sparks on the path of light under the sun."""
    x, _ = stage.sun
    low = stage.light.height < 0.5
    shapes = []
    for depth, side, size in zip(
        stage.chance.random(140), stage.chance.normal(size=140), stage.chance.random(140), strict=True
    ):
        spread = 0.014 + 0.085 * depth
        shapes.append(
            oval(
                x + side * spread,
                top + 0.004 + depth * (1 - top) * 0.85,
                0.004 + 0.018 * depth * size,
                0.0010 + 0.0018 * depth,
            )
        )
    stage.sheet.shapes(shapes, stage.light.sun, 0.6 if low else 0.3)
