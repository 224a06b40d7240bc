"""Anchors a clip to its keyframes: colours over its whole length, positions over the frames nearest each end.

Both neighbours of a seam were made from the same keyframe, so drawing each to it makes them meet without
knowing each other: no drift, any order, in parallel.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from math import log10
from typing import Any

import numpy as np
from PIL import Image

from longvid_tui.media import colour
from longvid_tui.media.colour import Correction
from longvid_tui.media.flow import flow, warped
from longvid_tui.media.likeness import luma, ssim
from longvid_tui.media.linear import Floats, blurred, enlarged
from longvid_tui.media.mesh import Mesh, mesh_of, moved
from longvid_tui.media.planes import Recolour, Stack, bt709_from_rgb, planes, stacked
from longvid_tui.media.sharpness import sharpness
from longvid_tui.media.video import Rgb
from longvid_tui.media.writing import to_bt709

RAMP = 8
"""Frames over which the draw to the keyframe's positions fades."""

LANDED_PSNR = 22.0
LANDED_SSIM = 0.5
"""Likeness to the keyframe, after drawing, under which a clip has not landed on it and is left as it is."""

_FARTHEST = 4.0
_SMOOTH = 12.0
"""Limit and blur of the displacement, in pixels at half size."""

_CELL = 32
"""Pixels across a cell of the mesh that moves a picture; the displacement is smoother than that."""


@dataclass(frozen=True)
class EndFacts:
    """How an end of a clip stands to its keyframe.

    PSNR in dB of luma at half size: as filmed, with its colours drawn, and moved as well. `shift`: mean
    displacement in pixels. `landed`: whether it is near enough to be drawn. `sharpness`: of the keyframe.
    """

    psnr: float
    psnr_coloured: float
    psnr_moved: float
    ssim: float
    shift: float
    landed: bool
    sharpness: float


@dataclass(frozen=True)
class Anchor:
    """What draws one end of a clip to its keyframe: its colours, then the places of its points."""

    correction: Correction
    mesh: Mesh
    facts: EndFacts

    def to_json(self) -> dict[str, Any]:
        return {
            "facts": asdict(self.facts),
            "matrix": _written(self.correction.matrix),
            "grid": _written(self.correction.grid),
            "nodes": _written(self.mesh.nodes),
            "step": self.mesh.step,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Anchor:
        """Raises KeyError, TypeError and ValueError for what `to_json` did not write."""
        matrix, grid, nodes = (_read(data[name]) for name in ("matrix", "grid", "nodes"))
        return cls(Correction(matrix, grid), Mesh(nodes, data["step"]), EndFacts(**data["facts"]))


def anchor(picture: Rgb, keyframe: Rgb) -> Anchor:
    """Fit `picture`, an end of a clip, to its `keyframe`; both height x width x 3."""
    high, wide = picture.shape[:2]
    correction = colour.fit(picture, keyframe)
    filmed, wanted = _half_grey(picture), _half_grey(keyframe)
    drawn = correction.on(np.asarray(Image.fromarray(picture).reduce(2)))
    coloured = luma(drawn, 1).astype(np.float32)
    moves = blurred(np.clip(flow(wanted, coloured), -_FARTHEST, _FARTHEST), _SMOOTH)
    psnr_coloured, psnr_moved = _psnr(coloured, wanted), _psnr(warped(coloured, moves), wanted)
    if psnr_moved < psnr_coloured:
        moves, psnr_moved = np.zeros_like(moves), psnr_coloured
    likeness = ssim(luma(drawn, 2), luma(keyframe))
    landed = psnr_moved >= LANDED_PSNR and likeness >= LANDED_SSIM
    facts = EndFacts(
        psnr=_psnr(filmed, wanted),
        psnr_coloured=psnr_coloured,
        psnr_moved=psnr_moved,
        ssim=round(likeness, 4),
        shift=round(float(2 * np.hypot(*moves).mean()), 3),
        landed=landed,
        sharpness=sharpness(planes(stacked(to_bt709(keyframe)))[0]),
    )
    if not landed:
        correction, moves = colour.none_for(high, wide), np.zeros_like(moves)
    return Anchor(correction, mesh_of(moves, high, wide, _CELL), facts)


class Anchored:
    """Draws the frames of a clip of `count` frames to the anchors of its ends; without an anchor an end
    stays."""

    def __init__(self, size: tuple[int, int], count: int, head: Anchor | None, tail: Anchor | None) -> None:
        wide, high = size
        self._count = count
        self._ends = head, tail
        first, last = (end.correction if end else colour.none_for(high, wide) for end in (head, tail))
        self._matrices = first.matrix, last.matrix - first.matrix
        self._even = not (first.grid.any() or last.grid.any())
        grids = (self._added(grid, high, wide) for grid in (first.grid, last.grid - first.grid))
        self._grids: tuple[Floats, ...] = tuple(grids)
        self._recolour = Recolour(high, wide)

    def __call__(self, stack: Stack, index: int, rgb_from: Floats) -> Stack:
        """Frame `index` as BT.709; `rgb_from` is the meaning of its codes. Lives until the next call.

        Nothing is done to a frame that is right as it is.
        """
        for end, apart in zip(self._ends, (index, self._count - 1 - index), strict=True):
            if end and apart < RAMP and end.mesh.nodes.any():
                stack = moved(stack, end.mesh.scaled(1 - apart / RAMP))
        share = np.float32(index / max(1, self._count - 1))
        whole = np.eye(4, dtype=np.float32)
        whole[:3] = self._matrices[0] + share * self._matrices[1]
        matrix = (bt709_from_rgb() @ whole @ rgb_from)[:3]
        if self._even and np.allclose(matrix, np.eye(3, 4), atol=1e-4):
            return stack
        return self._recolour(stack, matrix, self._grids[0] + share * self._grids[1])

    @staticmethod
    def _added(grid: Floats, high: int, wide: int) -> Floats:
        """A grid of red, green and blue as what is added to Y, U and V, at half size."""
        codes = np.tensordot(bt709_from_rgb()[:3, :3], grid, 1)
        return enlarged(np.asarray(codes, np.float32), high // 2, wide // 2)


def _half_grey(rgb: Rgb) -> Floats:
    return luma(rgb, 2).astype(np.float32)


def _psnr(ours: Floats, theirs: Floats) -> float:
    error = float(((ours - theirs) ** 2).mean())
    return round(10 * log10(255**2 / max(error, 1e-3)), 2)


def _written(numbers: Floats) -> dict[str, Any]:
    return {"shape": numbers.shape, "float32": b64encode(numbers.astype("<f4").tobytes()).decode()}


def _read(data: Mapping[str, Any]) -> Floats:
    return np.frombuffer(b64decode(data["float32"]), "<f4").reshape(data["shape"])
