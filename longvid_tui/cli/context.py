"""What most commands start with: the folder, its settings, its state."""

from __future__ import annotations

from pathlib import Path

from longvid_tui import library
from longvid_tui.engine.studio import Notice, Studio
from longvid_tui.project.folder import Folder
from longvid_tui.settings import Settings


def open_folder(path: Path) -> Folder:
    """Open a project and remember it among the recent ones."""
    folder = Folder(path.resolve())
    library.remember(folder.root)
    return folder


def open_studio(folder: Folder, overrides: dict[str, object] | None = None) -> Studio:
    """The project with its settings and backends, telling nobody."""
    settings = Settings.load(project=folder.document.parsed, overrides=overrides or {})
    return Studio.open(folder, settings, _unheard)


def _unheard(notice: Notice) -> None:
    """Ignore what a backend says while it works: these commands show no progress."""
