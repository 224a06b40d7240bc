"""An instance made ready for scheduling: jobs by index, sizes cheapest first, times from `now`."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from longvid_tui.engine.placement.model import Gpu, Instance, Job, Seconds, Size, Unplaceable

Sizes: TypeAlias = list[tuple[Size, Seconds]]
"""Sizes of one job with their seconds (load included where every run loads), cheapest GPU-seconds first."""
Options: TypeAlias = list[tuple[Size, Seconds, Seconds]]
"""The same, and what must follow the job in its chain if it goes on at the level of that size."""


class Problem:
    """All lists are by job index, all times count from the instance's `now`.

    `times[k]`: every size that fits a machine, one object for equal times; `options[k]`: those worth choosing
    from, each a level: 0 is the cheapest, the last one the fastest. `heads`: longest paths before a job (including
    the release) at level 0 and at the last one; `tails`: those after it, by level.
    """

    def __init__(self, instance: Instance, doubt: float = 0.0) -> None:
        self.instance = instance
        self.doubt = doubt
        self.jobs = instance.jobs
        self.now = instance.now
        self.free = [at - self.now for at in instance.free]
        alive = [[gpu for gpu in machine if self.free[gpu] < math.inf] for machine in instance.machines()]
        self.machines: list[list[Gpu]] = [machine for machine in alive if machine]
        self.machine_of = {gpu: at for at, machine in enumerate(self.machines) for gpu in machine}
        # Equal times keep this order and the last are taken first: the lowest GPU stands last.
        rows = [sorted((self.free[gpu], -gpu) for gpu in machine) for machine in self.machines]
        widest = max(map(len, rows), default=0)
        self.free_times = [[at for at, _ in row] + [math.inf] * (widest - len(row)) for row in rows]
        self.free_gpus = [[-gpu for _, gpu in row] for row in rows]
        self.load_mode = instance.load_mode if instance.load else "cold"
        self.held = [held.model if held else None for held in instance.holdings]
        self.warm_groups = _warm_groups(instance, self.machine_of) if self.load_mode == "group" else {}
        self.times = _times(instance, max(map(len, self.machines), default=0))
        distinct = {id(times): times for times in self.times}
        self.widths = sorted({1}.union(*distinct.values()))
        worthwhile = {key: _worthwhile(times) for key, times in distinct.items()}
        sizes = [worthwhile[id(times)] for times in self.times]
        self.level_count = max(map(len, worthwhile.values()), default=1)
        self.models = [job.model for job in self.jobs]
        self.distinct_models = sorted(set(self.models))
        self.urgent = [job.priority > 0 for job in self.jobs]
        self.has_urgent = any(self.urgent)
        self._link()
        self._measure_paths(sizes)
        self.options = self._options(sizes)
        heads = [(at, k) for k, at in enumerate(self.available) if not self.preds[k]]
        self.startable = [k for at, k in heads if at <= 0.0]
        self.waiting = sorted([(at, k) for at, k in heads if at > 0.0])
        self.base_order = [
            -(seconds + tail) - 1e9 * job.priority
            for job, ((_, seconds, tail), *_) in zip(self.jobs, self.options, strict=True)
        ]
        self.timeline = [k - 1e9 * job.priority for k, job in enumerate(self.jobs)]

    def _link(self) -> None:
        index = {job.id: k for k, job in enumerate(self.jobs)}
        pred_end = self.instance.pred_end
        self.preds = [[index[pred] for pred in job.preds if pred in index] for job in self.jobs]
        self.pred_counts = list(map(len, self.preds))
        self.successors: list[list[int]] = [[] for _ in self.jobs]
        for k, preds in enumerate(self.preds):
            for pred in preds:
                self.successors[pred].append(k)
        self.chained = any(self.preds)
        self.available = [
            max(0.0, job.release - self.now, *(pred_end[p] - self.now for p in job.preds if p not in index))
            for job in self.jobs
        ]

    def _measure_paths(self, sizes: Sequence[Sizes]) -> None:
        if not self.chained:
            self.heads = [self.available] * 2
            self.tails = [[0.0] * len(self.jobs)] * self.level_count
            return
        order = first_things_first(self.pred_counts, self.successors)
        at_levels = [
            [each[min(level, len(each) - 1)][1] for each in sizes] for level in range(self.level_count)
        ]
        self.heads = [
            longest_before(order, self.successors, self.available, seconds)
            for seconds in (at_levels[0], at_levels[-1])
        ]
        self.tails = [longest_after(order, self.successors, seconds) for seconds in at_levels]

    def _options(self, sizes: Sequence[Sizes]) -> list[Options]:
        if self.chained:
            return [_with_tails(*each) for each in zip(sizes, zip(*self.tails, strict=True), strict=True)]
        kinds = {id(each): each for each in sizes}
        alone = [0.0] * self.level_count
        options = {key: _with_tails(each, alone) for key, each in kinds.items()}
        return [options[id(each)] for each in sizes]


def _times(instance: Instance, largest: int) -> list[dict[Size, Seconds]]:
    unplaceable = [job for job in instance.jobs if min(job.times) > largest]
    if unplaceable:
        raise Unplaceable(_why_unplaceable(unplaceable[0], largest), tuple(job.id for job in unplaceable))
    load = instance.load if instance.load_mode == "cold" else {}
    kinds = [tuple(sorted(job.times.items())) for job in instance.jobs]
    fitting = {
        kind: {size: seconds + load.get(size, 0.0) for size, seconds in kind if size <= largest}
        for kind in set(kinds)
    }
    return [fitting[kind] for kind in kinds]


def _warm_groups(instance: Instance, alive: Mapping[Gpu, int]) -> dict[tuple[Gpu, ...], str]:
    """Groups that stand complete, with the model they hold."""
    holdings = instance.holdings
    return {
        held.group: held.model
        for held in holdings
        if held and held.group and all(gpu in alive and holdings[gpu] == held for gpu in held.group)
    }


def _worthwhile(times: Mapping[Size, Seconds]) -> Sizes:
    """The sizes that are faster than every size of fewer GPU-seconds."""
    sizes: Sizes = []
    for size, seconds in sorted(times.items(), key=lambda option: (option[0] * option[1], option[0])):
        if not sizes or seconds < sizes[-1][1]:
            sizes.append((size, seconds))
    return sizes


def _with_tails(sizes: Sizes, tails: Sequence[Seconds]) -> Options:
    # A job at its fastest has nothing to gain from a chain that is not.
    following = (*tails[: len(sizes) - 1], tails[-1])
    return [(size, seconds, tail) for (size, seconds), tail in zip(sizes, following, strict=True)]


def _why_unplaceable(job: Job, largest: int) -> str:
    return (
        f"{job.id} needs {min(job.times)} GPUs of one machine and no machine has more than {largest} left: "
        "free some, or choose a smaller size or a quantised model"
    )


def first_things_first(pred_counts: Sequence[int], successors: Sequence[Sequence[int]]) -> list[int]:
    """The jobs in an order in which each comes after its predecessors."""
    missing = list(pred_counts)
    order = [k for k, count in enumerate(missing) if not count]
    for k in order:
        for after in successors[k]:
            missing[after] -= 1
            if not missing[after]:
                order.append(after)
    return order


def longest_before(
    order: Sequence[int],
    successors: Sequence[Sequence[int]],
    start: Sequence[Seconds],
    seconds: Sequence[Seconds],
) -> list[Seconds]:
    """Earliest start of each job when every job takes `seconds` and machines are endless."""
    head = list(start)
    for k in order:
        end = head[k] + seconds[k]
        for after in successors[k]:
            head[after] = max(head[after], end)
    return head


def longest_after(
    order: Sequence[int], successors: Sequence[Sequence[int]], seconds: Sequence[Seconds]
) -> list[Seconds]:
    """Seconds that must follow the end of each job."""
    tail = [0.0] * len(seconds)
    for k in reversed(order):
        for after in successors[k]:
            tail[k] = max(tail[k], seconds[after] + tail[after])
    return tail
