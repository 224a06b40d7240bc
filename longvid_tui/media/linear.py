"""Blurring and resizing: sums of rows, then of columns, with weights that are built once and kept.

Pictures are arrays of ... x height x width. BLAS is not used: its threads spin, which costs far more than it
gains where several clips are worked on side by side.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import prod, sqrt
from typing import Any

import numpy as np

Floats = np.ndarray[Any, np.dtype[np.floating[Any]]]

Places = np.ndarray[Any, np.dtype[np.intp]]
"""Where values lie in an array that is seen as one line."""

LUMA = (0.2126, 0.7152, 0.0722)
"""What red, green and blue weigh in luma: ITU-R BT.709-6."""

_CATMULL_ROM = -0.5
_REACH = 3.5
"""Sigmas after which a Gaussian ends."""


@dataclass(frozen=True)
class _Band:
    """A matrix whose rows have few neighbouring entries: their columns (rows x taps) and weights."""

    columns: np.ndarray[Any, np.dtype[np.int64]]
    weights: Floats


def size_within(pixels: int, high: int, wide: int) -> tuple[int, int]:
    """Height and width of a picture of high x wide that is reduced to about so many pixels; never more than it
    has."""
    scale = min(1.0, sqrt(pixels / (high * wide)))
    return round(high * scale), round(wide * scale)


def blurred(picture: Floats, sigma: float) -> Floats:
    """A blur like a Gaussian of `sigma`, its variance met to an eighth of a pixel; the border repeated.

    Boxes one after the other, along rows and then from row to row; one that is 2**n wide takes n additions.
    """
    boxes = _boxes(sigma)
    reach = sum(width - 1 for width in boxes) // 2
    high, wide = picture.shape[-2:]
    bordered = _bordered(picture, reach)
    # in one line: what runs over from a row to the next one stays in the border
    total, left = bordered.ravel(), bordered.size
    spare = np.empty_like(total)
    for apart in (1, wide + 2 * reach):
        for width in boxes:
            shift = apart
            while shift < width * apart:
                left -= shift
                np.add(total[:left], total[shift : shift + left], out=spare[:left])
                total, spare = spare, total
                shift *= 2
    return total.reshape(bordered.shape)[..., :high, :wide] * np.float32(1 / prod(boxes) ** 2)


def _bordered(picture: Floats, reach: int) -> Floats:
    """The picture with `reach` pixels more on each side, the border repeated."""
    high, wide = picture.shape[-2:]
    whole = np.empty((*picture.shape[:-2], high + 2 * reach, wide + 2 * reach), np.float32)
    middle = whole[..., reach : reach + high, :]
    middle[..., reach : reach + wide] = picture
    middle[..., :reach] = picture[..., :1]
    middle[..., reach + wide :] = picture[..., -1:]
    whole[..., :reach, :] = middle[..., :1, :]
    whole[..., reach + high :, :] = middle[..., -1:, :]
    return whole


@lru_cache(64)
def _boxes(sigma: float) -> tuple[int, ...]:
    """Widths, powers of two, whose variances (width**2 - 1) / 12 sum up to that of a Gaussian.

    The widest has at most two thirds of it, so that they are three or more where they are not all of 2; and
    they are an even number, as each shifts by half a pixel.
    """
    left, most, boxes = sigma**2, sigma**2 * 2 / 3, list[int]()
    while left >= 1 / 8:
        width = 2
        while ((2 * width) ** 2 - 1) / 12 <= min(left, most):
            width *= 2
        boxes.append(width)
        left -= (width**2 - 1) / 12
    return tuple(boxes if len(boxes) % 2 == 0 else [*boxes, 2])


def reduced(picture: Floats, high: int, wide: int, *, sigma: float = 0.0) -> Floats:
    """Each new pixel is the mean of the area it covers, after a Gaussian blur of `sigma` old pixels."""
    old_high, old_wide = picture.shape[-2:]
    return _across(picture, _area(old_high, high, sigma), _area(old_wide, wide, sigma))


def enlarged(picture: Floats, high: int, wide: int) -> Floats:
    """Cubic (Catmull-Rom) interpolation between pixel centres, the border repeated."""
    old_high, old_wide = picture.shape[-2:]
    return _across(picture, _cubic(old_high, high), _cubic(old_wide, wide))


def _across(picture: Floats, rows: _Band, columns: _Band) -> Floats:
    """Resize both axes, the one first after which there is less left to do."""
    if len(rows.weights) > picture.shape[-2]:
        return _along_rows(_along_columns(picture, columns), rows)
    return _along_columns(_along_rows(picture, rows), columns)


def _along_rows(picture: Floats, band: _Band) -> Floats:
    shape = (*picture.shape[:-2], len(band.weights), picture.shape[-1])
    total, rows = np.empty(shape, np.float32), np.empty(shape, np.float32)
    for tap, (column, weight) in enumerate(zip(band.columns.T, band.weights.T, strict=True)):
        taken = rows if tap else total
        np.take(picture, column, axis=-2, out=taken, mode="clip")
        taken *= weight[:, None]
        if tap:
            total += rows
    return total


def _along_columns(picture: Floats, band: _Band) -> Floats:
    turned = np.ascontiguousarray(picture.swapaxes(-1, -2))
    return np.ascontiguousarray(_along_rows(turned, band).swapaxes(-1, -2))


def _band(matrix: np.ndarray[Any, Any]) -> _Band:
    """A matrix as a band: of each row, as many columns from its first entry on as the row with most entries
    needs."""
    filled = np.abs(matrix) > 1e-6
    first = filled.argmax(axis=1)
    taps = int((matrix.shape[1] - filled[:, ::-1].argmax(axis=1) - first).max())
    first = np.minimum(first, matrix.shape[1] - taps)
    columns = first[:, None] + np.arange(taps)
    return _Band(columns, np.take_along_axis(matrix, columns, axis=1).astype(np.float32))


def _gaussian_matrix(size: int, sigma: float) -> np.ndarray[Any, Any]:
    apart = np.subtract.outer(np.arange(size), np.arange(size)) / sigma
    weights = np.where(np.abs(apart) <= _REACH, np.exp(-0.5 * apart**2), 0)
    return np.asarray(weights / weights.sum(axis=1, keepdims=True))


@lru_cache(64)
def _area(old: int, new: int, sigma: float) -> _Band:
    edges = np.arange(new + 1) * (old / new)
    left, right = edges[:-1, None], edges[1:, None]
    cells = np.arange(old)
    covered = np.clip(np.minimum(right, cells + 1) - np.maximum(left, cells), 0, None) * (new / old)
    return _band(covered @ _gaussian_matrix(old, sigma) if sigma else covered)


@lru_cache(64)
def _cubic(old: int, new: int) -> _Band:
    weights = np.zeros((new, old))
    at = (np.arange(new) + 0.5) * (old / new) - 0.5
    whole = np.floor(at).astype(int)
    for tap in range(-1, 3):
        column = np.clip(whole + tap, 0, old - 1)
        np.add.at(weights, (np.arange(new), column), _keys(at - whole - tap))
    return _band(weights)


def _keys(x: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """The cubic convolution kernel of Keys 1981."""
    x, a = np.abs(x), _CATMULL_ROM
    near = ((a + 2) * x - (a + 3)) * x**2 + 1
    far = ((a * x - 5 * a) * x + 8 * a) * x - 4 * a
    return np.where(x < 1, near, np.where(x < 2, far, 0.0))
