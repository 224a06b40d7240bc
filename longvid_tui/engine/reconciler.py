"""The loop: state -> missing work -> start what fits -> publish; until done, waiting or failed."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial

from longvid_tui.backends.contract import BackendError, Misconfigured, OutOfHostMemory, OverCap, amounts
from longvid_tui.engine import expectation, tasks
from longvid_tui.engine.ahead import Ahead
from longvid_tui.engine.attempts import new_attempt_id
from longvid_tui.engine.caps import Begun, Cap, Caps
from longvid_tui.engine.failures import NeverBegun, Undying
from longvid_tui.engine.finishing import assemble_film, conform_piece, mend_seam, sweep_parts
from longvid_tui.engine.fleet import GpusTaken, Lease
from longvid_tui.engine.motion import rewrite_motion, take_over
from longvid_tui.engine.outlook import Outlook
from longvid_tui.engine.painting import paint_still
from longvid_tui.engine.planning import make_plan
from longvid_tui.engine.pools import Pools
from longvid_tui.engine.pricing import bill_of
from longvid_tui.engine.rendering import follow, render_segment, sweep_attempts
from longvid_tui.engine.retaking import second_thoughts
from longvid_tui.engine.staging import ToFilm, missing_segments
from longvid_tui.engine.studio import Notice, Studio
from longvid_tui.engine.tasks import BOUGHT, STAGES, Gate, Task
from longvid_tui.engine.tries import Tries
from longvid_tui.media.errors import MediaError
from longvid_tui.project.disk import DiskError, DiskFull
from longvid_tui.project.history import OpenAttempt, Order
from longvid_tui.project.state import ProjectState
from longvid_tui.strict_yaml import Problems

GPU_LOOK_SECONDS, SOON_SECONDS = 2.0, 0.1
"""Between two looks at the GPUs, as others may have left one, or one may be lost; and while an answer is
awaited."""

TAKEN_SECONDS = 60.0
"""How long a run waits for GPUs that others use, or that a program which has just ended has not given back
yet."""


@dataclass
class Outcome:
    """How a run ended: what it made, what failed and why, and the gate it waits at, if any."""

    order: Order
    """The order it had in the end: another one may have replaced the first."""
    state: ProjectState
    made: list[Task] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)
    gate: Gate | None = None
    capped: Cap | None = None
    """The cap that the next step would have exceeded, if that is why it ended."""


@dataclass
class _Job:
    """A task at work since `since` (monotonic), as the `attempt` on so many `gpus` if it films on GPUs.

    `leave` gives back its place in the pools.
    """

    task: Task
    leave: Callable[[], None]
    attempt: str = ""
    gpus: int = 0
    since: float = field(default_factory=time.monotonic)


class Reconciler:
    """Drives one project as far as its `order` says; the order may be replaced while it runs."""

    def __init__(
        self, studio: Studio, order: Order, pools: Pools | None = None, tries: Tries | None = None
    ) -> None:
        self.order = order
        self.undying: list[str] = []
        """What `run` could not end when it was cancelled, a sentence for each."""
        self._studio = studio
        self._pools = pools or Pools()
        self._running: dict[asyncio.Task[None], _Job] = {}
        self._made: list[Task] = []
        self._tries = tries or Tries(studio)
        self._ahead = Ahead(studio, self._pools.prefetch)
        self._caps = Caps(studio)
        self._can_film = False
        """Whether the GPUs were found to be enough for the segments that are missing."""
        self._out_of: Cap | None = None
        """The cap that one more segment would exceed."""
        self._taken_since: float | None = None
        """When the missing GPUs were first found to be used by others (monotonic)."""
        self._taken = ""
        """What the person was told then."""
        self._seen: ProjectState | None = None
        """The state at the last look."""
        self._look_again = asyncio.Event()

    @property
    def buying(self) -> bool:
        """Whether a job is at work that would have to be paid for again if it were cut off."""
        return any(job.task.kind in BOUGHT for job in self._running.values())

    @property
    def held_up(self) -> str:
        """Why the run waits without anybody being asked, for room on the disk or for GPUs; "" if it does
        not."""
        return self._studio.room.lacking or (self._taken if self._taken_since is not None else "")

    def begin_anew(self) -> None:
        """Try again what failed or was cancelled: the person has ordered it once more."""
        self._tries.begin_anew()
        self._taken_since = None

    def nudge(self) -> None:
        """Look at the project again: something changed from outside."""
        self._look_again.set()

    def cancel(self, target: str) -> bool:
        """Stop the work on one target and leave it until the next run; returns whether there was any."""
        found = [task for task, job in self._running.items() if job.task.target == target]
        for task in found:
            task.cancel()
        return bool(found)

    async def run(self) -> Outcome:
        """Work until nothing is left to start; raises CancelledError after stopping every attempt."""
        sweep_attempts(self._studio)
        sweep_parts(self._studio)
        begun = self._studio.folder.history.open_attempts.values()
        self._pools.fleet.adopt(begun)
        for attempt in begun:
            self._adopt(attempt)
        unwatch = self._pools.watch(self.nudge)
        try:
            while True:
                self._look_again.clear()
                try:
                    state = self._seen = self._look()
                except DiskFull as error:
                    self._studio.room.lacks(error.why)
                    await asyncio.sleep(self._tries.room_pause("look"))
                    continue
                self._ahead.look(state, self._to_film(state))
                self._start_what_fits(state)
                if self._at_rest(state):
                    await self._ahead.finish()
                    if self._look_again.is_set():
                        continue  # another order or an approval came meanwhile
                    failed = self._tries.failed
                    gate = tasks.open_gate(state, self.order.until, failed, self.order.probe)
                    return Outcome(self.order, state, self._made, failed, gate, self._capped(state))
                await self._next_event()
        finally:
            unwatch()
            self._pools.fleet.forget(self._studio.folder.root)
            self._ahead.cancel()
            await self._stop_all()
            await self._pools.aside.rest()

    def _at_rest(self, state: ProjectState) -> bool:
        """Whether nothing is at work, due later, or only waiting for a place that another project holds."""
        return not (self._running or self._tries.has_more or self.order.paused or self._startable(state))

    def _look(self) -> ProjectState:
        """The state of the project, with what the engine decides by itself journaled before."""
        with suppress(Problems, DiskError):  # the session tells of it, once
            self._studio.folder.reload()
        state = self._studio.survey()
        decisions = second_thoughts(state, self._studio.settings.run.retakes)
        for decision in decisions:
            self._studio.folder.record(decision.kind, **decision.fields)
        state = self._studio.survey() if decisions else state
        if not self.order.approve:
            return state
        for target, sha in tasks.to_approve(state):
            self._studio.folder.record("approve", target=target, sha=sha, by="--yes")
        if state.proposals:
            folder = self._studio.folder
            take_over(folder, state, state.proposals, folder.record, by="--yes")
        return self._studio.survey()

    def _missing(self, state: ProjectState) -> list[Task]:
        return tasks.missing_work(state, self.order.until, self.order.probe)

    def _unblocked(self, state: ProjectState) -> list[Task]:
        return tasks.startable(state, self.order.until, self.order.probe)

    def _to_film(self, state: ProjectState) -> list[Task]:
        return [task for task in self._missing(state) if task.kind == "render"]

    def _start_what_fits(self, state: ProjectState) -> None:
        self._out_of = None
        waiting = self._tries.waiting()
        if self.order.paused:
            return
        due = self._with_room(state, [task for task in self._startable(state) if task.name not in waiting])
        due = self._not_in_vain(state, due)
        on_gpus = [task for task in due if task.kind == "render" and self._studio.films_on_gpus]
        for task in due:
            if task not in on_gpus and self._fits(task):
                self._start(_Job(task, self._pools.enter(task.kind, self._studio)), self._job(task, state))
        self._film_on_gpus(on_gpus, state)

    def _with_room(self, state: ProjectState, due: list[Task]) -> list[Task]:
        """The due tasks that the disk has room for; the others are tried again later.

        An attempt that is open has made its clip already, so it needs no more room.
        """
        begun = self._begun([task.target for task in due if task.kind == "render"])
        kinds = {task.kind for task in due if task.target not in begun}
        short = {kind for kind in kinds if self._studio.room.is_short_for(kind, state)}
        wait = [task for task in due if task.kind in short and task.target not in begun]
        for task in wait:
            self._tries.wait_for_room(task)
        return [task for task in due if task not in wait]

    def _not_in_vain(self, state: ProjectState, due: list[Task]) -> list[Task]:
        """The due tasks without pictures to be paid for that no GPU here could film.

        With `--yes` nobody is asked about them, so the GPUs are looked at before the first is bought.
        """
        if self._can_film or not (self.order.approve and self._studio.films_on_gpus and self._to_film(state)):
            return due
        paid = [task for task in due if task.kind == "paint" and self._is_paid(task, state)]
        if paid and self._pools.fleet.is_ready():
            try:
                with suppress(GpusTaken):
                    self._pools.fleet.refuse_unplaceable(self._studio, state)
                self._can_film = True
            except Misconfigured as error:
                instead = "No picture is bought for that: `run --until keyframes` buys them all the same."
                for task in paid:
                    self._give_up(task, f"{error} {instead}")
        return due if self._can_film else [task for task in due if task not in paid]

    def _is_paid(self, task: Task, state: ProjectState) -> bool:
        return bill_of(self._studio, [state.item(task.target)]).is_paid

    def _film_on_gpus(self, due: list[Task], state: ProjectState) -> None:
        by_target = {task.target: task for task in due}
        for target, begun in self._begun(by_target).items():
            task = by_target.pop(target)
            self._follow(begun, task)
        if not by_target or not self._pools.fleet.is_up_to_date():
            return
        try:
            placed = self._pools.fleet.place(
                self._studio,
                state,
                by_target,
                self._to_come(state),
                rung=self._tries.rung,
                more_than=self._tries.more_than,
            )
        except Misconfigured as error:
            if not (isinstance(error, GpusTaken) and self._may_come_free(error)):
                for task in by_target.values():
                    self._give_up(task, str(error), error)
            return
        self._taken_since = None
        self._film_placed(placed, by_target, state)

    def _film_placed(
        self, placed: Mapping[str, Lease], by_target: Mapping[str, Task], state: ProjectState
    ) -> None:
        """Start the segments that were placed, as many as the caps allow."""
        started = False
        for target, lease in placed.items():
            if cap := self._cap_on(lease):
                self._out_of = None if started else cap
                continue
            self._out_of, started = None, True
            task, attempt = by_target[target], new_attempt_id(target)
            self._tries.begun(task)
            work = render_segment(
                self._studio,
                self._pools.aside,
                state,
                task,
                attempt,
                lease,
                rung=self._tries.rung,
                hear=self._pools.hear,
            )
            leave = self._pools.enter_gpus(attempt, lease)
            self._start(_Job(task, leave, attempt, len(lease.gpus)), work)

    def _may_come_free(self, error: GpusTaken) -> bool:
        """Whether it is worth waiting for GPUs that others use; the person is told once."""
        now = time.monotonic()
        if self._taken_since is None:
            self._taken_since = now
            self._taken = f"{error} It is tried again for {TAKEN_SECONDS:.0f} s."
            self._studio.note(self._taken)
        return now - self._taken_since < TAKEN_SECONDS

    def _to_come(self, state: ProjectState) -> Sequence[ToFilm]:
        """Segments whose keyframes are still to be painted, if nobody is asked about those."""
        order = self.order
        if not order.approve or any(target in self._tries.failed for target in state.stills):
            return ()
        paint = expectation.expect(self._studio, state, order.until, order.probe)["work"].get("paint")
        if paint is None or paint["seconds_each"] is None:
            return ()
        wanted = {task.target for task in self._missing(state) if task.waits_for}
        segments = missing_segments(state, paint["seconds_each"], paint["at_once"], self._among(state))
        return [each for each in segments if each.id in wanted and each.release and not each.preds]

    def _among(self, state: ProjectState) -> Collection[str] | None:
        """The targets of a probe; None for those of the whole film."""
        return tasks.probed(state, self.order.probe) if self.order.probe else None

    def _begun(self, targets: Collection[str]) -> dict[str, OpenAttempt]:
        """The open attempts for these targets, which ended when a full disk kept their results from being
        published."""
        attempts = self._studio.folder.history.open_attempts.values()
        return {attempt.target: attempt for attempt in attempts if attempt.target in targets}

    def _startable(self, state: ProjectState) -> list[Task]:
        if self._tries.halted:
            return []
        busy = {(job.task.kind, job.task.target) for job in self._running.values()}
        return [
            task
            for task in self._unblocked(state)
            if task.target not in self._tries.failed
            and (task.kind, task.target) not in busy
            and self._can_pay(task)
            and not (task.kind == "render" and self._out_of)
        ]

    def _fits(self, task: Task) -> bool:
        return self._pools.room(task.kind, self._studio) > 0 and self._can_pay(task)

    def _can_pay(self, task: Task) -> bool:
        return self._caps.allow(self.order, task, self._at_work(), self._seen)

    def _may_spend(self, task: Task, usd: float | None) -> None:
        """See PlanRequest.may_spend."""
        self._caps.expect(task, amounts.price(self._studio.planner.name, usd))
        if not self._can_pay(task):
            raise OverCap(f"{task.name} would cost more than --max-cost allows: raise it, or run without.")

    def _cap_on(self, lease: Lease) -> Cap | None:
        """The cap that one more segment would exceed, with all that was and is being filmed."""
        hours = len(lease.gpus) * lease.seconds / 3600
        return self._caps.exceeded(self.order, hours, self._at_work(), self._seen)

    def _at_work(self) -> Begun:
        now, left, jobs = time.monotonic(), self._pools.fleet.seconds_left, self._running.values()
        # From the jobs and not from the journal, which does not know yet what has just been given its GPUs.
        seconds = sum(job.gpus * (now - job.since + left(job.attempt)) for job in jobs)
        return Begun(tuple(job.task for job in jobs), seconds / 3600)

    def _capped(self, state: ProjectState) -> Cap | None:
        if self._out_of:
            return self._out_of
        return None if all(self._can_pay(task) for task in self._unblocked(state)) else "cost"

    async def outlook(self) -> Outlook | None:
        """When the run will be done; None if that is unknown."""
        studio, state, until, probe = self._studio, self._seen, self.order.until, self.order.probe
        if state is None:
            return None
        films = STAGES.index(until) >= STAGES.index("segments")
        if not (state.planned and films and studio.films_on_gpus):
            begun = [(job.task.kind, time.monotonic() - job.since) for job in self._running.values()]
            return expectation.outlook(studio, state, until, probe, begun)
        if not self._pools.fleet.is_ready():
            return None
        work = expectation.expect(studio, state, until, probe)["work"]
        among, tries, fleet = self._among(state), self._tries, self._pools.fleet
        try:
            filming = fleet.filming(studio, state, work, among, rung=tries.rung, more_than=tries.more_than)
        except Misconfigured:
            return None
        return await asyncio.to_thread(filming.outlook, studio.strategy)

    def _job(self, task: Task, state: ProjectState) -> Awaitable[None]:
        if task.kind == "plan":
            return make_plan(self._studio, task, partial(self._may_spend, task))
        if task.kind == "motion":
            return rewrite_motion(self._studio, state, task, partial(self._may_spend, task))
        if task.kind == "paint":
            return paint_still(self._studio, self._pools.aside, state.item(task.target), task)
        if task.kind == "render":
            begun = self._begun([task.target]).get(task.target)
            if begun:
                return follow(self._studio, self._pools.aside, begun, task)
            return render_segment(self._studio, self._pools.aside, state, task, new_attempt_id(task.target))
        if task.kind == "conform":
            piece = next(piece for piece in state.film.pieces if piece.target == task.target)
            return conform_piece(self._studio, self._pools.aside, piece)
        if task.kind == "mend":
            return mend_seam(self._studio, self._pools.aside, state, state.film.seam(task.target))
        return assemble_film(self._studio, self._pools.aside, state)

    def _adopt(self, attempt: OpenAttempt) -> None:
        task = Task("render", attempt.target, "started by an earlier run")
        self._tries.adopt(task, attempt)
        self._follow(attempt, task)

    def _follow(self, attempt: OpenAttempt, task: Task) -> None:
        """Go on with an attempt that was begun already, on the GPUs it has."""
        pools = self._pools
        leave = pools.leave_gpus(attempt.id) if attempt.gpus else pools.enter("render", self._studio)
        since = time.monotonic() - (time.time() - attempt.started)
        job = _Job(task, leave, attempt.id, len(attempt.gpus), since)
        self._start(job, follow(self._studio, pools.aside, attempt, task, pools.hear))

    def _start(self, job: _Job, work: Awaitable[None]) -> None:
        self._studio.tell(Notice("started", job.task, job.task.reason))
        self._running[asyncio.ensure_future(work)] = job

    async def _next_event(self) -> None:
        wait = self._tries.seconds_to_next()
        if self._studio.films_on_gpus:
            look = GPU_LOOK_SECONDS if self._pools.fleet.is_up_to_date() else SOON_SECONDS
            wait = look if wait is None else min(look, wait)
        nudged = asyncio.ensure_future(self._look_again.wait())
        try:
            done, _ = await asyncio.wait(
                [*self._running, nudged], timeout=wait, return_when=asyncio.FIRST_COMPLETED
            )
        finally:
            nudged.cancel()
        for work in done:
            if work is not nudged:
                job = self._running.pop(work)  # type: ignore[arg-type]
                if not work.cancelled():
                    self._pools.fleet.judge(job.attempt, work.exception())
                self._leave(job, work)  # type: ignore[arg-type]
                self._settle(job.task, work)  # type: ignore[arg-type]

    def _leave(self, job: _Job, work: asyncio.Task[None]) -> None:
        error = work.exception() if work.done() and not work.cancelled() else None
        if isinstance(error, Undying):
            self._pools.fleet.leave_out(job.attempt, error.has_ended)
        job.leave()

    def _settle(self, task: Task, work: asyncio.Task[None]) -> None:
        if work.cancelled():
            self._give_up(task, "it was cancelled: `run` again makes it")
            return
        error = work.exception()
        if error is None:
            self._made.append(task)
            self._studio.tell(Notice("finished", task))
            return
        if not isinstance(error, (BackendError, DiskError, MediaError)):
            raise error
        if isinstance(error, OverCap):
            return  # it can still be started, once it can be paid
        if isinstance(error, BackendError) and error.cost_usd != 0.0:
            self._studio.spent(task.target, error.cost_usd)
        assert self._seen is not None
        if self._studio.room.was_lacking(error, task.kind, self._seen):
            self._tries.wait_for_room(task)
        elif isinstance(error, NeverBegun):
            self._try_again(task, 0.0, str(error))
        elif isinstance(error, Undying) and work.cancelling():
            self._give_up(task, str(error))
        elif again := self._tries.after(task, error):
            if isinstance(error, OutOfHostMemory) and error.gpus:
                self._pools.fleet.bear_less(error.gpus)
            cause = str(error).partition(":")[0]
            self._try_again(
                task, again.pause, f"{cause}; next try: {again.change}." if again.change else str(error)
            )
        else:
            self._give_up(task, _with_suggestion(error), error)

    def _try_again(self, task: Task, pause: float, sentence: str) -> None:
        self._tries.wait(task, pause)
        self._studio.tell(Notice("retrying", task, sentence))

    def _give_up(self, task: Task, sentence: str, error: Exception | None = None) -> None:
        self._tries.give_up(task, sentence, error)
        self._studio.tell(Notice("failed", task, sentence))

    async def _stop_all(self) -> None:
        for work in self._running:
            work.cancel()
        for work, job in self._running.items():
            try:
                await work
            except Undying as error:
                self.undying.append(str(error))
                self._give_up(job.task, str(error))
            except (asyncio.CancelledError, Exception):  # noqa: BLE001, S110  it is over, and that is all
                pass
            self._leave(job, work)
        self._running.clear()


def _with_suggestion(error: Exception) -> str:
    suggestion = getattr(error, "suggestion", "")
    return f"{error} Perhaps: “{suggestion}”" if suggestion else str(error)
