"""The process of the quick generator: dissolves between the keyframes, or fails as it is told.

What one request gives is filmed once and kept in LONGVID_QUICK_CACHE: most tests film the same.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from notes import note, told


def main() -> None:
    request = json.loads(Path(sys.argv[1]).read_bytes())
    attempt = os.environ["LONGVID_ATTEMPT"]
    note("LONGVID_QUICK_RUNS", attempt)
    fault, _, target = told("LONGVID_QUICK_FAULT").partition(":")
    if attempt.split("-")[0] != target:
        fault = ""
    if fault == "flash-once":
        fault = "flash" if runs_of(target) == 1 else ""
    time.sleep(float(told("LONGVID_QUICK_SECONDS", "0")))
    wait_for(told("LONGVID_QUICK_GATE", "/"))
    if fault == "crash":
        sys.exit("RuntimeError: the generator broke")
    if fault == "misconfigured":
        sys.exit(2)
    if fault != "nothing":
        deliver(request, fault)
    sys.stdout.write("Finished.\n")


def wait_for(path: str) -> None:
    """So that a test, not the load of its machine, decides how long filming takes."""
    end = time.monotonic() + 120
    while not Path(path).exists() and time.monotonic() < end:
        time.sleep(0.02)


def runs_of(target: str) -> int:
    lines = Path(told("LONGVID_QUICK_RUNS")).read_text(encoding="utf-8").splitlines()
    return sum(line.startswith(f"{target}-") for line in lines)


def deliver(request: dict[str, object], fault: str) -> None:
    out = Path(str(request["out"]))
    kept = Path(os.environ.get("LONGVID_QUICK_CACHE", out.parent)) / f"{digest(request, fault)}.mp4"
    if not kept.exists():
        fresh = kept.with_name(f"{os.environ['LONGVID_ATTEMPT']}-{kept.name}")
        script = Path(__file__).with_name("quick_film.py")
        subprocess.run([sys.executable, str(script), sys.argv[1], str(fresh), fault], check=True)
        fresh.replace(kept)
    for done in range(1, 82, 20):
        sys.stdout.write(f"step {done}/81\n")
        sys.stdout.flush()
    shutil.copy(kept, out)


def digest(request: dict[str, object], fault: str) -> str:
    pictures = {
        end: hashlib.sha256(Path(str(request[end])).read_bytes()).hexdigest() if request.get(end) else None
        for end in ("first", "last")
    }
    decides = {key: request[key] for key in ("prompt", "seed", "canvas", "fps", "frames")}
    return hashlib.sha256(json.dumps([decides, pictures, fault], sort_keys=True).encode()).hexdigest()


if __name__ == "__main__":
    main()
