"""The projects this user has worked on, most recent first: a list of paths, nothing more. Standard library
only."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from longvid_tui.wire import state_dir

MOST = 100
"""Projects that are remembered."""


def remember(root: Path) -> None:
    """Put a project at the front of the list, by its resolved path; a list that cannot be written is no reason
    to fail."""
    _write([root, *(path for path in recent() if path != root)][:MOST])


def forget(root: Path) -> None:
    """Take a project off the list; the folder stays where it is."""
    _write(path for path in recent() if path != root)


def move(old: Path, new: Path) -> None:
    """A project has another folder; it keeps its place in the list."""
    _write(new if path == old else path for path in _listed())


def recent() -> list[Path]:
    """Remembered projects that still exist."""
    return [path for path in _listed() if (path / "project.yaml").is_file()]


def _listed() -> list[Path]:
    try:
        return [Path(line) for line in (state_dir() / "projects").read_text(encoding="utf-8").splitlines()]
    except (OSError, UnicodeDecodeError):
        return []


def _write(paths: Iterable[Path]) -> None:
    with suppress(OSError):
        target = state_dir() / "projects"
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = target.with_name(f"projects.{os.getpid()}")
        try:
            fresh.write_text("".join(f"{path}\n" for path in paths if "\n" not in str(path)), encoding="utf-8")
            fresh.replace(target)
        finally:
            fresh.unlink(missing_ok=True)
