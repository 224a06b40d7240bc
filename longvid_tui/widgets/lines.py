"""The first and the last line of the screen."""

from __future__ import annotations

from rich.cells import cell_len

from longvid_tui.view.film import Film
from longvid_tui.view.phrases import roughly
from longvid_tui.widgets.pane import Pane
from longvid_tui.widgets.writing import Row, cells, clip, cut, spread

_NAME = 26
"""Cells that a film's title gets before what matters less is told beside it."""


class Header(Pane):
    """Which film, how far, what it cost, how good the link is."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._film, self._link, self._delay, self._left = Film(), "", 0, ""

    def show(self, film: Film, link: str, delay: int, left: float | None) -> None:
        """`link`: why there is no connection; `delay`: milliseconds to the terminal and back, 0 unless slow;
        `left`: seconds the run may still take, if known."""
        told = "" if left is None else f"  about {roughly(left)} left"
        if (film, link, delay, told) != (self._film, self._link, self._delay, self._left):
            self._film, self._link, self._delay, self._left = film, link, delay, told
            self.redraw()

    def draw(self, width: int, height: int) -> list[Row]:  # noqa: ARG002
        film = self._film
        name = film.folder.rstrip("/").rsplit("/", 1)[-1]
        title = cut(film.title or name, width)
        left = [("longvid-tui  ", "key"), (title, "strong")]
        right = self._right(width - 14, min(cell_len(title), _NAME))
        folder = (f"  {name}" if film.title else "", "dim")
        roomy = cells([*left, folder, *right]) < width
        return [spread([*left, folder] if roomy else left, right, width)]

    def _right(self, width: int, title: int) -> Row:
        """How far the film is, in at most `width` cells; what matters less makes way for the title, which takes
        `title`."""
        film = self._film
        if self._link:
            return [("not connected" if film.trouble else self._link, "warn")]
        if not film.folder:
            return []
        parts: list[tuple[str, str]] = [(f"{film.done}/{film.total} done", "approved")]
        running, asking, failing = len(film.tasks), len(film.asking), len(film.failing)
        parts += [(f"  {running} at work", "running")] if running else []
        parts += [(f"  {asking} ask{'s' * (asking == 1)} you", "asks")] if asking else []
        parts += [(f"  {failing} failed", "failed")] if failing else []
        parts += [("  paused", "warn")] if film.state == "paused" else []
        parts += [(self._left, "strong")] if self._left else []
        parts += [(f"  ${film.spent:.2f}", "dim")] if film.spent else []
        parts += [(f"  link {self._delay} ms", "dim")] if self._delay else []
        while parts[-1][1] == "dim" and cells(parts) >= width - title:
            parts.pop()
        return clip(parts, width)


class Footer(Pane):
    """The keys that matter now."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._keys: tuple[tuple[str, str], ...] = ()
        self._said, self._role = "", ""

    def say(self, sentence: str, role: str) -> None:
        """Tell something in place of the keys; "" brings them back."""
        self._said, self._role = sentence, role
        self.redraw()

    def show(self, keys: tuple[tuple[str, str], ...]) -> None:
        if keys != self._keys:
            self._keys = keys
            self.redraw()

    def draw(self, width: int, height: int) -> list[Row]:  # noqa: ARG002
        if self._said:
            return [[(cut(self._said, width), self._role)]]
        row: list[tuple[str, str]] = []
        for key, words in self._keys:
            more = [(f" {key} ", "key"), (f"{words} ", "dim")]
            if cells(row) + cells(more) > width:
                break
            row += more
        return [row]
