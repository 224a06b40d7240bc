"""The projects beside the film: listed with what the engine does for each, opened, renamed, taken off the
list."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from functools import partial
from pathlib import Path

from textual._context import NoActiveAppError
from textual.css.query import NoMatches

from longvid_tui import client, drafts, library
from longvid_tui.client import EngineGone
from longvid_tui.errands import begun
from longvid_tui.looks import ANSWER_SECONDS, Looks
from longvid_tui.screens.board import Board
from longvid_tui.shares import Shares
from longvid_tui.widgets.projects import ListedProject, Projects
from longvid_tui.wire import WireError

LIST_SECONDS = 4.0
"""Seconds between two looks at the list of projects."""

LET_GO_SECONDS = 5.0
"""Seconds the engine gets to close a project after the last client that listened to it has gone."""


class Shelf(Board):
    """The part of the storyboard that is about all projects."""

    _looks: Looks
    """Polls the GPUs, the logs of jobs and the list of projects."""
    _listed: tuple[ListedProject, ...] = ()
    _shares: Shares | None = None
    """None until the second look: at the first the screen is still starting."""

    def list_projects(self) -> None:
        """Look at once what projects there are."""
        self._looks.now()

    def action_new_film(self) -> None:
        from longvid_tui.screens.new_film import NewFilm

        def made(folder: str | None) -> None:
            if folder:
                self.app.open_project(folder)

        self.app.push_screen(NewFilm(Path.cwd()), made)

    def action_demo(self) -> None:
        self.run_worker(self._make_demo(Path.cwd() / "demo-film"), group="orders", exit_on_error=False)

    async def _make_demo(self, folder: Path) -> None:
        """The command makes and runs it; closing the screen does not end either."""
        self._tell("Making the demo film ...")
        process = begun("demo", str(folder))
        # Another process makes the file: nobody could set an event.
        while process.poll() is None and not (folder / "project.yaml").exists():  # noqa: ASYNC110
            await asyncio.sleep(0.1)
        if (folder / "project.yaml").exists():
            self.app.open_project(str(folder))
        else:
            self._tell(f"The demo film cannot be made in {folder}: `longvid-tui demo` says why.", "error")

    def rename(self, folder: str) -> None:
        """Ask for another name of a project's folder, and give it."""
        from longvid_tui.screens.asking import AskWords

        def typed(name: str | None) -> None:
            if name:
                self.run_worker(self._rename(Path(folder), name.strip()), group="shelf", exit_on_error=False)

        self.app.push_screen(AskWords("Rename the folder to", Path(folder).name), typed)

    def archive(self, folder: str) -> None:
        """Take a project off the list, after a question."""
        details = f"The folder {folder} stays; opening it brings it back."
        self._if_yes(f"Take {Path(folder).name} off the list?", details, partial(self._archive, folder))

    def _archive(self, folder: str) -> None:
        library.forget(Path(folder))
        self.list_projects()

    async def _rename(self, old: Path, name: str) -> None:
        new = old.with_name(name) if name not in ("", ".", "..") and "/" not in name else old
        shown = str(old) == self.project
        if new == old or new.exists():
            self._tell("A folder's name is one word of a path that is not there yet.", "warning")
            return
        if (await asyncio.to_thread(self._states)).get(str(old), "idle") != "idle":
            self._tell(f"{old.name} has a run that is not over: open it and stop that first.", "warning")
            return
        if shown and self.link:
            self.link.close()
        if not await self._is_let_go(old):
            self._tell(f"{old.name} is open elsewhere: nothing was renamed.", "warning")
            new = old
        elif problem := await asyncio.to_thread(_moved, old, new):
            self._tell(f"{old.name} cannot be renamed: {problem}", "error")
            new = old
        else:
            self.app.place.move(str(old), str(new))
        if shown:
            self.app.open_project(str(new))
        else:
            self.list_projects()

    async def _is_let_go(self, folder: Path) -> bool:
        for _ in range(int(LET_GO_SECONDS / 0.2)):
            with suppress(EngineGone, WireError):
                if str(folder) not in await asyncio.to_thread(_open_projects):
                    return True
            await asyncio.sleep(0.2)
        return False

    def _look_at_projects(self) -> float:
        with suppress(NoActiveAppError):  # the screen was left in this moment
            place = self.app.place
            place.write()
            folders = [str(root) for root in library.recent()]
            if self.project and self.project not in folders:
                folders.insert(0, self.project)
            states = self._states() if len(folders) > 1 else {self.project: self.film.state}
            if self._shares:
                others = [each for each in folders if each != self.project]
                self._shares.look([each for each in others if states.get(each, "idle") == "idle"])
            self._shares = self._shares or Shares(place)
            shares = place.get("share", {})
            listed = tuple(ListedProject(name, states.get(name, ""), shares.get(name)) for name in folders)
            if listed != self._listed:
                self._listed = listed
                self._soon(self._show_projects)
        return LIST_SECONDS

    def _show_projects(self) -> None:
        with suppress(NoMatches):  # it is closing
            self.query_one(Projects).show(self._listed, self.project)

    def _states(self) -> dict[str, str]:
        """What the engine does for each project it has open; blocks."""
        if self.link is None:
            return {}
        try:
            said = self.link.ask("status", within=ANSWER_SECONDS)
        except (EngineGone, WireError):
            return {}
        return {project["folder"]: project["state"] for project in said["projects"]}


def _open_projects() -> set[str]:
    """Folders the engine has open; none where there is no engine."""
    running = client.connect()
    if running is None:
        return set()
    with running:
        return {project["folder"] for project in running.ask("status")["projects"]}


def _moved(old: Path, new: Path) -> str:
    """Move a project to another folder, with its place in the list and its drafts; returns why that failed, or
    ""."""
    try:
        old.rename(new)
    except OSError as error:
        return error.strerror or str(error)
    library.move(old, new)
    drafts.move(str(old), str(new))
    return ""
