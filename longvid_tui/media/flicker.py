"""Finds flicker: brightness of the whole picture that trembles from frame to frame, and what would still it.

ffmpeg's own `deflicker` averages over frames to come, through cuts: four frames before a cut to a brighter
picture came out up to 96 levels too bright, and fades 8 levels off.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longvid_tui.media.planes import planes, stacked
from longvid_tui.media.video import decoded, opened

Floats = NDArray[np.float64]

_CELLS = (9, 16)
"""Parts of the picture, down and across, whose brightness is compared: what moves changes only some of them."""

_BLACK = 16
_DARK = 3.0
"""Levels above black under which a part says nothing about brightness."""

_REACH = 8
"""Frames to each side that tell what the brightness of a frame would be; half a second of a film."""

_MOST = 0.12
"""The largest change of brightness between frames, as a share, that counts as flicker; beyond are cuts and
flashes."""

_ANOTHER_PICTURE = 0.15
"""Median of how far the parts stray from their common change, as a share, at which it is another picture: a
cut."""

_KINK = 0.25
"""A parabola through the frames on one side of a frame is taken instead of one through both sides where it
strays by less than this part of what the other does: there a fade begins or ends."""


def brightness_factors(clip: Path, first: int, frames: int) -> list[float]:
    """What the brightness above black of each of `frames` frames from `first` on is to be multiplied by.

    1.0 where nothing trembles; cuts, fades and flashes stay. Raises BadClip.
    """
    cells = np.array([_cells(luma) for luma in _lumas(clip, first, frames)])
    return [float(factor) for factor in gains(cells)]


def gains(cells: Floats) -> Floats:
    """As `brightness_factors`, from the mean brightness above black of each part of each picture (frames x
    parts)."""
    changes, breaks = _changes(np.maximum(cells, 1e-3))
    path = np.cumsum(changes)
    wanted = path.copy()
    for begin, end in pairwise((0, *breaks, len(path))):
        wanted[begin:end] = _smooth(path[begin:end])
    return np.exp(np.clip(wanted - path, -_MOST, _MOST))


def _changes(cells: Floats) -> tuple[Floats, list[int]]:
    """How much brighter each frame is than the one before, as a logarithm; and where another picture begins."""
    ratios = np.log(cells[1:] / cells[:-1])
    lit = np.minimum(cells[1:], cells[:-1]) >= _DARK
    seen = lit.mean(axis=1) >= 0.25
    ratios[~lit] = np.nan
    common, stray = np.zeros(len(ratios)), np.zeros(len(ratios))
    common[seen] = np.nanmedian(ratios[seen], axis=1)
    stray[seen] = np.nanmedian(abs(ratios[seen] - common[seen, None]), axis=1)
    parted = ~seen | (abs(common) > _MOST) | (stray > _ANOTHER_PICTURE)
    return np.append(0.0, np.where(parted, 0.0, common)), [int(index) + 1 for index in np.flatnonzero(parted)]


def _smooth(path: Floats) -> Floats:
    """Each value replaced by that of a parabola through its neighbours, on both sides or on the one that fits
    better."""
    return np.array([_local(path, at) for at in range(len(path))])


def _local(path: Floats, at: int) -> float:
    begin, end = max(0, at - _REACH), min(len(path), at + _REACH + 1)
    value, stray = _parabola(path, begin, end, at)
    limit = _KINK * stray
    for one_begin, one_end in ((begin, at + 1), (at, end)):
        if one_end - one_begin <= _REACH // 2 + 1:
            continue
        one_value, one_stray = _parabola(path, one_begin, one_end, at)
        if one_stray < limit:
            value, limit = one_value, one_stray
    return value


def _parabola(path: Floats, begin: int, end: int, at: int) -> tuple[float, float]:
    """The least-squares parabola through path[begin:end]: its value at `at`, and the mean square of what is
    left over."""
    powers = np.vander(np.arange(begin, end) - at, min(3, end - begin), increasing=True).astype(float)
    factors, *_ = np.linalg.lstsq(powers, path[begin:end], rcond=None)
    off = path[begin:end] - powers @ factors
    return float(factors[0]), float(off @ off) / max(1, end - begin - powers.shape[1])


def _cells(luma: NDArray[np.uint8]) -> Floats:
    down, across = _CELLS
    high, wide = luma.shape[0] // down, luma.shape[1] // across
    parts = luma[: high * down, : wide * across].reshape(down, high, across, wide)
    return np.asarray(parts.mean(axis=(1, 3)).ravel() - _BLACK)


def _lumas(clip: Path, first: int, frames: int) -> Iterator[NDArray[Any]]:
    with opened(clip) as container:
        stream = container.streams.video[0]
        ticks = 1 / (stream.time_base * stream.average_rate)
        if first:
            container.seek(int(first * ticks), stream=stream)
        for frame in decoded(container):
            at = round(frame.pts / ticks)
            if at >= first + frames:
                return
            if at >= first:
                yield planes(stacked(frame))[0]
