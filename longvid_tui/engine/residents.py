"""Residents: processes that serve attempts one after another, each under a shim of its own.

The engine starts them, because whatever an attempt starts ends with it. Like attempts they survive the engine,
and where one stands is read from its directory and from /proc.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import json
import os
import shutil
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from longvid_tui.backends.contract import Resident
from longvid_tui.engine import attempts
from longvid_tui.engine.attempts import Running, Standing, Starting
from longvid_tui.wire import state_dir

_GRACE_SECONDS = 5.0
"""Between TERM and KILL of a resident: it holds nothing but memory."""
_END_SECONDS = 60.0
_POLL_SECONDS = 0.05
_RECORD = "resident.json"


def keep(resident: Resident) -> None:
    """Start a resident unless it runs, after ending those that hold one of its GPUs; may take seconds.

    Called before an attempt that needs it, while that attempt has the lease of the GPUs, so that no other
    attempt is at work with the residents that are ended. Raises OSError.
    """
    root = resident.directory.parent
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _alone(root):
        if isinstance(_look(resident.directory), (Running, Starting)):
            return
        for directory in _holding(root, resident.gpus):
            _end(directory)
        _start(resident)


def lives(resident: Resident) -> bool:
    """Whether a resident of exactly this name runs."""
    return isinstance(_glance(resident.directory), Running)


def free(gpus: Collection[str]) -> None:
    """End the residents that hold one of these GPUs, for an attempt that needs their whole memory; raises
    OSError."""
    with suppress(FileNotFoundError), _alone(home()):
        for directory in list(_holding(home(), gpus)):
            _end(directory)


def holdings() -> list[tuple[tuple[str, ...], str]]:
    """The GPUs (UUIDs) of every living resident, and the model it has loaded on them or is loading."""
    records = (_record(directory) for directory in _living())
    return [(tuple(record["gpus"]), record["model"]) for record in records if record["gpus"]]


def held() -> set[str]:
    """UUIDs of the GPUs that a living resident holds."""
    return {gpu for group, _ in holdings() for gpu in group}


def _living() -> Iterator[Path]:
    for directory in _directories(home()) if home().is_dir() else ():
        if isinstance(_glance(directory), (Running, Starting)):
            yield directory


def home() -> Path:
    """The folder in which the directories of all residents lie side by side."""
    return state_dir() / "residents"


def marks(gpus: Collection[str] | None = None) -> list[str]:
    """The marks (processes.MARK) of all residents, or of those that hold one of these GPUs."""
    if not home().is_dir():
        return []
    return [
        _mark(directory) for directory in (_directories(home()) if gpus is None else _holding(home(), gpus))
    ]


def dismiss() -> None:
    """End all residents but those that cannot be killed."""
    with suppress(FileNotFoundError), _alone(home()):
        for directory in _directories(home()):
            attempts.stop(directory)  # each has its grace while the others have theirs
        for directory in _directories(home()):
            with suppress(OSError):
                _end(directory)


def _start(resident: Resident) -> None:
    shutil.rmtree(resident.directory, ignore_errors=True)
    resident.directory.mkdir(mode=0o700)
    record = {"gpus": resident.gpus, "model": resident.model, "started": time.time()}
    (resident.directory / _RECORD).write_text(json.dumps(record), encoding="utf-8")
    mark = _mark(resident.directory)
    attempts.spawn(resident.directory, resident.command, mark=mark, grace=_GRACE_SECONDS)


def _mark(directory: Path) -> str:
    """Name and place of a resident: an engine with another state directory has residents of the same names."""
    return f"{directory.name}-{hashlib.sha256(os.fsencode(directory.absolute())).hexdigest()[:12]}"


def _holding(root: Path, gpus: Collection[str]) -> Iterator[Path]:
    for directory in _directories(root):
        if not set(gpus).isdisjoint(_record(directory)["gpus"]):
            yield directory


def _end(directory: Path) -> None:
    """End a resident with everything it started, and remove its directory.

    Raises OSError if it cannot be killed, as when it waits for a GPU that hangs; others wait for the lock.
    """
    deadline = time.monotonic() + _END_SECONDS
    while isinstance(_look(directory), (Running, Starting, attempts.Dying)):
        if time.monotonic() > deadline:
            raise OSError(errno.EBUSY, "what was loaded on its GPUs before does not end")
        attempts.stop(directory)
        time.sleep(_POLL_SECONDS)
    shutil.rmtree(directory, ignore_errors=True)


def _glance(directory: Path) -> Standing | None:
    """Where a resident stands, without ending what it left behind: without the lock that may be one which is
    just being started."""
    return attempts.glance(directory, _record(directory)["started"])


def _look(directory: Path) -> Standing:
    return attempts.look(directory, _mark(directory), _record(directory)["started"])


def _record(directory: Path) -> dict[str, Any]:
    with suppress(FileNotFoundError, ValueError):
        found: dict[str, Any] = json.loads((directory / _RECORD).read_bytes())
        return found
    return {"gpus": [], "model": "", "started": 0.0}


def _directories(root: Path) -> list[Path]:
    return [path for path in root.iterdir() if path.is_dir()]


@contextmanager
def _alone(root: Path) -> Iterator[None]:
    """Hold the lock under which residents are started and ended, by one process of the user at a time."""
    lock = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)
