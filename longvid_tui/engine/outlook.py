"""When a run under way will be done: what is at work, then what is still to film, then the joining."""

from __future__ import annotations

import math
import time
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from longvid_tui.engine.forecast import forecast
from longvid_tui.engine.staging import Staged, ToFilm, missing_segments
from longvid_tui.engine.tasks import Kind
from longvid_tui.project.history import Strategy
from longvid_tui.project.state import ProjectState

PLAN_SECONDS = 0.01
"""Time for the search of the plan that an outlook is read from."""

_BEFORE_FILMING: tuple[Kind, ...] = ("plan", "paint", "render")


@dataclass(frozen=True)
class Outlook:
    """Seconds from `made_at` (since 1970) until a run is done, approvals given at once.

    4 of 5 cases end between `low` and `high`; None if the figures do not tell their spread. For what is still
    to be started on GPUs (None without any): `over` is the share by which the plan exceeds the least possible
    time, `idle` the share of GPU time that nothing uses (both 0..1), `gpu_hours` what it takes.
    """

    seconds: float
    made_at: float
    low: float | None = None
    high: float | None = None
    over: float | None = None
    idle: float | None = None
    gpu_hours: float | None = None

    def to_json(self) -> dict[str, Any]:
        return {
            "seconds": round(self.seconds, 1),
            "low": None if self.low is None else round(self.low, 1),
            "high": None if self.high is None else round(self.high, 1),
            "at": round(self.made_at + self.seconds, 1),
            "over": None if self.over is None else round(self.over, 4),
            "idle": None if self.idle is None else round(self.idle, 4),
            "gpu_hours": None if self.gpu_hours is None else round(self.gpu_hours, 4),
        }


@dataclass(frozen=True)
class Filming:
    """What is still to be started on GPUs.

    `begun`: seconds until everything at work has ended. `after`: seconds from the last segment to the film.
    """

    staged: Staged
    begun: float
    after: float

    def outlook(self, strategy: Strategy) -> Outlook:
        """When all of it will be done; computing this takes some 50 ms for 200 segments."""
        found = forecast(self.staged, strategy, PLAN_SECONDS)
        seconds, low, high = (
            max(self.begun, each) + self.after for each in (found.seconds, found.low, found.high)
        )
        if not found.bars:
            return Outlook(seconds, time.time(), low, high)
        over = found.planned / found.at_least - 1 if found.at_least else 0.0
        return Outlook(seconds, time.time(), low, high, over, found.idle, found.gpu_hours)


def still_to_film(
    state: ProjectState, work: Mapping[str, Any], begun: Iterable[str], among: Collection[str] | None = None
) -> tuple[tuple[ToFilm, ...], tuple[str, ...]]:
    """The missing segments that have not `begun`, and the assumptions made, each a clause for the person.

    `work`: that of expectation.expect, which tells when keyframes will be painted. `among`: see missing_segments.
    """
    paint, at_work = work.get("paint"), set(begun)
    if paint and paint["seconds_each"] is not None:
        segments = missing_segments(state, paint["seconds_each"], paint["at_once"], among)
        assumed: tuple[str, ...] = ()
    else:
        segments = missing_segments(state, among=among)
        assumed = ("waiting for keyframes is not counted",) if paint else ()
    return tuple(segment for segment in segments if segment.id not in at_work), assumed


def seconds_after_filming(work: Mapping[str, Any]) -> float:
    """Seconds from the last segment to the film: one segment is conformed, one seam mended, all are joined."""
    each = (row["seconds_each"] for kind, row in work.items() if kind not in _BEFORE_FILMING)
    return math.fsum(seconds for seconds in each if seconds)
