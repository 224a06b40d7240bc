"""Anytime search for the shortest schedule: sweeps of the target end, ramps, splits, then annealing."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import chain, product
from random import Random
from typing import TypeAlias

from longvid_tui.engine.placement.bound import bound_of
from longvid_tui.engine.placement.fixed import fixed_schedule
from longvid_tui.engine.placement.genes import Genes, Mutator
from longvid_tui.engine.placement.greedy import Schedule, list_schedule
from longvid_tui.engine.placement.lanes import lanes_schedule, partitions
from longvid_tui.engine.placement.model import Recipe, Seconds
from longvid_tui.engine.placement.problem import Problem

Attempt: TypeAlias = Callable[[], None]
"""Makes one schedule and keeps it if it is the best."""

_SEED = 20_261_100
_SLACKS = (0.0, 0.004, 0.01, 0.02, 0.035, 0.05, 0.08, 0.12, 0.18, 0.27, 0.4, 0.7, 1.5, 4.0)
"""Target ends of the first sweep, over the lower bound."""
_OPTIMAL = 1.0002
"""A schedule this near to the bound is not searched any further."""


class Search:
    """The best schedule of one problem that is found before `deadline` on the clock.

    `began`: when work on the problem began, so that what making it ready took is known: making a plan of the
    schedule takes up to half as long again, and is left room for.
    """

    def __init__(
        self, problem: Problem, began: Seconds, deadline: Seconds, clock: Callable[[], Seconds]
    ) -> None:
        self.problem = problem
        self.clock = clock
        self.started = clock()
        self.deadline = deadline - 1.5 * (self.started - began)
        self.longest_step = 0.0
        self.random = Random(_SEED)  # noqa: S311 - plans must be reproducible, not secret
        self.bound = bound_of(problem)
        self.mutator = Mutator(problem, self.bound, self.random)
        self.genes = Genes(self.bound, problem.base_order, [0] * len(problem.jobs))
        self.trickles = any(problem.available)
        self.iterations = 0
        self.best = self._first()
        self.partitions = self._partitions()
        self.looked = clock()

    def run(self, recipe: Recipe | None) -> Schedule:
        """The steps in the order of what they gain per second; each stops when the time is over."""
        if recipe:
            self._resume(recipe)
        for attempt in chain(self._ramp(), self._sweep(), self._split(), self._level()):
            if self._is_over():
                return self.best
            attempt()
        self._anneal()
        return self.best

    def _first(self) -> Schedule:
        # `wide` and `parallel` are tried whatever the clock says: the plan is never worse than either.
        problem = self.problem
        best = min(
            fixed_schedule(problem, max),
            fixed_schedule(problem, min),
            key=lambda schedule: schedule.objective,
        )
        schedule = self._schedule(self.genes, math.inf)
        return schedule if schedule and schedule.beats(best) else best

    def _partitions(self) -> list[tuple[int, ...]]:
        sizes = sorted({size for times in self.problem.times for size in times}, reverse=True)
        return list(partitions(max(map(len, self.problem.machines)), sizes))

    def _is_over(self) -> bool:
        if not self.problem.has_urgent and self.best.makespan <= self.bound * _OPTIMAL:
            return True
        now = self.clock()
        self.longest_step = max(self.longest_step, now - self.looked)
        self.looked = now
        return now + self.longest_step > self.deadline

    def _time_left(self) -> float:
        """Share of the time for searching, 1 at its start and 0 at its end."""
        return max(0.0, (self.deadline - self.looked) / max(1e-9, self.deadline - self.started))

    def _schedule(self, genes: Genes, cutoff: Seconds) -> Schedule | None:
        problem = self.problem
        self.iterations += 1
        choices = [sizes[level] for sizes, level in zip(problem.from_level, genes.levels, strict=True)]
        # An urgent job early may be worth a later end of the film, so its ends alone decide nothing.
        cutoff = math.inf if problem.has_urgent else cutoff
        return list_schedule(problem, choices, genes.order, problem.latest_ends(genes.target), cutoff)

    def _keep(self, schedule: Schedule | None, genes: Genes | None = None) -> bool:
        if schedule is None or not schedule.beats(self.best):
            return False
        self.best = schedule
        self.genes = genes or self.genes
        return True

    def _try(self, genes: Genes) -> None:
        self._keep(self._schedule(genes, self.best.objective), genes)

    def _try_lanes(self, partition: tuple[int, ...], order: Sequence[float]) -> None:
        self.iterations += 1
        cutoff = math.inf if self.problem.has_urgent else self.best.objective
        self._keep(lanes_schedule(self.problem, partition, order, cutoff))

    def _resume(self, recipe: Recipe) -> None:
        problem = self.problem
        levels = [
            min(len(options) - 1, recipe.levels.get(job.id, 0))
            for job, options in zip(problem.jobs, problem.options, strict=True)
        ]
        order = [
            recipe.order.get(job.id, place) - (1e9 if urgent else 0.0)
            for job, place, urgent in zip(problem.jobs, problem.base_order, problem.urgent, strict=True)
        ]
        self._try(Genes(recipe.target - problem.now, order, levels))

    def _ramp(self) -> Iterator[Attempt]:
        """Work trickles in: the first jobs run wide, because nobody else needs the GPUs yet.

        The next ones run a level narrower, and so on. About one job a level for each machine does best.
        """
        machines, count = len(self.problem.machines), len(self.problem.jobs)
        if not self.trickles:
            return
        for step in (machines, 2 * machines, machines // 2, 4 * machines):
            if step == 1 or 0 < step * 3 <= count:
                levels = self._levels(partial(_falling, step))
                yield from self._targets(levels, *(self.bound * (1 + slack) for slack in (0.05, 0.02, 0)))

    def _sweep(self) -> Iterator[Attempt]:
        cheapest = [0] * len(self.problem.jobs)
        for slack in _SLACKS:
            target = self.bound * (1 + slack)
            if target >= self.best.makespan:
                return
            yield from self._targets(cheapest, target)

    def _split(self) -> Iterator[Attempt]:
        problem = self.problem
        orders = [problem.base_order]
        if self.trickles:
            first_come = [
                head - (1e9 if urgent else 0.0)
                for head, urgent in zip(problem.heads[-1], problem.urgent, strict=True)
            ]
            orders.append(first_come)
        for partition, order in product(self.partitions, orders):
            yield partial(self._try_lanes, partition, order)

    def _level(self) -> Iterator[Attempt]:
        """All jobs at least so wide, after as many as there are machines at their widest if work trickles in."""
        machines = len(self.problem.machines)
        for wide in (0, machines, 2 * machines) if self.trickles else (0,):
            for least in range(0 if wide else 1, self.problem.level_count):
                levels = self._levels(partial(_flat, wide, least))
                best = self.best.makespan
                yield from self._targets(levels, best, self.bound + 0.3 * (best - self.bound))

    def _levels(self, level: Callable[[int, int], int]) -> list[int]:
        """The level of each job, given its place in the order of release and its widest level."""
        levels = [0] * len(self.problem.jobs)
        for place, k in enumerate(self.mutator.by_release):
            top = self.mutator.top[k]
            levels[k] = min(top, max(0, level(place, top)))
        return levels

    def _targets(self, levels: list[int], *targets: Seconds) -> Iterator[Attempt]:
        for target in targets:
            yield partial(self._try, Genes(target, self.problem.base_order, levels))

    def _anneal(self) -> None:
        lanes_pay = self.problem.load_mode == "group" and len(self.problem.machines) == 1
        here, genes, failures = self.best.objective, self.genes, 0
        patience = 60 + 6 * len(self.problem.jobs)
        while not self._is_over():
            if lanes_pay and self.random.random() < 0.2:
                strength = 0.01 * 40 ** self.random.random()
                order = self.mutator.jittered(self.problem.base_order, strength)
                self._try_lanes(self.random.choice(self.partitions), order)
                continue
            if failures > patience:
                genes, failures = self.mutator.kicked(self.genes, self.best.makespan), 0
                here = math.inf
                candidate = genes
            else:
                candidate = self.mutator.neighbour(genes, self.best.makespan)
            warmth = 0.005 * self._time_left() * self.best.objective
            accepted = here - warmth * math.log(1 - self.random.random())
            schedule = self._schedule(candidate, accepted)
            failures += 1
            if schedule and schedule.objective <= accepted:
                if schedule.objective < here - 1e-9 and here < math.inf:
                    failures = 0
                here, genes = schedule.objective, candidate
                self._keep(schedule, candidate)


def _falling(step: int, place: int, top: int) -> int:
    return top - place // step


def _flat(wide: int, least: int, place: int, top: int) -> int:
    return top if place < wide else least
