"""Measures how visible a seam is, against the motion around it."""

from __future__ import annotations

import io
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice, pairwise
from math import log
from pathlib import Path
from typing import Any

import av
import numpy as np
from PIL import Image

from longvid_tui.media.flow import Pyramid, flow_of, pyramid, warped
from longvid_tui.media.fmp4 import Part, join, write_fragments
from longvid_tui.media.grading import Seam
from longvid_tui.media.lab import Values, ciede2000, lab
from longvid_tui.media.linear import LUMA, Floats, enlarged, reduced, size_within
from longvid_tui.media.pinned import GOP
from longvid_tui.media.planes import planes, rgb_from, stacked
from longvid_tui.media.sharpness import sharpness
from longvid_tui.media.splice import Splice
from longvid_tui.media.video import Rgb, decoded, opened

WINDOW = 12
"""Frames looked at on each side of a seam."""

_NEAR = 8
"""Pairs of neighbouring frames on each side that say what change is usual here."""

_PIXELS = 640 * 360
"""Pixels a frame is reduced to before it is compared."""

_QUARTER = 4
"""How many times smaller, across and down, a frame is kept in colour than in luma."""

_COLOUR_SIZE = (18, 32)
"""Height and width, in pixels, at which colours are compared."""

_COLOUR_BLUR = 2.0
"""Sigma, in kept pixels, of the blur before that."""

_STILL = 0.1
"""Mean change in 8-bit levels that compression alone makes; keeps the ratios of a still scene near 1."""

_STEADY = 0.02
"""Least usual change of motion, in pixels per frame."""


def measure_seam(before: Path, after: Path, splice: Splice | None = None) -> Seam:
    """Measure the seam of two conformed pieces, decoded as the film will show it; raises MediaError."""
    tail, head = _around(before, after, splice)
    last, first, *starts = (
        [_view_of(frame) for frame in frames]
        for frames in (tail[-WINDOW:], head[:WINDOW], tail[-GOP - 1 : -GOP + 1], head[GOP - 1 : GOP + 1])
    )
    return _measure(last, first, [(pair[0], pair[1]) for pair in starts if len(pair) == 2])


def measure(before: Sequence[Rgb], after: Sequence[Rgb]) -> Seam:
    """Measure a seam from the frames on both sides, in order, height x width x 3; at most WINDOW of each
    count."""
    tail, head = ([_view_of_rgb(rgb) for rgb in side] for side in (before[-WINDOW:], after[:WINDOW]))
    return _measure(tail, head)


@dataclass(frozen=True)
class _View:
    """A frame as it is compared: luma 0..255, the same for flow, and red, green and blue in quarter size."""

    luma: Floats
    pyramid: Pyramid
    colours: Floats


def _measure(
    before: Sequence[_View], after: Sequence[_View], starts: Sequence[tuple[_View, _View]] = ()
) -> Seam:
    """`starts`: the frames before and after other starts of groups nearby. The encoder renews all grain there,
    as it does at the seam: where little moves that is most of what changes, yet not what shows a seam.
    """
    frames = [*before[-WINDOW:], *after[:WINDOW]]
    seam = min(WINDOW, len(before)) - 1
    pairs = [_Pair(one, other) for one, other in pairwise(frames)]
    near = [pair for index, pair in enumerate(pairs) if index != seam and abs(index - seam) <= _NEAR]

    def usual(name: str) -> float:
        return float(np.median([getattr(pair, name) for pair in near]))

    here = pairs[seam]
    renewed = min((_Pair(one, other).moved for one, other in starts), default=0.0)
    sharpnesses = [max(sharpness(frame.luma), 1e-3) for frame in frames[seam - 1 : seam + 3]]
    before_seam, at_seam, after_seam = sharpnesses[1:4]
    return Seam(
        colour=here.colour - usual("colour"),
        light=here.light - usual("light"),
        jump=(here.moved + _STILL) / (max(usual("moved"), min(renewed, here.moved)) + _STILL),
        raw=(here.raw + _STILL) / (usual("raw") + _STILL),
        jerk=_jerk([pair.motion for pair in pairs], seam),
        sharp=max(abs(log(at_seam / before_seam)), abs(log(after_seam / at_seam))),
    )


class _Pair:
    """What differs from a frame to its neighbour; worked out where it is asked for."""

    def __init__(self, one: _View, other: _View) -> None:
        self._one, self._other = one, other
        self._flow = flow_of(other.pyramid, one.pyramid)
        self._dense = 2 * enlarged(self._flow, *one.luma.shape)
        self.motion = self._dense[:, ::8, ::8]

    @property
    def colour(self) -> float:
        return float(ciede2000(*self._colours).mean())

    @property
    def light(self) -> float:
        return float((self._colours[1][0] - self._colours[0][0]).mean())

    @property
    def moved(self) -> float:
        return float(np.abs(warped(self._one.luma, self._dense) - self._other.luma).mean())

    @property
    def raw(self) -> float:
        return float(np.abs(self._one.luma - self._other.luma).mean())

    @cached_property
    def _colours(self) -> tuple[Values, Values]:
        """L*a*b* of both, motion taken out."""
        high, wide = self._one.colours.shape[1:]
        quarter = reduced(self._flow, high, wide) * np.float32(2 / _QUARTER)
        moved = warped(self._one.colours, quarter)
        one, other = (
            lab(reduced(rgb, *_COLOUR_SIZE, sigma=_COLOUR_BLUR)) for rgb in (moved, self._other.colours)
        )
        return one, other


def _jerk(motions: Sequence[Floats], seam: int) -> float:
    changes = [float(np.hypot(*(after - before)).mean()) for before, after in pairwise(motions)]
    here = changes[max(0, seam - 1) : seam + 1]
    others = changes[: max(0, seam - 1)] + changes[seam + 1 :]
    return max(here) / max(float(np.median(others)), _STEADY)


def _view_of_rgb(rgb: Rgb) -> _View:
    high, wide = size_within(_PIXELS, *rgb.shape[:2])
    channels = np.moveaxis(_shrunk(rgb, (high, wide)), 2, 0)
    colours = reduced(channels, high // _QUARTER, wide // _QUARTER)
    return _view(np.einsum("c,chw->hw", np.array(LUMA, np.float32), channels), colours)


def _view_of(frame: av.VideoFrame) -> _View:
    """Of a BT.709 frame: its luma is what is compared, and colours only where they are."""
    y, u, v = planes(stacked(frame))
    high, wide = size_within(_PIXELS, *y.shape)
    small = [_shrunk(plane, (high // _QUARTER, wide // _QUARTER)) for plane in (y, u, v)]
    matrix = rgb_from(frame)
    colours = np.einsum("ij,jhw->ihw", matrix[:3, :3], np.stack(small)) + matrix[:3, 3, None, None]
    return _view((_shrunk(y, (high, wide)) - 16) * np.float32(255 / 219), colours.clip(0, 255))


def _view(luma: Floats, colours: Floats) -> _View:
    high, wide = luma.shape
    return _View(luma, pyramid(reduced(luma, high // 2, wide // 2)), colours)


def _shrunk(picture: np.ndarray[Any, Any], size: tuple[int, int]) -> Floats:
    """In that height and width, each pixel the mean of the area it covers."""
    shrunk = Image.fromarray(picture).resize(size[::-1], Image.Resampling.BOX)
    return np.asarray(shrunk, np.float32)


def _around(
    before: Path, after: Path, splice: Splice | None
) -> tuple[list[av.VideoFrame], list[av.VideoFrame]]:
    """The frames next to a seam: those of one group on each side and of the frame beyond it; raises BadClip."""
    tail, head = [Part(before, -2)], [Part(after, 0, 2)]
    if splice:
        tail = [Part(before, -2, -splice.tail), Part(splice.path, 0, splice.tail)]
        head = [Part(splice.path, splice.tail), Part(after, splice.head, splice.head + 2)]
    film = io.BytesIO()
    written = join(tail, film)
    write_fragments(head, film, written)
    film.seek(0)
    with opened(film) as container:
        shown = decoded(container)
        return list(deque(islice(shown, written.samples), GOP + 1)), list(islice(shown, GOP + 1))
