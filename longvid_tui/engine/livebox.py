"""The usable GPUs of this machine as a box for the planner."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from longvid_tui.engine.costs import Box
from longvid_tui.gpus import Group, Pool, Sample


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
