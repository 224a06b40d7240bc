"""A sheet with the light on it and the camera before it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from longvid_tui.backends.images.storyboard.light import Colour, Light, mix, rgb
from longvid_tui.backends.images.storyboard.noise import Noise
from longvid_tui.backends.images.storyboard.scene import Scene
from longvid_tui.backends.images.storyboard.sheet import Floats, Point, Sheet


@dataclass(frozen=True)
class Stage:
    """A sheet with the light on it and the camera before it.

    `left` is where in the world the picture's left edge is, `zoom` how near; `horizon` is in heights. `chance`
    belongs to this picture, `place_chance` to the place: it is the same in every picture of it.
    """

    sheet: Sheet
    light: Light
    scene: Scene
    left: float
    zoom: float
    horizon: float
    chance: np.random.Generator

    @property
    def sun(self) -> Point:
        """Where the sun or the moon stands; on the same side in every picture of a place."""
        side = 0.2 + 0.6 * float(self.place_chance(3).random())
        x = side * self.sheet.aspect - (self.left - 1.2) * 0.12
        return x, self.horizon * (1 - self.light.height) - 0.02

    @property
    def sun_is_out(self) -> bool:
        return self.scene.weather not in ("storm", "rain", "fog", "snowfall", "cloud", "dust")

    @property
    def dark(self) -> bool:
        """Whether lamps are lit."""
        return self.light.strength < 0.7 or self.scene.weather in ("storm", "rain")

    def place_chance(self, layer: int) -> np.random.Generator:
        return np.random.default_rng((self.scene.place_seed, layer))

    def world(self, distance: float) -> Floats:
        """World x of each column for things at a distance (0 near .. 1 far): the far moves less."""
        return np.asarray(self.left * (1.1 - distance) + self.sheet.columns[0] / self.zoom, np.float32)

    def column(self, world: float, distance: float) -> float:
        """Where a world x is seen, in heights from the left edge."""
        return (world - self.left * (1.1 - distance)) * self.zoom

    def noise(self, layer: int) -> Noise:
        return Noise(self.scene.place_seed + layer * 7919)

    def tone(self, colour: Colour, distance: float) -> Colour:
        """A thing's own colour in this light, faded by distance."""
        lit = mix(self.light.near, colour, 0.25 + 0.75 * self.light.strength)
        return mix(lit, self.light.haze, 0.9 * distance)

    def land(self, colour: Colour) -> Colour:
        """The ground, in the colour of its season and under snow."""
        if self.scene.snowy:
            return mix(colour, rgb("eef3fa"), 0.78)
        return mix(colour, *_GROUND_OF.get(self.scene.season, (colour, 0.0)))

    def leaves(self, colour: Colour) -> Colour:
        """What loses its leaves in autumn."""
        if self.scene.snowy:
            return mix(colour, rgb("b9c4cf"), 0.55)
        return mix(colour, *_LEAVES_OF.get(self.scene.season, (colour, 0.0)))

    def evergreen(self, colour: Colour) -> Colour:
        return mix(colour, rgb("dfe8f0"), 0.42) if self.scene.snowy else colour


_GROUND_OF = {"autumn": (rgb("b08a4a"), 0.4), "spring": (rgb("8fc25a"), 0.25), "winter": (rgb("d5dade"), 0.6)}
_LEAVES_OF = {"autumn": (rgb("cf7a2e"), 0.7), "spring": (rgb("e6b8c8"), 0.35), "winter": (rgb("8a7f78"), 0.6)}
