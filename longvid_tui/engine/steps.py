"""How long one sampling step of an attempt takes: tells when it will end, and whether it hangs."""

from __future__ import annotations

from statistics import median

from longvid_tui.backends.contract import SAMPLING, Progress

_TELLING_STEPS = 3
"""Steps of sampling after which the others are taken to be as long."""


class Steps:
    """Of one attempt. Every `now` is of one monotonic clock."""

    def __init__(self) -> None:
        self._last: tuple[int, float] | None = None
        self._each: list[float] = []

    def hear(self, progress: Progress, now: float) -> None:
        """The attempt stands there by now."""
        if progress.stage != SAMPLING or progress.done >= progress.total:
            self._last = None  # what follows the last step may be told of by nobody
        elif self._last is None or progress.done < self._last[0]:
            self._last = (progress.done, now)
        elif progress.done > self._last[0]:
            done, since = self._last
            self._each.append((now - since) / (progress.done - done))
            self._last = (progress.done, now)

    def miss(self) -> None:
        """The step it is at cannot be told for now, so it does not count."""
        self._last = None

    @property
    def each(self) -> float | None:
        """Seconds of one step; None before there are enough to tell."""
        return median(self._each) if len(self._each) >= _TELLING_STEPS else None

    def since_last(self, now: float) -> float:
        """Seconds since the last step was made; 0 where none is awaited."""
        return now - self._last[1] if self._last else 0.0
