"""Why a segment is on so many GPUs and just there, in words that follow from its plan."""

from __future__ import annotations

from longvid_tui.engine.placement.model import TOLERANCE, Instance, Job, Placement, Plan
from longvid_tui.gantt import spoken
from longvid_tui.project.history import Strategy


def reason(instance: Instance, plan: Plan, placed: Placement, strategy: Strategy) -> str:
    """One phrase to go after `on 4 GPUs`."""
    job = next(job for job in instance.jobs if job.id == placed.job)
    saved = _load_saved(instance, job, placed)
    return _why_so_many(instance, plan, job, placed, strategy) + (
        f"; the model is loaded there: {spoken(saved)} saved" if saved >= 1 else ""
    )


def _why_so_many(instance: Instance, plan: Plan, job: Job, placed: Placement, strategy: Strategy) -> str:
    count = len(placed.gpus)
    if strategy == "wide":
        return "as many as it can use, as `wide` has it"
    if strategy == "parallel":
        return "as few as it fits on, as `parallel` has it"
    fewer = max((size for size in job.times if size < count), default=None)
    if fewer is None:
        return "the least GPU time, and soon enough"
    loading = instance.load.get(fewer, 0.0) if placed.end - placed.start > job.times[count] + TOLERANCE else 0.0
    late = placed.start + loading + job.times[fewer] - (plan.made_at + plan.makespan)
    if late >= 1:
        return f"as on {fewer} it would end {spoken(late)} after all others"
    after = next((other.id for other in instance.jobs if job.id in other.preds), "")
    if after:
        return f"as {after} starts with its last frame"
    return "as you wait for it" if job.priority else "as the film is done soonest so"


def _load_saved(instance: Instance, job: Job, placed: Placement) -> float:
    """Seconds of loading that it is spared where it is; 0 where every run loads."""
    count = len(placed.gpus)
    if instance.load_mode == "cold" or placed.end - placed.start > job.times[count] + TOLERANCE:
        return 0.0
    return instance.load.get(count, 0.0)
