"""A pen that draws shapes of a unit box onto a sheet, and the colours that words name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from longvid_tui.backends.images.storyboard.light import Colour, mix, rgb
from longvid_tui.backends.images.storyboard.sheet import Point, Sheet

HUES = {
    "red": "c9403a",
    "orange": "dd7a2e",
    "yellow": "e8b93a",
    "green": "4f8f4a",
    "blue": "3f6fb5",
    "purple": "7a52a8",
    "pink": "e088a8",
    "white": "f0ede6",
    "black": "2a2a30",
    "brown": "7d5636",
    "grey": "8a8d94",
}


@dataclass(frozen=True)
class Lamp:
    """A light that a figure gives, in heights of the picture."""

    x: float
    y: float
    radius: float
    colour: Colour
    strength: float


@dataclass(frozen=True)
class Pen:
    """Draws in a box of height 1 that stands on (0, 0), y upwards: at (x, y) of the sheet, `size` heights tall.

    `flip` looks left. `pose` (0..1) is where in its stride a figure is. `lying` figures are turned on their
    backs. The lamps of a figure are lit when it is laid onto the picture.
    """

    sheet: Sheet
    x: float
    y: float
    size: float
    flip: bool
    tint: Callable[[Colour], Colour]
    pose: float = 0.0
    lying: bool = False
    lamps: list[Lamp] = field(default_factory=list)

    def fill(self, colour: Colour | str, *shapes: Sequence[Point], alpha: float = 1.0) -> None:
        hue = rgb(colour) if isinstance(colour, str) else colour
        self.sheet.shapes([self._placed(shape) for shape in shapes], self.tint(hue), alpha)

    def light(self, x: float, y: float, radius: float, colour: str, strength: float) -> None:
        ((px, py),) = self._placed([(x, y)])
        self.lamps.append(Lamp(px, py, radius * self.size, rgb(colour), strength))

    def at(self, x: float, y: float, size: float) -> Pen:
        """A pen for something smaller that stands on (x, y) of this box, `size` of it tall."""
        ((px, py),) = self._placed([(x, y)])
        return replace(self, x=px, y=py, size=self.size * size, lying=False)

    def _placed(self, shape: Sequence[Point]) -> list[Point]:
        side = -1.0 if self.flip else 1.0
        if self.lying:
            return [(self.x + side * (y - 0.5) * self.size, self.y - (0.12 - x) * self.size) for x, y in shape]
        return [(self.x + side * x * self.size, self.y - y * self.size) for x, y in shape]


def darker(colour: Colour | str, share: float) -> Colour:
    return mix(rgb(colour) if isinstance(colour, str) else colour, rgb("0d1020"), share)


def lighter(colour: Colour | str, share: float) -> Colour:
    return mix(rgb(colour) if isinstance(colour, str) else colour, rgb("fff6e6"), share)
