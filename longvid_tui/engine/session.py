"""One project in the engine: it holds the lock, carries out the order, and keeps listeners up to date."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from longvid_tui.engine.aside import BesideTheLoop
from longvid_tui.engine.audience import Audience, Tell
from longvid_tui.engine.caps import Cap
from longvid_tui.engine.commands import Done, perform
from longvid_tui.engine.notices import Notices
from longvid_tui.engine.notifying import notify, sentence
from longvid_tui.engine.outlook import Outlook
from longvid_tui.engine.pools import Pools
from longvid_tui.engine.pricing import bill, price_of_one
from longvid_tui.engine.reconciler import Reconciler
from longvid_tui.engine.report import report
from longvid_tui.engine.saying import SPOKEN, unexpected
from longvid_tui.engine.studio import Notice, Studio
from longvid_tui.engine.tasks import Gate
from longvid_tui.engine.tries import Tries
from longvid_tui.project.disk import DiskError
from longvid_tui.project.folder import ENGINE, Folder
from longvid_tui.project.history import Order
from longvid_tui.project.lint import lint
from longvid_tui.project.model import Plan
from longvid_tui.settings import Settings

TELL_SECONDS = 0.25
"""Between two looks at what listeners do not know yet, so that progress and state travel at most at 4 Hz."""

OUTLOOK_SECONDS = 2.0
"""Between two forecasts of when a run will be done."""

_log = logging.getLogger(__name__)


class Session:
    """An open project; the lock is held from `open` to `close`."""

    def __init__(self, folder: Folder, pools: Pools, tell: Tell) -> None:
        self.root = folder.root
        self.studio = self._studio(folder)
        self.outcome: dict[str, Any] | None = None
        """How the last run rested, until the next task starts."""
        self.audience = Audience(tell, folder.history.last_seq)
        self.visitors = 0
        """Requests that are being answered."""
        self._pools = pools
        self._held = contextlib.ExitStack()
        self._work: asyncio.Task[None] | None = None
        self._reconciler: Reconciler | None = None
        self._awake = asyncio.Event()
        self._commands = asyncio.Lock()
        self._made: list[dict[str, Any]] = []
        self._failed: dict[str, str] = {}
        self._progress: dict[str, dict[str, Any]] = {}
        self._notices = Notices()
        self._read: Mapping[str, Any] = {"revision": None}
        self._growing: Plan | None = None
        self._outlook: Outlook | None = None
        self._looked = -OUTLOOK_SECONDS
        self._refused: tuple[str, int] = ("", 0)
        """Why project.yaml, or a file it names, could not be read again, and how many listeners were told."""
        self._teller: asyncio.Task[None] | None = None

    @classmethod
    def open(cls, root: Path, pools: Pools, tell: Tell) -> Session:
        """Take the lock; raises Busy, NoProject, Problems, JournalDamaged, Misconfigured and DiskError."""
        folder = Folder(root)
        session = cls(folder, pools, tell)
        session._held.enter_context(folder.writing(ENGINE))
        session.audience.seq = folder.history.last_seq
        session._teller = asyncio.ensure_future(session._keep_telling())
        return session

    @property
    def folder(self) -> Folder:
        return self.studio.folder

    @property
    def working(self) -> bool:
        """Whether something is being made, or could be made without waiting for approval."""
        return self._work is not None and self._reconciler is not None and not self._reconciler.order.paused

    @property
    def ordered(self) -> bool:
        """Whether this engine carries out an order, even if that waits for approval.

        An order that only stands in the journal does not count: the project may come from somebody else, or be
        a copy of one that is at work.
        """
        return self._work is not None

    @property
    def held_up(self) -> str:
        """See Reconciler.held_up."""
        return self._reconciler.held_up if self._reconciler and self.working else ""

    @property
    def buying(self) -> bool:
        return self._reconciler is not None and self._reconciler.buying

    def snapshot(self) -> dict[str, Any]:
        """All that a screen draws: the report (docs/status-json.md), the document, and what is going on."""
        state = self.studio.survey()
        due = bill(self.studio, state)
        return {
            "report": report(self.root, state),
            **self._of_document(),
            "state": self.state,
            "failed": dict(self._failed) or self._broke_off,
            "bill": {
                **asdict(due),
                "said": str(due) if due.is_paid else "",
                "each": price_of_one(self.studio),
            },
        }

    @property
    def _broke_off(self) -> dict[str, str]:
        """Why the last run failed, even if an earlier engine ran it."""
        why = self.folder.history.broke_off
        return {"engine": why} if why else {}

    def _of_document(self) -> Mapping[str, Any]:
        """What project.yaml means and what lint finds in it; computed once for each revision."""
        revision, project = self.folder.revision, self.folder.project
        if self._read["revision"] != revision:
            self._read = {
                "document": project.model_dump(mode="json", by_alias=True),
                "revision": revision,
                "findings": [asdict(finding) for finding in lint(project.plan(), project.wanted)],
            }
        return self._read

    def listen(self, *, looks: bool) -> None:
        """One listener more, who knows what happened before from its snapshot. `looks`: it can show
        pictures."""
        self.audience.join(looks=looks, seq=self.folder.history.last_seq)

    def current(self) -> Mapping[str, Any]:
        """The snapshot that the next `changed` will be relative to; there has to be a listener."""
        self._tell_changes()
        return self.audience.snapshot

    def progress(self) -> list[dict[str, Any]]:
        """The tasks at work: kind, target, stage, and `done` of `total` steps of that stage."""
        return list(self._progress.values())

    @property
    def eta(self) -> dict[str, Any] | None:
        """When the run will be done; None if that is unknown."""
        return self._outlook.to_json() if self._outlook else None

    def notices(self) -> list[dict[str, Any]]:
        """What was said of the run before somebody came, as far as it still matters."""
        return self._notices.kept()

    def growing(self) -> dict[str, Any] | None:
        """The plan that is being written, in the form of the document, as far as it is; None if there is
        none."""
        return self._growing.model_dump(mode="json") if self._growing else None

    @property
    def state(self) -> str:
        """idle, working, waiting (for the person) or paused."""
        order = self.folder.history.order
        if order is None or not self.ordered:
            return "idle"
        if order.paused:
            return "paused"
        return "working" if self._reconciler else "waiting"

    def told_after(self, seq: int, most: int) -> list[dict[str, Any]]:
        """See Audience.events_after."""
        return self.audience.events_after(self.folder, seq, most)

    async def perform(self, name: str, params: Mapping[str, Any], request: str) -> Done:
        """Perform a command (engine.commands) when those before it are done, and let the run look again."""
        async with self._commands:
            self.folder.reload()
            aside = self._pools.aside
            try:
                done = await perform(self.studio, name, params, request, BesideTheLoop(aside))
            finally:
                if not self.working:
                    await aside.rest()
        self.wake()
        return done

    def wake(self) -> None:
        """Have the run look at the project again, because an approval came or a file changed."""
        self._awake.set()
        if self._reconciler:
            self._reconciler.nudge()

    def run(self, order: Order) -> None:
        """Journal an order and carry it out; it replaces one that is being carried out."""
        said = asdict(order)
        del said["paused"]  # by events of its own
        self.folder.record("run", **said)
        self._made, self._failed, self.outcome = [], {}, None
        if self._reconciler:
            self._reconciler.begin_anew()
        else:
            self._notices.forget()
        self.resume_order()

    def resume_order(self) -> None:
        """Carry out the order in the journal, if there is one; settings are read again when work starts.

        From then on the GPUs of the project's open attempts count as leased.
        """
        order = self.folder.history.order
        if order is None:
            return
        if self._reconciler:
            self._reconciler.order = order
        if self._work is None:
            self._pools.fleet.adopt(self.folder.history.open_attempts.values())
            self.studio = self._studio(self.folder)
            self._work = asyncio.ensure_future(self._carry_out())
        self.wake()

    def pause(self) -> None:
        """Start nothing new; what is at work is finished."""
        self.folder.record("pause")
        self.resume_order()

    def resume(self) -> None:
        self.folder.record("resume")
        self.resume_order()

    def cancel(self, target: str) -> bool:
        return self._reconciler is not None and self._reconciler.cancel(target)

    def hold(self) -> None:
        """Start nothing new in this engine, and leave the order in the journal for the next one."""
        if self._reconciler:
            self._reconciler.order = replace(self._reconciler.order, paused=True)

    async def stop(self) -> list[str]:
        """Stop every attempt and forget the order; answers a sentence for each that cannot be killed."""
        reconciler = self._reconciler
        if self._work:
            self._work.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._work
            self._work = None  # also where it was cancelled before it had begun
        if self.folder.history.order:
            self._rest("stopped")
        return reconciler.undying if reconciler else []

    def has_moved(self) -> bool:
        """Whether what stands under its name is certainly another project, or none."""
        try:
            return not self.folder.is_in_place()
        except DiskError:
            return False

    def abandon(self) -> None:
        """Let go of a project that was moved or deleted: another one may stand under its name by now."""
        if self._work:
            self._work.cancel()
        self.close()

    def close(self) -> None:
        if self._teller:
            self._teller.cancel()
        self._held.close()

    async def _carry_out(self) -> None:
        # What memory bears is found out once, however often the person is waited for.
        tries = Tries(self.studio)
        try:
            while (order := self.folder.history.order) is not None:
                self._awake.clear()
                tries.begin_anew()
                self._reconciler = Reconciler(self.studio, order, self._pools, tries)
                outcome = await self._reconciler.run()
                if self._reconciler.order is not outcome.order:
                    continue  # another order came while the last processes were ended
                self._reconciler = None
                if outcome.gate is None or outcome.failed or outcome.capped:
                    capped = None if outcome.failed else outcome.capped
                    self._rest("failed" if outcome.failed else "capped" if capped else "done", capped)
                    return
                self._waits(outcome.gate)
                await self._awake.wait()
        except Exception as error:  # noqa: BLE001  one run that breaks off must not end the engine
            _log.exception("the run of %s broke off", self.root)
            self._failed["engine"] = str(error) if isinstance(error, SPOKEN) else unexpected(error)
            self._rest("failed")
        finally:
            self._reconciler = None
            self._work = None

    def _waits(self, gate: Gate) -> None:
        """Say which gate the run waits at, once: what wakes it may leave it at the same gate."""
        said = {"stage": gate.stage, "targets": list(gate.targets)}
        if self.outcome is None or self.outcome["gate"] != said:
            self._end({"how": "waits", "gate": said, "cap": None})

    def _rest(self, how: str, cap: Cap | None = None) -> None:
        with contextlib.suppress(DiskError):
            # In the journal, because nobody can ask an engine that is gone.
            why = {"why": next(iter(self._failed.values()), "")} if how == "failed" else {}
            self.folder.record("rest", how=how, **why)
        self._end({"how": how, "gate": None, "cap": cap})

    def _end(self, how: dict[str, Any]) -> None:
        self._progress.clear()
        self._growing = self._outlook = None
        _problem(self._tell_changes)  # whether or not this succeeds, the end of the run is told
        self.outcome = {**how, "made": list(self._made), "failed": dict(self._failed)}
        title = self.folder.project.title or self.root.name
        self.outcome["sentence"] = sentence(title, self.outcome)
        notify(self.studio.settings.notify, str(self.root), self.outcome, self.outcome["sentence"])
        self.audience.tell("rested", self.outcome)

    def _hear(self, notice: Notice) -> None:
        task = notice.task
        said = _said(notice)
        self._notices.hear(said, notice.about)
        if task is None:
            self.audience.tell("notice", said)
            return
        if notice.kind == "progress":
            self._growing = notice.plan or self._growing
            self._progress[task.name] = {
                **_task(task),
                "stage": notice.text,
                "done": notice.done,
                "total": notice.total,
                "picture": dict(notice.picture) if notice.picture else None,
            }
            return
        if notice.kind == "started":
            self.outcome = None
            self._progress[task.name] = {**_task(task), "stage": "", "done": 0, "total": 0, "picture": None}
        else:
            self._progress.pop(task.name, None)
        if task.kind == "plan" and self._growing:
            self.audience.tell_growing(self._growing)
            self._growing = None
        if notice.kind == "finished":
            self._made.append({"kind": task.kind, "target": task.target, "reason": task.reason})
        elif notice.kind == "failed":
            self._failed[task.target] = notice.text
        self.audience.tell("notice", said)

    async def _keep_telling(self) -> None:
        while True:
            await asyncio.sleep(TELL_SECONDS)
            await self._look_ahead()
            problems = [problem for step in (self._reread, self._tell_changes) if (problem := _problem(step))]
            refused = " ".join(problems), self.audience.listeners
            if problems and refused != self._refused:
                note = Notice("note", None, f"{refused[0]} (going on with the version before)")
                self.audience.tell("notice", _said(note))
            self._refused = refused

    def _reread(self) -> None:
        if self.folder.reload():
            self.wake()

    async def _look_ahead(self) -> None:
        """Update the forecast of when the run will be done, if it is old enough."""
        if not self.working or time.monotonic() - self._looked < OUTLOOK_SECONDS:
            return
        assert self._reconciler
        now = time.monotonic()
        try:
            self._outlook = await self._reconciler.outlook()
        except Exception:  # noqa: BLE001  without a forecast everything else is still told
            _log.exception("no forecast of %s", self.root)
            self._outlook = None
        if self._outlook:
            self._looked = now
        if not self.working:
            self._outlook = None

    def _tell_changes(self) -> None:
        """Tell listeners what they do not know yet."""
        if not self.audience.listeners:
            return
        self.audience.tell_progress({"tasks": [dict(task) for task in self.progress()], "eta": self.eta})
        if self._growing:
            self.audience.tell_growing(self._growing)
        self.audience.tell_events(self.folder.events_after(self.audience.seq))
        shows = (self.audience.seq, self.folder.revision, self.state, len(self._failed))
        self.audience.tell_change(self.snapshot, of=shows)

    def _studio(self, folder: Folder) -> Studio:
        settings = Settings.load(project=folder.document.parsed)
        return Studio.open(folder, settings, self._hear, lambda: self.audience.onlookers > 0)


def _problem(step: Callable[[], None]) -> str:
    """Call `step`; returns why it failed in a sentence, or ""."""
    try:
        step()
    except SPOKEN as error:
        return str(error)
    except Exception as error:  # noqa: BLE001  the loop must go on, or screens would stand still without a word
        _log.exception("not told")
        return unexpected(error)
    return ""


def _said(notice: Notice) -> dict[str, Any]:
    """A notice as it is told now (docs/wire.md)."""
    task = notice.task
    return {"kind": notice.kind, "task": _task(task) if task else None, "text": notice.text, "t": time.time()}


def _task(task: Any) -> dict[str, Any]:
    return {"kind": task.kind, "target": task.target, "name": task.name, "reason": task.reason}
