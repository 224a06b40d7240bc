"""How long GPUs wait between two segments of a warm worker, with the whole engine around it.

    python benchmarks/warm_idle.py --segments 6

One stand-in GPU, the stand-in of Wan2.1 behind the real worker, shim, relay and engine. A GPU waits from the end of a
clip's decoding (the worker logs `Saving ..`) to the start of the next (`Generating ..`): what the orchestrator adds.
The stand-in's steps take half a second and its decoding two, against half a minute and more of the original.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import tempfile
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from statistics import median

from longvid_tui import client
from longvid_tui.engine import residents
from longvid_tui.project.canvas import Canvas
from longvid_tui.project.folder import Folder
from longvid_tui.project.model import Backends, Project, Wanted

DOUBLES = Path(__file__).resolve().parents[1] / "tests" / "doubles"
sys.path[:0] = [str(DOUBLES / "plugins"), str(DOUBLES / "nvml"), str(DOUBLES / "wan")]

import wan_double  # noqa: E402
from fake_nvml import FakeBox, build  # noqa: E402

GB = 1 << 30
_LOGGED = re.compile(r"\[(\S+ \S+)\] INFO: (Saving generated|Generating video)")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--segments", type=int, default=6)
    segments = parser.parse_args().segments
    with tempfile.TemporaryDirectory(prefix="longvid-") as folder:
        waits = measure(Path(folder), segments)
    print(f"{segments} segments, {len(waits)} changes between them")
    print(f"GPU waits: median {median(waits):.0f} ms, longest {max(waits):.0f} ms (bar: 100 ms)")


def measure(root: Path, segments: int) -> list[float]:
    """Milliseconds that the GPU waits between each two segments."""
    prepare(root)
    backends = Backends(planner="counting", images="flat", video="wan-small")
    project = Project(
        prompt="A test.", canvas=Canvas(832, 464), seed=7, wanted=Wanted(segments=segments), backends=backends
    )
    film = Folder.create(root / "film", project).root
    try:
        with client.engine(for_work=True) as engine:
            engine.ask("subscribe", project=str(film))
            engine.ask("run", project=str(film), until="segments", approve=True)
            rested = next(note["params"] for note in engine.notices() if note["method"] == "rested")
        if rested["how"] != "done":
            sys.exit(f"the run {rested['how']}: {rested['failed']}")
        [worker] = residents.home().iterdir()
        return waits_in((worker / "log").read_text(errors="replace"))
    finally:
        left = client.connect()
        if left is not None:
            client.dismiss(left, keep_jobs=False)


def prepare(root: Path) -> None:
    """One stand-in GPU and the stand-in of Wan, found by every engine that is started now."""
    box = FakeBox(root / "box", build(root))
    box.says("gpus 1", f"*.memory_total {80 * GB}", "*.memory_used 0", f"*.memory_free {80 * GB}")
    installed = wan_double.install(root / "wan")
    os.environ.update(
        box.environment,
        PYTHONPATH=str(DOUBLES / "plugins"),
        LONGVID_STATE_DIR=str(root / "state"),
        LONGVID_CONFIG_DIR=str(root / "config"),
        LONGVID_WAN__STEPS="4",
        WAN_STEP_SECONDS="0.5",
        WAN_DECODE_SECONDS="2",
        **{f"LONGVID_{name.upper().replace('.', '__')}": value for name, value in installed.items()},
    )


def waits_in(log: str) -> list[float]:
    moments = [(what, datetime.fromisoformat(when.replace(",", "."))) for when, what in _LOGGED.findall(log)]
    return [
        1000 * (after - before).total_seconds()
        for (what, before), (_, after) in pairwise(moments)
        if what == "Saving generated"
    ]


if __name__ == "__main__":
    main()
