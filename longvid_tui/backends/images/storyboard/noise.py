"""Smooth noise over a line and over a picture, the same for the same seed."""

from __future__ import annotations

import numpy as np
from PIL import Image

from longvid_tui.backends.images.storyboard.sheet import Floats


class Noise:
    """Smooth noise over a line, -1..1."""

    def __init__(self, seed: int) -> None:
        self._values = np.random.default_rng(seed).uniform(-1, 1, 1024).astype(np.float32)

    def at(self, x: Floats, octaves: int = 4, roughness: float = 0.5) -> Floats:
        total, height, scale = np.zeros_like(x), 1.0, 1.0
        for _ in range(octaves):
            cell = np.floor(x * scale)
            within = x * scale - cell
            index = cell.astype(np.int64)
            smooth = within * within * (3 - 2 * within)
            low, high = self._values[index % 1024], self._values[(index + 1) % 1024]
            total = total + height * (low + (high - low) * smooth)
            height, scale = height * roughness, scale * 2.03
        return np.asarray(total, np.float32)


def mottle(
    seed: int, height: int, width: int, cells: tuple[float, float], octaves: int = 4, shift: float = 0.0
) -> Floats:
    """Cloudy noise over height x width pixels, about 0..1, with `cells` rows and columns of blobs.

    `shift` moves it to the left, in columns of blobs; what leaves on the left has been seen before.
    """
    total = np.zeros((height, width), np.float32)
    share, weight = 1.0, 0.0
    for octave in range(octaves):
        rows, columns = (max(2, round(count * 2**octave)) for count in cells)
        spare = rows + 2, columns + 4
        grid = np.random.default_rng((seed, octave)).random((spare[0], 4096 >> 2), np.float32)
        first = int(shift * 2**octave)
        grid = np.take(grid, range(first, first + spare[1]), axis=1, mode="wrap")
        part = shift * 2**octave - first
        box = (part + 1.0, 0.5, part + 1.0 + columns, 0.5 + rows)
        total += share * np.asarray(
            Image.fromarray(grid).resize((width, height), Image.Resampling.BICUBIC, box), np.float32
        )
        weight, share = weight + share, share * 0.5
    return np.asarray(total / weight, np.float32)


def shifted(value: Floats, down: int, right: int) -> Floats:
    """Moved by pixels; what comes in from outside is like the edge."""
    rows, columns = value.shape
    y = np.clip(np.arange(rows) - down, 0, rows - 1)
    x = np.clip(np.arange(columns) - right, 0, columns - 1)
    return np.asarray(value[y[:, None], x[None, :]], np.float32)


def steps(value: Floats, low: float, high: float) -> Floats:
    """0 below `low`, 1 above `high`, smooth between."""
    at = np.clip((value - low) / (high - low), 0, 1)
    return np.asarray(at * at * (3 - 2 * at), np.float32)
