"""Puts segments on GPUs so that the film is done soonest: pure data in, pure data out."""

from longvid_tui.engine.placement.bound import lower_bound
from longvid_tui.engine.placement.fixed import Baseline
from longvid_tui.engine.placement.model import (
    TOLERANCE,
    Instance,
    Job,
    LoadMode,
    Placement,
    Plan,
    Recipe,
    Unplaceable,
    Warm,
    check,
)
from longvid_tui.engine.placement.planner import baseline, plan
from longvid_tui.engine.placement.reasons import reason

__all__ = [
    "TOLERANCE",
    "Baseline",
    "Instance",
    "Job",
    "LoadMode",
    "Placement",
    "Plan",
    "Recipe",
    "Unplaceable",
    "Warm",
    "baseline",
    "check",
    "lower_bound",
    "plan",
    "reason",
]
