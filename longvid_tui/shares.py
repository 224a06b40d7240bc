"""How much of each listed film is made, even of those the engine does not have open. Standard library only."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from longvid_tui import errands
from longvid_tui.place import Place


class Shares:
    """Keeps `share` (0 to 1) by folder in `place`; a process of its own counts it anew for projects that have
    changed."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._counting: tuple[subprocess.Popen[bytes], IO[bytes], dict[str, int]] | None = None

    def look(self, folders: Sequence[str]) -> None:
        """Take what has been counted, or have it counted if there is a reason to; never waits."""
        if self._counting is None:
            self._begin({folder: _written(folder) for folder in folders})
        elif self._counting[0].poll() is not None:
            self._take(*self._counting[1:])
            self._counting = None

    def _begin(self, written: dict[str, int]) -> None:
        known = self._place.get("counted", {})
        if any(known.get(folder) != at for folder, at in written.items()):
            with ExitStack() as unless_begun:
                said = unless_begun.enter_context(TemporaryFile())  # a pipe could fill up while nobody looks
                self._counting = errands.begun("projects", "--json", said=said), said, written
                unless_begun.pop_all()

    def _take(self, said: IO[bytes], written: dict[str, int]) -> None:
        with said, suppress(ValueError, KeyError, TypeError):
            said.seek(0)
            for row in json.load(said):
                if row["folder"] in written and "error" not in row:
                    share = row["progress"]["done"] / max(1, row["progress"]["total"])
                    self._place.put_for("share", row["folder"], round(share, 2))
        # Also of one that cannot be read: it is not asked of again and again.
        for folder, at in written.items():
            self._place.put_for("counted", folder, at)


def _written(folder: str) -> int:
    """When something last happened in a project."""
    try:
        return Path(folder, "journal.jsonl").stat().st_mtime_ns
    except OSError:
        return 0
