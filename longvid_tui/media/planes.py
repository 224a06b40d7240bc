"""Frames as planes of luma and chroma: colours are changed there in one rounding, without a trip through RGB.

Exact to rounding, where swscale's default conversion between matrices is a level too dark and tints greys.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import av
import numpy as np
from av.video.reformatter import ColorRange, Colorspace

from longvid_tui.media.linear import LUMA, Floats
from longvid_tui.media.video import matrix_of
from longvid_tui.media.writing import EXACT, converted

Plane = np.ndarray[Any, np.dtype[np.uint8]]

_STRIP = 72
"""Rows whose colours are changed at a time, an even number."""

Stack = np.ndarray[Any, np.dtype[np.uint8]]
"""A yuv420p frame as PyAV stacks it: height rows of luma, then both chroma planes; 3/2 height x width."""

_WEIGHTS: Mapping[Colorspace, tuple[float, float]] = {
    Colorspace.ITU601: (0.299, 0.114),
    Colorspace.ITU709: (LUMA[0], LUMA[2]),
}
"""What red and blue weigh in luma: ITU-R BT.601-7 and BT.709-6."""


def planes(stack: Stack) -> tuple[Plane, Plane, Plane]:
    """Y, U and V as views into the stack."""
    high, wide = stack.shape[0] * 2 // 3, stack.shape[1]
    chroma = stack[high:].reshape(2, high // 2, wide // 2)
    return stack[:high], chroma[0], chroma[1]


def stacked(frame: av.VideoFrame) -> Stack:
    """A decoded frame in its own matrix and range, its chroma halved if it is not yet."""
    if frame.format.name not in ("yuv420p", "yuvj420p"):
        matrix = matrix_of(frame)
        reach = frame.color_range if frame.color_range == ColorRange.JPEG else ColorRange.MPEG
        frame = converted(
            frame,
            "yuv420p",
            src_colorspace=matrix,
            dst_colorspace=matrix,
            dst_color_range=reach,
            interpolation=EXACT,
        )
    return np.asarray(frame.to_ndarray(), np.uint8)


def rgb_from(frame: av.VideoFrame) -> Floats:
    """4 x 4: takes [Y, U, V, 1] of a frame, in 8-bit codes, to [red, green, blue, 1] in 0..255."""
    return _rgb_from(matrix_of(frame), frame.color_range == ColorRange.JPEG)


@cache
def bt709_from_rgb() -> Floats:
    """4 x 4: takes [red, green, blue, 1] in 0..255 to [Y, U, V, 1] in BT.709, video range."""
    return np.asarray(np.linalg.inv(_rgb_from(Colorspace.ITU709, False)), np.float32)


@cache
def _rgb_from(matrix: Colorspace, full_range: bool) -> Floats:
    red, blue = _WEIGHTS[matrix]
    green = 1 - red - blue
    differences = np.array(
        [
            [1, 0, 2 - 2 * red],
            [1, -blue * (2 - 2 * blue) / green, -red * (2 - 2 * red) / green],
            [1, 2 - 2 * blue, 0],
        ]
    )
    scale = np.array([1, 1, 1] if full_range else [255 / 219, 255 / 224, 255 / 224])
    zero = np.array([0 if full_range else 16, 128, 128])
    whole = np.eye(4, dtype=np.float32)
    whole[:3, :3] = differences * scale
    whole[:3, 3] = -whole[:3, :3] @ zero
    return whole


class Recolour:
    """Applies affine changes of colour to stacks of one size; keeps its buffers, as fresh pages are dear."""

    def __init__(self, high: int, wide: int) -> None:
        self._out = np.empty((high * 3 // 2, wide), np.uint8)
        self._tops = range(0, high, _STRIP)
        self._strips = {rows: _Strip(rows, wide) for rows in {min(_STRIP, high - top) for top in self._tops}}

    def __call__(self, stack: Stack, matrix: Floats, added: Floats) -> Stack:
        """`matrix` (3 x 4) on [Y, U, V, 1], then `added` (3 planes at half size), in codes.

        The result lives until the next call. Luma is kept in 16..235 and chroma in 16..240.
        """
        (y, *chroma), (out_y, *out_chroma) = planes(stack), planes(self._out)
        for top in self._tops:
            rows, half = slice(top, top + _STRIP), slice(top // 2, (top + _STRIP) // 2)
            strip = self._strips[len(y[rows])]
            strip.take(y[rows], *(plane[half] for plane in chroma))
            strip.luma(matrix[0], added[0, half], out_y[rows])
            for out, row, extra in zip(out_chroma, matrix[1:], added[1:], strict=True):
                strip.chroma(row, extra[half], out[half])
        return self._out


class _Strip:
    """Buffers for some rows of a stack, few enough for the processor's cache."""

    def __init__(self, high: int, wide: int) -> None:
        self._luma = np.empty((high, wide), np.float32)
        self._row = np.empty((high // 2, wide), np.float32)
        self._pairs = np.empty((high // 2, wide), np.uint16)
        self._mean, self._u, self._v, self._sum, self._part = np.empty((5, high // 2, wide // 2), np.float32)

    def take(self, y: Plane, u: Plane, v: Plane) -> None:
        self._y = y
        np.copyto(self._u, u)
        np.copyto(self._v, v)
        np.add(y[0::2], y[1::2], out=self._pairs, dtype=np.uint16)
        np.multiply(self._pairs[:, 0::2] + self._pairs[:, 1::2], np.float32(0.25), out=self._mean)

    def luma(self, row: Floats, extra: Floats, out: Plane) -> None:
        half = self._weigh(row, extra)
        self._row[:, 0::2] = half
        self._row[:, 1::2] = half
        np.multiply(self._y, row[0], out=self._luma)
        self._luma[0::2] += self._row
        self._luma[1::2] += self._row
        np.copyto(out, np.clip(self._luma, 16.0, 235.9, out=self._luma), casting="unsafe")

    def chroma(self, row: Floats, extra: Floats, out: Plane) -> None:
        total = self._weigh(row, extra)
        total += np.multiply(self._mean, row[0], out=self._part)
        np.copyto(out, np.clip(total, 16.0, 240.9, out=total), casting="unsafe")

    def _weigh(self, row: Floats, extra: Floats) -> Floats:
        """The part of a plane that follows from chroma and grid, at half size, with the half of rounding."""
        np.multiply(self._u, row[1], out=self._sum)
        self._sum += np.multiply(self._v, row[2], out=self._part)
        self._sum += extra
        self._sum += row[3] + 0.5
        return self._sum
