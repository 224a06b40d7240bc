"""The film as it is on disk this second, in the pieces a player asks for."""

from __future__ import annotations

import io
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from longvid_tui.media.fmp4 import NOTHING, Joined, header, write_fragments
from longvid_tui.media.pinned import TICKS_PER_FRAME
from longvid_tui.playing.playlist import Entry, to_m3u8
from longvid_tui.playing.prefix import Prefix, Stretch, prefix
from longvid_tui.project.film import Film
from longvid_tui.project.model import Project

_FRESH_SECONDS = 1.0
"""How long what was read is used before the project is read again."""


@dataclass(frozen=True)
class _Shown:
    """What players are told. It is replaced as a whole, as many threads read it meanwhile."""

    film: Prefix
    entries: tuple[Entry, ...]
    fps: int
    planned: float
    """Seconds."""

    @property
    def header(self) -> str:
        return f"init-{self.film.stretches[0].name}.mp4" if self.film.stretches else ""


class GrowingFilm:
    """Reads the project anew when asked, at most once a second; many threads may ask.

    `standing` says what is wanted and how far it is made; `conformed` is where its pieces lie. Methods raise
    MediaError, OSError and whatever `standing` raises.
    """

    def __init__(self, standing: Callable[[], tuple[Project, Film]], conformed: Path) -> None:
        self._standing = standing
        self._conformed = conformed
        self._lock = threading.Lock()
        self._read_at = -_FRESH_SECONDS
        self._lengths: dict[str, Joined] = {}
        self._shown = _Shown(Prefix((), complete=False), (), 16, 0.0)
        self.title = ""
        self.refresh()

    def refresh(self) -> None:
        """Read the project again; what was listed before stays until all is read, and if reading fails."""
        with self._lock:
            project, film = self._standing()
            growing = prefix(project, film, self._file)
            entries, before = [], NOTHING
            for stretch in growing.stretches:
                until = _plus(before, self._length(stretch))
                entries.append(Entry(stretch.name, before, until))
                before = until
            self._shown = _Shown(growing, tuple(entries), project.fps, project.frames() / project.fps)
            self.title = project.title or self._conformed.parent.name
            self._read_at = time.monotonic()

    def playlist(self) -> str:
        if time.monotonic() - self._read_at > _FRESH_SECONDS:
            self.refresh()
        shown = self._shown
        return to_m3u8(
            shown.entries,
            header=shown.header,
            ticks_per_second=shown.fps * TICKS_PER_FRAME,
            planned=shown.planned,
            complete=shown.film.complete,
        )

    def read(self, name: str) -> bytes | None:
        """The bytes of a name that stands in the playlist; None for any other."""
        shown = self._shown
        if name and name == shown.header:
            return header(shown.film.stretches[0].parts[0].path)
        for stretch, entry in zip(shown.film.stretches, shown.entries, strict=True):
            if entry.uri == name:
                out = io.BytesIO()
                write_fragments(stretch.parts, out, entry.before)
                return out.getvalue()
        return None

    def _length(self, stretch: Stretch) -> Joined:
        if stretch.name not in self._lengths:
            self._lengths[stretch.name] = write_fragments(stretch.parts, io.BytesIO())
        return self._lengths[stretch.name]

    def _file(self, key: str) -> Path:
        return self._conformed / f"{key}.mp4"


def _plus(one: Joined, other: Joined) -> Joined:
    return Joined(one.fragments + other.fragments, one.samples + other.samples, one.ticks + other.ticks)
