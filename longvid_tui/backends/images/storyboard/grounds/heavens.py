"""The sky over a place: sun, moon, stars, clouds."""

from __future__ import annotations

import numpy as np

from longvid_tui.backends.images.storyboard.grounds.stage import Stage
from longvid_tui.backends.images.storyboard.light import mix, rgb
from longvid_tui.backends.images.storyboard.noise import mottle, shifted, steps
from longvid_tui.backends.images.storyboard.sheet import Floats

_COVER = {"storm": 0.72, "rain": 0.66, "snowfall": 0.6, "cloud": 0.58, "fog": 0.45, "wind": 0.3}
"""How much of the sky is cloud, 0..1, by weather."""

FAIR = 0.24


def heavens(stage: Stage, clouds: float = 1.0) -> None:
    """The sky down to the horizon; below it the sheet has the colour of the haze."""
    sheet, light, scene = stage.sheet, stage.light, stage.scene
    sheet.sky(light.sky, stage.horizon)
    if (light.night or scene.stars) and _COVER.get(scene.weather, 0.0) < 0.5:
        stars(stage, 0.5 if scene.weather else 1.0)
    x, y = stage.sun
    if stage.sun_is_out:
        sheet.glow(x, y, 0.62, light.sun, 0.30 if light.night else 0.34)
        sheet.glow(x, y, 0.20, light.sun, 0.30)
    _clouds(stage, clouds)
    moon_is_a_subject = any(subject.concept == "moon" for subject in scene.subjects)
    if stage.sun_is_out and not (light.night and moon_is_a_subject):
        _sun(stage)


def _sun(stage: Stage) -> None:
    sheet, light = stage.sheet, stage.light
    x, y = stage.sun
    if light.night:
        full = stage.scene.place_seed % 3 > 0
        sheet.disc(x, y, 0.038, mix(light.sun, rgb("ffffff"), 0.3))
        if full:
            for dx, dy, radius in ((-0.010, -0.008, 0.009), (0.012, 0.004, 0.006), (-0.004, 0.014, 0.007)):
                sheet.disc(x + dx, y + dy, radius, mix(light.sun, light.sky[2], 0.22))
        else:
            sheet.disc(x + 0.016, y - 0.010, 0.036, mix(light.sky[1], light.sun, 0.10))
        return
    sheet.glow(x, y, 0.07, rgb("ffffff"), 0.85)
    sheet.disc(x, y, 0.036 if light.height < 0.3 else 0.03, mix(light.sun, rgb("ffffff"), 0.6))


def stars(stage: Stage, share: float) -> None:
    sheet = stage.sheet
    chance = stage.place_chance(11)
    count = int(460 * share * min(1.0, sheet.height / 480))
    xs, ys = chance.random(count) * sheet.width, chance.random(count) ** 1.3 * stage.horizon * sheet.height
    for x, y, bright in zip(xs.astype(int), ys.astype(int), chance.random(count), strict=True):
        if y < sheet.height:
            sheet.pixels[y, x] += (1 - sheet.pixels[y, x]) * np.float32(0.22 + 0.7 * bright**3)
        if bright > 0.93:
            sheet.glow(x / sheet.height, y / sheet.height, 0.007, rgb("dfe8ff"), 0.6)


def _clouds(stage: Stage, amount: float) -> None:
    """Banks of cloud that grow flatter towards the horizon, lit from the side of the sun."""
    sheet, light, scene = stage.sheet, stage.light, stage.scene
    cover = min(0.85, _COVER.get(scene.weather, FAIR) * amount)
    rows = int(min(1.0, stage.horizon) * sheet.height)
    if rows < 4 or cover <= 0:
        return
    shift = 2.0 + stage.left * 0.8
    body = mottle(scene.place_seed + 5, rows, sheet.width, (3.2, 1.9 * sheet.aspect), 5, shift)
    up = np.linspace(0, 1, rows, dtype=np.float32)[:, None]
    threshold = 0.66 - 0.36 * cover + 0.10 * (1 - up)
    heavy = scene.weather in ("storm", "rain", "snowfall", "cloud")
    mass = steps(body, 0, 1) - threshold
    alpha = np.clip(mass / (0.22 if heavy else 0.16), 0, 1) * (0.92 if heavy else 0.78)
    alpha = alpha * np.clip((1 - up) / 0.06, 0, 1)
    lit = _lit(body, stage)
    bright = mix(light.haze, light.sun, 0.65) if not heavy else mix(light.sky[-1], rgb("ffffff"), 0.12)
    dull = mix(light.sky[1], light.haze, 0.45) if not heavy else mix(light.sky[1], light.near, 0.35)
    colour = dull + (bright - dull) * lit[..., None]
    part = sheet.pixels[:rows]
    part += (colour - part) * alpha[..., None]


def _lit(body: Floats, stage: Stage) -> Floats:
    """How much light falls on each piece of cloud, 0..1: more where it grows thinner towards the sun."""
    reach = max(1, stage.sheet.height // 60)
    side = 1 if stage.sun[0] > stage.sheet.aspect / 2 else -1
    thicker = shifted(body, reach, -side * reach) - body
    return np.asarray(np.clip(0.55 - thicker * 4.5, 0, 1), np.float32)
