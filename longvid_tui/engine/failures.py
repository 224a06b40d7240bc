"""Why a generator failed, told from how its process ended and the last lines of its log."""

from __future__ import annotations

import re
import signal
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from longvid_tui import full_disk
from longvid_tui.backends.contract import (
    BackendError,
    BadAnswer,
    Crashed,
    Misconfigured,
    OutOfHostMemory,
    OutOfMemory,
    Stalled,
)


@dataclass(frozen=True)
class Ended:
    """How a job ended: its exit `code`, or the number of the `signal` that killed it; the other one is None.

    `stopped`: it had been told to stop. `seconds`: how long it ran. `at`: when it was over, in seconds since
    1970. `oom_kills`: processes on the whole machine that the kernel killed meanwhile because memory ran out.
    """

    code: int | None
    signal: int | None = None
    stopped: bool = False
    seconds: float = 0.0
    at: float = 0.0
    oom_kills: int = 0


class NeverBegun(Crashed):
    """The worker ended before it turned to this attempt in its queue: this does not count as a try."""


class NeedsAnotherSeed(BadAnswer):
    """The clip cannot be used, and the same seed would make the same again."""


class Undying(Stalled):
    """An attempt was killed and lives on: the kernel ends no process that waits for a device which hangs. It
    may end later; `has_ended` looks."""

    def __init__(self, target: str, has_ended: Callable[[], bool]) -> None:
        super().__init__(
            f"The generator of {target} was killed and does not end, as where a GPU or a disk hangs: its GPUs are"
            " left out until it does; if it never does, restart the machine."
        )
        self.has_ended = has_ended


class NoRoomForClip(Crashed):
    """The disk was too full for what the generator wrote; with `needed` bytes free it may be tried again."""

    def __init__(self, failure: BackendError, needed: int) -> None:
        super().__init__(f"The disk was full. {failure}")
        self.needed = needed


_GPU_MEMORY = re.compile(
    r"OutOfMemoryError|(CUDA|HIP)( error:)? out of memory|(BLAS|DNN)_STATUS_ALLOC_FAILED"
    r"|Cuda failure (\d+ )?'out of memory'"  # what NCCL says
)
_BETWEEN_GPUS = re.compile(r"NCCL (error|operation)|ProcessGroupNCCL.*(timeout|[Ww]atchdog)|DistBackendError")
_HOST_MEMORY = re.compile(r"MemoryError\b|[Cc]annot allocate memory|can't allocate memory")
_KILLED_RANK = re.compile(r"exitcode\s*:\s*-9\b")
"""A worker in the failure table of torchrun, whose own exit code is always 1."""

_RANK = r"^(?:\[\w+\]:\s?)*"
"""What torchrun and torch put before a line to say whose it is."""
_USAGE = re.compile(
    _RANK + r"\S+: error: (argument|one of the|the following|unrecognized|ambiguous) ", re.MULTILINE
)
_EXCEPTION = re.compile(_RANK + r"(?:\w+\.)*(\w+(?:Error|Exception))(?::|$)")
_RELAYED = ("ChildFailedError", "SignalException")
"""What torchrun raises for a worker's own exception, which stands above it."""
_SETUP = (
    "AssertionError",
    "FileNotFoundError",
    "ImportError",
    "ModuleNotFoundError",
    "NotADirectoryError",
    "PermissionError",
)
"""Exceptions by which generators refuse what they were given: every further segment would meet them too."""
_CANNOT_RUN = (126, 127)
"""Exit codes of a command that could not be run (POSIX shell); the shim leaves 127."""

BETWEEN_GPUS = "set NCCL_P2P_DISABLE=1, then `longvid-tui engine restart`, or film on one GPU each (`run --strategy parallel`)"
"""What helps where GPUs of one machine cannot reach each other's memory, and hang or fail together."""

_LONGEST = 200


def failure(ended: Ended, lines: Sequence[str]) -> BackendError:
    """The error that a job's failure means, given the last lines of its log.

    Its sentence quotes up to 200 characters of the log, which is foreign text and not sanitised here.
    """
    text = "\n".join(lines)
    exception, line = _cause(lines)
    said = f" ({line[:_LONGEST].rstrip('. ')})" if line else ""
    if ended.stopped:
        return Crashed("The generator was stopped before it was done: run again to make its segment.")
    if _GPU_MEMORY.search(text):
        smaller = "a smaller canvas (`canvas` in project.yaml)"
        return OutOfMemory(f"The generator ran out of GPU memory: film on more GPUs, or on {smaller}.")
    if _HOST_MEMORY.search(text) or (ended.oom_kills and _was_killed(ended, text)):
        return OutOfHostMemory(
            "The machine ran out of memory: close other programs, or film on fewer GPUs at once."
        )
    if found_no_room(lines):
        return Crashed(f"The generator found no room on the disk{said}: free some, then run again.")
    if ended.code in _CANNOT_RUN:
        return Misconfigured(f"The generator cannot be run{said}: check its interpreter and paths.")
    if ended.code == 2 or _USAGE.search(text) or exception in _SETUP:
        return Misconfigured(f"The generator refuses its setup{said}: correct the setting, then run again.")
    advice = (
        f"if it goes on, {BETWEEN_GPUS}" if _BETWEEN_GPUS.search(text) else "run again, or look into its log"
    )
    return Crashed(f"The generator {_how(ended, text)}{said}: {advice}.")


def found_no_room(lines: Sequence[str]) -> bool:
    """Whether the log says that the disk was full. The job need not have failed: Wan exits 0 when it cannot
    save."""
    return any(map(full_disk.SAID.search, lines))


def _cause(lines: Sequence[str]) -> tuple[str, str]:
    """Name and line of the last exception in the log; else "" and the last line that holds words, if any."""
    for line in reversed(lines):
        match = _EXCEPTION.match(line)
        if match and match[1] not in _RELAYED:
            return match[1], line.strip()
    return "", next((line.strip() for line in reversed(lines) if re.search(r"\w", line)), "")


def _was_killed(ended: Ended, text: str) -> bool:
    return ended.signal == signal.SIGKILL or _KILLED_RANK.search(text) is not None


def _how(ended: Ended, text: str) -> str:
    if _was_killed(ended, text):
        return "was killed by SIGKILL"
    if ended.signal is None:
        return f"ended with exit code {ended.code}"
    if ended.signal in set(signal.Signals):
        return f"was killed by {signal.Signals(ended.signal).name}"
    return f"was killed by signal {ended.signal}"
