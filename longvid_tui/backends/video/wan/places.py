"""Where Wan lies on this machine by the settings: its code, its interpreter, its weights."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from longvid_tui.backends.contract import Misconfigured
from longvid_tui.backends.video.wan.sampling import FLF2V, Task
from longvid_tui.settings.sections import WanSettings


def to_set(name: str) -> str:
    """What to do about a setting that is missing, in words."""
    return f"`longvid-tui config set {name} FOLDER` names it"


@dataclass(frozen=True)
class Places:
    """The absolute paths that a run needs; the preflight says whether they exist."""

    repo: Path
    python: Path
    checkpoint: Path


def repository(wan: WanSettings) -> Path | None:
    return _path(wan.repo)


def interpreter(wan: WanSettings) -> Path | None:
    """The Python that Wan's packages are installed for: the one in the settings, else that of the checkout's
    .venv."""
    repo = repository(wan)
    return _path(wan.python) or (repo / ".venv/bin/python" if repo else None)


def checkpoint(wan: WanSettings, task: Task) -> Path | None:
    return _path(wan.checkpoints.flf2v if task is FLF2V else wan.checkpoints.i2v)


def places(wan: WanSettings, task: Task) -> Places:
    """The paths for a task; raises Misconfigured for the first that is not set."""
    repo, python, weights = repository(wan), interpreter(wan), checkpoint(wan, task)
    if repo is None or python is None:
        raise Misconfigured(f"wan.repo does not say where Wan2.1 is checked out: {to_set('wan.repo')}.")
    if weights is None:
        name = f"wan.checkpoints.{task.model_type}"
        raise Misconfigured(f"{name} does not name a folder: {to_set(name)}.")
    return Places(repo, python, weights)


def unusable(folder: Path, names: Iterable[str]) -> str:
    """Why there is no using a folder, as a phrase: it is none, or it or one of these in it may not be read by this
    account; "" for a good one."""
    locked = [name for name in (".", *names) if _is_locked(folder / name)]
    if not locked:
        return "" if folder.is_dir() else "is no folder" if folder.exists() else "does not exist"
    whole = "may not be read by this account"
    what = whole if "." in locked else f"has a {locked[0]} that this account may not read"
    return f"{what} (its owner can let it: `chmod -R a+rX`)"


def _is_locked(path: Path) -> bool:
    try:
        return not os.access(path, os.R_OK | (os.X_OK if path.is_dir() else 0)) and path.exists()
    except PermissionError:  # a folder on the way may not be entered
        return True


def _path(setting: str | None) -> Path | None:
    return Path(setting).expanduser().absolute() if setting else None
