"""What a stand-in run does besides filming: delays and faults, from the environment like a bad day.

WAN_LOAD_SECONDS, WAN_STEP_SECONDS, WAN_DECODE_SECONDS    how long things take
WAN_FAULTS    faults, separated by spaces: NAME[@STEP][#RANK][:WHERE], for example `oom@3#1:s2-`
              WHERE is what the attempt's id starts with, or the UUID of a visible GPU; else everywhere
WAN_ONCE      a directory: each fault happens once, then never again
WAN_RUNS      a file that gets a line `start|end ATTEMPT TASK GPUS` for each run
WAN_GPUS      a directory: a GPU that is used by two at once is noted in its file `violations`
"""

from __future__ import annotations

import fcntl
import os
import re
import time
from pathlib import Path

RANK = int(os.environ.get("RANK", "0"))
ATTEMPT = os.environ.get("LONGVID_ATTEMPT", "")
VISIBLE = [gpu for gpu in os.environ.get("CUDA_VISIBLE_DEVICES", "").split(",") if gpu]

_FAULT = re.compile(r"([a-z-]+)(?:@(\d+))?(?:#(\d+))?(?::(.+))?")
_held: list[int] = []


def seconds(what: str) -> float:
    return float(os.environ.get(f"WAN_{what}_SECONDS", "0"))


def pause(what: str) -> None:
    time.sleep(seconds(what))


def fault(name: str, step: int | None = None) -> bool:
    """Whether this fault strikes here and now."""
    for wish in os.environ.get("WAN_FAULTS", "").split():
        match = _FAULT.fullmatch(wish)
        assert match, wish
        wanted, at, rank, where = match.groups()
        hit = wanted == name and (at is None or step == int(at)) and int(rank or 0) == RANK
        if hit and (where is None or where in VISIBLE or ATTEMPT.startswith(where)) and _first_time(wish):
            return True
    return False


def _first_time(wish: str) -> bool:
    directory = os.environ.get("WAN_ONCE")
    if not directory:
        return True
    try:
        (Path(directory) / wish.replace("/", "_")).touch(exist_ok=False)
    except FileExistsError:
        return False
    return True


def note(what: str, task: str) -> None:
    """A line in the list of runs."""
    if os.environ.get("WAN_RUNS") and RANK == 0:
        _append(Path(os.environ["WAN_RUNS"]), f"{what} {ATTEMPT} {task} {','.join(VISIBLE)}")


def hold_gpu() -> None:
    """Take this rank's GPU until the process ends."""
    directory = os.environ.get("WAN_GPUS")
    if not directory or not VISIBLE:
        return
    gpu = VISIBLE[int(os.environ.get("LOCAL_RANK", "0"))]
    handle = os.open(f"{directory}/{gpu}", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        _held.append(handle)
    except BlockingIOError:
        _append(Path(directory) / "violations", f"{gpu} is used by two at once, one is {ATTEMPT}")


def _append(path: Path, line: str) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write(line + "\n")
