"""Anytime search for the shortest schedule: closing in on the end to ask for, splits, then annealing."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property, partial
from itertools import product
from random import Random
from typing import TypeAlias

from longvid_tui.engine.placement.bound import bound_of
from longvid_tui.engine.placement.fixed import fixed_schedule, may_beat
from longvid_tui.engine.placement.genes import Genes, Mutator
from longvid_tui.engine.placement.greedy import Schedule, list_schedule
from longvid_tui.engine.placement.lanes import lanes_schedule, partitions
from longvid_tui.engine.placement.model import Recipe, Seconds
from longvid_tui.engine.placement.problem import Problem

_SEED = 20_261_100
_OPTIMAL = 1.0002
"""A schedule this near to the bound is not searched any further."""
_ASKED = 4
"""How many ends are asked for before another shape of the film is tried."""
_LIKELY = 0.8
"""Where the end to ask for mostly lies between the bound and the best that is known."""
_WARMTH = 0.002
"""By how much longer a schedule may be on average and still be searched on from, at first, as a share."""
_FADING = 0.9
"""How much of the longest step is still expected a step later: one that was held up does not end the search."""


Shape: TypeAlias = Callable[[int, int], int]
"""The least level of a job by its place in the order of release and its widest level."""


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
        self.trickles = any(problem.available)
        self.shapes = list(self._shapes())
        self.genes = Genes(self.bound, problem.base_order, self._levels(self.shapes[0]))
        self.iterations = 0
        self.best = self._first()
        self.partitions = self._partitions()
        self.looked = clock()

    def run(self, recipe: Recipe | None) -> Schedule:
        """Schedule after schedule, in the order of what they gain per second, until the time is over."""
        schedules = self._schedules(recipe)
        while not self._is_over():
            next(schedules)
        return self.best

    def _schedules(self, recipe: Recipe | None) -> Iterator[None]:
        if recipe:
            self._resume(recipe)
            yield
        yield from self._approach(self._levels(self.shapes[0]), self.reached)
        yield from self._compare()
        yield from self._split()
        for shape in self.shapes[1:]:
            yield from self._approach(self._levels(shape))
        yield from self._anneal()

    def _compare(self) -> Iterator[None]:
        """Ask every shape for one end, and the one that did best for more: there are too many to approach
        each."""
        before = self.genes
        for shape in self.shapes[1:]:
            target = self.bound + _LIKELY * (self.best.makespan - self.bound)
            self._ask(target, self._levels(shape))
            yield
        if self.genes is not before:
            yield from self._approach(self.genes.levels)

    def _approach(self, levels: list[int], reached: Seconds | None = None) -> Iterator[None]:
        """Ask for an end about half way between the one that was asked for and the one that came of it.

        To be in time for an early end jobs run wide and waste GPU-seconds, for a late one narrow and the last
        ones leave GPUs idle. The best is where an end comes of asking for it. `reached`: by asking for the
        bound.
        """
        target = self.bound
        for _ in range(_ASKED):
            if reached is not None:
                target += 0.45 * (reached - target)
            schedule = self._ask(target, levels)
            yield
            reached = schedule.makespan if schedule else self.best.makespan

    def _ask(self, target: Seconds, levels: list[int]) -> Schedule | None:
        genes = Genes(target, self.problem.base_order, levels)
        schedule = self._schedule(genes, self.best.objective)
        self._keep(schedule, genes)
        return schedule

    def _first(self) -> Schedule:
        # `wide` and `parallel` are tried whatever the clock says: the plan is never worse than either.
        best = self._schedule(self.genes, math.inf)
        assert best is not None, "nothing is cut off"
        self.reached = best.makespan
        for rule in (max, min):
            if may_beat(self.problem, rule, best.objective):
                best = min(best, fixed_schedule(self.problem, rule), key=lambda schedule: schedule.objective)
        return best

    def _partitions(self) -> list[tuple[int, ...]]:
        sizes = sorted({size for times in self.problem.times for size in times}, reverse=True)
        return list(partitions(max(map(len, self.problem.machines)), sizes))

    def _is_over(self) -> bool:
        if self.best.objective <= self.bound * _OPTIMAL:
            return True
        now = self.clock()
        self.longest_step = max(_FADING * self.longest_step, now - self.looked)
        self.looked = now
        return now + self.longest_step > self.deadline

    def _time_left(self) -> float:
        """Share of the time for searching, 1 at its start and 0 at its end."""
        return max(0.0, (self.deadline - self.looked) / max(1e-9, self.deadline - self.started))

    def _schedule(self, genes: Genes, cutoff: Seconds) -> Schedule | None:
        problem = self.problem
        self.iterations += 1
        choices = [sizes[level] for sizes, level in zip(problem.from_level, genes.levels, strict=True)]
        return list_schedule(problem, choices, genes.order, problem.latest_ends(genes.target), cutoff)

    def _keep(self, schedule: Schedule | None, genes: Genes | None = None) -> None:
        if schedule and schedule.beats(self.best):
            self.best = schedule
            self.genes = genes or self.genes

    def _try_lanes(self, partition: tuple[int, ...], order: Sequence[float]) -> None:
        self.iterations += 1
        self._keep(lanes_schedule(self.problem, partition, order, self.best.objective))

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
        genes = Genes(recipe.target - problem.now, order, levels)
        self._keep(self._schedule(genes, self.best.objective), genes)

    def _shapes(self) -> Iterator[Shape]:
        """Which least levels to ask for, those that mostly do best first.

        Work that trickles in: the first jobs run wide, because nobody else needs the GPUs yet. The next ones
        run a level narrower, and so on, or all others alike. About one job a level for each machine does best.
        """
        machines, count = len(self.problem.machines), len(self.problem.jobs)
        if self.trickles:
            for step in (machines, 2 * machines, machines // 2, 4 * machines):
                if step == 1 or 0 < step * 3 <= count:
                    yield partial(_falling, step)
        for wide in (0, machines, 2 * machines) if self.trickles else (0,):
            for least in range(self.problem.level_count):
                yield partial(_flat, wide, least)

    def _split(self) -> Iterator[None]:
        problem = self.problem
        orders = [problem.base_order]
        if self.trickles:
            first_come = [
                head - (1e9 if urgent else 0.0)
                for head, urgent in zip(problem.heads[-1], problem.urgent, strict=True)
            ]
            orders.append(first_come)
        for partition, order in product(self.partitions, orders):
            self._try_lanes(partition, order)
            yield

    @cached_property
    def _by_release(self) -> list[int]:
        heads = self.problem.heads[0]
        return sorted(range(len(heads)), key=heads.__getitem__)

    def _levels(self, level: Shape) -> list[int]:
        levels = [0] * len(self.problem.jobs)
        for place, k in enumerate(self._by_release):
            top = self.mutator.top[k]
            levels[k] = min(top, max(0, level(place, top)))
        return levels

    def _anneal(self) -> Iterator[None]:
        lanes_pay = self.problem.load_mode == "group" and len(self.problem.machines) == 1
        here, genes = self.best.objective, self.genes
        while True:
            yield
            if lanes_pay and self.random.random() < 0.2:
                strength = 0.01 * 40 ** self.random.random()
                self._try_lanes(self.random.choice(self.partitions), self.mutator.jittered(strength))
                continue
            candidate = self.mutator.other(genes, self.best.makespan)
            warmth = _WARMTH * self._time_left() * self.best.objective
            accepted = here - warmth * math.log(1 - self.random.random())
            schedule = self._schedule(candidate, accepted)
            if schedule and schedule.objective <= accepted:
                here, genes = schedule.objective, candidate
                self._keep(schedule, candidate)


def _falling(step: int, place: int, top: int) -> int:
    return top - place // step


def _flat(wide: int, least: int, place: int, top: int) -> int:
    return top if place < wide else least
