"""Tells processes apart; a pid alone is not enough, because pids are used again.

A process is known by its pid, its start time and the boot it runs in. The processes of an attempt also have a
mark in their environment, which they inherit however they detach themselves.
"""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Collection, Mapping
from pathlib import Path

from longvid_tui.engine.shim import all_pids, boot_id, read_stat

__all__ = ["MARK", "alive", "boot_id", "bytes_read", "dump_stacks", "marked_pids", "process_start", "sweep"]

MARK = "LONGVID_ATTEMPT"
"""The environment variable that holds the id of the attempt a process works for."""

_TELLING_SECONDS = 2.0
"""A process younger than this that shows no environment may be within execve(2), where the kernel shows
none."""
_KERNEL_THREADS = 2
"""The pid of kthreadd, the parent of kernel threads, which have no environment at all."""


def process_start(pid: int) -> int | None:
    """When the process started, in clock ticks since boot; None if there is no such process."""
    stat = read_stat(pid)
    return stat.start if stat else None


def alive(pid: int, start: int, boot: str) -> bool:
    """Whether that very process still runs; a zombie does not."""
    stat = read_stat(pid) if boot == boot_id() else None
    return stat is not None and stat.start == start and not stat.over


def sweep(attempt_id: str) -> list[int]:
    """KILL every process marked with the attempt; returns their pids, and those of processes too young to tell.

    They may need a moment to die: the attempt is over when a later sweep finds none.
    """
    seen: dict[int, list[bytes]] = {}
    for _ in range(2):  # what forks and ends while we look leaves a child that was not there when we began
        seen |= {pid: _environment(pid) for pid in all_pids() if pid not in seen}
    found = _marked(attempt_id, seen)
    _send(signal.SIGKILL, found)
    return found + [pid for pid, environment in seen.items() if environment == [b""] and _begins(pid)]


def dump_stacks(attempt_id: str) -> None:
    """Make the attempt's processes write the stacks of their threads to its log.

    Only those that handle SIGUSR1, as what runs through launch.py does: the others would die of it.
    """
    environments = {pid: _environment(pid) for pid in all_pids()}
    _send(signal.SIGUSR1, [pid for pid in _marked(attempt_id, environments) if _expects(pid, signal.SIGUSR1)])


def marked_pids(attempt_ids: Collection[str]) -> set[int]:
    """The pids of all processes that work for one of the attempts."""
    marks = {f"{MARK}={attempt}".encode() for attempt in attempt_ids}
    return {pid for pid in all_pids() if marks.intersection(_environment(pid))}


def bytes_read(attempt_ids: Collection[str]) -> int:
    """Bytes that the present processes of these attempts have read from storage, through mapped files, too
    (read_bytes of proc_pid_io(5))."""
    total = 0
    for pid in marked_pids(attempt_ids):
        with contextlib.suppress(FileNotFoundError, ProcessLookupError, PermissionError):
            told = dict(line.split(": ") for line in Path(f"/proc/{pid}/io").read_text().splitlines())
            total += int(told["read_bytes"])
    return total


def _marked(attempt_id: str, environments: Mapping[int, list[bytes]]) -> list[int]:
    mark = f"{MARK}={attempt_id}".encode()
    return [pid for pid, environment in environments.items() if mark in environment and pid != os.getpid()]


def _send(number: signal.Signals, pids: list[int]) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)


def _expects(pid: int, number: signal.Signals) -> bool:
    """Whether the process handles the signal (SigCgt of proc_pid_status(5))."""
    with contextlib.suppress(FileNotFoundError, ProcessLookupError, PermissionError):
        for line in Path(f"/proc/{pid}/status").read_text(errors="replace").splitlines():
            if line.startswith("SigCgt:"):
                return bool(int(line.split()[1], 16) >> (number - 1) & 1)
    return False


def _begins(pid: int) -> bool:
    """Whether a process that shows no environment may have one in a moment."""
    stat = read_stat(pid)
    if stat is None or stat.over or _KERNEL_THREADS in (pid, stat.parent):
        return False
    uptime = float(Path("/proc/uptime").read_text().split()[0])
    return uptime - stat.start / os.sysconf("SC_CLK_TCK") < _TELLING_SECONDS


def _environment(pid: int) -> list[bytes]:
    # Gone, a zombie, or another user's: none of them can be ours to kill.
    with contextlib.suppress(FileNotFoundError, ProcessLookupError, PermissionError):
        return Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    return []
