"""Clips that are written: RGB frames become an H.264 mp4 in BT.709. Without NumPy, which takes a relay of Wan
longer to import than its clip to encode."""

from __future__ import annotations

import threading
from collections import defaultdict
from contextlib import suppress
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

import av
from av.video.reformatter import ColorRange, Colorspace, Interpolation, VideoReformatter

from longvid_tui.media.pinned import THREADS, TICKS_PER_FRAME

if TYPE_CHECKING:
    from longvid_tui.media.video import Rgb

BT709 = 1
"""The number of BT.709 for primaries, transfer and matrix in H.264 and ISO/IEC 23091-2."""

EXACT = int(Interpolation.BICUBIC) | 0x40000 | 0x2000 | 0x4000
"""swscale's accurate_rnd, full_chroma_int and full_chroma_inp: without them every decoded colour is 1.3 levels
too dark, and a chain of segments gets darker with each."""


class ClipWriter:
    """Encodes RGB frames to an H.264 mp4 that is converted to and tagged as BT.709; removed on an exception.

    `comment` becomes the file's metadata of that name.
    """

    def __init__(
        self,
        path: Path,
        width: int,
        height: int,
        fps: int,
        *,
        crf: int = 14,
        preset: str = "veryfast",
        comment: str = "",
    ) -> None:
        self._path = path
        self._size = (width, height)
        self._container = av.open(str(path), "w", format="mp4", options={"movflags": "+faststart"})
        if comment:
            self._container.metadata["comment"] = comment
        stream = self._container.add_stream("libx264", rate=fps)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.time_base = Fraction(1, TICKS_PER_FRAME * fps)
        stream.options = {"crf": str(crf), "preset": preset}
        stream.codec_context.thread_count = THREADS
        tag_bt709(stream.codec_context)
        self._stream = stream
        self._next = 0

    def write(self, rgb: Rgb | memoryview) -> None:
        """Append one frame of height x width x 3 bytes, one after the other."""
        _, *size = _bytes_of(rgb)
        if tuple(size) != self._size:
            raise ValueError(f"a frame of {size[0]}x{size[1]} in a clip of {self._size}")
        frame = to_bt709(rgb)
        frame.pts = self._next * TICKS_PER_FRAME
        frame.time_base = self._stream.time_base
        self._next += 1
        self._container.mux(self._stream.encode(frame))

    def __enter__(self) -> ClipWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self._container.mux(self._stream.encode(None))
            self._container.close()
            return
        with suppress(av.FFmpegError):
            self._container.close()
        self._path.unlink(missing_ok=True)


def to_bt709(rgb: Rgb | memoryview) -> av.VideoFrame:
    """Height x width x 3 bytes, one after the other, as a yuv420p frame in BT.709, video range."""
    return converted(
        _frame_of(rgb),
        "yuv420p",
        src_colorspace=Colorspace.ITU709,
        dst_colorspace=Colorspace.ITU709,
        src_color_range=ColorRange.JPEG,
        dst_color_range=ColorRange.MPEG,
        interpolation=EXACT,
    )


def _frame_of(rgb: Rgb | memoryview) -> av.VideoFrame:
    given, wide, high = _bytes_of(rgb)
    frame = av.VideoFrame(wide, high, "rgb24")
    plane = frame.planes[0]
    there, row = memoryview(plane).cast("B"), 3 * wide
    for at in range(high):
        there[at * plane.line_size :][:row] = given[at * row :][:row]
    return frame


def _bytes_of(rgb: Rgb | memoryview) -> tuple[memoryview, int, int]:
    """The bytes, how many pixels wide and how many high."""
    view = rgb if isinstance(rgb, memoryview) else rgb.data
    high, wide, _ = view.shape or ()
    return view.cast("B"), wide, high


class _Converters(threading.local):
    """One for each pixel format and thread, as swscale's tables take longer to make than to use on a frame."""

    def __init__(self) -> None:
        self.into: defaultdict[str, VideoReformatter] = defaultdict(VideoReformatter)


_converters = _Converters()


def converted(frame: av.VideoFrame, pixel_format: str, **how: int) -> av.VideoFrame:
    """The frame in that pixel format; `how` as PyAV's `reformat` takes it."""
    return _converters.into[pixel_format].reformat(frame, format=pixel_format, **how)


def tag_bt709(context: Any) -> None:
    """Name primaries, transfer, matrix and range in the stream, and square pixels."""
    context.color_primaries = BT709
    context.color_trc = BT709
    context.colorspace = BT709
    context.color_range = ColorRange.MPEG
    context.sample_aspect_ratio = Fraction(1, 1)
