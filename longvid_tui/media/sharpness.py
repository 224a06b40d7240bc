"""How sharp a picture is, and sharpening one until it is as sharp as another."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from typing import Any

import numpy as np

from longvid_tui.media.planes import Plane, Stack, planes

Levels = np.ndarray[Any, np.dtype[np.float32]]

RAMP = 8
"""Frames over which the sharpening of an end fades."""

MOST = 2.5
"""Strongest unsharp mask."""

_TAPS = np.exp(-0.5 * (np.arange(-3, 4) / 0.8) ** 2)
"""A Gaussian of sigma 0.8 pixels."""


def sharpness(luma: Plane | Levels) -> float:
    """Variance of the Laplacian of a plane of luma, in squared 8-bit levels."""
    return float(_laplacian(luma.astype(np.float32)).var())


def sharpened(luma: Plane, amount: float) -> Plane:
    """Unsharp mask: what a Gaussian blur takes away is added `amount` times."""
    y = luma.astype(np.float32)
    return np.asarray((y + amount * _detail(y)).round().clip(16, 235), np.uint8)


def amount_for(luma: Plane, wanted: float) -> float:
    """The amount, 0 to MOST, with which `sharpened` comes nearest to the sharpness wanted."""
    y = luma.astype(np.float32)
    plain = _laplacian(y)
    missing = wanted - float(plain.var())
    if missing <= 0:
        return 0.0
    # the Laplacian is linear, so sharpness is a parabola over the amount
    added = _laplacian(_detail(y))
    bend, slope = float(added.var()), float(((plain - plain.mean()) * added).mean())
    if not bend:
        return MOST
    return min(MOST, (sqrt(slope**2 + bend * missing) - slope) / bend)


def sharpen_end(tail: Sequence[Stack], amount: float) -> None:
    """Sharpen frames in place, the last by `amount`, those before it less and less."""
    for apart, stack in enumerate(reversed(tail[-RAMP:]) if amount else ()):
        luma = planes(stack)[0]
        luma[:] = sharpened(luma, amount * (1 - apart / RAMP))


def _laplacian(y: Levels) -> Levels:
    total = y[:-2, 1:-1] + y[2:, 1:-1]
    total += y[1:-1, :-2]
    total += y[1:-1, 2:]
    total -= 4 * y[1:-1, 1:-1]
    return np.asarray(total, np.float32)


def _detail(y: Levels) -> Levels:
    blurred = _along_rows(_along_rows(y).T).T
    return np.asarray(np.subtract(y, blurred, out=blurred), np.float32)


def _along_rows(y: Levels) -> Levels:
    """The blur from row to row, the border repeated; both sides of its middle at once, as they weigh the
    same."""
    reach = len(_TAPS) // 2
    weights = (_TAPS / _TAPS.sum()).astype(np.float32)
    padded = np.pad(y, ((reach, reach), (0, 0)), mode="edge")
    high = len(y)
    total = y * weights[reach]
    both = np.empty_like(total)
    for apart in range(1, reach + 1):
        np.add(padded[reach - apart :][:high], padded[reach + apart :][:high], out=both)
        both *= weights[reach + apart]
        total += both
    return np.asarray(total, np.float32)
