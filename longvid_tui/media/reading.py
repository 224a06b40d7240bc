"""A raw clip as the film shows it: decoded as what it is, BT.709, drawn to its keyframes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import av

from longvid_tui.media.anchoring import Anchor, Anchored, anchor
from longvid_tui.media.errors import BadClip
from longvid_tui.media.images import load_rgb
from longvid_tui.media.planes import Stack, planes, rgb_from, stacked
from longvid_tui.media.sharpness import sharpness
from longvid_tui.media.video import decoded, last_frame, matrix_of, opened, to_rgb


@dataclass(frozen=True)
class Source:
    """A raw clip and what it is drawn to, where it has that: keyframes, or clips whose last frames are meant.

    All are of one size. `starts_run`: the film shows frame 0 as well, which otherwise the clip before has already
    shown. For a clip that is chained to the one before, `first` is the keyframe that one was drawn to at its end,
    if it had one, else that one.
    """

    raw: Path
    starts_run: bool
    first: Path | None = None
    last: Path | None = None

    @property
    def shown_from(self) -> int:
        return 0 if self.starts_run else 1


class Reading:
    """Decodes a source twice, once for its ends and once for all; memory does not grow with its length.

    `head` and `tail` are its anchors; `sharpness` is that of the first and the last frame shown.
    Raises BadClip naming the clip, and BadPicture naming the keyframe.
    """

    def __init__(self, source: Source, size: tuple[int, int]) -> None:
        self._source = source
        self._size = size
        (first, shown, last), self.count = self._ends()
        self.head = self._anchor(first, source.first)
        self.tail = self._anchor(last, source.last)
        self._anchored = Anchored(size, self.count, self.head, self.tail)
        self.sharpness = (
            sharpness(planes(self._drawn(shown, source.shown_from))[0]),
            sharpness(planes(self._drawn(last, self.count - 1))[0]),
        )

    def frames(self, start: int, stop: int | None = None) -> Iterator[Stack]:
        """Frames `start` to `stop` as BT.709; each lives until the next is asked for."""
        for index, frame in enumerate(self._decoded()):
            if index == stop:
                return
            if index >= start:
                yield self._drawn(frame, index)

    def _drawn(self, frame: av.VideoFrame, index: int) -> Stack:
        return self._anchored(stacked(frame), index, rgb_from(frame))

    def _ends(self) -> tuple[tuple[av.VideoFrame, av.VideoFrame, av.VideoFrame], int]:
        """The first frame, the first one shown, the last one, and how many there are."""
        kept: list[av.VideoFrame] = []
        count = 0
        for frame in self._decoded():
            kept = [*kept[: self._source.shown_from + 1], frame]
            count += 1
        if count <= self._source.shown_from:
            raise BadClip(f"{self._source.raw.name} has no frame to show: make it again")
        return (kept[0], kept[self._source.shown_from], kept[-1]), count

    def _anchor(self, frame: av.VideoFrame, keyframe: Path | None) -> Anchor | None:
        if keyframe is None:
            return None
        wanted = last_frame(keyframe) if keyframe.suffix == ".mp4" else load_rgb(keyframe)
        if wanted.shape[1::-1] != self._size:
            wide, high = wanted.shape[1::-1]
            raise BadClip(f"{keyframe.name} is {wide}x{high} instead of {self._size[0]}x{self._size[1]}")
        return anchor(to_rgb(frame), wanted)

    def _decoded(self) -> Iterator[av.VideoFrame]:
        name = self._source.raw.name
        try:
            with opened(self._source.raw) as container:
                for frame in decoded(container):
                    if (frame.width, frame.height) != self._size:
                        wide, high = self._size
                        raise BadClip(f"it is {frame.width}x{frame.height} instead of {wide}x{high}")
                    matrix_of(frame)
                    yield frame
        except BadClip as error:
            raise BadClip(f"{name} cannot be conformed: {error}") from error
