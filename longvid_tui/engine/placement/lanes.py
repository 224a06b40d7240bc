"""Machines split into fixed groups of GPUs: the schedule that wins where every regrouping costs a load."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from heapq import heapify, heappop, heappush
from typing import TypeAlias

from longvid_tui.engine.placement.greedy import Queue, Run, Schedule, finished
from longvid_tui.engine.placement.model import Gpu, Seconds, Size
from longvid_tui.engine.placement.problem import Problem

Lane: TypeAlias = tuple[Gpu, ...]
Partition: TypeAlias = tuple[Size, ...]
"""Sizes of the lanes of one machine, widest first."""


def partitions(total: int, sizes: Sequence[Size]) -> Iterator[Partition]:
    """Every way to split `total` GPUs into these sizes (widest first) that leaves no room for one more."""
    if total < min(sizes):
        yield ()
        return
    for at, size in enumerate(sizes):
        if size <= total:
            # Lanes come widest first, so that each split is found once.
            yield from ((size, *rest) for rest in partitions(total - size, sizes[at:]))


def lanes_schedule(
    problem: Problem, partition: Partition, order: Sequence[float], cutoff: Seconds = math.inf
) -> Schedule | None:
    """Give each job in turn to the lane that ends it first; None if one fits none or `cutoff` is missed."""
    lanes = _Lanes(problem, partition)
    queue = Queue(problem, order)
    tails = problem.tails[-1]
    runs: list[Run] = []
    now = lanes.first_free()
    for _ in range(len(order)):
        k, now = queue.pop(now)
        booked = lanes.run(problem.times[k], problem.models[k], now)
        if booked is None:
            return None
        start, end, gpus = booked
        if problem.urgent[k]:
            cutoff -= end
        if end + tails[k] > cutoff:
            return None
        runs.append((k, start, end, gpus))
        queue.ended(k, end)
        now = max(now, lanes.first_free())
    return finished(problem, runs)


class _Lanes:
    """Fixed groups of GPUs by their size and the model they hold: of equal ones the first to be free is next."""

    def __init__(self, problem: Problem, partition: Partition) -> None:
        self.load = {} if problem.load_mode == "cold" else problem.instance.load
        self.equal: dict[tuple[Size, str | None], list[tuple[Seconds, Lane]]] = {}
        for machine in problem.machines:
            for lane in _lanes(problem, machine, partition):
                free = max([problem.free[gpu] for gpu in lane])
                self.equal.setdefault((len(lane), _held(problem, lane)), []).append((free, lane))
        for lanes in self.equal.values():
            heapify(lanes)

    def first_free(self) -> Seconds:
        return min([lanes[0][0] for lanes in self.equal.values() if lanes], default=0.0)

    def run(
        self, times: Mapping[Size, Seconds], model: str, now: Seconds
    ) -> tuple[Seconds, Seconds, Lane] | None:
        """Book the lane that ends the job first: its start, end and GPUs; None if it fits none."""
        best_end = math.inf
        for (size, held), lanes in self.equal.items():
            if lanes and size in times:
                free = lanes[0][0]
                start = free if free > now else now
                end = start + times[size] + (0.0 if held == model else self.load.get(size, 0.0))
                if end < best_end:
                    best_start, best_end, best_lanes = start, end, lanes
        if best_end == math.inf:
            return None
        _, lane = heappop(best_lanes)
        heappush(self.equal.setdefault((len(lane), model), []), (best_end, lane))
        return best_start, best_end, lane


def _lanes(problem: Problem, machine: Sequence[Gpu], partition: Partition) -> Iterator[Lane]:
    wanted = list(partition)
    left = sorted(machine, key=lambda gpu: (problem.free[gpu], gpu))
    for group in problem.warm_groups:
        if group[0] in machine and len(group) in wanted:
            wanted.remove(len(group))
            left = [gpu for gpu in left if gpu not in group]
            yield group
    for size in wanted:
        if size <= len(left):
            group, left = tuple(sorted(left[:size])), left[size:]
            yield group


def _held(problem: Problem, lane: Lane) -> str | None:
    if problem.load_mode == "group":
        return problem.warm_groups.get(lane)
    held = {problem.held[gpu] for gpu in lane}
    return held.pop() if len(held) == 1 else None
