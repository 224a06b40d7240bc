"""When a generator that runs is not at work any more: a pure decision, told the time by its caller."""

from __future__ import annotations

from longvid_tui.backends.contract import LOADING, Progress
from longvid_tui.engine.steps import Steps

_STEPS = 5
_LEAST_SECONDS = 120.0
"""A step that takes longer than so many of the others, and so many seconds, will not end. Estimates."""


class Patience:
    """With one attempt, which may say nothing for so many `seconds` and whose `steps` are heard elsewhere. Every `now`
    is of one monotonic clock."""

    def __init__(self, seconds: float, steps: Steps, now: float) -> None:
        self._seconds = seconds
        self._steps = steps
        self._heard = now
        self._loads = True
        self._looked = now
        self._read: int | None = None

    def hear(self, progress: Progress | None, now: float) -> None:
        """It has said something since the last look, and this of where it stands, if anything."""
        self._heard = now
        self._loads = self._loads and (progress is None or progress.stage == LOADING)

    def wonders(self, now: float) -> bool:
        """Whether it matters what the attempt reads: a long load may be silent, and is one while the disk works."""
        return self._loads and now - max(self._heard, self._looked) > self._seconds / 4

    def silence(self, now: float) -> float:
        """Seconds since it said something, or was excused."""
        return now - self._heard

    def excuse(self, now: float) -> None:
        """It cannot say anything for now: neither the silence nor the step that it is at counts."""
        self._heard = now
        self._steps.miss()

    def see_read(self, count: int, now: float) -> None:
        """So many bytes its processes have read from disks."""
        if self._read is not None and count > self._read:
            self._heard = now
        self._read, self._looked = count, now

    def complaint(self, now: float) -> str:
        """What is wrong by now, for a sentence; "" while it may be at work."""
        if self.silence(now) > self._seconds:
            return f"said nothing for {self._seconds / 60:g} minutes"
        each, silent = self._steps.each, self._steps.since_last(now)
        if each is not None and silent > max(_STEPS * each, _LEAST_SECONDS):
            return f"made no step for {silent / 60:.0f} minutes, where one took {each:.1f} s"
        return ""
