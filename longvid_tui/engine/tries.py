"""The failed tries of one run: what is tried again, from when on and with what change, and what is given up."""

from __future__ import annotations

import time
from collections import Counter

from longvid_tui.backends.contract import MORE_GPUS, Misconfigured, OutOfMemory
from longvid_tui.engine.retrying import Retry, decide
from longvid_tui.engine.room import pause
from longvid_tui.engine.studio import Studio
from longvid_tui.engine.tasks import Task
from longvid_tui.project.disk import DiskError
from longvid_tui.project.history import OpenAttempt


class Tries:
    """Remembers, for one run, which targets failed, which tasks wait for another try, and at which rung."""

    def __init__(self, studio: Studio) -> None:
        self.failed: dict[str, str] = {}
        """Why the targets that were given up failed, in a sentence each."""
        self.halted = False
        """Whether nothing new is started, because it would fail in the same way."""
        self.rung = 0
        """The rung of the generator's ladder that all segments are filmed at by now: what one of them ran out
        of, the next of the same size would run out of too."""
        self.more_than = 0
        """A segment has to have more GPUs than this: on so many, memory ran out."""
        self._studio = studio
        self._failures: Counter[str] = Counter()
        self._rungs: dict[str, int] = {}
        self._waits_for_room: Counter[str] = Counter()
        self._not_before: dict[str, float] = {}

    def begin_anew(self) -> None:
        """Try again what was given up."""
        self.failed.clear()
        self._failures.clear()
        self.halted = False

    def begun(self, task: Task) -> None:
        """A segment is filmed at the present rung."""
        self._rungs[task.name] = self.rung

    def adopt(self, task: Task, attempt: OpenAttempt) -> None:
        """A segment is being filmed by an attempt that an earlier engine began."""
        self._rungs[task.name] = len(attempt.changes)
        self.rung = max(self.rung, len(attempt.changes))
        if MORE_GPUS in attempt.changes:
            self.more_than = max(self.more_than, len(attempt.gpus) - 1)

    def after(self, task: Task, error: Exception) -> Retry | None:
        """How a task that failed is tried again; None: no more."""
        self._failures[task.name] += 1
        again = decide(
            error,
            self._failures[task.name],
            self._studio.settings.run.retries,
            self._rungs.get(task.name, 0),
            self._studio.ladder() if task.kind == "render" else (),
        )
        if again:
            self.rung = max(self.rung, again.rung)
            if again.change == MORE_GPUS and isinstance(error, OutOfMemory):
                self.more_than = max(self.more_than, error.gpus)
        return again

    def give_up(self, task: Task, sentence: str, error: Exception | None = None) -> None:
        """Leave a target alone until the person orders it again."""
        self.failed[task.target] = sentence
        self.halted = self.halted or isinstance(error, (Misconfigured, DiskError))

    def wait(self, task: Task, seconds: float) -> None:
        """Try a task again after so many seconds."""
        self._not_before[task.name] = time.monotonic() + seconds

    def wait_for_room(self, task: Task) -> None:
        """Try a task again after a while, which is longer each time there is no room on the disk."""
        self.wait(task, self.room_pause(task.name))

    def room_pause(self, name: str) -> float:
        """Seconds until what goes by this name looks for room on the disk again."""
        self._waits_for_room[name] += 1
        return pause(self._waits_for_room[name])

    def waiting(self) -> set[str]:
        """The names of the tasks whose next try is not due yet."""
        now = time.monotonic()
        self._not_before = {
            name: due for name, due in self._not_before.items() if due > now and not self.halted
        }
        return set(self._not_before)

    @property
    def has_more(self) -> bool:
        """Whether a task is still to be tried again."""
        return bool(self._not_before)

    def seconds_to_next(self) -> float | None:
        """Seconds until the next try is due; None if there is none."""
        now = time.monotonic()
        return min((max(0.0, due - now) for due in self._not_before.values()), default=None)
