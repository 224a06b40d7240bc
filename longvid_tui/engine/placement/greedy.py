"""One list schedule for a target end: each job takes the cheapest size that is still in time."""

from __future__ import annotations

import math
from bisect import insort
from collections.abc import Sequence
from heapq import heappop, heappush
from typing import NamedTuple, TypeAlias

from longvid_tui.engine.placement.fleet import Fleet, GroupedFleet, ResidentFleet
from longvid_tui.engine.placement.model import Gpu, Seconds
from longvid_tui.engine.placement.problem import Options, Problem

Run: TypeAlias = tuple[int, Seconds, Seconds, Sequence[Gpu]]
"""Job index, start, end, GPUs."""
_LOOKS = 6
"""Moments at which it is asked whether all runs have ended; more change no plan."""
FLEETS = {"cold": Fleet, "group": GroupedFleet, "resident": ResidentFleet}


class Schedule(NamedTuple):
    """Runs from time 0; `objective` is the makespan, or the expected one where the times are in doubt, plus the
    ends of urgent jobs; `ends` sums all ends."""

    objective: Seconds
    ends: Seconds
    makespan: Seconds
    runs: list[Run]

    def beats(self, other: Schedule | None) -> bool:
        if other is None or self.objective < other.objective - 1e-9:
            return True
        return self.objective <= other.objective + 1e-9 and self.ends < other.ends - 1e-6


def finished(problem: Problem, runs: list[Run]) -> Schedule:
    ends = [end for _, _, end, _ in runs]
    makespan = max(ends, default=0.0)
    urgent = sum([end for k, _, end, _ in runs if problem.urgent[k]]) if problem.has_urgent else 0.0
    expected = _expected_end(runs, problem.doubt) if problem.doubt else makespan
    return Schedule(expected + urgent, sum(ends), makespan, runs)


def _expected_end(runs: Sequence[Run], doubt: float) -> Seconds:
    """The mean end of the last run, if each takes up to `doubt` of its time more or less, apart from the
    others.

    Of many runs that are to end together one is late, and a long one is later. Starts are taken as planned: by
    then the plan is another.
    """
    spans = [(end - doubt * (end - start), end + doubt * (end - start)) for _, start, end, _ in runs]
    earliest = max([early for early, _ in spans], default=0.0)
    spans = [(early, late) for early, late in spans if late > earliest]
    step = (max([late for _, late in spans], default=earliest) - earliest) / _LOOKS
    over = 0.0
    for look in range(_LOOKS):
        moment = earliest + (look + 0.5) * step
        over += 1 - math.prod([(moment - early) / (late - early) for early, late in spans if late > moment])
    return earliest + step * over


def list_schedule(
    problem: Problem,
    choices: Sequence[Options],
    order: Sequence[float],
    latest: Sequence[Seconds],
    cutoff: Seconds = math.inf,
) -> Schedule | None:
    """Start the ready job of smallest `order` as soon as its GPUs are free; None if the objective misses
    `cutoff`.

    `choices`: the sizes each job may take, cheapest first. `latest`: when each job should end.
    """
    fleet = FLEETS[problem.load_mode](problem)
    queue = Queue(problem, order)
    tails = problem.tails[-1]
    models, urgent, successors = problem.models, problem.urgent, problem.successors
    runs: list[Run] = []
    now = fleet.first_free()
    for _ in range(len(choices)):
        k, now = queue.pop(now)
        price = fleet.price if urgent[k] else 0.0
        start, end, gpus = fleet.run(choices[k], models[k], now, latest[k], price)
        if urgent[k]:
            cutoff -= end
        if end + tails[k] > cutoff:
            return None
        runs.append((k, start, end, gpus))
        if successors[k]:
            queue.ended(k, end)
        now = max(now, fleet.first_free())
    return finished(problem, runs)


class Queue:
    """Jobs in the order in which they may start: released, predecessors ended, smallest `order` first."""

    def __init__(self, problem: Problem, order: Sequence[float]) -> None:
        self.order = order
        self.successors = problem.successors
        self.available = problem.available[:]
        self.pred_counts = problem.pred_counts[:]
        self.waiting = problem.waiting[:]
        # Sorted, the next one last: to take it costs nothing, and late ones are few.
        self.ready = [(-order[k], -k) for k in problem.startable]
        self.ready.sort()

    def pop(self, now: Seconds) -> tuple[int, Seconds]:
        """The next job and the time it may start at, `now` or later."""
        waiting, ready = self.waiting, self.ready
        if waiting:
            if not ready and waiting[0][0] > now:
                now = waiting[0][0]
            while waiting and waiting[0][0] <= now:
                k = heappop(waiting)[1]
                insort(ready, (-self.order[k], -k))
        return -ready.pop()[1], now

    def ended(self, k: int, end: Seconds) -> None:
        for after in self.successors[k]:
            self.available[after] = max(self.available[after], end)
            self.pred_counts[after] -= 1
            if not self.pred_counts[after]:
                heappush(self.waiting, (self.available[after], after))
