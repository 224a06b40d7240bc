"""A generator that films on leased GPUs in no time: tells when it has which, then copies a clip, or fails.

LONGVID_GPU_RUNS names the file that gets a line at the start and the end of each run: moment, begin or end,
attempt, GPUs; `shared` if another run holds one of them, which a kernel lock that dies with its holder tells.
LONGVID_GPU_FAULT is `oom:s2:1`: out of memory for s2 on one GPU, every time; `oom:s2`: on any number. LONGVID_GPU_ONCE is a directory
whose files are faults that happen once: `oom-s5`, `host-s6` (out of memory of the machine), `hang-s9` (says nothing any more), `lost-s7` (a GPU falls off the
bus and takes the run along: the file FAKE_NVML says so from then on).
LONGVID_GPU_BAD is the index of a GPU on which everything crashes at once.
LONGVID_GPU_DECODE_SECONDS and LONGVID_GPU_SAVE_SECONDS are what one with a resident spends on its GPUs after sampling,
and then without them. LONGVID_GPU_SECONDS is how long a run takes, or the least and the most: `0.2-1`;
LONGVID_GPU_LINES how many lines it logs a second meanwhile.
"""

from __future__ import annotations

import fcntl
import json
import os
import random
import shutil
import sys
import time
from pathlib import Path

OUT_OF_MEMORY = "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB."


def main() -> None:
    request = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    Path(request["out"]).with_name("ranks").joinpath("0").mkdir(parents=True)  # as torchrun keeps its logs
    turn = await_turn(Path(request["asks"])) if "asks" in request else None
    tell("begin")
    held = [hold(gpu) for gpu in gpus()]
    if os.environ.get("LONGVID_GPU_BAD") in [str(int(gpu.split("-")[1])) for gpu in gpus()]:
        sys.exit("RuntimeError: CUDA error: an illegal memory access was encountered")
    print("stage load 1/1" if turn is None else "stage encode 1/1", flush=True)
    least, _, most = os.environ.get("LONGVID_GPU_SECONDS", "0.2").partition("-")
    film(random.uniform(float(least), float(most or least)))
    print("stage sample 1/1", flush=True)
    if strikes("oom"):
        sys.exit(OUT_OF_MEMORY)
    if strikes("host"):
        sys.exit("MemoryError")
    if strikes("hang"):
        time.sleep(600)
    if strikes("lost"):
        lose(gpus()[-1])
    if turn is not None:
        print("stage decode 1/1", flush=True)
        time.sleep(float(os.environ.get("LONGVID_GPU_DECODE_SECONDS", "0")))
    tell("end")
    for lock in [*held, turn]:
        if lock is not None:
            os.close(lock)
    print("stage save 1/1", flush=True)
    time.sleep(float(os.environ.get("LONGVID_GPU_SAVE_SECONDS", "0")))
    fault, _, where = os.environ.get("LONGVID_GPU_FAULT", "").partition(":")
    target, _, count = where.partition(":")
    if fault == "oom" and attempt().startswith(f"{target}-") and count in ("", str(len(gpus()))):
        sys.exit(OUT_OF_MEMORY)
    shutil.copy(os.environ["LONGVID_INSTANT_CLIP"], request["out"])


def film(seconds: float) -> None:
    """Take that long, and say so many lines a second as a chatty generator does, fifty steps of them progress."""
    rate, began, coming = float(os.environ.get("LONGVID_GPU_LINES", "0")), time.monotonic(), 1
    while rate and (gone := time.monotonic() - began) < seconds:
        upto = int(gone * rate) + 1
        for line in range(coming, upto):
            print(f"step {line}: denoising, 7.9 s/it, eta 2:30, memory 71.2 GB")
        coming = upto
        print(f"stage sample {int(gone / seconds * 50)}/50", flush=True)
        time.sleep(0.1)
    time.sleep(max(0.0, began + seconds - time.monotonic()))


def strikes(fault: str) -> bool:
    marks = os.environ.get("LONGVID_GPU_ONCE", "")
    try:
        Path(marks, f"{fault}-{attempt().partition('-')[0]}").unlink()
    except OSError:
        return False
    return True


def lose(gpu: str) -> None:
    """`gpu` is a UUID of nvml.c, which begins with the index."""
    with Path(os.environ["FAKE_NVML"]).open("a", encoding="utf-8") as file:
        file.write(f"{int(gpu.split('-')[1])}.fault 15\n")
    sys.exit("RuntimeError: CUDA error: the GPU has fallen off the bus")


def tell(what: str) -> None:
    with Path(os.environ["LONGVID_GPU_RUNS"]).open("a", encoding="utf-8") as file:
        file.write(f"{time.monotonic()} {what} {attempt()} {','.join(gpus())}\n")


def await_turn(resident: Path) -> int:
    """A resident has loaded first, and serves one attempt after the other."""
    while not (resident / "loaded").exists():
        time.sleep(0.01)
    turn = os.open(resident / "turn", os.O_CREAT | os.O_RDWR)
    fcntl.flock(turn, fcntl.LOCK_EX)
    return turn


def hold(gpu: str) -> int:
    lock = os.open(f"{os.environ['LONGVID_GPU_RUNS']}.{gpu}", os.O_CREAT | os.O_RDWR)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        tell("shared")
        sys.exit(f"GPU {gpu} works for another run")
    return lock


def attempt() -> str:
    return os.environ["LONGVID_ATTEMPT"]


def gpus() -> list[str]:
    return os.environ["CUDA_VISIBLE_DEVICES"].split(",")


if __name__ == "__main__":
    main()
