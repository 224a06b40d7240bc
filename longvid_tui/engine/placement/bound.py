"""A makespan that no plan can undercut: the smallest end for which time and GPU-seconds suffice."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from longvid_tui.engine.placement.model import Instance, Seconds, Size
from longvid_tui.engine.placement.problem import Problem

_WINDOWS = 24
"""How many start and end times of windows are tried; more tighten the bound by less than its own gap."""

Capacity: TypeAlias = list[tuple[Seconds, int]]
"""From when on GPUs can compute, and how many of them."""
Windows: TypeAlias = list[tuple[Seconds, list[int]]]
"""Borders of windows of time, and the classes that each adds to the one before."""


@dataclass(frozen=True)
class _Class:
    """Jobs that look alike to the bound; `sizes`: (GPU-seconds, earliest end, seconds) cheapest first."""

    head: Seconds
    tail: Seconds
    sizes: tuple[tuple[Seconds, Seconds, Seconds], ...]
    count: int

    def work(self, end: Seconds) -> Seconds:
        """Least GPU-seconds of the class if all of it is to be in time for `end`; inf if it cannot be."""
        for gpu_seconds, earliest_end, seconds in self.sizes:
            if max(earliest_end, self.head + seconds) + self.tail <= end:
                return gpu_seconds * self.count
        return math.inf

    def longest_path(self) -> Seconds:
        return min(max(ends, self.head + seconds) for _, ends, seconds in self.sizes) + self.tail


def lower_bound(instance: Instance) -> Seconds:
    """Seconds from `now` that every valid plan takes at least; 0 without jobs. Raises Unplaceable."""
    return bound_of(Problem(instance))


def bound_of(problem: Problem) -> Seconds:
    """The largest end found, to 1e-4 of itself, that is too early for some path or some window of time."""
    if not problem.jobs:
        return 0.0
    classes = _classes(problem)
    capacity = _capacity(problem)
    by_head = _windows(classes, [c.head for c in classes])
    by_tail = _windows(classes, [c.tail for c in classes])
    low = high = max(c.longest_path() for c in classes)
    while not _suffices(classes, capacity, by_head, by_tail, high):
        low, high = high, high * 2
    while high - low > 1e-4 * low:
        middle = (low + high) / 2
        if _suffices(classes, capacity, by_head, by_tail, middle):
            high = middle
        else:
            low = middle
    return low


def _suffices(
    classes: Sequence[_Class], capacity: Capacity, by_head: Windows, by_tail: Windows, end: Seconds
) -> bool:
    work = [c.work(end) for c in classes]
    for windows, late in ((by_head, True), (by_tail, False)):
        need = 0.0
        for border, members in windows:
            need += sum([work[member] for member in members])
            opens, closes = (border, end) if late else (0.0, end - border)
            if need > sum([count * max(0.0, closes - max(opens, ready)) for ready, count in capacity]):
                return False
    return True


def _windows(classes: Sequence[_Class], borders: Sequence[Seconds]) -> Windows:
    """Latest border first: the jobs that a window gains when it grows back to that border.

    Every job lies in the last window, whose border is the least. Of many borders some are skipped.
    """
    falling = sorted(range(len(classes)), key=lambda index: -borders[index])
    stride = max(1, len(set(borders)) // _WINDOWS)
    windows: Windows = []
    for index in falling:
        if windows and windows[-1][0] == borders[index]:
            windows[-1][1].append(index)
        else:
            windows.append((borders[index], [index]))
    merged: Windows = []
    for at in range(0, len(windows), stride):
        part = windows[at : at + stride]
        merged.append((part[-1][0], [index for _, members in part for index in members]))
    return merged


def _classes(problem: Problem) -> list[_Class]:
    alike = Counter(
        (id(times), model, head, tail)
        for times, model, head, tail in zip(
            problem.times, problem.models, problem.heads[-1], problem.tails[-1], strict=True
        )
    )
    times_of = {id(times): times for times in problem.times}
    sizes = {
        (key, model): tuple(_sizes(problem, times_of[key], model))
        for key, model in {(key, model) for key, model, _, _ in alike}
    }
    return [_Class(head, tail, sizes[key, model], count) for (key, model, head, tail), count in alike.items()]


def _sizes(
    problem: Problem, times: Mapping[Size, Seconds], model: str
) -> Iterator[tuple[Seconds, Seconds, Seconds]]:
    for size, seconds in sorted(times.items(), key=lambda option: option[0] * option[1]):
        start = min(row[size - 1] for row in problem.free_times if len(row) >= size)
        yield size * seconds, start + _first_load(problem, size, model) + seconds, seconds


def _first_load(problem: Problem, size: Size, model: str) -> Seconds:
    """Least loading before the first run of this size, whoever makes it."""
    if problem.load_mode == "group":
        warm = any(len(group) == size and held == model for group, held in problem.warm_groups.items())
        return 0.0 if warm else problem.instance.load[size]
    if problem.load_mode == "resident":
        return 0.0 if model in problem.held else min(problem.instance.load.values())
    return 0.0


def _capacity(problem: Problem) -> Capacity:
    if problem.load_mode == "cold":
        loaded = set(problem.machine_of)
    elif problem.load_mode == "group":
        loaded = {gpu for group in problem.warm_groups for gpu in group}
    else:
        loaded = {gpu for gpu, model in enumerate(problem.held) if model in problem.distinct_models}
    least = 0.0 if problem.load_mode == "cold" else min(problem.instance.load.values())
    ready = Counter(problem.free[gpu] + (0.0 if gpu in loaded else least) for gpu in problem.machine_of)
    return sorted(ready.items())
