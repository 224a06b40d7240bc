"""Every export is written beside its place and takes it only when it is whole."""

from __future__ import annotations

import fcntl
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from longvid_tui.project.disk import Disk, DiskError

_MARK = ".longvid-"
"""Beginning of the names of the folders in which exports work."""

_LOCK = "lock"
_MAKING_SECONDS = 60
"""Age after which a folder that nobody has locked was left behind, and is not just being made."""


@contextmanager
def workshop(out: Path) -> Iterator[Path]:
    """A folder beside `out` to work in, gone afterwards. Folders of exports that were killed are swept first.

    Each is locked while it is used, so that nobody sweeps it. Raises DiskError.
    """
    folder = out.with_name(f"{_MARK}{out.name}")
    try:
        for leftover in out.parent.glob(f"{_MARK}*"):
            _sweep(leftover)
        folder.mkdir(mode=0o700)
    except FileExistsError:
        raise DiskError(f"{out} is being written already: wait for that export to end") from None
    except OSError as error:
        raise DiskError(f"{out} cannot be written: {error.strerror or error}") from error
    held = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(held)


Sign = Callable[[Path, Path], None]
"""Writes a file (first path) to another place (second path) with a signature."""


@contextmanager
def written_beside(out: Path, sign: Sign | None = None) -> Iterator[Path]:
    """A file to write, which becomes `out` at the end; what was there stays until then, and if anything
    fails."""
    with workshop(out) as folder:
        part = folder / out.name
        yield part
        publish(part, out, sign)


def publish(part: Path, out: Path, sign: Sign | None) -> None:
    """Move what is finished in a workshop to its place, signed where wanted."""
    if sign:
        unsigned = part.rename(part.with_name(f"unsigned{part.suffix}"))
        sign(unsigned, part)
    Disk().publish(part, out, mode=0o600)


@contextmanager
def folder_beside(out: Path) -> Iterator[Path]:
    """As `written_beside`, for a folder of files; for a moment nothing stands at `out`, but never half a
    folder."""
    with workshop(out) as folder:
        part = folder / "new"
        try:
            part.mkdir(mode=0o700)
            yield part
            if out.exists():
                out.rename(folder / "old")
            part.rename(out)
        except OSError as error:
            raise DiskError(f"{out} cannot be written: {error.strerror or error}") from error


def write(out: Path, data: bytes, sign: Sign | None = None) -> None:
    """Write a whole file as `written_beside` does; raises DiskError."""
    with written_beside(out, sign) as part:
        part.write_bytes(data)


def _sweep(leftover: Path) -> None:
    try:
        held = os.open(leftover / _LOCK, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError:  # killed before it was locked, or just being made
        with suppress(FileNotFoundError):
            if time.time() - leftover.stat().st_mtime > _MAKING_SECONDS:
                shutil.rmtree(leftover, ignore_errors=True)
        return
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(leftover, ignore_errors=True)
    except BlockingIOError:
        return
    finally:
        os.close(held)
