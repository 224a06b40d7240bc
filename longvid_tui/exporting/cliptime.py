"""Where shots stand in a clip that runs at another rate than the film, or has cards around it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from longvid_tui.exporting.shots import Shot, ShotList


@dataclass(frozen=True)
class Event:
    """A shot or a card (`shot` is None) of a clip: its first frame, and the one after its last."""

    title: str
    begin: int
    end: int
    shot: Shot | None = None


@dataclass(frozen=True)
class ClipTime:
    """Time in a clip: the film has `film` frames a second, the clip `fps`, with `lead` frames of a card before
    the pictures and `tail` frames of one after them."""

    film: int
    fps: int
    lead: int = 0
    tail: int = 0

    def count(self, frames: int) -> int:
        """Frames of a clip of so many film frames, without cards; it never gets longer."""
        return frames * self.fps // self.film

    def total(self, frames: int) -> int:
        """As `count`, with the cards."""
        return self.lead + self.count(frames) + self.tail

    def at(self, frame: int) -> int:
        """The first frame of the clip that is nearer to a film frame than to the one before it.

        So it is at a cut, where nothing lies between two frames and the nearer one is shown.
        """
        return self.lead + max(0, -((1 - 2 * frame) * self.fps // (2 * self.film)))

    def span(self, shots: ShotList, shot: Shot) -> tuple[int, int]:
        """The frames of a shot in the clip of `shots`: first, and one after the last."""
        begin = shot.start - shots.start
        end = begin + shot.frames
        return self.at(begin), self.at(end) if end < shots.frames else self.lead + self.count(shots.frames)

    def events(self, shots: ShotList) -> Iterator[Event]:
        """Shots and cards of the clip of `shots`, in order and without gaps."""
        if self.lead:
            yield Event("Title", 0, self.lead)
        for shot in shots.shots:
            yield Event(shot.title, *self.span(shots, shot), shot)
        if self.tail:
            total = self.total(shots.frames)
            yield Event("End", total - self.tail, total)

    def timecode(self, frame: int) -> str:
        """hh:mm:ss:ff."""
        seconds, rest = divmod(frame, self.fps)
        minutes, second = divmod(seconds, 60)
        hour, minute = divmod(minutes, 60)
        return f"{hour:02}:{minute:02}:{second:02}:{rest:02}"
