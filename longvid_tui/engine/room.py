"""Room on the disk: what was made and paid for waits until it can be written, and is not made again. What needs
more than is free is not begun."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from longvid_tui.backends.contract import BadAnswer, Crashed
from longvid_tui.engine.failures import NoRoomForClip
from longvid_tui.engine.tasks import BOUGHT, Kind
from longvid_tui.media.errors import MediaError, NoRoom
from longvid_tui.project.canvas import Canvas
from longvid_tui.project.disk import DiskFull, full
from longvid_tui.project.folder import CONFORMED
from longvid_tui.project.state import ProjectState
from longvid_tui.project.timing import SEGMENT_FRAMES

LEAST = 8 << 20
"""Free bytes below which nothing is begun; a picture with its original takes about five million."""

_CODED = 4
"""A clip takes at most a quarter of its raw frames, as the generator leaves it: x264 at crf 6 took 7 % of a
picture full of detail that pans, 22 % under heavy grain (1280x720)."""

_LONGEST_PAUSE = 5.0
"""Most seconds between two tries; the first pauses are shorter."""

_FIRST_PAUSE = 0.1

TOLD_SECONDS = 60.0
"""How often the person is told at most, however many jobs wait."""

Result = TypeVar("Result")


def to_film(canvas: Canvas, *, writes_raw: bool) -> int:
    """Bytes that a generator needs for a segment of this size while none of the film is known yet."""
    raw = 3 * canvas.width * canvas.height * SEGMENT_FRAMES
    return raw // _CODED + raw * writes_raw


def pause(waits: int) -> float:
    """Seconds until the next try, after `waits` tries that found no room."""
    return min(_LONGEST_PAUSE, _FIRST_PAUSE * 2.0 ** min(waits, 8))  # a disk may be full for days


class Room:
    """On the disk of one project; `tell` gets a sentence for the person, `filming` answers what `to_film`
    does."""

    def __init__(self, root: Path, tell: Callable[[str], None], filming: Callable[[], int]) -> None:
        self._root = root
        self._tell = tell
        self._filming = filming
        self._told = self._lacked = -TOLD_SECONDS
        self._sentence = ""
        self._clip = 0
        """Free bytes below which no segment is filmed, since one found too little room; 0 if none did."""

    def is_short(self, needed: int = LEAST) -> bool:
        """Whether less than `needed` bytes are free; if so the person is told."""
        try:
            free = shutil.disk_usage(self._root).free
        except OSError:  # whoever writes there will say what is wrong
            return False
        if free < needed:
            self.lacks(full(self._root, needed).why)
        return free < needed

    def is_short_for(self, kind: Kind, state: ProjectState) -> bool:
        """Whether too little is free to begin a job of this kind; if so the person is told."""
        return self.is_short(self._needed(kind, state))

    def was_lacking(self, error: Exception, kind: Kind, state: ProjectState) -> bool:
        """Whether a job failed because there was no room, and would fail again; if so the person is told."""
        if isinstance(error, (DiskFull, NoRoom)):
            self.lacks(error.why if isinstance(error, DiskFull) else str(error))
            return True
        if isinstance(error, NoRoomForClip):
            self._clip = max(self._clip, error.needed)
        broke = isinstance(error, (BadAnswer, Crashed, MediaError)) and kind not in BOUGHT
        return broke and self.is_short_for(kind, state)

    def _needed(self, kind: Kind, state: ProjectState) -> int:
        clips = [take.bytes for item in state.segments.values() for take in item.record.takes]
        if kind == "render":
            # Three clips: as the generator leaves it, in the size of the others, and conformed.
            return max(self._clip, LEAST + self._filming() + 3 * max(clips, default=0))
        if kind == "conform":
            return LEAST + max(clips, default=0)
        if kind == "assemble":  # joined, and once more with its index in front
            pieces = (self._root / CONFORMED / f"{piece.key}.mp4" for piece in state.film.pieces)
            return LEAST + 2 * sum(path.stat().st_size for path in pieces if path.is_file())
        return LEAST

    def lacks(self, why: str) -> None:
        self._sentence = f"{why}; free some: the run waits for it and goes on by itself."
        self._lacked = time.monotonic()
        if self._lacked - self._told >= TOLD_SECONDS:
            self._told = self._lacked
            self._tell(self._sentence)

    @property
    def lacking(self) -> str:
        """Why the run waits for room, in a sentence; "" if it does not."""
        return self._sentence if time.monotonic() - self._lacked < _LONGEST_PAUSE + 1 else ""

    async def for_(self, write: Callable[[], Result]) -> Result:
        """Call `write` until it finds room, and return its result; it may be called many times."""
        import asyncio  # commands, which wait for nothing, start a tenth sooner without it

        waits = 0
        while True:
            try:
                return write()
            except DiskFull as error:
                self.lacks(error.why)
            await asyncio.sleep(pause(waits))
            waits += 1
