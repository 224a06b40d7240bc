"""The GPUs of this machine: which attempt has which, and which segment goes where next.

Leases are kept in memory for speed only: a new engine makes them again from the `start` events of open
attempts.
"""

from __future__ import annotations

import math
import os
import threading
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, TypeAlias

import psutil

from longvid_tui import allotted
from longvid_tui.backends.contract import (
    DECODING,
    LOADING,
    SAMPLING,
    SAVING,
    Crashed,
    Misconfigured,
    Progress,
    Stalled,
)
from longvid_tui.engine import residents
from longvid_tui.engine.costs import learned, own_runs, published
from longvid_tui.engine.failures import NeverBegun, NoRoomForClip
from longvid_tui.engine.livebox import LiveBox, live_box
from longvid_tui.engine.outlook import Filming, seconds_after_filming, still_to_film
from longvid_tui.engine.placement import TOLERANCE, Placement, Plan, Unplaceable, Warm, plan, reason
from longvid_tui.engine.processes import marked_pids
from longvid_tui.engine.resting import Resting
from longvid_tui.engine.staging import Means, Staged, ToFilm, missing_segments, stage
from longvid_tui.engine.studio import Studio
from longvid_tui.gpus import Reading, Sampler, usable
from longvid_tui.project.history import OpenAttempt
from longvid_tui.project.state import ProjectState

SEARCH_SECONDS = 0.01
"""Time for the search of a better plan at every event; the benchmarks of placement are measured with it."""

DOUBT = 0.15
"""Share by which a run may be shorter or longer than the planner expects. Of 0.05 to 0.45 the best in
benchmarks/placement_online.py, whether durations there are off by 10 or by 30 %; it is more than the noise of
runs that go well, because some fail."""

_POLL_SECONDS = 0.02

_OVERDUE_SECONDS = 10.0
"""A run that has taken longer than expected is expected to end so soon from now, however long that goes on."""

_NEAR_SECONDS = 10.0
"""How long before the end of an attempt the next may queue behind it: starting one takes a second or two."""

_AFTER_SAMPLING = 0.15 / 0.8
"""Time after the last sampling step as a share of the time of all steps: of a segment on 8 H100s 80 % is
sampling, 15 % decoding and saving. An estimate."""

Residing: TypeAlias = Sequence[tuple[tuple[str, ...], str]]
"""The GPUs (UUIDs) of every living resident, and the model it has loaded on them."""


@dataclass(frozen=True)
class Lease:
    """GPUs (UUIDs) of one `card` that an attempt has, and the `seconds` it is expected to take on them.

    `resident`: the model that a resident has loaded on them. `behind`: the attempt that this resident films
    first; until that has ended, the GPUs are not this attempt's. `why`: the reason for so many GPUs, and these.
    """

    gpus: tuple[str, ...]
    card: str = ""
    seconds: float = 0.0
    resident: str = ""
    behind: str = ""
    why: str = ""

    def to_json(self) -> dict[str, Any]:
        """The fields of the `start` event."""
        kept = {**asdict(self), "gpus": list(self.gpus), "expected": round(self.seconds, 1)}
        del kept["seconds"]
        return {name: value for name, value in kept.items() if value}


class GpusTaken(Misconfigured):
    """The missing GPUs are used by others, or by a program that has just ended, so they may soon be free."""


class Fleet:
    """The leases of all projects. Every GPU belongs to at most one attempt.

    One more attempt may queue behind it for the same resident, and has the GPUs when the resident turns to it.
    """

    def __init__(self) -> None:
        self._sampler = Sampler()
        self._looker: threading.Thread | None = None
        self._leases: dict[str, Lease] = {}
        self._ends: dict[str, float] = {}
        self._closing: set[str] = set()
        self._loaded: set[str] = set()
        self._failed_on: dict[str, float] = {}
        self._stuck: list[tuple[tuple[str, ...], Callable[[], bool]]] = []
        self.resting = Resting()
        self._processes_at_most = math.inf
        self._told_short: set[Path] = set()
        self._plans: dict[Path, Plan] = {}
        self._to_come: dict[Path, list[dict[str, Any]]] = {}

    def is_ready(self) -> bool:
        """Whether every GPU has answered once, or taken too long; the first call starts the asking."""
        if self._looker is None:
            self._sampler.start()
            self._looker = threading.Thread(target=self._sampler.first, name="first look", daemon=True)
            self._looker.start()
        return not self._looker.is_alive()

    def is_up_to_date(self) -> bool:
        """Whether it is known which GPUs are still there.

        After an attempt has failed, its GPUs have to be asked again first: one that was lost looks as before
        till then.
        """
        if self._failed_on:
            now = time.monotonic()
            asked = {sample.uuid: now - sample.age for sample in self._sampler.read().gpus if not sample.stale}
            self._failed_on = {gpu: at for gpu, at in self._failed_on.items() if asked.get(gpu, now) <= at}
        return self.is_ready() and not self._failed_on

    def wait(self) -> Reading:
        """Wait until `is_ready`, a few seconds at most, and return the latest samples."""
        while not self.is_ready():
            time.sleep(_POLL_SECONDS)
        return self._sampler.read()

    def lease(self, attempt: str, lease: Lease) -> None:
        """Give GPUs to an attempt; they are its own until `give_back`."""
        holders = {holder for gpu, holder in self.leased().items() if gpu in lease.gpus}
        assert holders <= {lease.behind}, "a GPU belongs to one attempt at a time"
        before = self.seconds_left(lease.behind) if lease.behind else 0.0
        self._leases[attempt] = lease
        self._ends[attempt] = time.monotonic() + before + lease.seconds

    def adopt(self, attempts: Iterable[OpenAttempt]) -> None:
        """Make the leases of attempts that an earlier engine started."""
        for attempt in attempts:
            if attempt.gpus and attempt.id not in self._leases:
                self._leases[attempt.id] = Lease(
                    attempt.gpus, attempt.card, attempt.expected, attempt.resident, attempt.behind
                )
                self._ends[attempt.id] = time.monotonic() + attempt.expected - (time.time() - attempt.started)

    def give_back(self, attempt: str) -> None:
        self._leases.pop(attempt, None)
        self._ends.pop(attempt, None)
        self._closing.discard(attempt)
        self._loaded.discard(attempt)

    def judge(self, attempt: str, error: BaseException | None) -> None:
        """Take note of how an attempt ended on the GPUs that it still has. Where it failed they are asked again before
        anything is placed (`is_up_to_date`); where it crashed or hung they rest."""
        gpus = self._leases[attempt].gpus if attempt in self._leases else ()
        if error is None:
            self.resting.worked(gpus)
            return
        now = time.monotonic()
        self._failed_on |= dict.fromkeys(gpus, now)
        if isinstance(error, (Crashed, Stalled)) and not isinstance(error, (NeverBegun, NoRoomForClip)):
            self.resting.failed(gpus, now)

    def leave_out(self, attempt: str, has_ended: Callable[[], bool]) -> None:
        """An attempt that still has its GPUs cannot be killed: they are nobody's until it `has_ended` after
        all."""
        if attempt in self._leases:
            self._stuck.append((self._leases[attempt].gpus, has_ended))

    def hear(self, attempt: str, progress: Progress, each: float | None) -> bool:
        """Note where an attempt stands, of which one step takes `each` seconds, if that is known; returns True once,
        when another may queue behind it from now on."""
        lease = self._leases.get(attempt)
        if lease is None:
            return False
        if progress.stage != LOADING:
            self._loaded.add(attempt)
            if lease.behind in self._leases:
                self._hand_over(attempt, lease)
        if progress.stage == SAMPLING and each is not None:
            # Better told by its own steps than by any table.
            left = progress.total - progress.done + _AFTER_SAMPLING * progress.total
            self._ends[attempt] = time.monotonic() + left * each
        is_near = progress.stage == SAMPLING and self._left(attempt) < _NEAR_SECONDS
        closes = is_near or progress.stage in (DECODING, SAVING)
        if not (closes and lease.resident) or attempt in self._closing:
            return False
        self._closing.add(attempt)
        return True

    def _hand_over(self, attempt: str, lease: Lease) -> None:
        """The resident has turned to this attempt: the one before was made on the GPUs, and has them no longer."""
        before = self._leases[lease.behind]
        self.resting.worked(before.gpus)
        self._leases[lease.behind] = replace(before, gpus=())
        self._leases[attempt] = replace(lease, behind="")
        self._ends[attempt] = time.monotonic() + lease.seconds

    def seconds_left(self, attempt: str) -> float:
        """Seconds until an attempt that has GPUs is expected to end."""
        return max(self._left(attempt), _OVERDUE_SECONDS)

    def _left(self, attempt: str) -> float:
        return self._ends.get(attempt, 0.0) - time.monotonic()

    def leased(self) -> dict[str, str]:
        """The attempt that has each leased GPU, by UUID; those that queue behind another have none yet."""
        return {gpu: attempt for attempt, lease in self._having().items() for gpu in lease.gpus}

    def _having(self) -> dict[str, Lease]:
        """The leases of attempts that do not queue behind another."""
        return {name: lease for name, lease in self._leases.items() if lease.behind not in self._leases}

    def _closing_groups(self, residing: Residing) -> dict[tuple[frozenset[str], str], str]:
        """The attempts behind which another may queue, by their GPUs and the model loaded on these.

        An attempt whose resident has died is not among them: it fails soon, and so would what queues behind it.
        """
        living = {(frozenset(group), model) for group, model in residing}
        followed = {lease.behind for lease in self._leases.values()}
        closing = {
            (frozenset(self._leases[attempt].gpus), self._leases[attempt].resident): attempt
            for attempt in self._closing - followed
            if self._leases[attempt].behind not in self._leases
        }
        return {group: attempt for group, attempt in closing.items() if group in living}

    def place(
        self,
        studio: Studio,
        state: ProjectState,
        startable: Collection[str],
        to_come: Sequence[ToFilm] = (),
        *,
        rung: int = 0,
        more_than: int = 0,
    ) -> dict[str, Lease]:
        """Which of the `startable` segments start now, with their leases; the others wait for a better moment.

        `to_come`: segments whose keyframes are being painted, which are planned for as well. `rung`: of the
        generator's ladder. `more_than`: a segment needs more GPUs than this, on which memory ran out. Raises
        Misconfigured if no GPU of this machine will do, GpusTaken if one may soon be free.
        """
        if not (startable and studio.films_on_gpus):
            return {}
        means, live = self._means(studio, rung, more_than)
        uuids = self._uuids(live)
        segments = (*_with_successors(missing_segments(state), startable), *to_come)
        staged = _staged(segments, means, live, now=time.monotonic())
        made = plan(
            staged.instance,
            strategy=studio.strategy,
            limit=SEARCH_SECONDS,
            warm_start=self._plans.get(studio.folder.root),
            doubt=DOUBT,
        )
        self._plans[studio.folder.root] = made
        leases = self._leased_by(made, staged, startable, studio, means, live)
        self._to_come[studio.folder.root] = [
            _told(each, staged, uuids) for each in made.placements if each.job not in leases
        ]
        return leases

    def refuse_unplaceable(self, studio: Studio, state: ProjectState) -> None:
        """Raises what `place` would for the segments that are missing, whether or not they can be started yet."""
        means, live = self._means(studio, 0, 0)
        _staged(missing_segments(state), means, live)

    def _leased_by(
        self,
        made: Plan,
        staged: Staged,
        startable: Collection[str],
        studio: Studio,
        means: Means,
        live: LiveBox,
    ) -> dict[str, Lease]:
        """The leases of the planned segments that start now, or queue behind an attempt that is about to
        end."""
        uuids, residing = self._uuids(live), residents.holdings()
        models = {job.id: job.model for job in staged.instance.jobs}
        closing, due = self._closing_groups(residing), made.due(staged.instance.now)
        leases: dict[str, Lease] = {}
        for each in (each for each in made.placements if each.job in startable):
            gpus, model = tuple(uuids[gpu] for gpu in each.gpus), models[each.job]
            group = frozenset(gpus), model
            lease = Lease(gpus, live.box.card, each.end - each.start, model)
            if each in due:
                begun = [other for other in leases.values() if not other.behind]
                if not self._bears(lease, begun, residing, means):
                    self._say_short(studio, means)
                    continue
            elif group in closing and _is_next(each, staged):
                lease = replace(lease, behind=closing.pop(group))
            else:
                continue
            leases[each.job] = replace(lease, why=reason(staged.instance, made, each, studio.strategy))
        return leases

    def to_come(self) -> list[dict[str, Any]]:
        """The planned segments of all projects that have not started, as the method `gpus` tells them."""
        return [{"project": str(root), **each} for root, planned in self._to_come.items() for each in planned]

    def forget(self, root: Path) -> None:
        """Drop the plan of a project whose run has ended.

        When nothing at all is at work any more, memory is judged anew: the person may have closed what else
        used it.
        """
        self._to_come.pop(root, None)
        if not self._leases:
            self._processes_at_most = math.inf
            self._told_short.clear()

    def bear_less(self, gpus: int) -> None:
        """Film on fewer GPUs at once from now on: host memory ran out, which ended an attempt on so many."""
        at_work = sum(len(lease.gpus) for lease in self._having().values())
        self._processes_at_most = max(1, min(self._processes_at_most, at_work + gpus - 1))

    def _bears(self, lease: Lease, others: Sequence[Lease], residing: Residing, means: Means) -> bool:
        """Whether host memory is enough for one more attempt.

        It has to hold what films or loads already, the `others` that are about to start, and what idle
        residents keep. An attempt alone always has enough: the planner is offered no GPU counts that need more.
        """
        need, having = means.cost.host_gb_on, self._having()
        at_work = [
            (len(held.gpus), attempt in self._loaded) for attempt, held in having.items() if held.gpus
        ] + [(len(other.gpus), False) for other in others]
        taken = {gpu for each in (lease, *others, *having.values()) for gpu in each.gpus}
        idle = [(len(group), True) for group, _ in residing if taken.isdisjoint(group)]
        kept = sum(need(gpus, loaded=loaded) for gpus, loaded in (*at_work, *idle))
        wanted = need(len(lease.gpus)) + kept
        processes = len(lease.gpus) + sum(gpus for gpus, _ in at_work)
        return not at_work or (wanted <= means.host_gb and processes <= self._processes_at_most)

    def _say_short(self, studio: Studio, means: Means) -> None:
        if studio.folder.root not in self._told_short:
            self._told_short.add(studio.folder.root)
            bears = f"the {means.host_gb:.0f} GB of host memory that are available bear no more models at once"
            studio.note(f"Some GPUs wait: {bears}.")

    def filming(
        self,
        studio: Studio,
        state: ProjectState,
        work: Mapping[str, Any],
        among: Collection[str] | None = None,
        *,
        rung: int = 0,
        more_than: int = 0,
    ) -> Filming:
        """What is still to be filmed; `work`: that of expectation.expect, `among`: see missing_segments. Raises
        Misconfigured as `place` does."""
        begun = {
            attempt.target: self.seconds_left(attempt.id)
            for attempt in state.history.open_attempts.values()
            if attempt.id in self._leases
        }
        segments, _ = still_to_film(state, work, begun, among)
        means, live = self._means(studio, rung, more_than)
        return Filming(
            _staged(segments, means, live, begun), max(begun.values(), default=0.0), seconds_after_filming(work)
        )

    def _box(self, studio: Studio, ours: Collection[int]) -> LiveBox:
        reading = self._sampler.read()
        visible = os.environ.get("CUDA_VISIBLE_DEVICES")
        allow = studio.settings.gpus.allow_foreign
        ours_on = {gpu for lease in self._leases.values() for gpu in lease.gpus}
        ours_on |= residents.held()
        self._stuck = [(gpus, has_ended) for gpus, has_ended in self._stuck if not has_ended()]
        stuck = {gpu for gpus, _ in self._stuck for gpu in gpus}
        pool = usable(reading.gpus, ours, held=ours_on, stuck=stuck, allow_foreign=allow, visible=visible)
        found = live_box(reading.gpus, pool, reading.groups)
        if found is None:
            why = reading.problem or pool.why_not
            sentence = f"No GPU can be used ({why.rstrip('.')}): `longvid-tui gpus` tells more."
            raise GpusTaken(sentence) if pool.taken else Misconfigured(sentence)
        return found

    def _ours(self) -> Collection[int]:
        """The pids of all our own processes on GPUs."""
        return marked_pids({*self._leases, *residents.marks()})

    def _uuids(self, live: LiveBox) -> list[str]:
        told = {sample.index: sample.uuid for sample in self._sampler.read().gpus}
        return [told[index] or str(index) for index in live.gpus]

    def _means(self, studio: Studio, rung: int, more_than: int) -> tuple[Means, LiveBox]:
        """What there is to film with, and the usable GPUs."""
        ours = self._ours()
        live = self._box(studio, ours)
        uuids, now = self._uuids(live), time.monotonic()
        sizes = tuple(
            size for size in studio.video.capabilities.gpus if more_than < size <= self._processes_at_most
        )
        if not any(size <= len(uuids) for size in sizes) and more_than:
            raise (GpusTaken if sizes and live.taken else Misconfigured)(
                f"A segment ran out of memory on {more_than} GPU{'s' * (more_than > 1)}, the most it can have here: "
                "film on cards with more memory, or on a smaller canvas (`canvas` in project.yaml)."
            )
        canvas, generator = studio.canvas, studio.generator(draft=studio.drafting)
        known = learned(published(), own_runs(studio.folder.history))
        cost = generator.cost_class(canvas, rung=rung)
        assert cost is not None
        means = Means(
            box=replace(live.box, card=known.table.card(live.box.card)),
            cost=cost,
            open_cost=generator.cost_class(canvas, open_ended=True, rung=rung),
            sizes=sizes,
            table=known.table,
            load=known.profile,
            loads=known.loads,
            gpu_free=tuple(max(self._free_in(uuid), self.resting.seconds(uuid, uuids, now)) for uuid in uuids),
            warm=held(uuids) if cost.resident else (),
            host_gb=(allotted.memory() + _resident_bytes(ours)) / 2**30,
        )
        return means, live

    def _free_in(self, uuid: str) -> float:
        users = [attempt for attempt, lease in self._leases.items() if uuid in lease.gpus]
        return max(map(self.seconds_left, users), default=0.0)


def _resident_bytes(pids: Iterable[int]) -> int:
    """Host memory that these processes hold, mapped files left out.

    It counts as available: they have loaded already, or end to make room for what loads.
    """
    total = 0
    for pid in pids:
        with suppress(psutil.Error):
            memory = psutil.Process(pid).memory_info()
            total += memory.rss - memory.shared
    return total


def _told(placement: Placement, staged: Staged, uuids: Sequence[str]) -> dict[str, Any]:
    """A placement as clients are told it: moments in seconds since 1970, loading from `starts` to `loaded`."""
    then = time.time() - time.monotonic()
    filming = staged.menus[placement.job].estimates[len(placement.gpus)].seconds
    return {
        "segment": placement.job,
        "gpus": [uuids[gpu] for gpu in placement.gpus],
        "starts": round(then + placement.start),
        "loaded": round(then + placement.end - filming),
        "ends": round(then + placement.end),
    }


def _is_next(placement: Placement, staged: Staged) -> bool:
    """Whether a placement starts as soon as its GPUs are free."""
    free = staged.instance.free
    return placement.start <= max(free[gpu] for gpu in placement.gpus) + TOLERANCE


def _staged(
    segments: Sequence[ToFilm],
    means: Means,
    live: LiveBox,
    pred_end: Mapping[str, float] | None = None,
    now: float = 0.0,
) -> Staged:
    try:
        return stage(segments, means, now, pred_end)
    except Unplaceable as error:
        raise (GpusTaken if live.taken else Misconfigured)(str(error)) from error


def held(uuids: Sequence[str]) -> tuple[Warm | None, ...]:
    """What residents have loaded on each GPU; nothing where the GPUs of one are not all among `uuids`."""
    held: dict[str, Warm] = {}
    for group, model in residents.holdings():
        if set(group) <= set(uuids):
            warm = Warm(tuple(sorted(uuids.index(gpu) for gpu in group)), model)
            held |= dict.fromkeys(group, warm)
    return tuple(held.get(uuid) for uuid in uuids)


def _with_successors(segments: Iterable[ToFilm], startable: Collection[str]) -> tuple[ToFilm, ...]:
    """The startable segments, and those that are chained to them."""
    chosen: dict[str, ToFilm] = {}
    for segment in segments:
        if segment.id in startable:
            chosen[segment.id] = replace(segment, preds=(), release=0.0)
        elif segment.preds and all(pred in chosen for pred in segment.preds):
            chosen[segment.id] = segment
    return tuple(chosen.values())
