"""Moves every point of a frame by a smooth displacement: along its row and then along its column, by cubic
interpolation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from longvid_tui.media.flow import warped
from longvid_tui.media.linear import Floats, Places
from longvid_tui.media.planes import Stack, planes

_MARGIN = 4
"""Pixels of repeated border around the picture: what comes from farther out comes from its edge."""

_FARTHEST = 2
"""Pixels outside the picture beyond which cubic interpolation finds nothing but its edge."""


@dataclass(frozen=True)
class Mesh:
    """`nodes`: displacement (x, y) in pixels of luma at the corners of cells of `step` pixels, 2 x rows x
    columns."""

    nodes: Floats
    step: int

    def scaled(self, share: float) -> Mesh:
        return Mesh(self.nodes * np.float32(share), self.step)


def mesh_of(moves: Floats, high: int, wide: int, step: int) -> Mesh:
    """The mesh of a frame of high x wide from its displacement at half size, in pixels of that size."""
    rows, columns = (
        np.minimum(_edges(size, step) // 2, small - 1)
        for size, small in ((high, moves.shape[1]), (wide, moves.shape[2]))
    )
    return Mesh(2 * moves[:, rows][:, :, columns], step)


def moved(stack: Stack, mesh: Mesh) -> Stack:
    """The frame with every point taken from where the mesh says."""
    out = np.empty_like(stack)
    (y, *chroma), (new_y, *new_chroma) = planes(stack), planes(out)
    across, down = mesh.nodes
    # points go along their row before they leave it: by what holds for them where they will be
    across = warped(across, np.stack([np.zeros_like(down), -down / mesh.step]))
    for shrunk, old, new in ((1, [y], [new_y]), (2, chroma, new_chroma)):
        step = mesh.step // shrunk
        rows = _along([plane.astype(np.float32) for plane in old], across / shrunk, step, axis=1)
        both = _along(rows, down / shrunk, step, axis=0)
        for plane, values in zip(new, both, strict=True):
            np.copyto(plane, np.clip(values + np.float32(0.5), 0, 255.9), casting="unsafe")
    return out


def _along(old: Sequence[Floats], nodes: Floats, step: int, axis: int) -> Sequence[Floats]:
    """Planes of one size, moved along one axis; in strips, which stay in the processor's cache."""
    high, wide = old[0].shape
    border = [(0, 0), (0, 0)]
    border[axis] = (_MARGIN, _MARGIN)
    lines = [np.pad(plane, border, mode="edge").ravel() for plane in old]
    new = [np.empty_like(plane) for plane in old]
    apart = 1 if axis else wide
    columns = np.arange(wide)
    for first, last, moves in _strips(nodes, high, wide, step):
        rows = np.arange(first, last)[:, None]
        place = moves + ((columns if axis else rows) + np.float32(_MARGIN))
        np.clip(place, _MARGIN - _FARTHEST, old[0].shape[axis] + _MARGIN + _FARTHEST - 1, out=place)
        whole = np.floor(place)
        place -= whole
        start = rows * (wide + 2 * _MARGIN) if axis else columns
        at = apart * (whole.astype(np.intp) - 1) + start
        for line, plane in zip(lines, new, strict=True):
            plane[first:last] = _cubic(line, at, apart, place)
    return new


def _strips(nodes: Floats, high: int, wide: int, step: int) -> Iterator[tuple[int, int, Floats]]:
    """First row and the one after the last of each row of cells, and the displacement of its pixels."""
    edges = _edges(wide, step)
    at = np.arange(wide) + 0.5
    cell = np.searchsorted(edges, at) - 1
    share = ((at - edges[cell]) / np.diff(edges)[cell]).astype(np.float32)
    corners = nodes[:, cell] * (1 - share) + nodes[:, cell + 1] * share
    for (first, last), (upper, lower) in zip(pairwise(_edges(high, step)), pairwise(corners), strict=True):
        down = (np.arange(last - first, dtype=np.float32)[:, None] + np.float32(0.5)) / np.float32(last - first)
        yield int(first), int(last), upper + down * (lower - upper)


def _cubic(line: Floats, at: Places, apart: int, share: Floats) -> Floats:
    """Between the second and the third of four values, `apart` from each other, of which the first is `at`
    there.

    The kernel of Keys 1981 with a = -1, which keeps more detail than with -0.5.
    """
    before, here, there, beyond = (line[number * apart :].take(at) for number in range(4))
    slope = there - before
    before -= here
    there -= beyond
    bend = before + there
    bend *= share
    before += before
    before += there
    before -= bend
    before *= share
    before += slope
    before *= share
    before += here
    return np.asarray(before, np.float32)


def _edges(size: int, step: int) -> Places:
    return np.append(np.arange(0, size, step), size)
