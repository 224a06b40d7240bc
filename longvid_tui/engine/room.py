"""Waits for room on a full disk, with what was made in hand: it was paid for, and is not made again for want of
a place. What needs more than is free is not begun."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from longvid_tui.engine.tasks import Kind
from longvid_tui.project.disk import DiskFull, full
from longvid_tui.project.folder import Folder
from longvid_tui.project.state import ProjectState

LEAST = 8 << 20
"""Free bytes below which nothing is begun: a picture and what is written of it take about five million."""

CLIP = 64 << 20
"""Bytes free besides three times the largest clip before another is filmed: as the generator leaves it, in the
size of the others, and conformed."""

LONGEST_PAUSE = 5.0
"""Seconds between two tries; the first come sooner."""

TOLD_SECONDS = 60.0
"""The person is told once, however many wait, and again for those who come later."""

Result = TypeVar("Result")


def needed(kind: Kind, state: ProjectState, folder: Folder) -> int:
    """Bytes that are to be free before a job of this kind begins; those of a film twice: joined, and with its
    index in front."""
    clips = [take.bytes for name in state.segments for take in state.segments[name].record.takes]
    if kind == "render":
        return CLIP + 3 * max(clips, default=0)
    if kind == "conform":
        return LEAST + max(clips, default=0)
    if kind == "assemble":
        pieces = (folder.path(f"conformed/{piece.key}.mp4") for piece in state.film.pieces)
        return LEAST + 2 * sum(path.stat().st_size for path in pieces if path.is_file())
    return LEAST


class Room:
    """On the disk of one project; `tell` gets a sentence for the person."""

    def __init__(self, root: Path, tell: Callable[[str], None]) -> None:
        self._root = root
        self._tell = tell
        self._told = -TOLD_SECONDS

    def is_short(self, needed: int = LEAST) -> bool:
        """Whether less than `needed` bytes are free; the person has been told then."""
        try:
            free = shutil.disk_usage(self._root).free
        except OSError:  # whoever writes there will say what is wrong
            return False
        if free < needed:
            self.lacks(full(self._root, needed).why)
        return free < needed

    def lacks(self, why: str) -> None:
        if time.monotonic() - self._told >= TOLD_SECONDS:
            self._told = time.monotonic()
            self._tell(f"{why}; free some: the run waits for it and goes on by itself.")

    async def for_(self, write: Callable[[], Result]) -> Result:
        """What `write` answers as soon as there is room; it may be called any number of times."""
        import asyncio  # commands, which wait for nothing, start a tenth sooner without it

        pause = 0.1
        while True:
            try:
                return write()
            except DiskFull as error:
                self.lacks(error.why)
            await asyncio.sleep(pause)
            pause = min(LONGEST_PAUSE, 2 * pause)
