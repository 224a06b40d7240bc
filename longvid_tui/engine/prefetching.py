"""Reads the weights of a generator into the page cache while the person looks at keyframes.

GPUs then wait for memory and not for the disk, which saves minutes. Nobody lacks the memory meanwhile: the
kernel drops page cache as soon as something else needs it.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Sequence
from pathlib import Path

from longvid_tui import allotted

_CHUNK = 16 << 20

_log = logging.getLogger(__name__)


class Prefetch:
    """Reads each set of files once in the life of an engine."""

    def __init__(self) -> None:
        self._begun: set[tuple[Path, ...]] = set()

    def begin(self, files: Sequence[Path], spare: float) -> int:
        """Read these files ahead in a thread; returns how many bytes they have.

        Returns 0 and reads nothing if that was begun before, or if they do not fit into the available memory
        with `spare` bytes left.
        """
        wanted = tuple(path for path in files if os.access(path, os.R_OK))
        size = sum(path.stat().st_size for path in wanted)
        if not wanted or wanted in self._begun or allotted.memory() < size + spare:
            return 0
        self._begun.add(wanted)
        threading.Thread(target=_read, args=(wanted, spare), name="prefetch", daemon=True).start()
        return size


def _read(files: Sequence[Path], spare: float) -> None:
    for path in files:
        try:
            _read_ahead(path, spare)
        except OSError as error:
            _log.warning("%s is not read ahead: %s", path, error)


def _read_ahead(path: Path, spare: float) -> None:
    """Until memory runs short. Really read: of what it is advised to read (posix_fadvise, readahead), the
    kernel reads no more at a time than a disk takes at once, mostly 128 KiB, and forgets the rest."""
    chunk = bytearray(_CHUNK)
    with path.open("rb", buffering=0) as file:
        while allotted.memory() >= spare and file.readinto(chunk):
            pass
