"""Owns one generator run from its first process to its last, and outlives whoever started it.

Run by path, never imported by a running attempt: `python -I -S shim.py ATTEMPT_DIR`, in a session of its own.
It reads `command.json` {argv, cwd, grace, log_limit}, says who it is in `shim.json`, sends the output of the
job to `log`, and leaves `exit.json` only when no process of the job is left.

The job inherits the shim's environment, so that nothing of it lies in a file, and a shim that is still starting
has the mark by which an attempt's processes are found.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import json
import math
import os
import signal
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

PROTOCOL = 1
"""Version of the files that a shim reads and writes; an engine may meet shims of an older version."""

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
_WATCHED = (signal.SIGCHLD, signal.SIGTERM, signal.SIGINT)
_TICK = 0.5
"""Seconds between looks at the size of the log; that the job ends is noticed at once, by its signal."""
_KEPT = 1 << 20
"""Bytes kept of either end of a log that grew too long."""
_OOM_SCORE = 500
"""Added to the job's score, so that the kernel short of memory kills the job before its shim."""


class Stat(NamedTuple):
    """What /proc/PID/stat says: state letter, parent's pid, start in clock ticks since boot."""

    state: str
    parent: int
    start: int

    @property
    def over(self) -> bool:
        """Whether it is dead, even if its parent has not waited for it yet and kill(pid, 0) still succeeds."""
        return self.state in "ZX"


def read_stat(pid: int) -> Stat | None:
    """The process's state now, or None if there is no such process (fields 3, 4 and 22 of proc(5))."""
    try:
        text = Path(f"/proc/{pid}/stat").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return None
    # The name in field 2 is the job's to choose and may hold spaces and brackets.
    fields = text.rpartition(b")")[2].split()
    return Stat(fields[0].decode(), int(fields[1]), int(fields[19]))


def all_pids() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdecimal()]


def boot_id() -> str:
    """The id of this boot of the machine; pids and start times mean nothing in another one."""
    return Path("/proc/sys/kernel/random/boot_id").read_text().strip()


def main(directory: str) -> None:
    """Run the attempt in `directory` to its end."""
    os.umask(0o077)
    # Relative names from here on, so that a project moved while it films still gets its records.
    os.chdir(directory)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_BLOCK, _WATCHED)
    log = os.open("log", os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    os.dup2(log, 2, inheritable=False)
    libc = ctypes.CDLL(None)
    libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    command = json.loads(Path("command.json").read_bytes())
    own = read_stat(os.getpid())
    assert own is not None
    _replace("shim.json", {"pid": os.getpid(), "start": own.start, "boot": boot_id(), "protocol": PROTOCOL})

    begun, oom_kills = time.monotonic(), _oom_kills()
    child = _start(command["argv"], command["cwd"], log, libc)
    status, stopped = _watch(child, command["grace"], log, command["log_limit"])
    _clear()
    code = os.waitstatus_to_exitcode(status)
    _leave(
        {
            "code": code if code >= 0 else None,
            "signal": -code if code < 0 else None,
            "stopped": stopped,
            "seconds": round(time.monotonic() - begun, 3),
            "oom_kills": _oom_kills() - oom_kills,
            "t": time.time(),
        }
    )


def _start(argv: list[str], cwd: str | None, log: int, libc: ctypes.CDLL) -> int:
    shim = os.getpid()
    child = os.fork()
    if child:
        return child
    # Nothing may return from here: a second shim would go on in the same directory.
    try:
        _become(argv, cwd, log, libc, shim)
    except BaseException as problem:  # noqa: BLE001
        reason = getattr(problem, "strerror", None) or problem
        os.write(log, f"longvid-tui: cannot run {argv[0]!r} in {cwd or '.'!r}: {reason}\n".encode())
    os._exit(127)


def _become(argv: list[str], cwd: str | None, log: int, libc: ctypes.CDLL, shim: int) -> NoReturn:
    os.setsid()
    # A job without its shim cannot be judged any more; the engine sweeps what else it left.
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != shim:
        os._exit(127)
    with contextlib.suppress(OSError):
        _volunteer_for_oom()
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.dup2(log, 1)
    os.dup2(log, 2)
    for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    if cwd:
        os.chdir(cwd)
    os.execvp(argv[0], argv)  # noqa: S606


def _volunteer_for_oom() -> None:
    adjustment = Path("/proc/self/oom_score_adj")
    adjustment.write_text(str(min(1000, int(adjustment.read_text()) + _OOM_SCORE)))


def _watch(child: int, grace: float, log: int, log_limit: int) -> tuple[int, bool]:
    """The wait status of the job's main process, and whether the job had been told to stop by then."""
    kill_at = math.inf
    while (status := _reap(child)) is None:
        left = kill_at - time.monotonic()
        received = signal.sigtimedwait(_WATCHED, min(_TICK, left) if left > 0 else _TICK)
        if received and received.si_signo != signal.SIGCHLD and kill_at == math.inf:
            kill_at = time.monotonic() + grace
            _send(signal.SIGTERM, _descendants())
        if time.monotonic() >= kill_at:
            _send(signal.SIGKILL, _descendants())
        _bound(log, log_limit)
    return status, kill_at != math.inf


def _reap(child: int) -> int | None:
    while True:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if pid == child:
            return status
        if not pid:
            return None


def _clear() -> None:
    """Kill what the main process left behind until nothing is left.

    Orphans come to their subreaper, so a shim without children has no descendants at all.
    """
    pause = 0.01
    with contextlib.suppress(ChildProcessError):
        while True:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
            _send(signal.SIGKILL, _descendants())
            signal.sigtimedwait((signal.SIGCHLD,), pause)
            pause = min(2 * pause, _TICK)


def _descendants() -> Iterator[int]:
    """Every living process below this one, parents before their children."""
    children: dict[int, list[int]] = {}
    for pid in all_pids():
        stat = read_stat(pid)
        if stat and not stat.over:
            children.setdefault(stat.parent, []).append(pid)
    waiting = children.get(os.getpid(), [])
    while waiting:
        pid = waiting.pop(0)
        yield pid
        waiting += children.get(pid, [])


def _send(number: signal.Signals, pids: Iterable[int]) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, number)


def _bound(log: int, limit: int) -> None:
    """Cut the middle out of a log longer than `limit` bytes; it may then grow to the limit again.

    Every writer appends, so the next line of the job lands behind the cut. What it writes during the cut may
    be lost with the middle.
    """
    size = os.fstat(log).st_size
    if size <= limit:
        return
    kept = min(_KEPT, limit // 4)
    tail = os.pread(log, kept, size - kept)
    os.ftruncate(log, kept)
    os.write(log, b"\n[longvid-tui: the log grew beyond %d bytes, its middle is cut here]\n" % limit + tail)


def _oom_kills() -> int:
    """How many processes the kernel has killed since boot because memory ran out; 0 if it does not tell."""
    with contextlib.suppress(OSError):
        for line in Path("/proc/vmstat").read_text().splitlines():
            name, _, count = line.partition(" ")
            if name == "oom_kill":
                return int(count)
    return 0


def _leave(record: dict[str, Any]) -> None:
    """Write `exit.json`, waiting for space on a full disk: without it a finished clip counts as lost."""
    while True:
        try:
            return _replace("exit.json", record)
        except OSError as problem:
            if problem.errno not in (errno.ENOSPC, errno.EDQUOT) or record["stopped"]:
                raise
        time.sleep(1)


def _replace(name: str, record: dict[str, Any]) -> None:
    # The replace protocol of the package once more: this script stands alone and imports none of it.
    new = Path(f"{name}.new")
    new.unlink(missing_ok=True)
    with new.open("xb") as file:
        file.write(json.dumps(record).encode())
        file.flush()
        os.fsync(file.fileno())
    new.replace(name)
    here = os.open(".", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(here)
    finally:
        os.close(here)


if __name__ == "__main__":
    main(sys.argv[1])
