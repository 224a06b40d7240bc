"""The log: follows its end, scrolls back, searches, and leaves out what is not asked for."""

from __future__ import annotations

import time
from bisect import bisect_left
from collections.abc import Sequence
from itertools import accumulate
from operator import itemgetter

from rich.cells import cell_len
from textual import events

from longvid_tui.view.log import Level, LogLine
from longvid_tui.widgets.bindings import bindings_for
from longvid_tui.widgets.palette import colour_role
from longvid_tui.widgets.pane import FocusPane
from longvid_tui.widgets.writing import Row, cut, wrap

_LEVELS: tuple[tuple[str, frozenset[Level]], ...] = (
    ("all", frozenset(("info", "warn", "error", "job"))),
    ("no job output", frozenset(("info", "warn", "error"))),
    ("warnings and errors", frozenset(("warn", "error"))),
    ("errors", frozenset(("error",))),
)

_WRONG_ROWS = 8
"""Rows at most for a line that tells what went wrong."""


class Log(FocusPane):
    """Draws the tail of what was heard, or the window the person scrolled to."""

    HELP = "What happens. `f` follows the end, `/` searches, `v` leaves out lesser lines, `t` other targets."
    BINDINGS = bindings_for("log")

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.head("4 Log")
        self._lines: Sequence[LogLine] = ()
        self._heard = 0
        self._end: int | None = None
        """Number (of all ever heard) of the line below the window; None follows the end."""
        self._level = 0
        self._only = ""
        self.selected = ""
        self.pattern = ""

    def show(self, lines: Sequence[LogLine], heard: int) -> None:
        """`lines` are the newest of the `heard` lines there ever were."""
        self._lines, self._heard = lines, heard
        self._head()
        self.redraw()

    def draw(self, width: int, height: int) -> list[Row]:  # noqa: ARG002
        shown = self._window(height)
        if not shown:
            return [[("Nothing to tell yet.", "dim")]]
        rows = [row for line in shown for row in self._written(line)]
        return rows[-height:]

    def action_follow(self) -> None:
        self._end = None if self._end is not None else self._heard
        self._changed()

    def action_scroll_back(self) -> None:
        self._move(-1)

    def action_scroll_on(self) -> None:
        self._move(1)

    def action_page_back(self) -> None:
        self._move(-max(1, self.size.height - 1))

    def action_page_on(self) -> None:
        self._move(max(1, self.size.height - 1))

    def action_level(self) -> None:
        self._level = (self._level + 1) % len(_LEVELS)
        self._changed()

    def action_only_this(self) -> None:
        self._only = "" if self._only else self.selected
        self._changed()

    def action_search(self) -> None:
        from longvid_tui.screens.asking import AskWords

        def look_for(words: str | None) -> None:
            if words is not None:
                self.pattern = words.casefold()
                self.action_search_next() if words else self._changed()

        self.app.push_screen(
            AskWords("Search the log", self.pattern, "Words to look for; none ends it"), look_for
        )

    def action_search_next(self) -> None:
        """Matches are found from the newest to the oldest, and around."""
        self._find(-1)

    def action_search_before(self) -> None:
        self._find(1)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self._move(-3)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self._move(3)

    def _numbered(self) -> list[tuple[int, LogLine]]:
        first, levels = self._heard - len(self._lines), _LEVELS[self._level][1]
        return [
            (first + at, line)
            for at, line in enumerate(self._lines)
            if line.level in levels and self._only in ("", line.target)
        ]

    def _window(self, height: int) -> list[LogLine]:
        levels = _LEVELS[self._level][1]
        if self._end is None and not self._only:
            tail: list[LogLine] = []
            for line in reversed(self._lines):
                if line.level in levels:
                    tail.append(line)
                if len(tail) == height:
                    break
            return tail[::-1]
        lines = self._numbered()
        end = self._below(lines)
        return [line for _, line in lines[max(0, end - height) : end]]

    def _below(self, lines: Sequence[tuple[int, LogLine]]) -> int:
        """Where in `lines` the window ends."""
        if self._end is None:
            return len(lines)
        return max(self._oldest(lines), bisect_left(lines, self._end, key=itemgetter(0)))

    def _oldest(self, lines: Sequence[tuple[int, LogLine]]) -> int:
        """How many lines fill the pane, counted from the first."""
        rows = accumulate(len(self._written(line)) for _, line in lines[: self.size.height])
        return sum(rows <= self.size.height for rows in rows)

    def _move(self, rows: int) -> None:
        """Scroll by as many lines as stand in so many rows, but by one at least; back where `rows` is negative."""
        lines = self._numbered()
        at, step, left = self._below(lines), 1 if rows > 0 else -1, abs(rows)
        oldest = self._oldest(lines)
        while oldest <= at + step <= len(lines):
            left -= len(self._written(lines[min(at, at + step)][1]))
            if left < 0 and at != self._below(lines):
                break
            at += step
        follows = at == len(lines) and (rows > 0 or not lines)
        self._end = None if follows else lines[at - 1][0] + 1
        self._changed()

    def _find(self, step: int) -> None:
        if not self.pattern:
            return
        hits = [
            number
            for number, line in self._numbered()
            if self.pattern in f"{line.target} {line.text}".casefold()
        ]
        if not hits:
            self.app.notify("Nothing in the log matches.", markup=False)
            return
        here = self._heard if self._end is None else self._end - 1
        beyond = [number for number in hits if (number - here) * step > 0]
        self._end = (
            (min(beyond) if step > 0 else max(beyond)) + 1 if beyond else (hits[0 if step > 0 else -1] + 1)
        )
        self._changed()

    def _changed(self) -> None:
        self._head()
        self.redraw()

    def _head(self) -> None:
        waiting = 0 if self._end is None else self._heard - self._end
        place = "follows" if self._end is None else f"+{waiting} lines: f"
        narrowed = ", ".join(
            word for word in (self._only, "" if not self._level else _LEVELS[self._level][0]) if word
        )
        self.head(f"4 Log  {narrowed}".rstrip(), place + (f"  /{self.pattern}" if self.pattern else ""))

    def _written(self, line: LogLine) -> list[Row]:
        """A line of the log in rows: what went wrong is written out, as far as the pane is high; any other gets
        one row."""
        width, height = self.size
        moment = time.strftime("%H:%M:%S ", time.localtime(line.time))
        colour = colour_role(int(line.target[1:]) - 1) if line.target[1:].isdecimal() else "dim"
        lead: list[tuple[str, str]] = [(moment, "dim"), (f"{cut(line.target, 16):4} ", colour)]
        margin = len(moment) + cell_len(lead[1][0])
        room = max(1, width - margin)
        wrong = line.level in ("warn", "error")
        texts = wrap(line.text, room, max(1, min(_WRONG_ROWS, height))) if wrong else [cut(line.text, room)]
        leads = [lead] + [[(" " * margin, "")]] * (len(texts) - 1)
        return [[*lead, *self._marked(text, line.level)] for lead, text in zip(leads, texts, strict=True)]

    def _marked(self, text: str, role: str) -> Row:
        at = text.casefold().find(self.pattern) if self.pattern else -1
        if at < 0:
            return [(text, role)]
        end = at + len(self.pattern)
        return [(text[:at], role), (text[at:end], "match"), (text[end:], role)]
