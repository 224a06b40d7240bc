"""Schedules whose sizes follow one rule: the two strategies people know, and the yardsticks for ours."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Literal, TypeAlias

from longvid_tui.engine.placement.greedy import Schedule, list_schedule
from longvid_tui.engine.placement.model import Seconds, Size
from longvid_tui.engine.placement.problem import Problem

Baseline: TypeAlias = Literal["wide", "parallel", "two", "split"]
"""Each job at its widest, at its narrowest, on half a machine, and the best uniform size in hindsight."""
Rule: TypeAlias = Callable[[Mapping[Size, Seconds]], Size]


def up_to(most: Size) -> Rule:
    """The widest size of at most `most` GPUs, else the narrowest there is."""
    return lambda times: max((size for size in times if size <= most), default=min(times))


def baseline_schedule(problem: Problem, kind: Baseline) -> Schedule:
    if kind == "wide":
        return fixed_schedule(problem, max)
    if kind == "parallel":
        return fixed_schedule(problem, min)
    if kind == "two":
        return fixed_schedule(problem, up_to(max(map(len, problem.machines), default=0) // 2))
    sizes = {size for times in problem.times for size in times}
    splits = [fixed_schedule(problem, up_to(size)) for size in sorted(sizes, reverse=True)]
    return min(splits, key=lambda schedule: schedule.objective, default=fixed_schedule(problem, max))


def fixed_schedule(problem: Problem, rule: Rule) -> Schedule:
    """The queue in the order of the film, never idle while a job fits."""
    choices = [[(size := rule(times), times[size])] for times in problem.times]
    schedule = list_schedule(problem, choices, problem.timeline, [math.inf] * len(choices))
    assert schedule is not None, "nothing is cut off"
    return schedule


def may_beat(problem: Problem, rule: Rule, end: Seconds) -> bool:
    """Whether every job of the rule could end before `end`, and all GPU-seconds fit: a look instead of a
    schedule."""
    gpu_seconds = 0.0
    for times, available in zip(problem.times, problem.available, strict=True):
        size = rule(times)
        if available + times[size] >= end:
            return False
        gpu_seconds += size * times[size]
    return gpu_seconds < sum([max(0.0, end - problem.free[gpu]) for gpu in problem.machine_of])
