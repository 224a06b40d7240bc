"""The projects beside the film: listed with what the engine does for each, opened, renamed, taken off the list."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from functools import partial
from pathlib import Path

from longvid_tui import client, drafts, library
from longvid_tui.client import EngineGone
from longvid_tui.screens.handing_over import HandingOver
from longvid_tui.widgets.projects import Known as ListedProject
from longvid_tui.widgets.projects import Projects
from longvid_tui.wire import WireError

LET_GO_SECONDS = 5.0
"""What the engine gets to close a project after the last one who listened to it has gone."""


class Shelf(HandingOver):
    """The part of the storyboard that is about all projects."""

    def list_projects(self) -> None:
        self.run_worker(self._list(), group="projects", exit_on_error=False)

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
        if (await self._states()).get(str(old), "idle") != "idle":
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

    async def _list(self) -> None:
        await asyncio.to_thread(self.app.place.write)
        folders = [str(root) for root in await asyncio.to_thread(library.recent)]
        if self.project and self.project not in folders:
            folders.insert(0, self.project)
        states = await self._states() if len(folders) > 1 else {self.project: self.film.state}
        shares = self.app.place.get("share", {})
        listed = tuple(ListedProject(name, states.get(name, ""), shares.get(name)) for name in folders)
        self.query_one(Projects).show(listed, self.project)

    async def _states(self) -> dict[str, str]:
        if self.link is None:
            return {}
        try:
            said = await asyncio.to_thread(self.link.ask, "status")
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
    """Give a project another folder, with its place in the list and what was typed for it; why not, or ""."""
    try:
        old.rename(new)
    except OSError as error:
        return error.strerror or str(error)
    library.move(old, new)
    drafts.move(str(old), str(new))
    return ""
