"""An instance made ready for scheduling: jobs by index, sizes cheapest first, times from `now`."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from longvid_tui.engine.placement.model import Gpu, Instance, Job, Seconds, Size, Unplaceable

Options: TypeAlias = list[tuple[Size, Seconds]]
"""Sizes of one job with their seconds (load included where every run loads), cheapest GPU-seconds first."""


class Problem:
    """All lists are by job index, all times count from the instance's `now`.

    `times[k]`: every size that fits a machine, one object for equal times; `options[k]`: those worth choosing
    from. `heads` and `tails`: longest paths before (including the release) and after a job, by level; level 0
    runs every job at its cheapest size, the last one at its fastest. `paths`: by job the longest paths through
    it and its tails, fastest level first; of chains only.
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
        options = {key: _worthwhile(times) for key, times in distinct.items()}
        self.options = [options[id(times)] for times in self.times]
        slices = {id(sizes): [sizes[level:] for level in range(len(sizes))] for sizes in options.values()}
        self.from_level = [slices[id(sizes)] for sizes in self.options]
        self.models = [job.model for job in self.jobs]
        self.distinct_models = sorted(set(self.models))
        self.urgent = [job.priority > 0 for job in self.jobs]
        self.has_urgent = any(self.urgent)
        self._link()
        self.level_count = max(map(len, self.options), default=1)
        self._measure_paths()
        heads = [(at, k) for k, at in enumerate(self.available) if not self.preds[k]]
        self.startable = [k for at, k in heads if at <= 0.0]
        self.waiting = sorted([(at, k) for at, k in heads if at > 0.0])
        self.base_order = [
            -(options[0][1] + tail) - 1e9 * job.priority
            for job, options, tail in zip(self.jobs, self.options, self.tails[0], strict=True)
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

    def _measure_paths(self) -> None:
        if not self.chained:
            self.heads = [self.available] * self.level_count
            self.tails = [[0.0] * len(self.jobs)] * self.level_count
            return
        order = first_things_first(self.pred_counts, self.successors)
        self.heads, self.tails, lengths = [], [], []
        for level in range(self.level_count):
            at_level = [options[min(level, len(options) - 1)][1] for options in self.options]
            heads = longest_before(order, self.successors, self.available, at_level)
            tails = longest_after(order, self.successors, at_level)
            lengths.append(list(map(sum, zip(heads, at_level, tails, strict=True))))
            self.heads.append(heads)
            self.tails.append(tails)
        self.paths = list(
            zip(zip(*lengths[::-1], strict=True), zip(*self.tails[::-1], strict=True), strict=True)
        )

    def latest_ends(self, target: Seconds) -> list[Seconds]:
        """When each job should end for the film to end at `target`; urgent jobs: as soon as can be."""
        if not self.chained:
            return [-math.inf if urgent else target for urgent in self.urgent]
        return [
            -math.inf if urgent else target - tails[bisect_right(lengths, target, 1) - 1]
            for urgent, (lengths, tails) in zip(self.urgent, self.paths, strict=True)
        ]


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


def _worthwhile(times: Mapping[Size, Seconds]) -> Options:
    """The sizes that are faster than every size of fewer GPU-seconds."""
    options: Options = []
    for size, seconds in sorted(times.items(), key=lambda option: (option[0] * option[1], option[0])):
        if not options or seconds < options[-1][1]:
            options.append((size, seconds))
    return options


def _why_unplaceable(job: Job, largest: int) -> str:
    return (
        f"{job.id} needs {min(job.times)} GPUs of one machine and no machine has more than {largest} left: "
        "free some, or film on a machine with more"
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
