"""When a generator that runs is not at work any more: a pure decision, told the time by its caller."""

from __future__ import annotations

from statistics import median

from longvid_tui.backends.contract import LOADING, SAMPLING, Progress

_TELLING_STEPS = 3
"""Steps of sampling after which the others are taken to be as long."""
_STEPS = 5
_LEAST_SECONDS = 120.0
"""A step that takes longer than so many of the others, and so many seconds, will not end. Estimates."""


class Patience:
    """With one attempt, which may say nothing for so many `seconds`. Every `now` is of one monotonic clock."""

    def __init__(self, seconds: float, now: float) -> None:
        self._seconds = seconds
        self._heard = now
        self._loads = True
        self._looked = now
        self._read: int | None = None
        self._step: tuple[int, float] | None = None
        self._each: list[float] = []

    def hear(self, progress: Progress | None, now: float) -> None:
        """It has said something since the last look, and this of where it stands, if anything."""
        self._heard = now
        if progress is None:
            return
        self._loads = self._loads and progress.stage == LOADING
        if progress.stage != SAMPLING or progress.done >= progress.total:
            self._step = None  # what follows the last step may be told of by nobody
        elif self._step is None or progress.done < self._step[0]:
            self._step = (progress.done, now)
        elif progress.done > self._step[0]:
            done, since = self._step
            self._each.append((now - since) / (progress.done - done))
            self._step = (progress.done, now)

    def wonders(self, now: float) -> bool:
        """Whether it matters what the attempt reads: a long load may be silent, and is one while the disk works."""
        return self._loads and now - max(self._heard, self._looked) > self._seconds / 4

    def silence(self, now: float) -> float:
        """Seconds since it said something, or was excused."""
        return now - self._heard

    def excuse(self, now: float) -> None:
        """It cannot say anything for now: neither the silence nor the step that it is at counts."""
        self._heard, self._step = now, None

    def see_read(self, count: int, now: float) -> None:
        """So many bytes its processes have read from disks."""
        if self._read is not None and count > self._read:
            self._heard = now
        self._read, self._looked = count, now

    def complaint(self, now: float) -> str:
        """What is wrong by now, for a sentence; "" while it may be at work."""
        if self.silence(now) > self._seconds:
            return f"said nothing for {self._seconds / 60:g} minutes"
        if self._step is None or len(self._each) < _TELLING_STEPS:
            return ""
        each, silent = median(self._each), now - self._step[1]
        if silent > max(_STEPS * each, _LEAST_SECONDS):
            return f"made no step for {silent / 60:.0f} minutes, where one took {each:.1f} s"
        return ""
