"""A raw clip as the film shows it: decoded as what it is, BT.709, drawn to its keyframes."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from pathlib import Path

import av

from longvid_tui.media.anchoring import Anchor, Anchored, anchor
from longvid_tui.media.errors import BadClip
from longvid_tui.media.images import load_rgb
from longvid_tui.media.planes import Stack, rgb_from, stacked
from longvid_tui.media.source import Source
from longvid_tui.media.video import decoded, last_frame, matrix_of, opened, to_rgb

_HELD = 256 << 20
"""Bytes of decoded frames that are kept from fitting the ends until they are drawn: 81 frames of 1280x720 take
less than half of it, and a longer clip is decoded a second time."""


class Reading:
    """The frames of a source, drawn to its keyframes; memory does not grow with its length.

    `count` of all its frames, and the anchors of its ends, `head` and `tail`: those of an earlier reading, or
    from `fitted`. Raises BadClip naming the clip.
    """

    def __init__(
        self, source: Source, size: tuple[int, int], count: int, head: Anchor | None, tail: Anchor | None
    ) -> None:
        self._source = source
        self.count = count
        self.head = head
        self.tail = tail
        self._size = size
        self._anchored = Anchored(size, count, head, tail)
        self._held: deque[av.VideoFrame] = deque()

    @classmethod
    def fitted(cls, source: Source, size: tuple[int, int]) -> Reading:
        """Fit the ends to the keyframes; raises BadClip naming the clip, and BadPicture naming the keyframe."""
        ends: list[av.VideoFrame] = []
        held: deque[av.VideoFrame] = deque()
        count = 0
        for count, frame in enumerate(_decoded(source.raw, size), start=1):
            ends = [*ends[:1], frame]
            if count * _bytes(size) <= _HELD:
                held.append(frame)
        if count <= source.shown_from:
            raise BadClip(f"{source.raw.name} has no frame to show: make it again")
        head, tail = (
            _anchor(frame, keyframe, size)
            for frame, keyframe in ((ends[0], source.first), (ends[-1], source.last))
        )
        reading = cls(source, size, count, head, tail)
        if len(held) == count:
            reading._held = held
        return reading

    def frames(self, start: int, stop: int | None = None) -> Iterator[Stack]:
        """Frames `start` to `stop` as BT.709; each lives until the next is asked for."""
        for index, frame in enumerate(self._all()):
            if index == stop:
                return
            if index >= start:
                yield self._drawn(frame, index)

    def last(self, wanted: int) -> Iterator[Stack]:
        """The last `wanted` frames, as `frames` has them; of those before, only what they refer to is
        decoded."""
        start = max(0, self.count - wanted)
        kept = deque(_decoded(self._source.raw, self._size, start), wanted)
        for index, frame in enumerate(kept, start):
            yield self._drawn(frame, index)

    def _all(self) -> Iterator[av.VideoFrame]:
        held, self._held = self._held, deque()
        if not held:
            yield from _decoded(self._source.raw, self._size)
        while held:
            yield held.popleft()

    def _drawn(self, frame: av.VideoFrame, index: int) -> Stack:
        return self._anchored(stacked(frame), index, rgb_from(frame))


def _anchor(frame: av.VideoFrame, keyframe: Path | None, size: tuple[int, int]) -> Anchor | None:
    if keyframe is None:
        return None
    wanted = last_frame(keyframe) if keyframe.suffix == ".mp4" else load_rgb(keyframe)
    if wanted.shape[1::-1] != size:
        wide, high = wanted.shape[1::-1]
        raise BadClip(f"{keyframe.name} is {wide}x{high} instead of {size[0]}x{size[1]}")
    return anchor(to_rgb(frame), wanted)


def _decoded(raw: Path, size: tuple[int, int], start: int = 0) -> Iterator[av.VideoFrame]:
    try:
        with opened(raw) as container:
            for frame in decoded(container, start):
                if (frame.width, frame.height) != size:
                    wide, high = size
                    raise BadClip(f"it is {frame.width}x{frame.height} instead of {wide}x{high}")
                matrix_of(frame)
                yield frame
    except BadClip as error:
        raise BadClip(f"{raw.name} cannot be conformed: {error}") from error


def _bytes(size: tuple[int, int]) -> int:
    """Bytes of a yuv420p frame of that size."""
    return size[0] * size[1] * 3 // 2
