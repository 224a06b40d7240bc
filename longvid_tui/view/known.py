"""All that the screen has heard of one project, kept up to date message by message."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal

from longvid_tui import wire
from longvid_tui.view.film import Film, Item, film
from longvid_tui.view.gpus import Gpu, ToCome, gpus, look_alike, terms, to_come
from longvid_tui.view.log import LogLine, event_line, notice_line
from longvid_tui.view.phrases import turn

LINES_KEPT = 5000
"""Lines of the log that can be scrolled back to."""

HISTORY_SECONDS = 60
"""Samples of a GPU's load that are kept, one a second."""

Topic = Literal["film", "log", "gpus", "link"]


class Known:
    """Hears what the engine says (`hear`, `hear_gpus`) and answers what changed by it."""

    def __init__(self, opening: str = "") -> None:
        """`opening`: the folder of the project."""
        self.snapshot: dict[str, Any] | None = None
        self.tasks: list[dict[str, Any]] = []
        self.growing: dict[str, Any] | None = None
        """The plan that is being written."""
        self.eta: dict[str, Any] | None = None
        self.approving: set[str] = set()
        """Targets whose approval is on its way, shown as approved until the engine says otherwise."""
        self.lines: deque[LogLine] = deque(maxlen=LINES_KEPT)
        self.lines_heard = 0
        """Lines ever heard; those no longer kept count as well."""
        self.gpus: tuple[Gpu, ...] = ()
        self.to_come: tuple[ToCome, ...] = ()
        self.gpu_problem = ""
        self.link = "Connecting to the engine ..."
        """Why there is no connection, "" while there is one."""
        self.film = Film(opening=opening)
        self._basis: tuple[dict[str, Any] | None, frozenset[str]] = None, frozenset()
        self._kept: dict[str, Item] = {}
        """Items that need not be looked at anew while the basis is the same: progress comes four times a
        second."""
        self._loads: dict[int, deque[float]] = {}

    def hear(self, message: Mapping[str, Any], now: float) -> set[Topic]:
        """Learn from one message; answers which topics look different now."""
        params = message["params"]
        match message["method"]:
            case "subscribed":
                return self._begin(params)
            case "changed":
                self.snapshot = wire.apply(self.snapshot, params["change"])
                self.approving.clear()
                return self._look_again()
            case "progress":
                before, self.eta = self.eta, params.get("eta")
                self.tasks = params["tasks"]
                return self._look_again() | ({"link", "gpus"} if self.eta != before else set())
            case "growing":
                self.growing = params["plan"]
                return self._look_again()
            case "events":
                return self._write(*map(event_line, params["events"]))
            case "notice":
                if params["kind"] == "started" and params["task"] and params["task"]["kind"] == "plan":
                    self.growing = None
                return self._write(notice_line(params, params.get("t", now)))
            case "rested":
                self.tasks, self.growing, self.eta = [], None, None
                return self._look_again() | {"gpus"}
            case "gone":
                self.link = params["reason"]
                return self._despair()
        return set()

    def hear_gpus(self, said: Mapping[str, Any], now: float) -> set[Topic]:
        """Learn from the answer to `gpus`."""
        for gpu in gpus(said):
            if gpu.load is not None:
                self._loads.setdefault(gpu.index, deque(maxlen=HISTORY_SECONDS)).append(gpu.load)
        before, problem, planned = self.gpus, self.gpu_problem, self.to_come
        running = self.snapshot["report"]["running"] if self.snapshot else ()
        self.gpus = gpus(said, self._loads, terms(running, self.tasks, now))
        self.gpu_problem = str(said.get("problem") or "")
        self.to_come = to_come(said, self.film.folder)
        alike = len(before) == len(self.gpus) and all(map(look_alike, before, self.gpus))
        if planned != self.to_come:
            return {"gpus", "film"}
        return set() if alike and problem == self.gpu_problem else {"gpus"}

    def hear_job(self, lines: list[LogLine]) -> set[Topic]:
        """Lines a job wrote to its own log."""
        return self._write(*lines)

    def seconds_left(self, now: float) -> float | None:
        """How long the run will take, while there is a run and the engine can tell."""
        if self.eta is None or self.film.state != "working":
            return None
        return max(0.0, float(self.eta["at"]) - now)

    def turn(self, target: str) -> str:
        """When and where a segment that waits is to be filmed, in words; "" where that is not planned."""
        return next((turn(each) for each in self.to_come if each.segment == target), "")

    def approve(self, targets: tuple[str, ...]) -> None:
        """Show these as approved until the engine answers."""
        self.approving.update(targets)
        self._look_again()

    def take_back(self, targets: tuple[str, ...]) -> None:
        """The engine refused: show them as they are."""
        self.approving.difference_update(targets)
        self._look_again()

    def _begin(self, said: Mapping[str, Any]) -> set[Topic]:
        self.snapshot, self.tasks = said["snapshot"], said["progress"]
        self.growing = said.get("growing")
        self.link = ""
        self.approving.clear()
        notices = (notice_line(each, each["t"]) for each in said.get("notices", ()))
        unheard = [line for line in notices if line is not None and line not in self.lines]
        events = [line for line in map(event_line, said["events"]) if line is not None]
        self._write(*sorted((*events, *unheard), key=lambda line: line.time))
        return self._look_again() | {"log", "link"}

    def _look_again(self) -> set[Topic]:
        if self.snapshot is None:
            return set()
        basis = self.snapshot, frozenset(self.approving)
        if basis[0] is not self._basis[0] or basis[1] != self._basis[1]:
            self._basis, self._kept = basis, {}
        before, self.film = self.film, film(self.snapshot, self.tasks, self.approving, self.growing, self._kept)
        return {"film"} if self.film != before else set()

    def _despair(self) -> set[Topic]:
        """Show why the film could not be opened, in its place."""
        if self.snapshot is None:
            self.film = replace(self.film, trouble=self.link)
            return {"film", "link"}
        return {"link"}

    def _write(self, *lines: LogLine | None) -> set[Topic]:
        heard = [line for line in lines if line is not None]
        self.lines.extend(heard)
        self.lines_heard += len(heard)
        return {"log"} if heard else set()
