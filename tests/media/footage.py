"""Footage for tests: scenes with a known truth, and clips written as generators write them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.video.reformatter import ColorRange, Colorspace, VideoReformatter
from PIL import Image
from skimage import data_dir

Rgb = np.ndarray[Any, np.dtype[np.uint8]]

SIZE = (96, 64)
"""Canvas of most tests, width and height: the smallest that still has blocks, windows and chroma."""

FPS = 16


def photograph(name: str) -> Image.Image:
    """One of those that come with scikit-image."""
    return Image.open(Path(data_dir) / name).convert("RGB")


@lru_cache
def photo() -> Image.Image:
    """A photograph of 1200x800: coffee on a wooden table."""
    return photograph("coffee.png").resize((1200, 800), Image.Resampling.LANCZOS)


def view(position: float, size: tuple[int, int] = SIZE, scale: float = 3.0) -> Rgb:
    """The photograph through a window that moves to the right and down and slowly turns."""
    wide, high = size
    angle = 0.002 * position
    cos, sin = scale * np.cos(angle), scale * np.sin(angle)
    left, top = 200 + 2.1 * position, 150 + 0.9 * position
    frame = photo().transform(
        (wide, high),
        Image.Transform.AFFINE,
        (cos, -sin, left, sin, cos, top),
        Image.Resampling.BICUBIC,
    )
    return np.asarray(frame)


def shot(count: int, size: tuple[int, int] = SIZE, start: float = 0) -> list[Rgb]:
    return [view(start + index, size) for index in range(count)]


def flat(colour: tuple[int, int, int], size: tuple[int, int] = SIZE) -> Rgb:
    return np.full((size[1], size[0], 3), colour, np.uint8)


def save(path: Path, rgb: Rgb) -> Path:
    Image.fromarray(rgb).save(path)
    return path


def write_clip(
    path: Path,
    frames: Iterable[Rgb],
    *,
    fps: int = FPS,
    codec: str = "libx264",
    pixel_format: str = "yuv420p",
    matrix: Colorspace = Colorspace.ITU601,
    full_range: bool = False,
    tags: Sequence[int] = (),
    ticks: Sequence[int] = (),
    pixel_aspect: Fraction = Fraction(1),
    container: str = "mp4",
    **options: str,
) -> Path:
    """Encode as Wan does: BT.601 in an untagged yuv420p mp4. `tags` are primaries, transfer and matrix.

    `ticks` are times of the frames in 1/1000 of a frame, where they are not even.
    """
    reach = ColorRange.JPEG if full_range else ColorRange.MPEG
    reformatter = VideoReformatter()
    with av.open(str(path), "w", format=container, options={"movflags": "+faststart"}) as target:
        stream: Any = target.add_stream(codec, rate=fps)
        stream.options = {"crf": "4", "preset": "ultrafast", **options}
        stream.pix_fmt = pixel_format
        context = stream.codec_context
        stream.time_base = context.time_base = Fraction(1, 1000 * fps)
        context.thread_count = 1
        context.sample_aspect_ratio = pixel_aspect
        if full_range:
            context.color_range = reach
        if tags:
            context.color_primaries, context.color_trc, context.colorspace = tags
        for index, rgb in enumerate(frames):
            if index == 0:
                stream.width, stream.height = rgb.shape[1], rgb.shape[0]
            frame = reformatter.reformat(
                av.VideoFrame.from_ndarray(rgb, format="rgb24"),
                format=pixel_format,
                dst_colorspace=matrix,
                dst_color_range=reach,
            )
            frame.pts = ticks[index] if ticks else index * 1000
            frame.time_base = stream.time_base
            target.mux(stream.encode(frame))
        target.mux(stream.encode(None))
    return path


def planes(path: Path) -> Iterator[tuple[Rgb, Rgb, Rgb]]:
    """Y, U and V of every frame as they are stored."""
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            high, wide = frame.height, frame.width
            stored = frame.reformat(format="yuv420p").to_ndarray()
            chroma = stored[high:].reshape(2, high // 2, wide // 2)
            yield stored[:high], chroma[0], chroma[1]


def stamps(path: Path) -> list[Fraction]:
    """Times of all frames in seconds, in the order they are shown."""
    with av.open(str(path)) as container:
        return [frame.pts * frame.time_base for frame in container.decode(video=0)]
