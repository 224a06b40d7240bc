"""What all projects of one user share: places at services and on processor cores, and the GPUs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import TypeAlias

from longvid_tui import allotted
from longvid_tui.backends.contract import Progress
from longvid_tui.engine.aside import Aside
from longvid_tui.engine.fleet import Fleet, Lease
from longvid_tui.engine.prefetching import Prefetch
from longvid_tui.engine.studio import Studio
from longvid_tui.engine.tasks import Kind

Place: TypeAlias = tuple[str, str]
"""A kind of work, and who does it: a service by name, or this machine."""

HERE = "this machine"

ON_PIXELS: tuple[Kind, ...] = ("conform", "mend", "assemble")
"""The kinds of jobs that share the processes of `aside`."""

MOTIONS_AT_ONCE = 4
"""Requests to the planner's service at the same time; each is two pictures and a short answer."""

MOST_BESIDE = 8
"""Jobs on pixels at once on a large machine, each in a process of some 300 MB: together they conform a segment
a second, and no eight GPUs film as many."""


class Pools:
    """Counts who works where, and tells those who wait when a place becomes free."""

    def __init__(self, kept: float = 0.0) -> None:
        """`kept`: seconds that a pixel process outlives the last run."""
        self.fleet = Fleet()
        self.prefetch = Prefetch()
        self.aside = Aside(kept=kept)
        self._taken: Counter[Place] = Counter()
        self._waiting: list[Callable[[], None]] = []

    def room(self, kind: Kind, studio: Studio) -> int:
        """How many more jobs of this kind may start now."""
        return places(studio)[kind] - self._taken[_place(kind, studio)]

    def enter(self, kind: Kind, studio: Studio) -> Callable[[], None]:
        """Take a place; the returned function gives it back."""
        place = _place(kind, studio)
        self._taken[place] += 1

        def leave() -> None:
            self._taken[place] -= 1
            self._tell()

        return leave

    def enter_gpus(self, attempt: str, lease: Lease) -> Callable[[], None]:
        """Lease GPUs to an attempt; the returned function gives them back."""
        self.fleet.lease(attempt, lease)
        return self.leave_gpus(attempt)

    def leave_gpus(self, attempt: str) -> Callable[[], None]:
        """The function that gives back the GPUs of an attempt."""

        def leave() -> None:
            self.fleet.give_back(attempt)
            self._tell()

        return leave

    def hear(self, attempt: str, progress: Progress, each: float | None) -> None:
        """Note where an attempt on GPUs stands, and tell those who wait once another may queue behind it."""
        if self.fleet.hear(attempt, progress, each):
            self._tell()

    def watch(self, tell: Callable[[], None]) -> Callable[[], None]:
        """Call `tell` whenever a place becomes free, until the returned function is called."""
        self._waiting.append(tell)
        return lambda: self._waiting.remove(tell)

    def _tell(self) -> None:
        for tell in list(self._waiting):
            tell()


def places(studio: Studio) -> dict[Kind, int]:
    """How many jobs of each kind may run at once."""
    run, cores = studio.settings.run, allotted.cores()
    return {
        "plan": 1,
        "motion": MOTIONS_AT_ONCE,
        "paint": run.keyframes_parallel or studio.images.capabilities.parallel,
        "render": run.segments_parallel or cores,
        **dict.fromkeys(ON_PIXELS, _beside(cores)),
    }


def _beside(cores: int) -> int:
    """Jobs on pixels at the same time: half of the cores, so that the loaders of the GPUs have theirs."""
    return max(1, min(MOST_BESIDE, cores // 2))


def _place(kind: Kind, studio: Studio) -> Place:
    services = {"plan": studio.planner.name, "motion": studio.planner.name, "paint": studio.images.name}
    return "pixels" if kind in ON_PIXELS else kind, services.get(kind, HERE)
