"""Lays one figure into the picture: its light and shade, its shadow, its reflection, the lamps it carries."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from longvid_tui.backends.images.storyboard.figures import draw_figure
from longvid_tui.backends.images.storyboard.figures.measures import AIRBORNE, OVERHEAD, height_of, width_of
from longvid_tui.backends.images.storyboard.figures.pen import HUES, Pen
from longvid_tui.backends.images.storyboard.figures.people import HAND
from longvid_tui.backends.images.storyboard.figures.portrait import portrait
from longvid_tui.backends.images.storyboard.figures.vehicles import hull, sail
from longvid_tui.backends.images.storyboard.grounds import FLOATING
from longvid_tui.backends.images.storyboard.grounds.shores import water_ends
from longvid_tui.backends.images.storyboard.grounds.stage import Stage
from longvid_tui.backends.images.storyboard.light import Colour, mix
from longvid_tui.backends.images.storyboard.noise import shifted
from longvid_tui.backends.images.storyboard.shapes import oval
from longvid_tui.backends.images.storyboard.sheet import Floats, Layer
from longvid_tui.backends.images.storyboard.staging import Placement

_GLOWING = frozenset(["fire", "torch", "lantern", "candle", "moon", "screen"])
_RIM = 0.0030
"""Width of the edge that catches the light, in heights."""


def lay(stage: Stage, layer: Layer, placed: Placement) -> None:
    layer.clear()
    pen = Pen(
        layer,
        placed.x,
        placed.y,
        placed.size,
        placed.flip,
        _tint(stage, placed),
        float(stage.chance.random()),
        lying=stage.scene.posture == "lie"
        and not placed.face
        and placed.subject.concept in ("man", "woman", "child", "person"),
    )
    if not placed.face:
        _shadow(stage, placed)
    if stage.dark and stage.scene.place not in FLOATING:
        middle = placed.y - placed.size * 0.55
        stage.sheet.glow(
            placed.x, middle, placed.size * 0.75, mix(stage.light.haze, stage.light.sun, 0.25), 0.26
        )
    _draw(pen, stage, placed)
    if layer.touched is None:
        return
    shaded = _shaded(stage, layer)
    if placed.afloat:
        _reflection(stage, layer, shaded, placed.y - 0.03 * placed.size)
    _over(stage, layer, shaded)
    for lamp in pen.lamps:
        stage.sheet.glow(lamp.x, lamp.y, lamp.radius, lamp.colour, lamp.strength * (1.0 if stage.dark else 0.6))


def _draw(pen: Pen, stage: Stage, placed: Placement) -> None:
    scene, subject = stage.scene, placed.subject
    if placed.face:
        portrait(pen, subject, scene.mood)
        return
    if placed.aboard is not None:
        hue = HUES.get(subject.colour, "")
        sail(pen, hue)
        draw_figure(pen.at(0.24, 0.06, 0.62 * height_of(placed.aboard.concept)), placed.aboard, scene)
        hull(pen, hue)
        return
    draw_figure(pen, subject, scene, holds=placed.holds is not None)
    if placed.holds is not None:
        thing = placed.holds
        size = height_of(thing.concept) / height_of(subject.concept)
        x, y = HAND
        low = y - 0.02 if thing.concept in OVERHEAD else y - size * 0.12
        if thing.concept == "umbrella":
            x, low, size = x - 0.05, y - 0.05, size * 1.15
        draw_figure(pen.at(x, low, size), thing, scene)


def _tint(stage: Stage, placed: Placement) -> Callable[[Colour], Colour]:
    """Colours in the light of the scene, faded by distance."""
    light = stage.light
    keeps = 1.0 if placed.subject.concept in _GLOWING else 0.44 + 0.56 * light.strength
    if stage.scene.place in ("room", "space", "abstract"):
        keeps = max(keeps, 0.80)
    elif light.night:
        keeps = max(keeps, 0.62)
    dark = mix(light.near, light.haze, 0.28 if light.night else 0.15)

    def tint(colour: Colour) -> Colour:
        return mix(mix(dark, colour, keeps), light.haze, placed.distance)

    return tint


def _shaded(stage: Stage, layer: Layer) -> Floats:
    """The figure with the light on it: brighter above and towards the sun, with a bright edge against the
    dark."""
    assert layer.touched is not None
    left, top, right, bottom = layer.touched
    colour, alpha = layer.pixels[top:bottom, left:right], layer.alpha[top:bottom, left:right]
    side = 1 if stage.sun[0] > (left + right) / 2 / layer.height else -1
    down = np.linspace(1.07, 0.86, bottom - top, dtype=np.float32)[:, None]
    across = np.linspace(1 - 0.06 * side, 1 + 0.06 * side, right - left, dtype=np.float32)[None, :]
    reach = max(1, round(_RIM * layer.height))
    lit = np.clip(alpha - shifted(alpha, reach, -side * reach), 0, 1)
    strength = 0.55 if stage.light.night else 0.40 if stage.light.height < 0.3 else 0.22
    if not (stage.sun_is_out or stage.light.night) or stage.scene.place == "room":
        strength *= 0.5
    return np.asarray(
        np.clip(colour * (down * across)[..., None] + (lit * strength)[..., None] * stage.light.sun, 0, 1),
        np.float32,
    )


def _over(stage: Stage, layer: Layer, shaded: Floats) -> None:
    assert layer.touched is not None
    left, top, right, bottom = layer.touched
    part = stage.sheet.pixels[top:bottom, left:right]
    part *= (1 - layer.alpha[top:bottom, left:right])[..., None]
    part += shaded


def _shadow(stage: Stage, placed: Placement) -> None:
    """A soft pool under the feet, drawn out away from the sun."""
    if placed.afloat or stage.scene.place in FLOATING or placed.y < stage.horizon - 0.02:
        return
    if placed.subject.concept in AIRBORNE:
        return
    half = placed.size * min(width_of(placed.subject.concept), 2.2) * 0.40
    long = 0.0 if stage.dark or stage.scene.place == "room" else 0.9 * placed.size * (1 - stage.light.height)
    away = -1 if stage.sun[0] > placed.x else 1
    sheet = stage.sheet
    sheet.shapes(
        [oval(placed.x, placed.y - 0.002, half, 0.012 + 0.028 * placed.size)],
        stage.light.near,
        0.42,
        blur=0.005,
    )
    if long and stage.sun_is_out:
        sheet.shapes(
            [
                oval(
                    placed.x + away * long * 0.45,
                    placed.y,
                    half * 0.7 + long * 0.45,
                    0.008 + 0.022 * placed.size,
                )
            ],
            stage.light.near,
            0.20,
            blur=0.007,
        )


def _reflection(stage: Stage, layer: Layer, shaded: Floats, line: float) -> None:
    """The figure upside down in the water below its water line, broken by ripples."""
    assert layer.touched is not None
    left, top, right, bottom = layer.touched
    edge = min(bottom, round(line * layer.height))
    rows = min(edge - top, round(water_ends(stage) * layer.height) - edge, round(0.28 * layer.height))
    if rows < 2:
        return
    source = edge - 1 - (np.arange(rows) / 0.75).astype(int)
    source = source[source >= top] - top
    waves = np.sin(np.arange(len(source)) ** 0.85 * 1.3 + stage.scene.seed % 7) * (
        1 + np.arange(len(source)) / 14
    )
    columns = (np.arange(right - left)[None, :] + waves[:, None].astype(int)) % (right - left)
    alpha = (
        layer.alpha[top:bottom, left:right][source[:, None], columns]
        * np.linspace(0.55, 0.05, len(source), dtype=np.float32)[:, None]
    )
    colour = shaded[source[:, None], columns]
    part = stage.sheet.pixels[edge : edge + len(source), left:right]
    part += (colour - part) * alpha[..., None]
