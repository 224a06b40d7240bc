"""The film leaves the storyboard: watched in a browser, or written as a file for others."""

from __future__ import annotations

from pathlib import Path

from longvid_tui.errands import ErrandFailed, delivered
from longvid_tui.screens.board import Board
from longvid_tui.showing import show


class HandingOver(Board):
    """The actions of the storyboard that show the film, write it as a file, or say where it lies."""

    def action_play(self) -> None:
        from longvid_tui.screens.playing import Playing

        if self.film.planned:
            self.app.push_screen(Playing(self.project))
        else:
            self._tell("There is nothing to watch yet: R makes a plan first.")

    def action_export(self) -> None:
        from longvid_tui.exporting.kind import KINDS, WITHOUT_FILM
        from longvid_tui.screens.asking import Choose

        if not self.film.planned:
            self._tell("There is nothing to export yet: R makes a plan first.")
            return
        kinds = [kind for kind in KINDS if self.film.ready or kind in WITHOUT_FILM]

        def choose(place: int | None) -> None:
            if place is not None:
                # The app's, not the screen's: another project may be opened meanwhile.
                self.app.run_worker(self._export(kinds[place]), group="exports", exit_on_error=False)
                self._tell(f"{kinds[place]} is being written, also if you leave meanwhile.")

        title = "Export the film as" if self.film.ready else "The film is not ready: export what there is as"
        self.app.push_screen(Choose(title, [f"{kind:<9} {KINDS[kind]}" for kind in kinds]), choose)

    def action_copy(self) -> None:
        item = self.film.item(self.selected)
        path = item.path if item else self.film.path
        if not path:
            self._tell(f"{self.selected} has no file yet.")
            return
        self._tell(self.app.copy(str(Path(self.project, path))))

    async def _export(self, kind: str) -> None:
        try:
            said = await delivered("export", self.project, "--to", kind, "--json")
        except ErrandFailed as error:
            self.app.notify(show(str(error)), title=kind, severity="error", markup=False, timeout=15)
        else:
            self.app.notify(show(said["path"]), title=f"{kind} is written", markup=False, timeout=15)
