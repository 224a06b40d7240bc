"""Evens out the pace where one shot slows down and the next one starts fast, without changing the length.

Each frame near the seam is replaced by the picture that lies, along the motion, where an even pace would have
it; pictures between two frames are made by moving both along the optical flow and blending them (Jiang et al.
2018).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from longvid_tui.media.flow import flow, flow_of, pyramid
from longvid_tui.media.linear import Floats, reduced
from longvid_tui.media.mesh import mesh_of, moved
from longvid_tui.media.planes import Stack, planes

REACH = 8
"""Frames on each side of a seam whose pace may change; one more on each side says how fast it is there."""

FAST = 12.0
"""Mean motion in pixels per frame, of a picture 640 across, above which flow is not to be trusted."""

_CELL = 8
"""Pixels of luma from one corner of the mesh to the next."""

_LEAST = 0.01
"""Pixels per frame that even a still picture counts as moving."""

_WHOLE = 0.02
"""Nearer to a frame than this the frame itself is taken."""


def retimed(stacks: Sequence[Stack]) -> list[Stack] | None:
    """2 REACH + 3 frames, the last before the seam in the middle, at an even pace; None where motion is too
    fast.

    The first and last two frames stay as they are.
    """
    small = [_small(stack) for stack in stacks]
    speeds = np.array([_speed(one, other) for one, other in pairwise(small)])
    if speeds.mean() > FAST:
        return None
    times = even_times(speeds)
    inner = [_between(stacks, small, 1 + time) for time in times]
    return [stacks[0], *inner, stacks[-1]]


def even_times(speeds: Floats) -> Floats:
    """Which time to show at each inner frame, in frames after the first inner one.

    `speeds` are those between all neighbours, the first and the last pair being outside. The path is the cubic
    Hermite curve between both ends at the speeds outside, never backwards.
    """
    inside = np.maximum(speeds[1:-1], _LEAST)
    path = np.concatenate([[0.0], np.cumsum(inside)])
    count = len(inside)
    u = np.arange(count + 1) / count
    into, out = max(speeds[0], _LEAST) * count, max(speeds[-1], _LEAST) * count
    wanted = (u**3 - 2 * u**2 + u) * into + (3 * u**2 - 2 * u**3) * path[-1] + (u**3 - u**2) * out
    wanted = np.maximum.accumulate(wanted).clip(0, path[-1])
    wanted[0], wanted[-1] = 0.0, path[-1]
    return np.asarray(np.interp(wanted, path, np.arange(count + 1)))


def _between(stacks: Sequence[Stack], small: Sequence[Floats], time: float) -> Stack:
    """The picture at `time` in frames."""
    before = min(int(time), len(stacks) - 2)
    t = time - before
    if t <= _WHOLE:
        return stacks[before]
    if t >= 1 - _WHOLE:
        return stacks[before + 1]
    one, other = (pyramid(grey) for grey in small[before : before + 2])
    forth, back = flow_of(one, other), flow_of(other, one)
    to_before = -(1 - t) * t * forth + t**2 * back
    to_after = (1 - t) ** 2 * forth - t * (1 - t) * back
    high, wide = planes(stacks[before])[0].shape
    leaving, coming = (
        moved(stack, mesh_of(moves, high, wide, _CELL))
        for stack, moves in ((stacks[before], to_before), (stacks[before + 1], to_after))
    )
    return np.asarray((leaving * np.float32(1 - t) + coming * np.float32(t)).round(), np.uint8)


def _small(stack: Stack) -> Floats:
    """Luma at half size."""
    y: np.ndarray[Any, Any] = planes(stack)[0]
    return reduced(y.astype(np.float32), y.shape[0] // 2, y.shape[1] // 2)


def _speed(one: Floats, other: Floats) -> float:
    """Mean motion in pixels of a picture 640 across."""
    quarter = [reduced(grey, grey.shape[0] // 2, grey.shape[1] // 2) for grey in (one, other)]
    return float(np.hypot(*flow(*quarter)).mean() * 640 / quarter[0].shape[1])
