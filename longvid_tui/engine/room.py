"""Waits for room on a full disk, with what was made in hand: it was paid for, and is not made again for want of
a place."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from longvid_tui.project.disk import DiskFull, full

LEAST = 8 << 20
"""Free bytes below which nothing is bought: a picture and what is written of it take about five million."""

LONGEST_PAUSE = 5.0
"""Seconds between two tries; the first come sooner."""

TOLD_SECONDS = 60.0
"""The person is told once, however many wait, and again for those who come later."""

Result = TypeVar("Result")


class Room:
    """On the disk of one project; `tell` gets a sentence for the person."""

    def __init__(self, root: Path, tell: Callable[[str], None]) -> None:
        self._root = root
        self._tell = tell
        self._told = -TOLD_SECONDS

    def is_short(self) -> bool:
        """Whether too little is free to buy anything; the person has been told then."""
        try:
            free = shutil.disk_usage(self._root).free
        except OSError:  # whoever writes there will say what is wrong
            return False
        if free < LEAST:
            self.lacks(full(self._root, LEAST))
        return free < LEAST

    def lacks(self, error: DiskFull) -> None:
        if time.monotonic() - self._told >= TOLD_SECONDS:
            self._told = time.monotonic()
            self._tell(f"{error.why}; free some: the run waits for it and goes on by itself.")

    async def for_(self, write: Callable[[], Result]) -> Result:
        """What `write` answers as soon as there is room; it may be called any number of times."""
        import asyncio  # commands, which wait for nothing, start a tenth sooner without it

        pause = 0.1
        while True:
            try:
                return write()
            except DiskFull as error:
                self.lacks(error)
            await asyncio.sleep(pause)
            pause = min(LONGEST_PAUSE, 2 * pause)
