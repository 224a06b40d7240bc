"""How long a client waits that comes to a large project: the snapshot, then the round trip of commands.

    python benchmarks/attach.py --segments 200 --events 10000

Times are this machine's; what matters beside them is how they grow with the number of events.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from pathlib import Path

from longvid_tui import client
from longvid_tui.project.canvas import Canvas
from longvid_tui.project.folder import Folder
from longvid_tui.project.model import Keyframe, Project, Segment, Wanted

ROUNDS = 50


def project(segments: int) -> Project:
    return Project(
        prompt="x",
        canvas=Canvas(832, 464),
        wanted=Wanted(segments=segments),
        keyframes=tuple(Keyframe(id=f"k{i}", prompt=f"a still, number {i}") for i in range(1, segments + 2)),
        segments=tuple(
            Segment(id=f"s{i}", first=f"k{i}", last=f"k{i + 1}", prompt=f"it moves on, number {i}")
            for i in range(1, segments + 1)
        ),
    )


def fill(folder: Folder, events: int, segments: int) -> None:
    """Events as a long life leaves them: notes on every item, over and over."""
    with folder.writing("benchmark"):
        for number in range(events):
            folder.record("retake", target=f"s{number % segments + 1}", note=f"another one, number {number}")


def seconds(act) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def measure(root: Path, segments: int, events: int) -> dict[str, float]:
    folder = Folder.create(root, project(segments))
    fill(folder, events, segments)
    with client.engine() as engine:
        first = seconds(lambda: engine.ask("subscribe", project=str(root), from_seq=0))
        with client.engine() as other:
            again = seconds(lambda: other.ask("subscribe", project=str(root), from_seq=0))
            recent = seconds(lambda: other.ask("subscribe", project=str(root), from_seq=events - 100))
        ask = {"project": str(root), "command": "retake", "params": {"targets": ["s1"]}}
        trips = [seconds(lambda: engine.ask("perform", **ask)) for _ in range(ROUNDS)]
    return {"open": first, "attach": again, "attach, last 100": recent, "command": statistics.median(trips)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--segments", type=int, default=200)
    parser.add_argument("--events", type=int, default=10_000)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        os.environ.update(LONGVID_STATE_DIR=str(root / "state"), LONGVID_CONFIG_DIR=str(root / "config"))
        try:
            for events in (100, chosen.events):
                found = measure(root / f"film{events}", chosen.segments, events)
                told = ", ".join(f"{name} {took * 1000:.1f} ms" for name, took in found.items())
                print(f"{chosen.segments} segments, {events} events: {told}")
        finally:
            left = client.connect()
            if left is not None:
                client.dismiss(left, keep_jobs=False)


if __name__ == "__main__":
    main()
