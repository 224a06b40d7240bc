"""Draws the colours of a clip to its keyframes: a matrix and a low-frequency grid, fitted where both show the
same.

Colours are sRGB 0..255; pictures are planes, 3 x height x width. Numbers without another source were chosen on
synthetic and real clips with known truth.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from longvid_tui.media.linear import Floats, blurred, enlarged, reduced, size_within
from longvid_tui.media.video import Rgb

_SMALL_PIXELS = 160 * 90
"""Pixels a picture is reduced to before colours are compared."""

_BLUR = 3.0
"""Sigma, in pixels of the picture, of the blur before it: the two need not lie on each other exactly."""

_RIDGE = 0.03
"""Pull towards no change, for each compared pixel."""

_INSIDE = (6.0, 249.0)
"""Colours outside may be clipped and tell nothing."""

_FEWEST = 200
"""Compared pixels inside, below which clipped ones are used, too."""

_ROUNDS = 4
"""How often pixels are weighed anew by what the fit before left over."""

_CELL = (9, 10)
"""Height and width, in compared pixels, of a cell of the grid."""

_GRID_LIMIT = 12.0
MATRIX_LIMIT = 0.12
OFFSET_LIMIT = 12.0
"""The most a correction may change: beyond it the clip shows something else, not other colours."""


@dataclass(frozen=True)
class Correction:
    """`matrix` (3 x 4) on [red, green, blue, 1], then `grid` (3 x rows x columns) enlarged to the picture,
    added."""

    matrix: Floats
    grid: Floats

    def on(self, rgb: Rgb) -> Rgb:
        """A height x width x 3 picture with this correction."""
        return np.moveaxis(self.on_planes(_planes(rgb)).astype(np.uint8), 0, 2)

    def on_planes(self, planes: Floats) -> Floats:
        """As `on`, for 3 x height x width; the result is in whole levels."""
        changed = _through(self.matrix, planes)
        changed += enlarged(self.grid, *planes.shape[1:])
        np.rint(changed, out=changed)
        return np.clip(changed, 0, 255, out=changed)


def none_for(high: int, wide: int) -> Correction:
    """The correction that changes nothing in a picture of that size."""
    return Correction(
        np.eye(3, 4, dtype=np.float32),
        np.zeros((3, *_grid_size(*size_within(_SMALL_PIXELS, high, wide))), np.float32),
    )


def fit(picture: Rgb, keyframe: Rgb) -> Correction:
    """The correction that draws `picture` to `keyframe`, two height x width x 3 pictures of the same moment.

    Robust: iteratively reweighted ridge regression, so what differs in content weighs little. Never beyond
    MATRIX_LIMIT and OFFSET_LIMIT.
    """
    high, wide = size_within(_SMALL_PIXELS, *picture.shape[:2])
    whole = [_planes(rgb) for rgb in (picture, keyframe)]
    ours, theirs = (reduced(planes, high, wide, sigma=_BLUR) for planes in whole)
    matrix = _limited(_matrix(ours.reshape(3, -1).T, theirs.reshape(3, -1).T))
    apart = theirs - _through(matrix, ours)
    rest = np.clip(apart, -_GRID_LIMIT, _GRID_LIMIT)
    grid = reduced(blurred(rest, wide / 9.6), *_grid_size(high, wide))
    # blurs and the ends of the scale lose a bit of light, which shows where the next segment has lost none
    drawn = Correction(matrix, grid).on_planes(whole[0])
    lost = (whole[1] - drawn).mean((1, 2)) - (apart - rest).mean((1, 2))
    grid += lost[:, None, None]
    return Correction(matrix, np.clip(grid, -_GRID_LIMIT, _GRID_LIMIT))


def _matrix(ours: Floats, theirs: Floats) -> Floats:
    """Least squares from pixels x 3 to pixels x 3, with weights that fall with the residual."""
    count = len(ours)
    known = np.column_stack([ours, np.ones(count)])
    inside = ((ours > _INSIDE[0]) & (ours < _INSIDE[1]) & (theirs > _INSIDE[0]) & (theirs < _INSIDE[1])).all(
        axis=1
    )
    usable = inside if inside.sum() >= _FEWEST else np.ones(count, bool)
    weights = usable.astype(np.float64)
    change: np.ndarray[Any, Any] = np.zeros((4, 3))
    for _ in range(_ROUNDS):
        weighted = known.T * weights
        change = np.linalg.solve(weighted @ known + _RIDGE * count * np.eye(4), weighted @ (theirs - ours))
        apart = np.abs(theirs - ours - known @ change).max(axis=1)
        scale = 1.5 * np.median(apart[usable]) + 0.5
        weights = usable * np.minimum(1, scale / np.maximum(apart, 1e-6))
    return np.asarray(np.eye(3, 4) + change.T, np.float32)


def _limited(matrix: Floats) -> Floats:
    change = matrix - np.eye(3, 4, dtype=np.float32)
    most = max(np.abs(change[:, :3]).max() / MATRIX_LIMIT, np.abs(change[:, 3]).max() / OFFSET_LIMIT)
    return np.asarray(np.eye(3, 4) + change / max(1.0, most), np.float32)


def _planes(rgb: Rgb) -> Floats:
    return np.ascontiguousarray(np.moveaxis(rgb, 2, 0), np.float32)


def _through(matrix: Floats, planes: Floats) -> Floats:
    return np.asarray(np.einsum("ij,jhw->ihw", matrix[:, :3], planes) + matrix[:, 3, None, None], np.float32)


def _grid_size(high: int, wide: int) -> tuple[int, int]:
    return max(1, round(high / _CELL[0])), max(1, round(wide / _CELL[1]))
