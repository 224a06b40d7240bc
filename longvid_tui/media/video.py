"""Clips: probe, decode to RGB, and the full check before a clip counts as made."""

from __future__ import annotations

import stat
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any, BinaryIO

import av
import numpy as np
from av.video.reformatter import ColorRange, Colorspace

from longvid_tui.media import quality
from longvid_tui.media.errors import BadClip
from longvid_tui.media.images import load_rgb
from longvid_tui.media.linear import LUMA
from longvid_tui.media.writing import BT709, EXACT, converted

Rgb = np.ndarray[Any, np.dtype[np.uint8]]
"""height x width x 3, 8 bit, sRGB."""

Luma = np.ndarray[Any, np.dtype[np.float64]]

_MATRICES = {
    0: Colorspace.ITU601,  # the picture is RGB: no matrix is used
    1: Colorspace.ITU709,
    2: Colorspace.ITU601,  # untagged, as Wan writes: swscale's default
    5: Colorspace.ITU601,
    6: Colorspace.ITU601,
}
_BRIGHTER_THAN_SRGB = (16, 18)
"""The transfer functions of HDR, PQ and HLG, in ISO/IEC 23091-2."""

_PLAIN_LUMA = ("yuv420p", "yuv422p", "yuv444p", "nv12")
"""Pixel formats whose first plane is 8-bit luma in the range the frame names."""

_CONTAINERS = "mov,matroska"
"""What a clip may come in, by the names of libavformat: no playlists, which name other files."""

BLACK_LEVEL = 10.0
"""Mean of 8-bit luma under which a frame counts as black."""

FROZEN_STEP = 0.02
"""Mean change of 8-bit luma between neighbours under which they count as the same picture."""


@dataclass(frozen=True)
class ClipFacts:
    """What the container says, without decoding.

    `fps` is the average rate, `pixel_aspect` the width of a pixel over its height; `tagged`: BT.709 is named.
    """

    width: int
    height: int
    fps: Fraction
    pixel_aspect: Fraction
    pixel_format: str
    tagged: bool


@dataclass(frozen=True)
class Verdict:
    """The result of checking a clip: problems are sentences; facts are the numbers behind them. `misfit`: it is
    of another size or rate, as every other from there will be. `unlike`: it is black, frozen or far from its
    keyframes, as it would be again with the same seed."""

    problems: tuple[str, ...]
    facts: Mapping[str, float | int] = field(default_factory=dict)
    misfit: bool = False
    unlike: bool = False

    @property
    def ok(self) -> bool:
        return not self.problems


def probe(path: Path) -> ClipFacts:
    """What the container says; raises BadClip."""
    with opened(path) as container:
        stream = container.streams.video[0]
        context = stream.codec_context
        return ClipFacts(
            width=context.width,
            height=context.height,
            fps=Fraction(stream.average_rate or 0),
            pixel_aspect=Fraction(stream.sample_aspect_ratio or 1),
            pixel_format=str(context.pix_fmt),
            tagged=int(context.colorspace) == BT709,
        )


def frames(path: Path) -> Iterator[Rgb]:
    """Decode a clip to RGB frame by frame; an untagged file is read as BT.601, as Wan writes it.

    Raises BadClip at the first frame that does not decode.
    """
    with opened(path) as container:
        for frame in decoded(container):
            yield to_rgb(frame)


def last_frame(path: Path) -> Rgb:
    """The last frame of a clip; raises BadClip."""
    kept = deque(frames(path), maxlen=1)
    if not kept:
        raise BadClip("it has no frame")
    return kept[0]


def matrix_of(frame: av.VideoFrame) -> Colorspace:
    """The matrix a frame was written with; raises BadClip for one that has no place in an sRGB film."""
    matrix = _MATRICES.get(int(frame.colorspace))
    if matrix is None or int(frame.color_trc) in _BRIGHTER_THAN_SRGB:
        raise BadClip("its colours are wide or HDR (such as bt2020): export it as BT.709")
    return matrix


def to_rgb(frame: av.VideoFrame) -> Rgb:
    """A decoded frame as height x width x 3; raises BadClip for colours that have no place in an sRGB film."""
    matrix = matrix_of(frame)
    rgb = converted(
        frame,
        "rgb24",
        src_colorspace=matrix,
        dst_colorspace=matrix,
        dst_color_range=ColorRange.JPEG,
        interpolation=EXACT,
    )
    return np.asarray(rgb.to_ndarray(), np.uint8)


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
    for end, ssim in likeness.items():
        if ssim < lands:
            unlike.append(f"its {end} frame is far from its keyframe (SSIM {ssim:.2f}, at least {lands:.2f})")
    mean_luma = sum(watched.means) / max(1, watched.count)
    numbers: dict[str, float | int] = {"frames": watched.count, "mean_luma": round(mean_luma, 2)}
    numbers |= {f"ssim_{end}": round(ssim, 4) for end, ssim in likeness.items()}
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


def misfits(facts: ClipFacts, size: tuple[int, int], fps: int) -> Iterator[str]:
    """Why a clip is not one of that size, in square pixels, and that rate."""
    if (facts.width, facts.height) != size:
        yield f"it is {facts.width}x{facts.height} instead of {size[0]}x{size[1]}"
    if facts.fps != fps:
        yield f"it runs at {float(facts.fps):g} frames a second instead of {fps}"
    if facts.pixel_aspect != 1:
        yield f"its pixels are not square ({facts.pixel_aspect.numerator}:{facts.pixel_aspect.denominator})"


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


def luma(rgb: Rgb, block: int = 4) -> Luma:
    """BT.709 luma, 0..255, averaged over blocks of 4x4 pixels or of another size."""
    high, wide = (size // block * block for size in rgb.shape[:2])
    rows = rgb[:high:block].astype(np.uint16)
    for row in range(1, block):
        rows += rgb[row:high:block]
    red, green, blue = (rows[:, :wide, channel] for channel in range(3))
    grey = LUMA[0] * red + LUMA[1] * green + LUMA[2] * blue
    columns = [grey[:, column::block] for column in range(block)]
    return np.asarray(sum(columns) / block**2, np.float64)


def ssim(a: Luma, b: Luma) -> float:
    """Mean structural similarity of two pictures of one size, -1..1, with 7x7 uniform windows.

    Wang et al. 2004, K1 = 0.01, K2 = 0.03, L = 255; sample covariance as in scikit-image.
    """
    window = 7
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    mean_a, mean_b = _box(a, window), _box(b, window)
    norm = window**2 / (window**2 - 1)
    var_a = norm * (_box(a * a, window) - mean_a**2)
    var_b = norm * (_box(b * b, window) - mean_b**2)
    both = norm * (_box(a * b, window) - mean_a * mean_b)
    top = (2 * mean_a * mean_b + c1) * (2 * both + c2)
    bottom = (mean_a**2 + mean_b**2 + c1) * (var_a + var_b + c2)
    return float((top / bottom).mean())


def _box(picture: Luma, window: int) -> Luma:
    """Means over all windows that lie wholly inside the picture."""
    sums = np.pad(picture, ((1, 0), (1, 0))).cumsum(0).cumsum(1)
    inner = (
        sums[window:, window:] - sums[:-window, window:] - sums[window:, :-window] + sums[:-window, :-window]
    )
    return np.asarray(inner / window**2)


def _not_a_plain_file(path: Path) -> str:
    try:
        found = path.lstat()
    except FileNotFoundError:
        return "the generator ended without writing a file"
    if not stat.S_ISREG(found.st_mode) or found.st_nlink != 1:
        return "it is a link or no regular file"
    return "" if found.st_size else "its file is empty"


def opened(source: Path | BinaryIO) -> Any:
    """A container whose pictures are decoded without forgiving anything; raises BadClip."""
    if isinstance(source, Path) and source.exists() and not stat.S_ISREG(source.lstat().st_mode):
        raise BadClip("it is a link or no regular file")  # a pipe would be waited for
    try:
        container = av.open(
            f"file:{source}" if isinstance(source, Path) else source,
            "r",
            options={"format_whitelist": _CONTAINERS},
        )
    except (av.FFmpegError, OSError, ValueError) as error:
        raise BadClip(f"it cannot be opened as a video ({_reason(error)})") from error
    if not container.streams.video:
        container.close()
        raise BadClip("it holds no picture")
    stream = container.streams.video[0]
    # with frame threads libavcodec swallows the errors that err_detect should raise
    stream.codec_context.thread_count = 1
    stream.codec_context.options = {"err_detect": "explode"}
    return container


def decoded(container: Any, start: int = 0) -> Iterator[av.VideoFrame]:
    """All frames from number `start` on; before them come those that others refer to, not the rest.

    Raises BadClip at the first that does not decode.
    """
    stream = container.streams.video[0]
    try:
        for number, packet in enumerate(container.demux(stream)):
            # no frame comes farther than 16 out of its place: ITU-T H.264, max_dec_frame_buffering
            stream.codec_context.skip_frame = "NONREF" if number < start - 16 else "DEFAULT"
            for frame in packet.decode():
                if frame.is_corrupt:
                    raise BadClip("a frame of it is damaged")
                yield frame
    except (av.FFmpegError, OSError) as error:
        raise BadClip(f"it does not decode ({_reason(error)})") from error


def _reason(error: Exception) -> str:
    return str(getattr(error, "strerror", "") or error).lower().rstrip(".")
