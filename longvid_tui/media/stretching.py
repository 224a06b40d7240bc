"""A clip in another size: a first look that was filmed small takes its place among clips of the whole
canvas."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
from PIL import Image

from longvid_tui.media.errors import unwritten
from longvid_tui.media.video import frames, probe
from longvid_tui.media.writing import ClipWriter

CRF = 10
"""x264 quality: what it loses is nothing beside what the film's own encoding loses after it."""


def stretch(clip: Path, out: Path, size: tuple[int, int]) -> None:
    """Write every frame of `clip` in `size` (Lanczos), tagged BT.709, as `out`; raises MediaError."""
    try:
        with ClipWriter(out, *size, round(probe(clip).fps), crf=CRF) as writer:
            for frame in frames(clip):
                writer.write(np.asarray(Image.fromarray(frame).resize(size, Image.Resampling.LANCZOS)))
    except (av.FFmpegError, OSError) as error:
        raise unwritten(out, error) from error
