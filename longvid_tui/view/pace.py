"""How long a run will take, from how long it took so far."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from typing import Any

_RECENT = 12
"""Finished things that are looked back at: enough to be steady, few enough to notice a change."""

_WEIGHT = {"render": 20.0, "paint": 3.0, "plan": 3.0, "conform": 2.0, "assemble": 4.0}
"""What a thing costs compared with others, before anything of its kind was finished."""


class Pace:
    """Hears `started` and `finished`; forgets what came before a pause of ten minutes."""

    def __init__(self) -> None:
        self._began: float | None = None
        self._finished: deque[tuple[float, float]] = deque(maxlen=_RECENT)

    def hear(self, notice: Mapping[str, Any], now: float) -> None:
        """Learn from a notice of the engine that came `now` (seconds)."""
        if not notice["task"]:
            return
        last = self._finished[-1][0] if self._finished else self._began
        if last is not None and now - last > 600 and notice["kind"] == "started":
            self._began, self._finished = None, deque(maxlen=_RECENT)
        if self._began is None:
            self._began = now
        if notice["kind"] == "finished":
            self._finished.append((now, _WEIGHT.get(notice["task"]["kind"], 1.0)))

    def seconds_left(self, missing: Iterable[Mapping[str, Any]], now: float) -> float | None:
        """None before two things were finished: one tells nothing of the next."""
        if self._began is None or len(self._finished) < 2:
            return None
        full = len(self._finished) == _RECENT
        began = self._finished[0][0] if full else self._began
        done = sum(weight for _, weight in list(self._finished)[1 if full else 0 :])
        left = sum(_WEIGHT.get(task["kind"], 1.0) for task in missing)
        return max(0.0, (now - began) / done * left)
