"""Machines split into fixed groups of GPUs: the schedule that wins where every regrouping costs a load."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from longvid_tui.engine.placement.greedy import Queue, Run, Schedule, finished
from longvid_tui.engine.placement.model import Gpu, Seconds, Size
from longvid_tui.engine.placement.problem import Problem

Partition: TypeAlias = tuple[Size, ...]
"""Sizes of the lanes of one machine, widest first."""


@dataclass
class Lane:
    """A fixed group of GPUs: free at `free`, holding `model`; `load` is what loading another one costs."""

    gpus: tuple[Gpu, ...]
    free: Seconds
    model: str | None
    load: Seconds

    def end(self, now: Seconds, seconds: Seconds, model: str) -> Seconds:
        return max(now, self.free) + seconds + (0.0 if self.model == model else self.load)


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
    lanes = [lane for machine in problem.machines for lane in _lanes(problem, machine, partition)]
    queue = Queue(problem, order)
    tails = problem.tails[-1]
    runs: list[Run] = []
    now = min((lane.free for lane in lanes), default=0.0)
    for _ in range(len(order)):
        k, now = queue.pop(now)
        times, model = problem.times[k], problem.models[k]
        ends = [
            (lane.end(now, times[len(lane.gpus)], model), at)
            for at, lane in enumerate(lanes)
            if len(lane.gpus) in times
        ]
        if not ends:
            return None
        end, at = min(ends)
        if problem.urgent[k]:
            cutoff -= end
        if end + tails[k] > cutoff:
            return None
        lane = lanes[at]
        runs.append((k, max(now, lane.free), end, lane.gpus))
        lane.free, lane.model = end, model
        queue.ended(k, end)
        now = max(now, min([lane.free for lane in lanes]))
    return finished(problem, runs)


def _lanes(problem: Problem, machine: Sequence[Gpu], partition: Partition) -> Iterator[Lane]:
    wanted = list(partition)
    left = sorted(machine, key=lambda gpu: (problem.free[gpu], gpu))
    for group in problem.warm_groups:
        if group[0] in machine and len(group) in wanted:
            wanted.remove(len(group))
            left = [gpu for gpu in left if gpu not in group]
            yield _lane(problem, group)
    for size in wanted:
        if size <= len(left):
            group, left = tuple(sorted(left[:size])), left[size:]
            yield _lane(problem, group)


def _lane(problem: Problem, group: tuple[Gpu, ...]) -> Lane:
    free = max(problem.free[gpu] for gpu in group)
    if problem.load_mode == "cold":
        return Lane(group, free, None, 0.0)
    held = {problem.held[gpu] for gpu in group} if problem.load_mode == "resident" else set()
    model = held.pop() if len(held) == 1 else problem.warm_groups.get(group)
    return Lane(group, free, model, problem.instance.load[len(group)])
