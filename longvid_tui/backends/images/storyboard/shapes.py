"""Outlines of smooth shapes, as polygons."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from longvid_tui.backends.images.storyboard.sheet import Point

_AROUND = np.linspace(0, 2 * np.pi, 40, endpoint=False)


def box(left: float, low: float, right: float, top: float) -> list[Point]:
    return [(left, low), (left, top), (right, top), (right, low)]


def oval(x: float, y: float, wide: float, high: float, turn: float = 0.0) -> list[Point]:
    """An ellipse around (x, y) with radii `wide` and `high`, turned by radians."""
    a, b = wide * np.cos(_AROUND), high * np.sin(_AROUND)
    cos, sin = float(np.cos(turn)), float(np.sin(turn))
    return _points(np.stack([x + a * cos - b * sin, y + a * sin + b * cos], 1))


def smooth(points: Sequence[Point], steps: int = 8) -> list[Point]:
    """A closed Catmull-Rom curve through the points."""
    corners = np.array(points, np.float64)
    before, after, later = np.roll(corners, 1, 0), np.roll(corners, -1, 0), np.roll(corners, -2, 0)
    curve = [_between(before, corners, after, later, t) for t in np.linspace(0, 1, steps, endpoint=False)]
    return _points(np.stack(curve, 1).reshape(-1, 2))


def line(points: Sequence[Point], thick: float, end: float | None = None) -> list[Point]:
    """A stroke along points as a polygon, `thick` wide at its start and `end` at its end; straight between
    them."""
    path = np.array(points, np.float64)
    return _points(_stroke(path, np.linspace(thick, thick if end is None else end, len(path))))


def limb(points: Sequence[Point], *widths: float) -> list[Point]:
    """A rounded stroke that bends smoothly through points; `widths` are spread over its length."""
    path = np.array(points, np.float64)
    padded = np.concatenate([2 * path[:1] - path[1:2], path, 2 * path[-1:] - path[-2:-1]])
    times = np.linspace(0, 1, 7, endpoint=False)
    bent = np.concatenate(
        [
            *(
                np.stack(
                    [_between(padded[at], padded[at + 1], padded[at + 2], padded[at + 3], t) for t in times]
                )
                for at in range(len(path) - 1)
            ),
            path[-1:],
        ]
    )
    width = np.interp(np.linspace(0, 1, len(bent)), np.linspace(0, 1, len(widths)), widths)
    sides = _stroke(bent, width)
    count = len(bent)
    return _points(
        np.concatenate(
            [
                sides[:count],
                _cap(bent[-2], bent[-1], width[-1]),
                sides[count:],
                _cap(bent[1], bent[0], width[0]),
            ]
        )
    )


def _between(
    before: NDArray[np.float64],
    one: NDArray[np.float64],
    other: NDArray[np.float64],
    later: NDArray[np.float64],
    t: float,
) -> NDArray[np.float64]:
    """Catmull and Rom's spline at t (0..1) between two points."""
    return np.asarray(
        0.5
        * (
            2 * one
            + (other - before) * t
            + (2 * before - 5 * one + 4 * other - later) * t**2
            + (3 * one - before - 3 * other + later) * t**3
        )
    )


def _stroke(path: NDArray[np.float64], width: NDArray[np.float64]) -> NDArray[np.float64]:
    along = np.gradient(path, axis=0)
    norm = np.stack([-along[:, 1], along[:, 0]], 1) / np.maximum(
        np.linalg.norm(along, axis=1, keepdims=True), 1e-9
    )
    half = width[:, None] / 2
    return np.concatenate([path + norm * half, (path - norm * half)[::-1]])


def _cap(before: NDArray[np.float64], end: NDArray[np.float64], width: float) -> NDArray[np.float64]:
    """A half circle around the end of a stroke, from its left side to its right."""
    ahead = np.arctan2(end[1] - before[1], end[0] - before[0])
    turn = ahead + np.linspace(np.pi / 2, -np.pi / 2, 9)
    return np.asarray(end + width / 2 * np.stack([np.cos(turn), np.sin(turn)], 1))


def _points(path: NDArray[np.float64]) -> list[Point]:
    return [(float(x), float(y)) for x, y in path]
