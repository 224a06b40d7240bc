"""Attempts: runs of a generator that belong to their shims, so that an engine may die and find them again.

An attempt is a directory. Where it stands is always read from that directory and from /proc.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import UnionType
from typing import Any

from longvid_tui import regular
from longvid_tui.backends.contract import Command
from longvid_tui.engine import shim
from longvid_tui.engine.failures import Ended
from longvid_tui.engine.processes import MARK, alive, sweep
from longvid_tui.launch import without_secrets
from longvid_tui.regular import NotRegular, TooLarge

LOG_LIMIT = 64 << 20
"""Bytes of log a job may keep: a thousand times what an hour of filming writes."""

_RECORD_LIMIT = 1 << 20
"""Most bytes of a record; a shim writes about a hundred."""

_OWNER = {"pid": int, "start": int, "boot": str}
_END = {
    "code": int | None,
    "signal": int | None,
    "stopped": bool,
    "seconds": float | int,
    "t": float | int,
    "oom_kills": int,
}
"""The fields that are read of what shims write (shim.py), and their types."""

_STARTING_SECONDS = 15.0
"""How long a shim may take from `start` in the journal to its `shim.json`: over 3 s was seen on a machine with
six times more work than processors."""


@dataclass(frozen=True)
class Starting:
    """Its shim has not written yet who it is."""


@dataclass(frozen=True)
class Running:
    """Its shim lives and has this pid."""

    pid: int


@dataclass(frozen=True)
class Dying:
    """Its shim is gone; these processes were killed, and may not be dead or off the GPU yet."""

    pids: tuple[int, ...]


@dataclass(frozen=True)
class Lost:
    """It left no result, and none of its processes is left."""


Standing = Starting | Running | Dying | Lost | Ended
"""Only Lost and Ended are final."""


def new_attempt_id(target: str) -> str:
    """`s3-0f9a1b2c3d`: random, because a counter may meet the directory of an attempt that was never
    journaled."""
    return f"{target}-{secrets.token_hex(5)}"


def spawn(directory: Path, command: Command, *, mark: str = "", grace: float = 15.0) -> subprocess.Popen[bytes]:
    """Start an attempt in `directory`, which holds no earlier attempt and has the attempt's id as its name.

    `mark`: what its processes are known by, unique on this machine; by default the id. `grace`: seconds between
    TERM and KILL for a job that is stopped. Returns the shim, which need not be waited for: it ends as a
    harmless zombie. Raises OSError.
    """
    directory = directory.absolute()
    args = directory / "args.json"
    _write_private(args, command.args)
    _write_private(
        directory / "command.json",
        {
            "argv": command.line(args),
            "cwd": str(command.cwd) if command.cwd else None,
            "grace": grace,
            "log_limit": LOG_LIMIT,
        },
    )
    return subprocess.Popen(
        [sys.executable, "-I", "-S", shim.__file__, str(directory)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd="/",
        env=job_environment(os.environ, mark or directory.name, command.env),
        start_new_session=True,
    )


def job_environment(ours: Mapping[str, str], attempt_id: str, wanted: Mapping[str, str]) -> dict[str, str]:
    """The environment of a job: ours without secrets, what its command sets, and its mark."""
    return {**without_secrets(ours), **wanted, MARK: attempt_id}


def look(directory: Path, attempt_id: str, started: float, now: float | None = None) -> Standing:
    """Where the attempt stands that was journaled at `started` (seconds since 1970, as is `now`).

    If its shim is gone without a result, whatever it left is killed.
    """
    if told := glance(directory, started, now):
        return told
    # This also ends a shim too slow to name itself in time: it has the mark from its first instruction.
    strays = sweep(attempt_id)
    return Dying(tuple(strays)) if strays else Lost()


def glance(
    directory: Path, started: float, now: float | None = None
) -> Starting | Running | Ended | Lost | None:
    """Like `look`, but kills nothing; None if the shim is gone without a result.

    Lost is also the copy of an attempt that is at work in the directory it was copied from.
    """
    if ended := _read_end(directory):
        return ended
    owner = _read_record(directory / "shim.json", _OWNER)
    if owner and alive(owner["pid"], owner["start"], owner["boot"]):
        return Running(owner["pid"]) if _works_in(directory, owner["pid"]) else Lost()
    age = (time.time() if now is None else now) - started
    if not owner and 0 <= age < _STARTING_SECONDS:
        return Starting()
    return _read_end(directory)  # it may have ended between the first look and this one


def stop(directory: Path) -> None:
    """Ask an attempt to stop, if it runs.

    To be repeated until look() is final, because a shim that is still starting cannot be told.
    """
    owner = _read_record(directory / "shim.json", _OWNER)
    if owner and alive(owner["pid"], owner["start"], owner["boot"]) and _works_in(directory, owner["pid"]):
        with suppress(ProcessLookupError):
            os.kill(owner["pid"], signal.SIGTERM)


def _works_in(directory: Path, shim_pid: int) -> bool:
    """Whether a living shim owns this very directory, by whatever name."""
    try:
        return os.path.samestat(Path(f"/proc/{shim_pid}/cwd").stat(), directory.stat())
    except OSError:  # it has just ended, or the project was moved away
        return True


def tidy(directory: Path) -> None:
    """Remove all of an ended attempt but its log and how it ended; torchrun's ranks keep logs in a folder."""
    for path in directory.iterdir():
        if path.name in ("log", "exit.json"):
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def _read_end(directory: Path) -> Ended | None:
    record = _read_record(directory / "exit.json", _END)
    if record is None:
        return None
    return Ended(
        code=record["code"],
        signal=record["signal"],
        stopped=record["stopped"],
        seconds=record["seconds"],
        at=record["t"],
        oom_kills=record["oom_kills"],
    )


def _read_record(path: Path, form: Mapping[str, type | UnionType]) -> dict[str, Any] | None:
    # An empty file is what a disk that lies about fsync leaves after a power cut, and a folder from elsewhere may
    # hold anything at all: as good as none.
    with suppress(FileNotFoundError, NotRegular, TooLarge, ValueError, RecursionError):
        record = json.loads(regular.read(path, _RECORD_LIMIT))
        if isinstance(record, dict) and all(isinstance(record.get(name), kind) for name, kind in form.items()):
            return record
    return None


def _write_private(path: Path, content: Mapping[str, Any]) -> None:
    path.touch(0o600, exist_ok=False)
    path.write_text(json.dumps(content), encoding="utf-8")
