"""What is to be placed, what a plan is, and the rules every valid plan keeps."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter
from typing import Literal, TypeAlias

Seconds: TypeAlias = float
Gpu: TypeAlias = int
"""Number of a GPU; the GPUs of all machines are counted through."""
Size: TypeAlias = int
"""How many GPUs of one machine work on one segment together."""
LoadMode: TypeAlias = Literal["cold", "group", "resident"]
"""Who keeps the model: nobody, a group of GPUs that started together, or each GPU for itself."""

TOLERANCE: Seconds = 1e-6


class Unplaceable(ValueError):
    """No machine can run these jobs; `jobs` names them and the text says what they would need."""

    def __init__(self, sentence: str, jobs: tuple[str, ...]) -> None:
        super().__init__(sentence)
        self.jobs = jobs


@dataclass(frozen=True)
class Job:
    """One segment that has not started.

    `times`: seconds without load for every size that memory, attention heads and machines allow.
    `release`: when both keyframes are (expected to be) approved. `preds`: jobs whose real last frame it
    needs.
    `priority`: 1 if somebody waits for it. `model`: what must be loaded (backend, checkpoint, precision).
    """

    id: str
    times: Mapping[Size, Seconds]
    release: Seconds = 0.0
    preds: tuple[str, ...] = ()
    priority: int = 0
    model: str = ""

    def __post_init__(self) -> None:
        if not self.times:
            raise ValueError(f"{self.id} has no size it could run at: give it at least one")
        if any(size < 1 or not 0 < seconds < math.inf for size, seconds in self.times.items()):
            raise ValueError(f"{self.id} has a size or a time that is not positive and finite")


@dataclass(frozen=True)
class Warm:
    """What a GPU holds: the model, and the group of GPUs its shard of it belongs to."""

    group: tuple[Gpu, ...]
    model: str


@dataclass(frozen=True)
class Instance:
    """The state of the boxes and of the unfinished work at the moment `now`.

    `nodes`: GPUs of each machine. `load`: seconds with that many GPUs loading together, every count from 1 to
    the largest size, or empty for none. `gpu_free`: earliest use of each GPU, `inf` for a lost one; empty for
    all free. `warm`: what each GPU holds; empty for nothing. `pred_end`: (expected) end of predecessors that
    are finished or running. Raises ValueError where these contradict each other.
    """

    nodes: tuple[int, ...]
    jobs: tuple[Job, ...]
    load: Mapping[int, Seconds] = field(default_factory=dict)
    load_mode: LoadMode = "group"
    now: Seconds = 0.0
    gpu_free: tuple[Seconds, ...] = ()
    warm: tuple[Warm | None, ...] = ()
    pred_end: Mapping[str, Seconds] = field(default_factory=dict)

    def __post_init__(self) -> None:
        count = sum(self.nodes)
        for name, states in (("gpu_free", self.gpu_free), ("warm", self.warm)):
            if states and len(states) != count:
                raise ValueError(f"{name} tells of {len(states)} GPUs, but the machines have {count}")
        sizes = (size for job in self.jobs for size in job.times)
        widest = min(max(sizes, default=0), max(self.nodes, default=0))
        if self.load and any(count not in self.load for count in range(1, widest + 1)):
            raise ValueError(f"load must tell every count from 1 to {widest}, or nothing")
        _check_order(self.jobs, self.pred_end)

    @property
    def free(self) -> tuple[Seconds, ...]:
        """Earliest use of each GPU, never before `now`."""
        return tuple(max(self.now, at) for at in self.gpu_free) or (self.now,) * sum(self.nodes)

    @property
    def holdings(self) -> tuple[Warm | None, ...]:
        return self.warm or (None,) * sum(self.nodes)

    def machines(self) -> list[range]:
        """The GPUs of each machine."""
        ends = [sum(self.nodes[: index + 1]) for index in range(len(self.nodes))]
        return [range(end - count, end) for end, count in zip(ends, self.nodes, strict=True)]


def _check_order(jobs: Sequence[Job], pred_end: Mapping[str, Seconds]) -> None:
    known = {job.id for job in jobs}
    if len(known) < len(jobs):
        raise ValueError("two jobs have the same id")
    for job in jobs:
        for pred in job.preds:
            if pred not in known and pred not in pred_end:
                raise ValueError(f"{job.id} needs {pred}, which is neither a job nor in pred_end")
    try:
        TopologicalSorter({job.id: job.preds for job in jobs}).prepare()
    except CycleError as error:
        raise ValueError(f"these jobs wait for each other: {', '.join(error.args[1])}") from error


@dataclass(frozen=True)
class Placement:
    """One job on sorted GPUs of one machine; `end - start` is the load it needs and its time at that size."""

    job: str
    gpus: tuple[Gpu, ...]
    start: Seconds
    end: Seconds


@dataclass(frozen=True)
class Recipe:
    """Where the search ended, to start the next one from: target end, queue order and least levels by job."""

    target: Seconds
    order: Mapping[str, float]
    levels: Mapping[str, int]


@dataclass(frozen=True)
class Plan:
    """Where and when every job runs, by start.

    `makespan` and `bound` (no plan can be shorter) count from `made_at`. `idle`: share of the usable
    GPU-seconds until the end that no job uses, 0..1.
    """

    placements: tuple[Placement, ...]
    makespan: Seconds
    bound: Seconds
    idle: float
    gpu_seconds: Seconds
    made_at: Seconds
    iterations: int
    recipe: Recipe | None = None

    def due(self, now: Seconds) -> list[Placement]:
        """What starts at `now`."""
        return [placement for placement in self.placements if placement.start <= now + TOLERANCE]


def check(instance: Instance, plan: Plan) -> list[str]:
    """What is wrong with the plan, one sentence each; nothing for a valid plan."""
    return list(_faults(instance, plan))


def _faults(instance: Instance, plan: Plan) -> Iterator[str]:
    jobs = {job.id: job for job in instance.jobs}
    times_placed = dict.fromkeys(jobs, 0)
    for placement in plan.placements:
        if placement.job not in jobs:
            yield f"{placement.job} is placed and is no job"
            continue
        times_placed[placement.job] += 1
        yield from _misplaced(instance, jobs[placement.job], placement)
    yield from (f"{job} is placed {count} times" for job, count in times_placed.items() if count != 1)
    yield from _too_early(instance, plan, jobs)
    yield from _double_booked(plan)
    yield from _too_short(instance, plan, jobs)
    last = max((placement.end for placement in plan.placements), default=instance.now)
    if abs(last - instance.now - plan.makespan) > TOLERANCE:
        yield f"the makespan is {last - instance.now}, not {plan.makespan}"


def _misplaced(instance: Instance, job: Job, placement: Placement) -> Iterator[str]:
    gpus = placement.gpus
    if len(gpus) not in job.times:
        yield f"{job.id} cannot run on {len(gpus)} GPUs"
    if list(gpus) != sorted(set(gpus)):
        yield f"{job.id} names its GPUs twice or out of order"
    if not any(set(gpus) <= set(machine) for machine in instance.machines()):
        yield f"{job.id} runs on GPUs {gpus} of no one machine"


def _too_early(instance: Instance, plan: Plan, jobs: Mapping[str, Job]) -> Iterator[str]:
    ends = {**instance.pred_end, **{placement.job: placement.end for placement in plan.placements}}
    free = instance.free
    for placement in plan.placements:
        job = jobs.get(placement.job)
        if job is None:
            continue
        begin = placement.start + TOLERANCE
        if begin < max(job.release, instance.now):
            yield f"{job.id} starts before it may"
        unfinished = [pred for pred in job.preds if begin < ends.get(pred, math.inf)]
        yield from (f"{job.id} starts before {pred} has ended" for pred in unfinished)
        yield from (
            f"{job.id} starts before GPU {gpu} is free"
            for gpu in placement.gpus
            if gpu < len(free) and begin < free[gpu]
        )


def _double_booked(plan: Plan) -> Iterator[str]:
    busy: dict[Gpu, Placement] = {}
    for placement in sorted(plan.placements, key=lambda placed: placed.start):
        for gpu in placement.gpus:
            before = busy.get(gpu)
            if before and placement.start < before.end - TOLERANCE:
                yield f"{before.job} and {placement.job} are on GPU {gpu} at a time"
            busy[gpu] = placement


def _too_short(instance: Instance, plan: Plan, jobs: Mapping[str, Job]) -> Iterator[str]:
    holdings = list(instance.holdings)
    for placement in sorted(plan.placements, key=lambda placed: placed.start):
        job = jobs.get(placement.job)
        if job is None or len(placement.gpus) not in job.times or placement.gpus[-1] >= len(holdings):
            continue
        needed = load_seconds(instance, holdings, placement.gpus, job.model) + job.times[len(placement.gpus)]
        if placement.end - placement.start < needed - TOLERANCE:
            yield f"{job.id} needs {needed:.1f} s and has {placement.end - placement.start:.1f} s"
        for gpu in placement.gpus:
            holdings[gpu] = Warm(placement.gpus, job.model)


def load_seconds(
    instance: Instance, holdings: Sequence[Warm | None], gpus: tuple[Gpu, ...], model: str
) -> Seconds:
    """Seconds of loading before a run on these GPUs, given what each GPU holds."""
    if not instance.load:
        return 0.0
    if instance.load_mode == "cold":
        return instance.load[len(gpus)]
    if instance.load_mode == "group":
        warm = all(holdings[gpu] == Warm(gpus, model) for gpu in gpus)
        return 0.0 if warm else instance.load[len(gpus)]
    lacking = [gpu for gpu in gpus if (held := holdings[gpu]) is None or held.model != model]
    return instance.load[len(lacking)] if lacking else 0.0
