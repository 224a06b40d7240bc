"""Frames, seconds and segments: the arithmetic of clips that share their boundary frames."""

from __future__ import annotations

import math
from collections.abc import Sequence

FPS = 16
"""Frames per second of every Wan2.1 model."""

SEGMENT_FRAMES = 81
"""Frames of one segment; the only count Wan2.1 FLF2V accepts."""

STEP_FRAMES = SEGMENT_FRAMES - 1
"""Frames a segment adds when its first frame is the last frame of the segment before."""


def film_frames(segments: int, cuts: int = 0) -> int:
    """Frames of a film: 80N+1, and one more for every cut, where no frame is shared. 0 for no segments."""
    return segments * STEP_FRAMES + 1 + cuts if segments else 0


def film_seconds(segments: int, cuts: int = 0, fps: int = FPS) -> float:
    return film_frames(segments, cuts) / fps


def segments_for(seconds: float, fps: int = FPS) -> int:
    """The fewest segments whose film lasts at least `seconds`: ceil((fps*T - 1)/80), at least 1."""
    return max(1, math.ceil((seconds * fps - 1) / STEP_FRAMES - 1e-9))


def first_frames(cut_before: Sequence[bool]) -> list[int]:
    """Film frame at which each segment's own first emitted frame stands.

    `cut_before[i]` says that segment i starts with a keyframe of its own. Segment 0 and every segment after a
    cut emit all 81 frames; the others leave out frame 0, which the segment before has already shown.
    """
    starts, at = [], 0
    for index, cut in enumerate(cut_before):
        starts.append(at)
        at += SEGMENT_FRAMES if index == 0 or cut else STEP_FRAMES
    return starts


def timecode(seconds: float) -> str:
    """`m:ss` up to an hour, then `h:mm:ss`; seconds are rounded down."""
    whole = int(seconds)
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
