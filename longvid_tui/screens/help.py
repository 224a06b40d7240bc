"""What every key does, and what the glyphs mean."""

from __future__ import annotations

import re
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from longvid_tui.keymap import ACTIONS, Keys, Place
from longvid_tui.view.film import MARKS
from longvid_tui.widgets.bindings import written
from longvid_tui.widgets.pane import Pane
from longvid_tui.widgets.writing import hang

_TITLES: dict[Place, str] = {
    "film": "The film",
    "anywhere": "Anywhere",
    "log": "In the log",
    "projects": "In the projects",
    "gpus": "In the GPUs",
}

_MARKS = "Marks"


class Help(ModalScreen[None]):
    """Keys by place, those of the focused pane first."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,question_mark,f1,enter", "leave", "leave"),
        Binding("j", "scroll('down')", "on"),
        Binding("k", "scroll('up')", "back"),
    ]

    def __init__(self, keys: Keys, place: Place, about: str) -> None:
        super().__init__()
        self._keys, self._place, self._about = keys, place, about

    def compose(self) -> ComposeResult:
        with Vertical(classes="box tall"):
            with VerticalScroll():
                if self._about:
                    yield Static(Content(f"{self._about}\n"), classes="hint")
                yield _Table(self._keys, self._place)
            yield Static("j k pagedown pageup scroll   esc leaves", classes="hint", markup=False)

    def action_scroll(self, way: str) -> None:
        table = self.query_one(VerticalScroll)
        table.scroll_down() if way == "down" else table.scroll_up()

    def action_leave(self) -> None:
        self.dismiss(None)


class _Table(Static):
    """The table of keys, written anew where it is as wide as never before."""

    def __init__(self, keys: Keys, place: Place) -> None:
        super().__init__()
        self._keys, self._place, self._written = keys, place, 0

    def on_resize(self) -> None:
        width = self.content_size.width
        if width != self._written:
            self._written = width
            text = help_text(self._keys, self._place, width, Pane.plain)
            titles = "|".join((*_TITLES.values(), _MARKS))
            self.update(Content(text).highlight_regex(re.compile(f"^({titles})$", re.MULTILINE), style="bold"))


def help_text(keys: Keys, first: Place, width: int, ascii_only: bool = False) -> str:
    """The table of keys as text, in lines of at most `width` cells."""
    places = sorted(_TITLES, key=lambda place: place != first)
    lines: list[str] = []
    for place in places:
        actions = [action for action in ACTIONS if action.place == place]
        if not actions:
            continue
        lines += [_TITLES[place], ""]
        for action in actions:
            held = "  ".join(_named(key, ascii_only) for key in keys.get(action.name, action.keys))
            lines.append(hang(f"  {held:<12} ", action.help, width))
        lines.append("")
    lines += [
        _MARKS,
        "",
        hang(
            "  ",
            "   ".join(f"{mark.ascii if ascii_only else mark.glyph} {mark.word}" for mark in MARKS.values()),
            width,
        ),
    ]
    return "\n".join(lines)


def _named(key: str, ascii_only: bool) -> str:
    name = written(key)
    return key if ascii_only and not name.isascii() else name
