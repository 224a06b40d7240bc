"""Which GPUs run together: neighbours by number, in blocks of two, four and eight, so that blocks stay whole.

The numbers of GPUs that reach each other well (NVLink, one NUMA node) lie side by side; see livebox.live_box.
When a run starts and how many GPUs it has is settled before: free GPUs of one machine stand in for each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TypeAlias

from longvid_tui.engine.placement.greedy import Run
from longvid_tui.engine.placement.model import Gpu, Seconds, Size
from longvid_tui.engine.placement.problem import Problem

Group: TypeAlias = tuple[Gpu, ...]
Mask: TypeAlias = int
"""A set of GPUs of one machine: bit 0 is its first one."""


@dataclass
class _Kept:
    """GPUs that loaded a model together (none chosen yet: empty), and how many runs still count on that."""

    gpus: Group
    model: str
    reuses: int = 0


def aligned(problem: Problem, runs: Sequence[Run]) -> list[Run]:
    """The same runs by start, on neighbouring GPUs where there is a choice; no run loads more than before."""
    ordered = sorted(runs, key=lambda run: run[1])
    if problem.load_mode == "resident":
        return ordered
    standing = {gpus: _Kept(gpus, model) for gpus, model in problem.warm_groups.items()}
    kept = _kept(problem, ordered, standing) if problem.load_mode == "group" else [None] * len(ordered)
    machines = [_Machine(gpus, problem.free) for gpus in problem.machines]
    for gpus, group in standing.items():
        machines[problem.machine_of[gpus[0]]].keep(group)
    placed: list[Run] = []
    for (k, start, end, taken), used in zip(ordered, kept, strict=True):
        machine = machines[problem.machine_of[taken[0]]]
        placed.append((k, start, end, machine.run(len(taken), start, end, used)))
    return placed


def _kept(problem: Problem, runs: Sequence[Run], standing: dict[Group, _Kept]) -> list[_Kept | None]:
    """For each run the group it forms or uses again; `standing` groups are there before."""
    holders = {gpu: group for gpus, group in standing.items() for gpu in gpus}
    formed_as = {id(group): gpus for gpus, group in standing.items()}
    kept: list[_Kept | None] = []
    for k, _, _, gpus in runs:
        group: _Kept | None = holders.get(gpus[0])
        intact = group and len(formed_as[id(group)]) == len(gpus) and all(holders.get(g) is group for g in gpus)
        if group and intact and group.model == problem.models[k]:
            group.reuses += 1
        else:
            group = _Kept((), problem.models[k])
            formed_as[id(group)] = tuple(gpus)
            holders.update(dict.fromkeys(gpus, group))
        kept.append(group)
    return kept


class _Machine:
    """The GPUs of one machine during the runs: when each is free, and which are kept for a later run."""

    def __init__(self, gpus: Sequence[Gpu], free: Sequence[Seconds]) -> None:
        self.first = min(gpus)
        self.count = max(gpus) - self.first + 1
        self.free_at = {1 << (gpu - self.first): free[gpu] for gpu in gpus}
        self.kept: Mask = 0

    def keep(self, group: _Kept) -> None:
        if group.reuses:
            self.kept |= self._mask(group.gpus)

    def run(self, size: Size, start: Seconds, end: Seconds, group: _Kept | None) -> Group:
        """Book GPUs for a run: those of the group if it has some, else `size` neighbours."""
        if group and group.gpus:
            gpus = group.gpus
            group.reuses -= 1
            if not group.reuses:
                self.kept &= ~self._mask(gpus)
        else:
            free = sum([gpu for gpu, at in self.free_at.items() if at <= start]) & ~self.kept
            gpus = tuple([self.first + number for number in _neighbours(free, size, self.count)])
            if group:
                group.gpus = gpus
                self.keep(group)
        for gpu in gpus:
            self.free_at[1 << (gpu - self.first)] = end
        return gpus

    def _mask(self, gpus: Group) -> Mask:
        return sum([1 << (gpu - self.first) for gpu in gpus])


@cache
def _neighbours(free: Mask, size: Size, count: int) -> tuple[int, ...]:
    """`size` bits of the smallest block that has them free, of equal blocks the one with least to spare."""
    levels = _blocks(count)
    for at, blocks in enumerate(levels):
        fitting = [block for block in blocks if (free & block).bit_count() >= size]
        if fitting:
            block = min(fitting, key=lambda block: [_spare(free, block, wider) for wider in levels[at:]])
            return tuple(bit for bit in range(count) if free & block & (1 << bit))[:size]
    raise AssertionError("the plan has room for every run")


@cache
def _blocks(count: int) -> list[list[Mask]]:
    """The blocks of 1, 2, 4, .. neighbours that `count` GPUs divide into, narrow ones first."""
    widths = [1 << power for power in range((count - 1).bit_length() + 1)]
    return [[((1 << width) - 1) << at for at in range(0, count, width)] for width in widths]


def _spare(free: Mask, block: Mask, wider: Sequence[Mask]) -> int:
    return next((free & around).bit_count() for around in wider if around & block)
