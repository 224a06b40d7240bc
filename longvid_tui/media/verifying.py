"""The full check before a clip counts as made: every frame is decoded, and its ends are held against their keyframes."""

from __future__ import annotations

import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
from av.video.reformatter import ColorRange

from longvid_tui.media import quality
from longvid_tui.media.errors import BadClip
from longvid_tui.media.images import load_rgb
from longvid_tui.media.likeness import Luma, luma, ssim
from longvid_tui.media.video import ClipFacts, Rgb, decoded, misfits, opened, probe, to_rgb
from longvid_tui.media.writing import converted

_PLAIN_LUMA = ("yuv420p", "yuv422p", "yuv444p", "nv12")
"""Pixel formats whose first plane is 8-bit luma in the range the frame names."""

BLACK_LEVEL = 10.0
"""Mean of 8-bit luma under which a frame counts as black."""

FROZEN_STEP = 0.02
"""Mean change of 8-bit luma between neighbours under which they count as the same picture."""


@dataclass(frozen=True)
class Verdict:
    """The result of checking a clip: problems are phrases, facts are the numbers behind them.

    `misfit`: it has another size or rate, as every clip of that generator will. `unlike`: it is black, frozen
    or far from its keyframes, as it would be again with the same seed.
    """

    problems: tuple[str, ...]
    facts: Mapping[str, float | int] = field(default_factory=dict)
    misfit: bool = False
    unlike: bool = False

    @property
    def ok(self) -> bool:
        return not self.problems


def verify_clip(
    path: Path,
    *,
    frames: int,
    width: int,
    height: int,
    fps: int,
    first: Path | None,
    last: Path | None,
    lands: float,
) -> Verdict:
    """Decode every frame and judge: count, size, rate, timestamps, black, frozen, ends near their keyframes.

    `lands` is the least SSIM (0..1) of frame 0 to `first` and of the final frame to `last`. Exit codes and
    headers prove nothing: generators end with 0 after a failed save, and a cut mp4 keeps its frame count.
    """
    problem = _not_a_plain_file(path)
    if problem:
        return Verdict((problem,))
    try:
        facts = probe(path)
        watched = _watch(path)
    except BadClip as error:
        return Verdict((str(error),))
    misshapen = list(_wrong_shape(facts, watched, frames, (width, height), fps))
    unlike = list(_lifeless(watched, first, last))
    likeness = {} if misshapen or unlike else _likeness(watched, first, last)
    for end, found in likeness.items():
        if found < lands:
            unlike.append(f"its {end} frame is far from its keyframe (SSIM {found:.2f}, at least {lands:.2f})")
    mean_luma = sum(watched.means) / max(1, watched.count)
    numbers: dict[str, float | int] = {"frames": watched.count, "mean_luma": round(mean_luma, 2)}
    numbers |= {f"ssim_{end}": round(found, 4) for end, found in likeness.items()}
    numbers |= quality.numbers(watched.means, watched.changes, BLACK_LEVEL)
    if _dark_on_purpose(first, last):
        del numbers["black"]
    misfit = any(misfits(facts, (width, height), fps))
    return Verdict((*misshapen, *unlike), numbers, misfit, unlike=bool(unlike) and not misshapen)


@dataclass
class _Watched:
    """What one pass over all frames saw: the mean luma of each, how much each differs from the one before."""

    count: int = 0
    even: bool = True
    means: list[float] = field(default_factory=list)
    changes: list[float] = field(default_factory=list)
    first: Rgb | None = None
    last: Rgb | None = None


def _watch(path: Path) -> _Watched:
    seen = _Watched()
    stamps: list[int] = []
    small_before: Luma | None = None
    final: av.VideoFrame | None = None
    with opened(path) as container:
        for frame in decoded(container):
            small = _small_luma(frame)
            seen.means.append(float(small.mean()))
            if small_before is None:
                seen.first = to_rgb(frame)
            else:
                seen.changes.append(float(np.abs(small - small_before).mean()))
            stamps.append(frame.pts or 0)
            small_before, final = small, frame
            seen.count += 1
    if final is not None:
        seen.last = to_rgb(final)
    seen.even = len({after - before for before, after in pairwise(stamps)}) <= 1
    return seen


def _small_luma(frame: av.VideoFrame) -> Luma:
    """Luma 0..255, averaged over blocks of 8x8 pixels."""
    grey = frame if frame.format.name in _PLAIN_LUMA else converted(frame, "gray")
    plane = grey.planes[0]
    rows = np.frombuffer(memoryview(plane), np.uint8).reshape(frame.height, plane.line_size)
    high, wide = frame.height // 8 * 8, frame.width // 8 * 8
    blocks = rows[:high, :wide].reshape(high // 8, 8, wide // 8, 8).mean(axis=(1, 3))
    if grey is frame and frame.color_range != ColorRange.JPEG:
        blocks = (blocks - 16) * (255 / 219)
    return np.asarray(blocks, np.float64)


def _wrong_shape(
    facts: ClipFacts, seen: _Watched, count: int, size: tuple[int, int], fps: int
) -> Iterator[str]:
    if seen.count != count:
        yield f"it has {seen.count} frames instead of {count}"
    yield from misfits(facts, size, fps)
    if not seen.even:
        yield "its frames are not evenly timed"


def _lifeless(seen: _Watched, first: Path | None, last: Path | None) -> Iterator[str]:
    if seen.count and max(seen.means) < BLACK_LEVEL and not _dark_on_purpose(first, last):
        yield "it is black from end to end"
    still = seen.count > 1 and max(seen.changes) < FROZEN_STEP
    if still and first and last and not np.array_equal(load_rgb(first), load_rgb(last)):
        yield "it is frozen: no frame differs from the one before"


def _dark_on_purpose(first: Path | None, last: Path | None) -> bool:
    return any(load_rgb(path).mean() < BLACK_LEVEL for path in (first, last) if path)


def _likeness(seen: _Watched, first: Path | None, last: Path | None) -> dict[str, float]:
    ends = (("first", seen.first, first), ("last", seen.last, last))
    return {
        end: ssim(luma(frame), luma(load_rgb(keyframe)))
        for end, frame, keyframe in ends
        if frame is not None and keyframe is not None
    }


def _not_a_plain_file(path: Path) -> str:
    try:
        found = path.lstat()
    except FileNotFoundError:
        return "the generator ended without writing a file"
    if not stat.S_ISREG(found.st_mode) or found.st_nlink != 1:
        return "it is a link or no regular file"
    return "" if found.st_size else "its file is empty"
