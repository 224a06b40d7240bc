"""Every export is written beside its place and takes it only when it is whole."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from longvid_tui.project.disk import Disk, DiskError


@contextmanager
def written_beside(out: Path) -> Iterator[Path]:
    """A file to write, which becomes `out` at the end; what was there stays until then, and if anything fails."""
    part = _beside(out)
    try:
        yield part
        Disk().publish(part, out, mode=0o600)
    finally:
        with suppress(FileNotFoundError):
            part.unlink()


@contextmanager
def folder_beside(out: Path) -> Iterator[Path]:
    """The same for a folder of files; nothing stands at `out` for a moment, but never a half of anything."""
    part, old = _beside(out), out.with_name(f".{out.name}.old")
    try:
        for leftover in (part, old):
            shutil.rmtree(leftover, ignore_errors=True)
        part.mkdir(mode=0o700)
        yield part
        if out.exists():
            out.rename(old)
        part.rename(out)
    except OSError as error:
        raise DiskError(f"{out} cannot be written: {error.strerror or error}") from error
    finally:
        for leftover in (part, old):
            shutil.rmtree(leftover, ignore_errors=True)


def write(out: Path, data: bytes) -> None:
    Disk().replace(out, data)


def _beside(out: Path) -> Path:
    return out.with_name(f".{out.stem}.part{out.suffix}")
