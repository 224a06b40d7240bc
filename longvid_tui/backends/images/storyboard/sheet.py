"""A sheet of pixels to draw on: gradients, ridges, smooth shapes, glows; all edges anti-aliased."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from longvid_tui.backends.images.storyboard.light import Colour

Floats = NDArray[np.float32]
Point = tuple[float, float]
Box = tuple[int, int, int, int]
"""Left, top, right, bottom in pixels; right and bottom are outside."""

_FINER = 3
"""Shapes are drawn this many times larger and reduced: their edges become smooth."""

_GLOW_REACH = 2.6
"""Radii after which a glow is too faint to see (exp(-2.6**2) is a thousandth)."""


class Sheet:
    """Pixels as 0..1 floats (height x width x 3). Places are in heights of the picture: x from 0 to `aspect`, y
    from 0 to 1."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self.pixels: Floats = np.zeros((height, width, 3), np.float32)
        self.aspect = width / height
        self.rows: Floats = np.asarray((np.arange(height) + 0.5) / height, np.float32)[:, None]
        self.columns: Floats = np.asarray((np.arange(width) + 0.5) / height, np.float32)[None, :]

    def sky(self, stops: Sequence[Colour], horizon: float) -> None:
        """A gradient from the top down to `horizon`, the last colour below it."""
        at = np.clip(self.rows[:, 0] / max(horizon, 1e-3), 0, 1) * (len(stops) - 1)
        colours = np.stack(stops)
        self.pixels[:] = np.stack([np.interp(at, range(len(stops)), colours[:, c]) for c in range(3)], -1)[
            :, None, :
        ]

    def paint(self, alpha: Floats, colour: Colour | Floats) -> None:
        """Lay a colour over everything where alpha (rows x columns, 0..1) says so."""
        self.pixels += (colour - self.pixels) * alpha[..., None]

    def fill_below(self, top: float, colour: Colour) -> None:
        """One colour from `top` down."""
        rows = np.clip((self.rows - top) * self.height + 0.5, 0, 1) * np.ones_like(self.columns)
        self.paint(np.asarray(rows, np.float32), colour)

    def ridge(self, tops: Floats, crest: Colour, foot: Colour, deep: float = 0.25) -> None:
        """Fill below a line of heights (one per column), from `crest` to `foot` over `deep`."""
        first = max(0, int(float(tops.min()) * self.height) - 1)
        if first >= self.height:
            return
        rows = self.rows[first:]
        alpha = np.clip((rows - tops[None, :]) * self.height + 0.5, 0, 1)
        down = np.clip((rows - tops[None, :]) / deep, 0, 1)[..., None]
        part = self.pixels[first:]
        part += (crest + (foot - crest) * down - part) * alpha[..., None]

    def glow(self, x: float, y: float, radius: float, colour: Colour, strength: float) -> None:
        """Add light that fades with distance; what is bright already grows little brighter."""
        reach = radius * _GLOW_REACH
        box = self.box(x - reach, y - reach, x + reach, y + reach)
        if box is None:
            return
        left, top, right, bottom = box
        columns, rows = self.columns[:, left:right], self.rows[top:bottom]
        light = np.exp(-((columns - x) ** 2 + (rows - y) ** 2) / (radius * radius)) * np.float32(strength)
        part = self.pixels[top:bottom, left:right]
        part += np.clip(1.0 - part, 0, 1) * light[..., None] * colour

    def disc(self, x: float, y: float, radius: float, colour: Colour) -> None:
        edge = radius + 2 / self.height
        box = self.box(x - edge, y - edge, x + edge, y + edge)
        if box is None:
            return
        left, top, right, bottom = box
        distance = np.sqrt((self.columns[:, left:right] - x) ** 2 + (self.rows[top:bottom] - y) ** 2)
        alpha = np.clip((radius - distance) * self.height + 0.5, 0, 1)
        part = self.pixels[top:bottom, left:right]
        part += (colour - part) * alpha[..., None]

    def shapes(
        self, shapes: Iterable[Sequence[Point]], colour: Colour, alpha: float = 1.0, blur: float = 0.0
    ) -> None:
        """Fill polygons, all in one colour; `blur` is a radius in heights."""
        polygons = [shape for shape in shapes if len(shape) > 2]
        if not polygons:
            return
        xs = [x for shape in polygons for x, _ in shape]
        ys = [y for shape in polygons for _, y in shape]
        edge = 2 / self.height + 3 * blur
        box = self.box(min(xs) - edge, min(ys) - edge, max(xs) + edge, max(ys) + edge)
        if box is not None:
            self.cover(box, self._mask(polygons, box, blur) * np.float32(alpha), colour)

    def cover(self, box: Box, mask: Floats, colour: Colour) -> None:
        """Lay a colour over a box where its mask (0..1) says so."""
        left, top, right, bottom = box
        part = self.pixels[top:bottom, left:right]
        part += (colour - part) * mask[..., None]

    def box(self, left: float, top: float, right: float, bottom: float) -> Box | None:
        """The pixels of a part of the sheet, where any of it is on the sheet."""
        box = (
            max(0, int(left * self.height)),
            max(0, int(top * self.height)),
            min(self.width, int(right * self.height) + 1),
            min(self.height, int(bottom * self.height) + 1),
        )
        return box if box[0] < box[2] and box[1] < box[3] else None

    def blur(self, radius: float) -> None:
        """Blur all that is drawn so far, by a radius in heights."""
        picture = Image.fromarray((np.clip(self.pixels, 0, 1) * 255 + 0.5).astype(np.uint8))
        soft = picture.filter(ImageFilter.GaussianBlur(radius * self.height))
        self.pixels[:] = np.asarray(soft, np.float32) / 255

    def _mask(self, polygons: Sequence[Sequence[Point]], box: Box, blur: float) -> Floats:
        finer = 1 if blur else _FINER
        size = (box[2] - box[0], box[3] - box[1])
        mask = Image.new("L", (size[0] * finer, size[1] * finer))
        draw = ImageDraw.Draw(mask)
        for shape in polygons:
            draw.polygon(
                [((x * self.height - box[0]) * finer, (y * self.height - box[1]) * finer) for x, y in shape],
                255,
            )
        soft = (
            mask.filter(ImageFilter.GaussianBlur(blur * self.height))
            if blur
            else mask.resize(size, Image.Resampling.BOX)
        )
        return np.asarray(np.asarray(soft, np.float32) / 255, np.float32)


class Layer(Sheet):
    """A sheet that is clear until it is drawn on: `pixels` are times `alpha`; `touched` is where something
    is."""

    def __init__(self, width: int, height: int) -> None:
        super().__init__(width, height)
        self.alpha: Floats = np.zeros((height, width), np.float32)
        self.touched: Box | None = None

    def cover(self, box: Box, mask: Floats, colour: Colour) -> None:
        super().cover(box, mask, colour)
        left, top, right, bottom = box
        part = self.alpha[top:bottom, left:right]
        part += (1 - part) * mask
        self.touched = box if self.touched is None else _around(self.touched, box)

    def clear(self) -> None:
        if self.touched is not None:
            left, top, right, bottom = self.touched
            self.pixels[top:bottom, left:right] = 0
            self.alpha[top:bottom, left:right] = 0
            self.touched = None


def _around(one: Box, other: Box) -> Box:
    return (
        min(one[0], other[0]),
        min(one[1], other[1]),
        max(one[2], other[2]),
        max(one[3], other[3]),
    )
