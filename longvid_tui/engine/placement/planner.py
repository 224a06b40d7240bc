"""The door of the planner: an instance in, a plan out."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from heapq import heappop, heappush

from longvid_tui.engine.placement.aligned import aligned
from longvid_tui.engine.placement.bound import bound_of
from longvid_tui.engine.placement.fixed import Baseline, baseline_schedule
from longvid_tui.engine.placement.genes import Genes
from longvid_tui.engine.placement.greedy import Run, Schedule
from longvid_tui.engine.placement.model import Instance, Placement, Plan, Recipe, Seconds
from longvid_tui.engine.placement.problem import Problem
from longvid_tui.engine.placement.search import Search
from longvid_tui.project.history import Strategy


def plan(
    instance: Instance,
    *,
    strategy: Strategy = "auto",
    limit: Seconds = 0.01,
    warm_start: Plan | None = None,
    doubt: float = 0.0,
    clock: Callable[[], Seconds] = time.perf_counter,
) -> Plan:
    """The shortest plan found in `limit` seconds on `clock`, all of this call counted; raises Unplaceable.

    The same instance, limit and clock readings give the same plan. `warm_start` is the plan before this one.
    `wide` takes each job at its widest, `parallel` at its narrowest; `auto` is never longer than either, however
    short the limit. `doubt`: share of its time by
    which a run may be shorter or longer than told; then it is the expected end that is shortest, and never
    later than theirs.
    """
    began = clock()
    if strategy in ("wide", "parallel"):
        return baseline(instance, strategy)
    problem = Problem(instance, doubt)
    if not problem.jobs:
        return _plan(problem, Schedule(0.0, 0.0, 0.0, []), 0.0)
    search = Search(problem, began, began + limit, clock)
    schedule = search.run(warm_start.recipe if warm_start else None)
    return _plan(problem, schedule, search.bound, search.iterations, search.genes)


def baseline(instance: Instance, kind: Baseline) -> Plan:
    """The plan that follows one simple rule for the size of every job; raises Unplaceable."""
    problem = Problem(instance)
    return _plan(problem, baseline_schedule(problem, kind), bound_of(problem))


def _plan(
    problem: Problem, schedule: Schedule, bound: Seconds, iterations: int = 1, genes: Genes | None = None
) -> Plan:
    played_by = _in_film_order(problem, schedule.runs)
    runs = sorted(
        ((played_by.get(k, k), start, end, gpus) for k, start, end, gpus in aligned(problem, schedule.runs)),
        key=lambda run: (run[1], run[0]),
    )
    gpu_seconds = sum((end - start) * len(gpus) for _, start, end, gpus in runs)
    usable = sum(max(0.0, schedule.makespan - problem.free[gpu]) for gpu in problem.machine_of)
    return Plan(
        placements=tuple(
            Placement(problem.jobs[k].id, tuple(sorted(gpus)), problem.now + start, problem.now + end)
            for k, start, end, gpus in runs
        ),
        makespan=schedule.makespan,
        bound=bound,
        idle=1 - gpu_seconds / usable if usable else 0.0,
        gpu_seconds=gpu_seconds,
        made_at=problem.now,
        iterations=iterations,
        recipe=_recipe(problem, genes, played_by) if genes else None,
    )


def _recipe(problem: Problem, genes: Genes, played_by: Mapping[int, int]) -> Recipe:
    ids = [problem.jobs[played_by.get(k, k)].id for k in range(len(problem.jobs))]
    return Recipe(
        problem.now + genes.target,
        dict(zip(ids, genes.order, strict=True)),
        dict(zip(ids, genes.levels, strict=True)),
    )


def _in_film_order(problem: Problem, runs: Sequence[Run]) -> dict[int, int]:
    """Who takes the run of a job: of jobs that are alike, the earliest in the film that is available by
    then."""
    alike: dict[object, list[Run]] = defaultdict(list)
    for run in sorted(runs, key=lambda run: (run[1], run[2], run[0])):
        k = run[0]
        if not problem.preds[k] and not problem.successors[k]:
            alike[id(problem.times[k]), problem.jobs[k].priority, problem.models[k]].append(run)
    played_by: dict[int, int] = {}
    for group in alike.values():
        coming = sorted((problem.available[k], k) for k, *_ in group)[::-1]
        ready: list[int] = []
        for k, start, _, _ in group:
            # Every run has somebody: those who had the runs up to here were available by then.
            while coming and coming[-1][0] <= start:
                heappush(ready, coming.pop()[1])
            played_by[k] = heappop(ready)
    return played_by
