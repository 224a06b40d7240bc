"""Clips as they are read: what their container says, and their frames, decoded without forgiving anything."""

from __future__ import annotations

import stat
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, BinaryIO

import av
import numpy as np
from av.video.reformatter import ColorRange, Colorspace

from longvid_tui.media.errors import BadClip
from longvid_tui.media.writing import BT709, EXACT, converted

Rgb = np.ndarray[Any, np.dtype[np.uint8]]
"""height x width x 3, 8 bit, sRGB."""

_MATRICES = {
    0: Colorspace.ITU601,  # the picture is RGB: no matrix is used
    1: Colorspace.ITU709,
    2: Colorspace.ITU601,  # untagged, as Wan writes: swscale's default
    5: Colorspace.ITU601,
    6: Colorspace.ITU601,
}
_BRIGHTER_THAN_SRGB = (16, 18)
"""The transfer functions of HDR, PQ and HLG, in ISO/IEC 23091-2."""

_CONTAINERS = "mov,matroska"
"""What a clip may come in, by the names of libavformat: no playlists, which name other files."""


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


def misfits(facts: ClipFacts, size: tuple[int, int], fps: int) -> Iterator[str]:
    """Why a clip does not have that size, in square pixels, and that rate; a phrase for each reason."""
    if (facts.width, facts.height) != size:
        yield f"it is {facts.width}x{facts.height} instead of {size[0]}x{size[1]}"
    if facts.fps != fps:
        yield f"it runs at {float(facts.fps):g} frames a second instead of {fps}"
    if facts.pixel_aspect != 1:
        yield f"its pixels are not square ({facts.pixel_aspect.numerator}:{facts.pixel_aspect.denominator})"


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
