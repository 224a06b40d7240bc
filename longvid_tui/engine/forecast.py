"""When a film is ready on a box of GPUs, by strategy: missing segments and their costs become plans."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from statistics import NormalDist
from typing import get_args

from longvid_tui.backends.contract import CostClass
from longvid_tui.engine.costs import (
    SIZES,
    Box,
    Calibration,
    CostTable,
    Estimate,
    LoadProfile,
    Menu,
    Run,
    Work,
    load_key,
    load_seconds,
    menu,
    published,
)
from longvid_tui.engine.placement import Instance, Job, Placement, Plan, Unplaceable, Warm, plan
from longvid_tui.gantt import Bar
from longvid_tui.gpus import Group, Pool, Sample
from longvid_tui.project.canvas import Canvas
from longvid_tui.project.history import History, Record, Strategy
from longvid_tui.project.items import Item
from longvid_tui.project.state import ProjectState
from longvid_tui.project.timing import SEGMENT_FRAMES

STRATEGIES: tuple[Strategy, ...] = get_args(Strategy)

FLF2V = CostClass("wan21", "14B", 50, resident="wan21 14B")
"""Wan2.1 14B between two keyframes, in the 50 steps that generate.py takes for them."""

RUN_FACTS = "run"
"""The name of the entry in a take's facts that tells how it was made (costs.Run)."""

_DRAWS = 42
_OWN_NOISE = 0.05
"""Relative deviation of one run from the others of its kind, and of one load. Estimates, not measured yet."""
_LOAD_NOISE = 0.3


@dataclass(frozen=True)
class ToFilm:
    """A segment that has to be filmed.

    `open_ended`: it has no last keyframe. `preds`: unfinished segments whose last frame it needs. `release`:
    seconds from now until its keyframes are expected. `priority`: 1 if a person waits for it, else 0.
    """

    id: str
    canvas: Canvas
    frames: int = SEGMENT_FRAMES
    open_ended: bool = False
    preds: tuple[str, ...] = ()
    release: float = 0.0
    priority: int = 0


@dataclass(frozen=True)
class Means:
    """What there is to film with, now.

    `cost`: of segments between two keyframes, `open_cost`: of those without a last one (None: the same).
    `sizes`: the GPU counts that the generator can use. `load`: how weights are read, and `loads`: how own loads
    compared with the figures for that. `gpu_free`: seconds from now until each GPU is free, inf for one that is
    out; empty if all are free. `warm`: the model that each GPU holds. `host_gb`: memory available on each
    machine.
    """

    box: Box
    cost: CostClass = FLF2V
    open_cost: CostClass | None = None
    sizes: tuple[int, ...] = SIZES
    table: CostTable = field(default_factory=published)
    load: LoadProfile = "nvme"
    loads: Calibration = field(default_factory=Calibration)
    gpu_free: tuple[float, ...] = ()
    warm: tuple[Warm | None, ...] = ()
    host_gb: float = math.inf

    def cost_of(self, segment: ToFilm) -> CostClass:
        return (self.open_cost or self.cost) if segment.open_ended else self.cost


@dataclass(frozen=True)
class Staged:
    """A problem for the planner, and by segment the GPU counts it may have, with estimates of their times."""

    instance: Instance
    menus: Mapping[str, Menu]


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


def missing_segments(
    state: ProjectState,
    seconds_per_keyframe: float = 0.0,
    keyframes_at_once: int = 1,
    among: Collection[str] | None = None,
) -> tuple[ToFilm, ...]:
    """The segments a run would film, each released when its keyframes are expected.

    Keyframes are painted in the order of the film, and approved at once. `among`: the targets that are made at
    all, None for every one.
    """
    unpainted = [
        item.target
        for item in state.keyframes.values()
        if item.status != "ready" and (among is None or item.target in among)
    ]
    painted = {
        target: (place // keyframes_at_once + 1) * seconds_per_keyframe
        for place, target in enumerate(unpainted)
    }
    wanted: list[ToFilm] = []
    before: Item | None = None
    for segment in state.project.segments:
        item = state.segments[segment.id]
        if item.status != "ready" and (among is None or item.target in among):
            chained = segment.continuity == "chain" and before is not None and before.status != "ready"
            release = max(painted.get(name, 0.0) if name else 0.0 for name in (segment.first, segment.last))
            preds = (before.target,) if chained and before else ()
            wanted.append(
                ToFilm(
                    segment.id,
                    state.filmed_at,
                    open_ended=segment.last is None,
                    preds=preds,
                    release=release,
                    priority=int(_is_awaited(state.history.records.get(segment.id))),
                )
            )
        before = item
    return tuple(wanted)


def _is_awaited(record: Record | None) -> bool:
    """Whether a person looked at a take of the segment and asked for another."""
    return bool(record and record.takes and record.number and not record.retaken)


def own_runs(history: History) -> list[Run]:
    """The runs that the takes of a project were filmed in, oldest first."""
    takes = (take for record in history.records.values() for take in record.takes)
    facts = (take.facts.get(RUN_FACTS) for take in sorted(takes, key=lambda take: take.made_at))
    runs = (Run.from_facts(fact) for fact in facts if isinstance(fact, Mapping))
    return [run for run in runs if run]


def stage(
    segments: Sequence[ToFilm], means: Means, now: float = 0.0, pred_end: Mapping[str, float] | None = None
) -> Staged:
    """The planner's problem: these segments with these means. Raises Unplaceable if the box cannot film one.

    Times in segments and means count from now; those of the problem are moments, and `now` is the present one.
    `pred_end`: the moments at which segments that run, or are done, end.
    """
    offered = {
        work: menu(means.table, work, means.box, means.sizes, means.host_gb, means.cost.host_gb_on)
        for work in {_work(segment, means) for segment in segments}
    }
    menus = {segment.id: offered[_work(segment, means)] for segment in segments}
    for name, found in menus.items():
        if not found.times:
            raise Unplaceable(f"{means.box} cannot film this: {found.nearest}.", (name,))
    jobs = tuple(
        Job(
            segment.id,
            menus[segment.id].times,
            release=now + segment.release,
            preds=segment.preds,
            priority=segment.priority,
            model=means.cost_of(segment).resident,
        )
        for segment in segments
    )
    instance = Instance(
        means.box.nodes,
        jobs,
        load=_load(means, next(iter(offered))) if offered else {},
        load_mode="group" if means.cost.resident else "cold",
        now=now,
        gpu_free=tuple(now + seconds for seconds in means.gpu_free),
        warm=means.warm,
        pred_end=pred_end or {},
    )
    return Staged(instance, menus)


def _work(segment: ToFilm, means: Means) -> Work:
    cost = means.cost_of(segment)
    return Work(cost.backend, cost.model, segment.canvas, cost.steps, segment.frames, cost.version)


def _load(means: Means, work: Work) -> dict[int, float]:
    key = load_key(work, means.table.card(means.box.card))
    return load_seconds(means.load, max(means.box.nodes), means.loads, key)


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


@dataclass(frozen=True)
class LiveBox:
    """The usable GPUs of this machine as a box for the planner.

    `gpus`: the index of each GPU at its place in the box, with those that reach each other well side by side.
    `left_out`: by index, why another GPU is not in it. `taken`: some of those may be free again soon.
    """

    box: Box
    gpus: tuple[int, ...]
    left_out: Mapping[int, str]
    taken: bool = False


def live_box(samples: Sequence[Sample], pool: Pool, groups: Sequence[Group]) -> LiveBox | None:
    """The usable GPUs, which are of one card; None if none is usable."""
    usable = {sample.index: sample for sample in samples if sample.index in pool.gpus}
    if not usable:
        return None
    grouped = [gpu for group in groups for gpu in group.gpus]
    order = {gpu: place for place, gpu in enumerate(grouped)}
    gpus = tuple(sorted(usable, key=lambda gpu: (order.get(gpu, len(order)), gpu)))
    card = next(iter(usable.values())).name or "?"
    memory = min(sample.memory_total or 0 for sample in usable.values()) / 2**30
    return LiveBox(Box((len(gpus),), card, memory), gpus, pool.out, bool(pool.taken))
