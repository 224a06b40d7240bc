"""The sidebar: recent projects, with what the engine is doing for each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from textual import events
from textual.message import Message

from longvid_tui.view.film import MARKS
from longvid_tui.widgets.bindings import bindings_for
from longvid_tui.widgets.pane import FocusPane
from longvid_tui.widgets.writing import Row, cells, cut, spread


@dataclass(frozen=True)
class ListedProject:
    """A project in the list: `state` as the engine says it, "" if it is not open; `share` done, if known."""

    folder: str
    state: str = ""
    share: float | None = None


class Projects(FocusPane):
    """Newest first; enter opens."""

    HELP = "Projects you worked on, newest first. `enter` opens one, `r` renames it, `x` takes it off the list."
    BINDINGS = bindings_for("projects")

    class Wanted(Message):
        """The person wants something of a project: to open, rename or archive it."""

        def __init__(self, folder: str, what: Literal["open", "rename", "archive"]) -> None:
            super().__init__()
            self.folder, self.what = folder, what

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.head("5 Projects")
        self._projects: tuple[ListedProject, ...] = ()
        self._open = ""
        self._at = 0
        self._first = 0
        """The topmost that is drawn."""

    def show(self, projects: tuple[ListedProject, ...], open_folder: str) -> None:
        if (projects, open_folder) != (self._projects, self._open):
            folders = [project.folder for project in projects]
            if open_folder != self._open and open_folder in folders:
                self._at = folders.index(open_folder)
            self._projects, self._open = projects, open_folder
            self._at = min(self._at, max(0, len(projects) - 1))
            self.head("5 Projects")
            self.redraw()

    def draw(self, width: int, height: int) -> list[Row]:
        if not self._projects:
            return [[("None yet.", "dim")], [("N makes a new film.", "dim")]]
        self._first = max(0, self._at - height + 1)
        return [self._row(at, width) for at in range(self._first, len(self._projects))]

    def action_project_before(self) -> None:
        self._go(self._at - 1)

    def action_project_after(self) -> None:
        self._go(self._at + 1)

    def action_open_project(self) -> None:
        self._want("open")

    def action_rename_project(self) -> None:
        self._want("rename")

    def action_archive_project(self) -> None:
        self._want("archive")

    def _want(self, what: Literal["open", "rename", "archive"]) -> None:
        if self._projects:
            self.post_message(self.Wanted(self._projects[self._at].folder, what))

    def on_click(self, event: events.Click) -> None:
        inside = event.get_content_offset(self)
        if inside and self._first + inside.y < len(self._projects):
            self._go(self._first + inside.y)
            self.action_open_project()

    def watch_has_focus(self, has_focus: bool) -> None:
        super().watch_has_focus(has_focus)
        self.redraw()

    def _go(self, at: int) -> None:
        self._at = min(max(at, 0), max(0, len(self._projects) - 1))
        self.redraw()

    def _row(self, at: int, width: int) -> Row:
        project = self._projects[at]
        name = project.folder.rstrip("/").rsplit("/", 1)[-1]
        role = (
            "cursor" if at == self._at and self.has_focus else "strong" if project.folder == self._open else ""
        )
        told = _told(project, self.plain)
        lead = ">" if project.folder == self._open else " "
        return spread([(f"{lead}{cut(name, width - cells([told]) - 2)}", role)], [told], width)


def _told(project: ListedProject, ascii_only: bool) -> tuple[str, str]:
    if project.state == "working":
        return (MARKS["running"].ascii if ascii_only else MARKS["running"].glyph), "running"
    if project.state == "waiting":
        return "?", "asks"
    if project.state == "paused":
        return "pause", "dim"
    return ("" if project.share is None else f"{project.share:.0%}"), "dim"
