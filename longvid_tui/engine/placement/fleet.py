"""The GPUs during one list schedule: when each is free, what it holds, which size is in time."""

from __future__ import annotations

import math
from bisect import bisect_right
from typing import TypeAlias

from longvid_tui.engine.placement.model import Gpu, Seconds, Size
from longvid_tui.engine.placement.problem import Options, Problem

Booking: TypeAlias = tuple[Seconds, Seconds, list[Gpu]]
"""Start, end and GPUs of a run."""
Group: TypeAlias = tuple[Gpu, ...]


class Fleet:
    """GPUs of which no run has to know what they hold: its load is in its seconds, or there is none.

    Per machine the free times ascend, and are as many as the widest machine has GPUs: what others lack is never
    free. Of the GPUs free in time those freed last are taken, which leaves the least idle time behind.
    `starts`: when so many GPUs are free, by size and machine, so that the earliest of several machines is not
    searched for.
    """

    def __init__(self, problem: Problem) -> None:
        self.times = [row[:] for row in problem.free_times]
        self.gpus = [row[:] for row in problem.free_gpus]
        # What an awaited run keeps is missed by all others: it delays the film by that time over the number of GPUs.
        self.price = 1 / len(problem.machine_of)
        self.only = self.times[0] if len(self.times) == 1 else None
        widths = [] if self.only else problem.widths
        self.starts = {size: [row[size - 1] for row in self.times] for size in widths}

    def first_free(self) -> Seconds:
        return self.only[0] if self.only else min(self.starts[1])

    def earliest(self, size: Size) -> tuple[Seconds, int]:
        """When `size` GPUs of one machine are free, and that machine."""
        if self.only:
            return self.only[size - 1], 0
        starts = self.starts[size]
        start = min(starts)
        return start, starts.index(start)

    def run(self, options: Options, model: str, now: Seconds, latest: Seconds, price: float) -> Booking:  # noqa: ARG002
        """Book the first size that ends by `latest`, else the one that ends first.

        `price`: seconds that are added to the end for each second that the run keeps a GPU from `now` on.
        """
        best_cost = math.inf
        for size, seconds in options:
            free, machine = self.earliest(size)
            start = free if free > now else now
            end = start + seconds
            cost = end + price * size * (end - now) if price else end
            if cost < best_cost:
                best_cost, best_start, best_end, best_size, best_machine = cost, start, end, size, machine
                if end <= latest:
                    break
        gpus = self._take(best_machine, best_start, best_size)
        self._give_back(best_machine, best_end, gpus)
        return best_start, best_end, gpus

    def _take(self, machine: int, start: Seconds, size: Size) -> list[Gpu]:
        times, gpus = self.times[machine], self.gpus[machine]
        stop = bisect_right(times, start)
        taken = gpus[stop - size : stop]
        del times[stop - size : stop], gpus[stop - size : stop]
        return taken

    def _give_back(self, machine: int, end: Seconds, gpus: list[Gpu]) -> None:
        times = self.times[machine]
        at = bisect_right(times, end)
        times[at:at] = [end] * len(gpus)
        self.gpus[machine][at:at] = gpus
        for size, starts in self.starts.items():
            starts[machine] = times[size - 1]


class ResidentFleet(Fleet):
    """Every GPU keeps the whole model: only GPUs that lack it load."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.load = problem.instance.load
        self.held = problem.held[:]
        self.lacking: dict[str, list[int]] = {
            model: [sum(self.held[gpu] != model for gpu in machine) for machine in problem.machines]
            for model in problem.distinct_models
        }

    def run(self, options: Options, model: str, now: Seconds, latest: Seconds, price: float) -> Booking:
        lacking = self.lacking[model]
        best_cost = math.inf
        for size, seconds in options:
            free, machine = self.earliest(size)
            start = free if free > now else now
            end = start + seconds + (self.load[size] if lacking[machine] else 0.0)
            cost = end + price * size * (end - now) if price else end
            if cost < best_cost:
                best_cost, best_start, best_run = cost, start, (size, seconds, machine)
                if end <= latest:
                    break
        size, seconds, machine = best_run
        gpus = self._take(machine, best_start, size)
        end = best_start + seconds + self._load(gpus, machine, model)
        self._give_back(machine, end, gpus)
        return best_start, end, gpus

    def _load(self, gpus: list[Gpu], machine: int, model: str) -> Seconds:
        if not self.lacking[model][machine]:
            return 0.0
        empty = [gpu for gpu in gpus if self.held[gpu] != model]
        for gpu in empty:
            before = self.held[gpu]
            if before in self.lacking:
                self.lacking[before][machine] += 1
            self.held[gpu] = model
        self.lacking[model][machine] -= len(empty)
        return self.load[len(empty)] if empty else 0.0


class GroupedFleet(Fleet):
    """GPUs that start together keep the model together: any other grouping loads again."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.load = problem.instance.load
        self.machine_of = problem.machine_of
        self.warm: dict[tuple[Size, str], dict[Group, tuple[Seconds, Group]]] = {}
        self.membership: dict[Gpu, tuple[Group, str]] = {}
        for group, model in problem.warm_groups.items():
            self._warm_up(group, model, max(problem.free[gpu] for gpu in group))

    def run(self, options: Options, model: str, now: Seconds, latest: Seconds, price: float) -> Booking:
        best_cost = math.inf
        best_group: Group = ()
        for size, seconds in options:
            free, machine = self.earliest(size)
            group: Group = ()
            start = free if free > now else now
            end = start + seconds + self.load[size]
            warm = self.warm.get((size, model))
            if warm:
                free, group = min(warm.values())
                warm_start = free if free > now else now
                if warm_start + seconds <= end:
                    start, end = warm_start, warm_start + seconds
                else:
                    group = ()
            cost = end + price * size * (end - now) if price else end
            if cost < best_cost:
                best_cost, best_start, best_end = cost, start, end
                best_size, best_machine, best_group = size, machine, group
                if end <= latest:
                    break
        gpus = list(best_group) or self._take(best_machine, best_start, best_size)
        if best_group:
            best_machine = self.machine_of[gpus[0]]
            self._withdraw(best_machine, gpus)
        self._give_back(best_machine, best_end, gpus)
        self._warm_up(best_group or tuple(sorted(gpus)), model, best_end)
        return best_start, best_end, gpus

    def _withdraw(self, machine: int, gpus: list[Gpu]) -> None:
        row = self.gpus[machine]
        for gpu in gpus:
            at = row.index(gpu)
            del row[at], self.times[machine][at]

    def _warm_up(self, group: Group, model: str, free: Seconds) -> None:
        member = (group, model)
        for gpu in group:
            before = self.membership.get(gpu)
            if before and before != member:
                self.warm[len(before[0]), before[1]].pop(before[0], None)
            self.membership[gpu] = member
        self.warm.setdefault((len(group), model), {})[group] = (free, group)
