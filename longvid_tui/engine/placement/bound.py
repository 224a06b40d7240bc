"""A makespan that no plan can undercut: the smallest end for which time and GPU-seconds suffice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle
from typing import TypeAlias

from longvid_tui.engine.placement.model import Instance, Seconds, Size
from longvid_tui.engine.placement.problem import Problem

_WINDOWS = 24
"""How many start and end times of windows are tried; more tighten the bound by less than its own gap."""
_EXACT = 1e-4
"""Share of itself up to which the bound is found."""

Capacity: TypeAlias = list[tuple[Seconds, int]]
"""From when on GPUs can compute, and how many of them; earliest first."""


@dataclass(frozen=True)
class _Class:
    """Jobs that look alike to the bound; `sizes`: (earliest end of the film, GPU-seconds of all), cheapest
    first."""

    head: Seconds
    tail: Seconds
    sizes: tuple[tuple[Seconds, Seconds], ...]

    def longest_path(self) -> Seconds:
        return min([end for end, _ in self.sizes])

    def work(self, end: Seconds) -> Seconds:
        """Least GPU-seconds of the class if all of it is in time for `end`."""
        for earliest, gpu_seconds in self.sizes:
            if earliest <= end:
                return gpu_seconds
        raise AssertionError("no path is longer than the end")


@dataclass(frozen=True)
class _Window:
    """From a moment on `capacity` is for these jobs and those of the windows before it; `after` must follow
    them."""

    members: list[int]
    capacity: Capacity
    after: Seconds


def lower_bound(instance: Instance) -> Seconds:
    """Seconds from `now` that every valid plan takes at least; 0 without jobs. Raises Unplaceable."""
    return bound_of(Problem(instance))


def bound_of(problem: Problem) -> Seconds:
    """The largest end found, to 1e-4 of itself, that is too early for some path or some window of time.

    The later the film may end, the cheaper its jobs and the sooner they could be done: the bound is where the
    two meet, which is between every end and what it leads to.
    """
    if not problem.jobs:
        return 0.0
    classes = _classes(problem)
    windows = _windows(classes, _capacity(problem))
    early = max([c.longest_path() for c in classes])
    late = high = max(early, _done(classes, windows, early))
    surplus = high - early
    low = max(early, _done(classes, windows, late))
    spare = late - low
    for halving in cycle((False, True)):
        if high - low <= _EXACT * low:
            return low
        # On a straight line the two would meet here; a step of the work calls for halving.
        end = (low + high) / 2 if halving else early + (late - early) * surplus / (surplus + spare)
        done = _done(classes, windows, end)
        low, high = max(low, min(end, done)), min(high, max(end, done))
        if done > end:
            early, surplus = end, done - end
        else:
            late, spare = end, end - done
    raise AssertionError("every second step halves what is left")


def _done(classes: Sequence[_Class], windows: Sequence[Sequence[_Window]], end: Seconds) -> Seconds:
    """When the busiest window is done, if every job is as cheap as it can be to be in time for `end`."""
    work = [c.work(end) for c in classes]
    done = 0.0
    for growing in windows:
        need = 0.0
        for window in growing:
            need += sum([work[member] for member in window.members])
            done = max(done, _filled(window.capacity, need) + window.after)
    return done


def _filled(capacity: Capacity, work: Seconds) -> Seconds:
    """When so many GPU-seconds are done at the earliest."""
    gpus, missed = 0, 0.0
    for ready, count in capacity:
        if gpus and work + missed <= ready * gpus:
            break
        gpus += count
        missed += ready * count
    return (work + missed) / gpus


def _windows(classes: Sequence[_Class], capacity: Capacity) -> tuple[list[_Window], list[_Window]]:
    """Windows from a head to the end of the film, and from its start until a tail is left."""
    by_head = [
        _Window(members, [(max(head, ready), count) for ready, count in capacity], 0.0)
        for head, members in _growing([c.head for c in classes])
    ]
    by_tail = [_Window(members, capacity, tail) for tail, members in _growing([c.tail for c in classes])]
    return by_head, by_tail


def _growing(borders: Sequence[Seconds]) -> Iterator[tuple[Seconds, list[int]]]:
    """Latest border first: the classes that a window gains when it grows back to that border.

    Every class lies in the last window, whose border is the least. Of many borders some are skipped.
    """
    falling = sorted(set(borders), reverse=True)
    stride = max(1, len(falling) // _WINDOWS)
    at_border: dict[Seconds, list[int]] = {border: [] for border in falling}
    for member, border in enumerate(borders):
        at_border[border].append(member)
    for at in range(0, len(falling), stride):
        part = falling[at : at + stride]
        yield part[-1], [member for border in part for member in at_border[border]]


def _classes(problem: Problem) -> list[_Class]:
    alike = Counter(
        zip(map(id, problem.times), problem.models, problem.heads[-1], problem.tails[-1], strict=True)
    )
    times_of = {id(times): times for times in problem.times}
    sizes = {
        (key, model): list(_sizes(problem, times_of[key], model))
        for key, model in {(key, model) for key, model, _, _ in alike}
    }
    return [
        _Class(
            head,
            tail,
            tuple(
                [
                    (max(ends, head + seconds) + tail, gpu_seconds * count)
                    for gpu_seconds, ends, seconds in sizes[key, model]
                ]
            ),
        )
        for (key, model, head, tail), count in alike.items()
    ]


def _sizes(
    problem: Problem, times: Mapping[Size, Seconds], model: str
) -> Iterator[tuple[Seconds, Seconds, Seconds]]:
    """GPU-seconds, earliest end and seconds of every size, cheapest first."""
    for size, seconds in sorted(times.items(), key=lambda option: option[0] * option[1]):
        start = min(row[size - 1] for row in problem.free_times)
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
