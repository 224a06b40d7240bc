"""Colours of the day: sky, sun and haze by time and weather."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Colour = NDArray[np.float32]
"""Red, green, blue, 0..1."""


def rgb(hexadecimal: str) -> Colour:
    return np.array([int(hexadecimal[at : at + 2], 16) / 255 for at in (0, 2, 4)], np.float32)


def mix(one: Colour, other: Colour, share: float) -> Colour:
    """`share` (0..1) of `other`."""
    return (one + (other - one) * np.float32(share)).astype(np.float32)


@dataclass(frozen=True)
class Light:
    """`sky` from the zenith to the horizon; `near` is the darkest foreground, `haze` what distance fades to.

    `sun` is the disc's colour and `height` where it stands (0 horizon, 1 top); `strength` (0..1) is how much
    things keep of their own colours.
    """

    sky: tuple[Colour, ...]
    haze: Colour
    near: Colour
    sun: Colour
    height: float
    strength: float
    night: bool = False


def _light(
    sky: str, haze: str, near: str, sun: str, height: float, strength: float, night: bool = False
) -> Light:
    return Light(tuple(map(rgb, sky.split())), rgb(haze), rgb(near), rgb(sun), height, strength, night)


_LIGHTS = {
    "dawn": _light("31417a 6f6ba6 cf8fa6 f6bfa0 ffe3b8", "f0b9a8", "2a2748", "fff0c9", 0.12, 0.60),
    "morning": _light("5b9bd3 93c3e6 cfe3ea fdf0d5", "dfe4df", "2f4356", "fff6d8", 0.42, 0.85),
    "day": _light("3f8ccf 74b6e4 a9d6ee d9eef6", "cfe5ef", "24475a", "fffbe6", 0.72, 1.0),
    "golden": _light("3b2f66 84487c d8636a f79a5b ffd98a", "f2a06c", "2b1a38", "fff0b0", 0.10, 0.58),
    "night": _light("060a1e 0e1738 1d2b57 33467a", "2c3d6c", "070b1c", "f4f1dc", 0.66, 0.34, night=True),
}
_GREY = rgb("8a949e")


_RUST = tuple(map(rgb, ("7d5544", "b0785a", "d49c72", "e8c49c")))
"""The sky of Mars, from the zenith to the horizon: dust, as its landers photographed it."""


def light_for(time: str, weather: str, land: str = "") -> Light:
    """The light of a time of day, dulled by the weather."""
    light = _on_mars(_LIGHTS[time]) if land == "mars" else _LIGHTS[time]
    dull = {"dust": 0.25, "storm": 0.72, "rain": 0.55, "snowfall": 0.42, "fog": 0.5, "cloud": 0.45}.get(
        weather, 0.0
    )
    if not dull:
        return light
    grey = mix(_GREY, light.near, 0.75 if light.night else 0.45 if weather == "storm" else 0.12)
    pale = mix(grey, light.haze, 0.35)
    return replace(
        light,
        sky=tuple(
            mix(colour, mix(grey, pale, at / len(light.sky)), dull) for at, colour in enumerate(light.sky)
        ),
        haze=mix(light.haze, pale, dull),
        sun=mix(light.sun, pale, dull * 0.6),
        strength=light.strength * (1 - 0.35 * dull),
    )


def _on_mars(light: Light) -> Light:
    share = 0.35 if light.night else 0.8
    count = len(light.sky)
    sky = tuple(
        mix(colour, _RUST[at * len(_RUST) // count], share * (0.4 if light.night else 1))
        for at, colour in enumerate(light.sky)
    )
    return replace(light, sky=sky, haze=mix(light.haze, _RUST[2], share))
