"""Words of the film, a keyframe or a segment, edited from the storyboard: here, or in the person's editor."""

from __future__ import annotations

import os
import shlex
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from textual.app import SuspendNotSupported

from longvid_tui import drafts
from longvid_tui.drafts import Draft
from longvid_tui.screens.board import Board
from longvid_tui.view.document import FILM, with_words, words
from longvid_tui.view.film import PLAN


class Wording(Board):
    """The actions of the storyboard that edit words."""

    def action_edit(self) -> None:
        self._edit(FILM if self.selected == PLAN else self.selected)

    def action_edit_film(self) -> None:
        self._edit(FILM)

    def action_editor(self) -> None:
        self._in_editor(FILM if self.selected == PLAN else self.selected)

    def _edit(self, target: str) -> None:
        from longvid_tui.screens.editing import Editing

        if self.known.snapshot is None or self.link is None or self._is_master(target):
            return

        def newest() -> dict[str, Any]:
            assert self.known.snapshot is not None
            return self.known.snapshot

        def edited(said: str | None) -> None:
            if said:
                self._tell(said)

        self.app.push_screen(Editing(self.project, target, newest, self.link.ask), edited)

    def _is_master(self, target: str) -> bool:
        """Whether a target is a master, whose words stand in project.yaml only; says so if it is."""
        if target.startswith("@"):
            self._tell(f"How {target} looks stands in the look of project.yaml: edit it there.")
        return target.startswith("@")

    def _in_editor(self, target: str) -> None:
        """Hand the words to the person's own editor; what comes back is saved like any edit."""
        snapshot = self.known.snapshot
        if snapshot is None or self._is_master(target):
            return
        before = words(snapshot["document"], target)
        editor = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
        with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8", errors="replace") as file:
            file.write(before)
            file.flush()
            try:
                command = [*shlex.split(editor), file.name]
                with self.app.suspend():
                    subprocess.run(command, check=False)
            except (OSError, ValueError) as error:
                self._tell(f"{editor} cannot be run: {error}", "error")
                return
            except SuspendNotSupported:
                self._tell("Your editor needs a terminal of its own: e edits the words here.", "warning")
                return
            after = Path(file.name).read_text(encoding="utf-8", errors="replace").rstrip()
        if after != before.rstrip():
            drafts.keep(Draft(self.project, target, after, before))
            self._order(self._save_words(target, after), "")

    async def _save_words(self, target: str, text: str) -> None:
        snapshot = self.known.snapshot
        assert snapshot is not None
        params = {"project": with_words(snapshot["document"], target, text), "base": snapshot["revision"]}
        if await self.ask("perform", command="edit", params=params) is not None:
            drafts.forget(self.project, target)
            self._tell(f"{target}: saved")
