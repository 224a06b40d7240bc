"""Where shots stand in a clip that runs at another rate than the film."""

from __future__ import annotations

from dataclasses import dataclass

from longvid_tui.exporting.shots import Shot, ShotList


@dataclass(frozen=True)
class Rate:
    """A clip of a film of `film` frames a second that shows `fps`."""

    film: int
    fps: int

    def count(self, frames: int) -> int:
        """Frames of a clip of so many film frames; it never gets longer."""
        return frames * self.fps // self.film

    def at(self, frame: int) -> int:
        """The first frame of the clip that is nearer to a film frame than to the one before it.

        So it is at a cut, where nothing lies between two frames and the nearer one is shown.
        """
        return max(0, -((1 - 2 * frame) * self.fps // (2 * self.film)))

    def span(self, shots: ShotList, shot: Shot) -> tuple[int, int]:
        """The frames of a shot in the clip of `shots`: first, and one after the last."""
        begin = shot.start - shots.start
        end = begin + shot.frames
        return self.at(begin), self.at(end) if end < shots.frames else self.count(shots.frames)

    def timecode(self, frame: int) -> str:
        """hh:mm:ss:ff."""
        seconds, rest = divmod(frame, self.fps)
        minutes, second = divmod(seconds, 60)
        hour, minute = divmod(minutes, 60)
        return f"{hour:02}:{minute:02}:{second:02}:{rest:02}"
