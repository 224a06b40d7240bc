"""What a segment is drawn from: its raw clip, and the pictures its ends are meant to show."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Source:
    """A raw clip and what it is drawn to, where it has that: keyframes, or clips whose last frames are meant.

    All are of one size. `starts_run`: the film shows frame 0 as well, which otherwise the clip before has
    already shown. For a clip that is chained to the one before, `first` is the keyframe that one was drawn to
    at its end, if it had one, else that one.
    """

    raw: Path
    starts_run: bool
    first: Path | None = None
    last: Path | None = None

    @property
    def shown_from(self) -> int:
        return 0 if self.starts_run else 1


@dataclass(frozen=True)
class Side:
    """A segment next to a seam: what it was filmed as, and the piece it was conformed to."""

    source: Source
    piece: Path
