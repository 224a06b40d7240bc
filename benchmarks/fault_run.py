"""Makes every n-th disk operation of a run fail, one run per n, and checks that each resumes to the same film.

    python benchmarks/fault_run.py --segments 4 --stride 1

A full disk and a failed flush in turn. Uses stand-in backends under tests/doubles. Exits 1 with a sentence at
the first broken promise.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import errno
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tests" / "doubles" / "plugins"))

import numpy as np  # noqa: E402

from longvid_tui.engine.reconciler import Outcome, Reconciler  # noqa: E402
from longvid_tui.engine.studio import Notice, Studio  # noqa: E402
from longvid_tui.media.writing import ClipWriter  # noqa: E402
from longvid_tui.project.canvas import Canvas  # noqa: E402
from longvid_tui.project.disk import Disk, DiskError  # noqa: E402
from longvid_tui.project.folder import Folder  # noqa: E402
from longvid_tui.project.history import Order  # noqa: E402
from longvid_tui.project.journal import read  # noqa: E402
from longvid_tui.project.model import Backends, Project, Wanted  # noqa: E402
from longvid_tui.settings import Settings  # noqa: E402

Result = TypeVar("Result")
FAULTS = (errno.ENOSPC, errno.EIO)
CANVAS = Canvas(64, 64)


class Broken(Exception):
    """A promise was broken."""


class FaultyDisk(Disk):
    """The n-th operation fails (0: none does); `operations` counts them all."""

    def __init__(self, at: int = 0, number: int = 0) -> None:
        super().__init__()
        self.operations = 0
        self._at, self._number = at, number

    def step(self, path: Path, size: int, call: Callable[[], Result]) -> Result:
        return super().step(path, size, lambda: self._do(call))

    def _flushing(self, path: Path, call: Callable[[], None]) -> None:
        super()._flushing(path, lambda: self._do(call))

    def _do(self, call: Callable[[], Result]) -> Result:
        self.operations += 1
        if self.operations == self._at:
            raise OSError(self._number, os.strerror(self._number))
        return call()


def film(root: Path, segments: int) -> Project:
    clip = root / "clip.mp4"
    with ClipWriter(clip, *CANVAS.size, 16, preset="ultrafast") as writer:
        for index in range(81):
            writer.write(np.full((CANVAS.height, CANVAS.width, 3), 40 + index, np.uint8))
    os.environ["LONGVID_INSTANT_CLIP"] = str(clip)
    backends = Backends(planner="counting", images="flat", video="instant")
    return Project(prompt="x", canvas=CANVAS, seed=1, wanted=Wanted(segments=segments), backends=backends)


def run(folder: Folder) -> Outcome:
    settings = Settings.load(project=folder.document.parsed)
    studio = Studio.open(folder, settings, ignore)
    with folder.writing("fault run"):
        return asyncio.run(Reconciler(studio, Order("film", approve=True)).run())


def ignore(notice: Notice) -> None:
    """Nobody watches."""


def one(root: Path, project: Project, at: int, number: int) -> int:
    """One run with a fault, one without; answers how many operations the first had."""
    disk = FaultyDisk(at, number)
    with contextlib.suppress(DiskError):
        run(Folder.create(root, project, disk))
    if not (root / "project.yaml").exists():
        return disk.operations  # it failed before there was a project
    before = read(root / "journal.jsonl").events
    outcome = run(Folder(root))
    events = read(root / "journal.jsonl").events
    if outcome.failed or outcome.state.film.status != "ready":
        raise Broken(
            f"operation {at} failed with {errno.errorcode[number]}: {outcome.failed or outcome.state.film.reason}"
        )
    if events[: len(before)] != before:
        raise Broken(f"operation {at}: acknowledged events are gone")
    takes = [(event.data["target"], event.data["key"]) for event in events if event.kind == "take"]
    if len(takes) != len(set(takes)):
        twice = [target for target, _ in {take for take in takes if takes.count(take) > 1}]
        raise Broken(f"operation {at} failed with {errno.errorcode[number]}: {twice} made twice")
    return disk.operations


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--segments", type=int, default=4)
    parser.add_argument("--stride", type=int, default=1, help="fail every stride-th operation only")
    parser.add_argument("--offset", type=int, default=1, help="the first operation to fail")
    chosen = parser.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        os.environ.update(LONGVID_STATE_DIR=str(root / "state"), LONGVID_CONFIG_DIR=str(root / "config"))
        os.environ["PYTHONPATH"] = str(HERE.parent / "tests" / "doubles" / "plugins")
        project = film(root, chosen.segments)
        operations = one(root / "whole", project, 0, 0)
        runs = 0
        try:
            for at in range(chosen.offset, operations + 1, chosen.stride):
                one(root / f"film{at}", project, at, FAULTS[runs % len(FAULTS)])
                runs += 1
        except Broken as error:
            sys.exit(f"broken after {runs} runs: {error}")
    print(
        f"{runs} of {operations} operations failed in turn in {time.monotonic() - began:.0f} s: all resumed, none wrong"
    )


if __name__ == "__main__":
    main()
