"""The GPUs of this machine: who has which, and which segment goes where next.

Leases are kept here for speed; the truth is the `start` event of each attempt, from which they are made again.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

import psutil

from longvid_tui.backends.contract import Misconfigured
from longvid_tui.engine import residents
from longvid_tui.engine.costs import learned, published
from longvid_tui.engine.forecast import (
    LiveBox,
    Means,
    ToFilm,
    live_box,
    missing_segments,
    own_runs,
    stage,
)
from longvid_tui.engine.placement import Unplaceable, Warm, plan
from longvid_tui.engine.processes import marked_pids
from longvid_tui.engine.studio import Studio
from longvid_tui.gpus import Reading, Sampler, usable
from longvid_tui.project.history import OpenAttempt
from longvid_tui.project.state import ProjectState

SEARCH_SECONDS = 0.01
"""What a better plan may cost at every event: the bars of placement are measured with it."""

_POLL_SECONDS = 0.02

_OVERDUE_SECONDS = 10.0
"""A run that takes longer than expected is expected to end this soon, again and again."""


@dataclass(frozen=True)
class Lease:
    """GPUs (UUIDs) of one `card`, and the seconds an attempt is expected to take on them."""

    gpus: tuple[str, ...]
    card: str = ""
    seconds: float = 0.0


class Fleet:
    """Every GPU belongs to at most one attempt, of whichever project."""

    def __init__(self) -> None:
        self._sampler = Sampler()
        self._looker: threading.Thread | None = None
        self._leases: dict[str, Lease] = {}
        self._ends: dict[str, float] = {}

    def is_ready(self) -> bool:
        """Whether every GPU has answered once, or had its time to; the first call has them asked."""
        if self._looker is None:
            self._sampler.start()
            self._looker = threading.Thread(target=self._sampler.first, name="first look", daemon=True)
            self._looker.start()
        return not self._looker.is_alive()

    def wait(self) -> Reading:
        """The latest samples once there are any: seconds at most."""
        while not self.is_ready():
            time.sleep(_POLL_SECONDS)
        return self._sampler.read()

    def lease(self, attempt: str, lease: Lease) -> None:
        """Give GPUs to an attempt until `give_back`."""
        assert not set(lease.gpus) & set(self.leased()), "a GPU belongs to one attempt at a time"
        self._leases[attempt] = lease
        self._ends[attempt] = time.monotonic() + lease.seconds

    def adopt(self, attempts: Iterable[OpenAttempt]) -> None:
        """Make the leases of attempts again that an earlier engine started."""
        for attempt in attempts:
            if attempt.gpus and attempt.id not in self._leases:
                self._leases[attempt.id] = Lease(attempt.gpus, attempt.card)
                self._ends[attempt.id] = time.monotonic()

    def give_back(self, attempt: str) -> None:
        self._leases.pop(attempt, None)
        self._ends.pop(attempt, None)

    def leased(self) -> dict[str, str]:
        """Attempt by GPU."""
        return {gpu: attempt for attempt, lease in self._leases.items() for gpu in lease.gpus}

    def place(
        self,
        studio: Studio,
        state: ProjectState,
        startable: Collection[str],
        *,
        rung: int = 0,
        more_than: int = 0,
    ) -> dict[str, Lease]:
        """What starts now and on which GPUs, by segment; the other `startable` ones wait for a better moment.

        `rung`: of the generator's ladder. `more_than`: GPUs a segment has to have more of, after running out of
        memory on so many. Raises Misconfigured where no GPU of this machine will do.
        """
        if not (startable and studio.films_on_gpus):
            return {}
        if more_than >= max(studio.video.capabilities.gpus):
            raise Misconfigured(
                f"A segment ran out of memory on {more_than} GPUs, the most it can use: make the film smaller."
            )
        live = self._box(studio)
        uuids = self._uuids(live)
        means = self._means(studio, live, uuids, rung, more_than)
        try:
            staged = stage(_with_successors(missing_segments(state), startable), means)
        except Unplaceable as error:
            raise Misconfigured(str(error)) from error
        made = plan(staged.instance, strategy=studio.settings.gpus.strategy, limit=SEARCH_SECONDS)
        return {
            each.job: Lease(tuple(uuids[gpu] for gpu in each.gpus), live.box.card, each.end - each.start)
            for each in made.due(staged.instance.now)
            if each.job in startable
        }

    def _box(self, studio: Studio) -> LiveBox:
        reading = self._sampler.read()
        ours = marked_pids({*self._leases, *residents.names()})
        visible = os.environ.get("CUDA_VISIBLE_DEVICES")
        allow = studio.settings.gpus.allow_foreign
        pool = usable(reading.gpus, ours, allow_foreign=allow, visible=visible)
        found = live_box(reading.gpus, pool, reading.groups)
        if found is None:
            why = reading.problem or "; ".join(f"GPU {index}: {reason}" for index, reason in pool.out.items())
            raise Misconfigured(f"No GPU can be used ({why.rstrip('.')}): `longvid-tui gpus` tells more.")
        return found

    def _uuids(self, live: LiveBox) -> list[str]:
        told = {sample.index: sample.uuid for sample in self._sampler.read().gpus}
        return [told[index] or str(index) for index in live.gpus]

    def _means(self, studio: Studio, live: LiveBox, uuids: list[str], rung: int, more_than: int) -> Means:
        canvas = studio.folder.project.canvas
        known = learned(published(), own_runs(studio.folder.history))
        cost = studio.video.cost_class(canvas, rung=rung)
        assert cost is not None
        return Means(
            box=replace(live.box, card=known.table.card(live.box.card)),
            cost=cost,
            open_cost=studio.video.cost_class(canvas, open_ended=True, rung=rung),
            sizes=tuple(size for size in studio.video.capabilities.gpus if size > more_than),
            table=known.table,
            load=known.profile,
            loads=known.loads,
            gpu_free=tuple(self._free_in(uuid) for uuid in uuids),
            warm=_held(uuids) if cost.resident else (),
            host_gb=psutil.virtual_memory().available / 2**30,
        )

    def _free_in(self, uuid: str) -> float:
        attempt = self.leased().get(uuid)
        return 0.0 if attempt is None else max(self._ends[attempt] - time.monotonic(), _OVERDUE_SECONDS)


def _held(uuids: list[str]) -> tuple[Warm | None, ...]:
    """What each GPU holds. A group that is not whole any more, because others use one of its GPUs, counts as none."""
    held: dict[str, Warm] = {}
    for group, model in residents.holdings():
        if set(group) <= set(uuids):
            warm = Warm(tuple(sorted(uuids.index(gpu) for gpu in group)), model)
            held |= dict.fromkeys(group, warm)
    return tuple(held.get(uuid) for uuid in uuids)


def _with_successors(segments: Iterable[ToFilm], startable: Collection[str]) -> tuple[ToFilm, ...]:
    """The startable segments, and those that only wait for one of them in a chain."""
    chosen: dict[str, ToFilm] = {}
    for segment in segments:
        if segment.id in startable:
            chosen[segment.id] = replace(segment, preds=(), release=0.0)
        elif segment.preds and all(pred in chosen for pred in segment.preds):
            chosen[segment.id] = segment
    return tuple(chosen.values())
