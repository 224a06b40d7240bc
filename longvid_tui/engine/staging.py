"""What is to be filmed and with what, as a problem for the planner: missing segments, means, and their menus.

`Staged` is what `fleet` places on GPUs, and what `forecast` and `outlook` tell the end of.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from longvid_tui.backends.contract import CostClass
from longvid_tui.engine.costs import (
    SIZES,
    Box,
    Calibration,
    CostTable,
    LoadProfile,
    Menu,
    Work,
    load_key,
    load_seconds,
    menu,
    published,
)
from longvid_tui.engine.placement import Instance, Job, Unplaceable, Warm
from longvid_tui.project.canvas import Canvas
from longvid_tui.project.history import Record
from longvid_tui.project.items import Item
from longvid_tui.project.state import ProjectState
from longvid_tui.project.timing import SEGMENT_FRAMES

FLF2V = CostClass("wan21", "14B", 50, resident="wan21 14B")
"""Wan2.1 14B between two keyframes, in the 50 steps that generate.py takes for them."""


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
