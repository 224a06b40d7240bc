"""When a film is ready on a box of GPUs by each strategy: its plan, and how far that may be off."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from statistics import NormalDist
from typing import get_args

from longvid_tui.engine.costs import Estimate
from longvid_tui.engine.placement import Placement, Plan, plan
from longvid_tui.engine.staging import Staged
from longvid_tui.gantt import Bar
from longvid_tui.project.history import Strategy

STRATEGIES: tuple[Strategy, ...] = get_args(Strategy)

_DRAWS = 42
_OWN_NOISE = 0.05
"""Relative deviation of one run from the others of its kind, and of one load. Estimates, not measured yet."""
_LOAD_NOISE = 0.3


@dataclass(frozen=True)
class Forecast:
    """How one strategy would go.

    In seconds from now: half of the cases take less than `seconds`, 4 of 5 between `low` and `high`; `planned` if
    every run takes what is expected; no plan could take less than `at_least`. `idle`: the share of GPU time until
    the end that nothing uses, 0..1. `bars`: as planned. `sources`: where the times are from.
    """

    plan: Plan
    seconds: float
    low: float
    high: float
    planned: float
    at_least: float
    gpu_hours: float
    idle: float
    bars: tuple[Bar, ...]
    sources: tuple[str, ...]


def forecasts(staged: Staged, limit: float = 0.3) -> dict[Strategy, Forecast]:
    """Every strategy on the same problem; `limit`: seconds of search for `auto`, which takes over the plan of another
    that mostly ends earlier."""
    found = {strategy: forecast(staged, strategy, limit) for strategy in STRATEGIES}
    return {**found, "auto": min(found.values(), key=lambda each: each.seconds)}


def forecast(staged: Staged, strategy: Strategy, limit: float) -> Forecast:
    """The forecast of one strategy; `limit`: seconds of search."""
    made = plan(staged.instance, strategy=strategy, limit=limit)
    ends = sorted(_replays(staged, made))
    now = staged.instance.now
    bars = (
        Bar(
            each.job,
            each.gpus,
            start=each.start - now,
            loaded=each.end - _estimate(staged, each).seconds - now,
            end=each.end - now,
        )
        for each in made.placements
    )
    return Forecast(
        made,
        # The longest of many runs side by side counts, so most cases may take longer than planned.
        seconds=(ends[len(ends) // 2 - 1] + ends[len(ends) // 2]) / 2,
        low=ends[len(ends) // 10],
        high=ends[-1 - len(ends) // 10],
        planned=made.makespan,
        at_least=min(made.makespan, made.bound),
        gpu_hours=made.gpu_seconds / 3600,
        idle=max(0.0, made.idle),
        bars=tuple(bars),
        sources=tuple(dict.fromkeys(_estimate(staged, each).source for each in made.placements)),
    )


def _estimate(staged: Staged, placed: Placement) -> Estimate:
    return staged.menus[placed.job].estimates[len(placed.gpus)]


def _replays(staged: Staged, made: Plan) -> list[float]:
    """The ends of the plan, in seconds from now, for 42 draws of how wrong its times are.

    In each draw all times are off by one common factor, and each run and load by a little more of its own. For each
    draw there is one that is off the other way: so few would else be off on the whole.
    """
    random = Random(_DRAWS)  # noqa: S311 - to be reproducible, the same for every plan, and not secret
    ends = []
    for draw in range(_DRAWS // 2):
        quantile = NormalDist().inv_cdf((draw + 0.5) / _DRAWS)
        own = {
            job.id: (random.gauss(0, _LOAD_NOISE), random.gauss(0, _OWN_NOISE)) for job in staged.instance.jobs
        }
        ends += [_replay(staged, made, sign, quantile, own) for sign in (1, -1)]
    return ends


def _replay(
    staged: Staged, made: Plan, sign: int, quantile: float, own: Mapping[str, tuple[float, float]]
) -> float:
    instance = staged.instance
    jobs = {job.id: job for job in instance.jobs}
    free = list(instance.free)
    ends = dict(instance.pred_end)
    for each in made.placements:
        job, estimate, (load_noise, noise) = jobs[each.job], _estimate(staged, each), own[each.job]
        load = (each.end - each.start - estimate.seconds) * math.exp(sign * load_noise)
        seconds = estimate.seconds * math.exp(sign * (estimate.spread * quantile + noise))
        may_start = max(job.release, *(free[gpu] for gpu in each.gpus), *(ends[pred] for pred in job.preds))
        ends[each.job] = may_start + load + seconds
        for gpu in each.gpus:
            free[gpu] = ends[each.job]
    return max((ends[each.job] for each in made.placements), default=instance.now) - instance.now
