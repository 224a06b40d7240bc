"""Moves every point of a frame by a smooth displacement: a mesh of cells, each interpolated between its corners."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image

from longvid_tui.media.linear import Floats
from longvid_tui.media.planes import Plane, Stack, planes

_MARGIN = 24
"""Pixels of repeated border around the picture: what comes from farther out comes from its edge."""

_REACH = 2
"""Pixels that cubic interpolation needs on each side."""


@dataclass(frozen=True)
class Mesh:
    """`nodes`: displacement (x, y) in pixels of luma at the corners of cells of `step` pixels, 2 x rows x columns."""

    nodes: Floats
    step: int

    def scaled(self, share: float) -> Mesh:
        return Mesh(self.nodes * share, self.step)


def mesh_of(moves: Floats, high: int, wide: int, step: int) -> Mesh:
    """The mesh of a frame of high x wide from its displacement at half size, in pixels of that size."""
    rows, columns = (
        np.minimum(_edges(size, step) // 2, small - 1)
        for size, small in ((high, moves.shape[1]), (wide, moves.shape[2]))
    )
    return Mesh(2 * moves[:, rows][:, :, columns], step)


def moved(stack: Stack, mesh: Mesh) -> Stack:
    """Take every point of the frame from where the mesh says, by cubic interpolation."""
    y, u, v = planes(stack)
    parts = [_moved_plane(y, mesh.nodes, mesh.step)]
    parts += [_moved_plane(plane, mesh.nodes / 2, mesh.step // 2) for plane in (u, v)]
    return np.concatenate([part.reshape(-1, stack.shape[1]) for part in parts])


def _moved_plane(plane: Plane, nodes: Floats, step: int) -> Plane:
    high, wide = plane.shape
    rows, columns = _edges(high, step), _edges(wide, step)
    x = np.clip(nodes[0] + columns + _MARGIN, _REACH, wide + 2 * _MARGIN - _REACH)
    y = np.clip(nodes[1] + rows[:, None] + _MARGIN, _REACH, high + 2 * _MARGIN - _REACH)
    corners = np.stack([x, y], axis=-1)
    quads = np.concatenate(
        [corners[:-1, :-1], corners[1:, :-1], corners[1:, 1:], corners[:-1, 1:]], axis=-1
    ).tolist()
    tops, lefts = rows.tolist(), columns.tolist()
    cells = [
        ((lefts[c], tops[r], lefts[c + 1], tops[r + 1]), quad)
        for r, row in enumerate(quads)
        for c, quad in enumerate(row)
    ]
    # on 8-bit pictures Pillow cuts fractions off, which darkens
    source = Image.fromarray(np.pad(plane, _MARGIN, mode="edge").astype(np.float32))
    taken = source.transform((wide, high), Image.Transform.MESH, cells, Image.Resampling.BICUBIC)
    return np.asarray(np.asarray(taken).clip(0, 255).round(), np.uint8)


def _edges(size: int, step: int) -> np.ndarray[Any, np.dtype[np.int64]]:
    return np.append(np.arange(0, size, step), size)
