"""Progress of a run on stderr: bars on a terminal, one line per finished thing elsewhere."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars
from rich.text import Text

from longvid_tui.cli.growing import Growing
from longvid_tui.cli.output import err
from longvid_tui.doing import DOING, DONE
from longvid_tui.gantt import spoken
from longvid_tui.showing import one_line, segment_colour, show

_ALONE = frozenset({"plan", "motion"})
"""Kinds of tasks whose failure ends the run. How the run ended tells the reason, so it is not told before."""

_WORTH_TELLING = 60.0
"""Seconds by which the expected end of a run must move to be told again where every line stays."""


class Progress:
    """Shows what the engine says of a run: snapshots, notices and progress, as docs/wire.md describes them."""

    def __init__(self) -> None:
        self._console: Console = err()
        self._live = self._console.is_terminal
        self._bars = Bars(
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.fields[eta]}", markup=False),
            console=self._console,
            disable=not self._live,
            transient=True,
        )
        self._rows: dict[str, Any] = {}
        self._growing: Growing | None = None
        self._left = 0
        self._finished = 0
        self._eta: Mapping[str, Any] | None = None
        self._said_end: float | None = None
        self._trouble = ""
        self._whole = self._bars.add_task("film", total=None, eta="")

    def __enter__(self) -> Progress:
        self._bars.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bars.stop()

    def note(self, text: str) -> None:
        self._console.print(Text(show(text)))

    def ring(self, text: str) -> None:
        """The bell, and a desktop notification where the terminal knows OSC 9."""
        if self._live:
            self._console.file.write(f"\a\x1b]9;{one_line(text, 80)}\x07")
            self._console.file.flush()

    def grow(self, plan: Mapping[str, Any] | None) -> None:
        """The plan as far as it is written."""
        if self._growing and plan:
            self._say_segments(self._growing.hear(plan))

    def learn(self, snapshot: Mapping[str, Any]) -> None:
        """How much is left, from a snapshot of the project."""
        if self._growing is None and not snapshot["report"]["plan"]["made"]:
            self._growing = Growing()
        self._left = len(snapshot["report"]["missing"])
        self._show_whole()

    def update(self, tasks: Sequence[Mapping[str, Any]], eta: Mapping[str, Any] | None) -> None:
        """How far each task at work is, and when the run will be done."""
        self._learn_end(eta)
        for task in tasks:
            row = self._row(task)
            self._bars.update(row, completed=task["done"], total=task["total"] or None)

    def hear(self, notice: Mapping[str, Any]) -> None:
        task, kind = notice["task"], notice["kind"]
        if task is None:
            self.note(self._briefly(notice["text"]))
            return
        if kind == "started":
            self._row(task)
            return
        row = self._rows.pop(task["name"], None)
        if row is not None:
            self._bars.remove_task(row)
        if task["kind"] == "plan" and self._growing:
            self._say_segments(self._growing.end() if kind == "finished" else ())
            self._growing = None
        if kind == "finished":
            self._finished += 1
            self._left = max(0, self._left - 1)
            self._show_whole()
            self._say(f"{DONE[task['kind']]} {_named(task)}{_because(task['reason'])}", task)
        elif kind == "retrying" or task["kind"] not in _ALONE:
            again = " (tried again)" if kind == "retrying" else ""
            self._say(self._briefly(f"{_named(task)}: {notice['text']}") + again, task)

    def _briefly(self, text: str) -> str:
        """`who: why`, or `who: the same` where the reason is the one that was told before."""
        who, _, why = text.partition(": ")
        before, self._trouble = self._trouble, why
        return f"{who}: the same" if why and why == before else text

    def _row(self, task: Mapping[str, Any]) -> Any:
        if task["name"] not in self._rows:
            words = f"{DOING[task['kind']]} {_named(task)}"
            self._rows[task["name"]] = self._bars.add_task(words, total=None, eta="")
        return self._rows[task["name"]]

    def _say(self, text: str, task: Mapping[str, Any]) -> None:
        self._console.print(Text(one_line(text), style=_style(task["target"])))

    def _say_segments(self, segments: Iterable[Mapping[str, Any]]) -> None:
        for segment in segments:
            words = f"{segment['id']}: {segment['prompt'] or segment['prompt_zh']}"
            self._console.print(Text(one_line(words), style=_style(segment["id"])))

    def _learn_end(self, eta: Mapping[str, Any] | None) -> None:
        if eta and not self._live and self._is_news(eta):
            self.note(spoken_end(eta))
            self._said_end = eta["at"]
        self._eta = eta or self._eta
        self._show_whole()

    def _is_news(self, eta: Mapping[str, Any]) -> bool:
        """Whether the expected end was not told yet, or has moved by more than a tenth of what is left."""
        moved = None if self._said_end is None else abs(eta["at"] - self._said_end)
        return moved is None or moved > max(_WORTH_TELLING, eta["seconds"] / 10)

    def _show_whole(self) -> None:
        total = self._finished + self._left
        said = spoken_end(self._eta) if self._eta and self._left else ""
        self._bars.update(self._whole, completed=self._finished, total=total, eta=said)


def spoken_end(eta: Mapping[str, Any]) -> str:
    """`about 12 min left, done at 14:32 (14:25 to 14:51)`."""
    now, end = time.time(), eta["at"]
    made_at = end - eta["seconds"]
    said = f"about {spoken(max(1.0, end - now))} left, done at {_clock(end)}"
    if eta["low"] is None or _clock(made_at + eta["low"]) == _clock(made_at + eta["high"]):
        return said
    return f"{said} ({_clock(made_at + eta['low'])} to {_clock(made_at + eta['high'])})"


def _clock(moment: float) -> str:
    at = datetime.fromtimestamp(moment).astimezone()
    same_day = at.date() == datetime.now().astimezone().date()
    return f"{at:%H:%M}" if same_day else f"{at:%a %H:%M}"


def _because(reason: str) -> str:
    """Why something was made; what was not there yet needs no reason."""
    return "" if not reason or reason.endswith(" yet") else f" ({reason})"


def _named(task: Mapping[str, Any]) -> str:
    return {"plan": "the plan", "film": "the film"}.get(task["target"], str(task["target"]))


def _style(target: str) -> str:
    return segment_colour(int(target[1:]) - 1) if target[1:].isdigit() else ""
