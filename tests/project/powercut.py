"""What a disk may hold after the power went: only what was flushed, in the folders that were flushed.

Two extremes are rebuilt. *Lazy*: a name is there only if its folder was flushed after it changed. *Eager*: names
are there at once, as ext4 may have it, but bytes only if the file was flushed. A file never flushed is empty.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
"""Where files are only in memory, if there is such a place; for tests that flush thousands of times."""

Entry = bytes | dict[str, int]
"""Bytes of a file, or the names in a folder with their inodes."""


@dataclass
class Moment:
    """What is durable and what is visible between two flushes; `told` is how much was acknowledged by then."""

    told: int
    durable: dict[int, Entry]
    visible: dict[int, Entry]


@dataclass
class Power:
    """Watches the flushes below `root`. `told` is the list of what has been acknowledged."""

    root: Path
    told: list[str]
    moments: list[Moment] = field(default_factory=list)
    _durable: dict[int, Entry] = field(default_factory=dict)

    def watch(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for name in ("fsync", "fdatasync"):
            monkeypatch.setattr(os, name, self._flushing(getattr(os, name)))
        opening = os.open

        def open_anew(path: Any, flags: int, *more: Any, **named: Any) -> int:
            fd = opening(path, flags, *more, **named)
            if flags & os.O_CREAT and not os.fstat(fd).st_size:
                self._durable.pop(os.fstat(fd).st_ino, None)  # an inode used again
            return fd

        monkeypatch.setattr(os, "open", open_anew)

    def note(self) -> None:
        """Keep the present moment."""
        visible = dict(_tree(self.root.parent)) if self.root.parent.exists() else {}
        self.moments.append(Moment(len(self.told), dict(self._durable), visible))

    def rebuild(self, moment: Moment, root: Path, *, eager: bool) -> None:
        """Make `root` what the disk may hold if the power goes at a moment."""
        top = self.root.parent.stat().st_ino
        _rebuild(moment, top, root, eager)

    def _flushing(self, flush: Callable[[int], None]) -> Callable[[int], None]:
        def flushed(fd: int) -> None:
            self.note()
            flush(fd)
            found = os.fstat(fd)
            place = Path(f"/proc/self/fd/{fd}")
            self._durable[found.st_ino] = _names(place) if stat.S_ISDIR(found.st_mode) else place.read_bytes()

        return flushed


def _tree(folder: Path) -> Iterator[tuple[int, Entry]]:
    yield folder.stat().st_ino, _names(folder)
    for path in folder.iterdir():
        if path.is_dir():
            yield from _tree(path)
        else:
            yield path.stat().st_ino, b""


def _names(folder: Path) -> dict[str, int]:
    return {path.name: path.stat().st_ino for path in folder.iterdir()}


def _rebuild(moment: Moment, inode: int, folder: Path, eager: bool) -> None:
    folder.mkdir(parents=True)
    names = (moment.visible if eager else moment.durable).get(inode, {})
    assert isinstance(names, dict)
    for name, child in names.items():
        held = moment.durable.get(child)
        if isinstance(moment.visible.get(child, held), dict):
            _rebuild(moment, child, folder / name, eager)
        else:
            (folder / name).write_bytes(held if isinstance(held, bytes) else b"")
