"""Kills engine, shims and generators with SIGKILL at random and checks that nothing is lost or made twice.

    python benchmarks/kill_run.py --kills 300 --segments 60

Eight of ten kills hit the engine, one a shim, one a generator. The stand-in generator takes 0.2 to 1 s on one of
four stand-in GPUs (tests/doubles), each of which it locks, so two runs on one GPU would find each other. When the
film is done before the kills are used up, takes are asked for anew. Exits 1 with a sentence at the first broken
promise.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from longvid_tui import client, wire
from longvid_tui.engine.processes import MARK
from longvid_tui.project.folder import Folder
from longvid_tui.project.journal import Event, read

DOUBLES = Path(__file__).resolve().parents[1] / "tests" / "doubles"
sys.path[:0] = [str(DOUBLES / "plugins"), str(DOUBLES / "nvml")]

from fake_nvml import FakeBox, build  # noqa: E402
from longvid_doubles import still_clip  # noqa: E402

GB = 1 << 30
VICTIMS = ("engine",) * 8 + ("shim", "generator")
LONGEST_WAIT = 0.8
"""Seconds between two kills at most: long enough for a new engine to get to work."""


class Broken(Exception):
    """A promise was broken."""


class KillLoop:
    """One project whose makers are killed over and over."""

    def __init__(self, root: Path, segments: int, seed: int) -> None:
        self.film = root / "film"
        self.runs = root / "runs.txt"
        self.random = random.Random(seed)
        self.seen: tuple[Event, ...] = ()
        self.kills: Counter[str] = Counter()
        self.orders = 0
        box = FakeBox(root / "box", build(root))
        box.says(
            "gpus 4",
            "*.name NVIDIA H100 80GB HBM3",
            f"*.memory_total {80 * GB}",
            "*.memory_used 0",
            f"*.memory_free {80 * GB}",
        )
        os.environ.update(
            box.environment,
            PYTHONPATH=str(DOUBLES / "plugins"),
            LONGVID_STATE_DIR=str(root / "state"),
            LONGVID_CONFIG_DIR=str(root / "config"),
            LONGVID_GPUS__STRATEGY="parallel",
            LONGVID_GPU_RUNS=str(self.runs),
            LONGVID_GPU_SECONDS="0.2-1",
            LONGVID_INSTANT_CLIP=str(still_clip(root / "clip.mp4")),
            LONGVID_FLAT_SECONDS="0.05",
            LONGVID_RUN__RETRIES="10",
        )
        self.command("new", str(self.film), "-p", "x", "--segments", str(segments), "--seed", "1",
                     "--planner", "counting", "--images", "flat", "--video", "gpu")  # fmt: skip
        document = self.film / "project.yaml"
        document.write_text(document.read_text().replace("canvas: 1280x720", "canvas: 128x64"))

    @staticmethod
    def command(*arguments: str) -> subprocess.CompletedProcess[str]:
        argv = [sys.executable, "-m", "longvid_tui", *arguments]
        return subprocess.run(argv, capture_output=True, text=True, check=False)

    def go(self, kills: int) -> None:
        while self.kills.total() < kills:
            if self.has_rested():
                self.order()
            time.sleep(self.random.uniform(0.02, LONGEST_WAIT))
            self.kill(self.random.choice(VICTIMS))
            self.check()
        self.finish()

    def has_rested(self) -> bool:
        """Whether nothing is ordered any more; an engine that was killed is started again by looking."""
        with client.engine(for_work=True) as engine:
            snapshot = engine.ask("subscribe", project=str(self.film))["snapshot"]
        return bool(snapshot["state"] == "idle")

    def order(self) -> None:
        """Have the film made; once it is, have some of it made anew."""
        self.orders += 1
        if (self.film / "film.mp4").exists():
            known = {event.data["target"] for event in self.seen if event.kind == "take"}
            targets = [f"k{self.random.randint(1, 5)}", f"s{self.random.randint(6, 9)}"]
            self.command("retake", str(self.film), *(target for target in targets if target in known))
        with client.engine(for_work=True) as engine:
            engine.ask("run", project=str(self.film), until="film", approve=True)

    def kill(self, victim: str) -> None:
        pids = {"engine": self.engines, "shim": self.shims, "generator": self.generators}[victim]()
        for pid in pids:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
            self.kills[victim] += 1
            return

    @staticmethod
    def engines() -> list[int]:
        try:
            return [json.loads((wire.run_dir() / "engine.lock").read_text())["pid"]]
        except (OSError, ValueError):
            return []

    def shims(self) -> list[int]:
        return [pid for pid, command in self.marked() if b"shim.py" in command]

    def generators(self) -> list[int]:
        return [pid for pid, command in self.marked() if b"gpu_generator.py" in command]

    def marked(self) -> Iterator[tuple[int, bytes]]:
        """(pid, command line) of every process that works for an attempt of this project."""
        for path in Path("/proc").glob("[0-9]*"):
            try:
                environment = (path / "environ").read_bytes().split(b"\0")
                command = (path / "cmdline").read_bytes()
            except OSError:
                continue
            ours = f"LONGVID_GPU_RUNS={self.runs}".encode() in environment
            if ours and any(part.startswith(f"{MARK}=".encode()) for part in environment):
                yield int(path.name), command

    @staticmethod
    def takes(events: tuple[Event, ...]) -> list[tuple[str, str]]:
        return [(event.data["target"], event.data["key"]) for event in events if event.kind == "take"]

    def moments(self) -> Counter[str]:
        """How often a generator run began, ended, or found its GPU at work for another."""
        lines = self.runs.read_text().splitlines() if self.runs.exists() else []
        return Counter(line.split()[1] for line in lines)

    def check(self) -> None:
        """After a kill: the journal only grew, no key was made twice, every take's file is whole."""
        events = read(self.film / "journal.jsonl").events
        if events[: len(self.seen)] != self.seen:
            raise Broken("acknowledged events are gone from the journal")
        self.seen = events
        twice = [key for key, count in Counter(self.takes(events)).items() if count > 1]
        if twice:
            raise Broken(f"made twice: {twice}")
        bought = Counter((e.data["target"], e.data["key"]) for e in events if e.kind == "painted")
        if max(bought.values(), default=0) > 1:
            raise Broken(f"bought twice: {bought.most_common(1)}")
        if "shared" in self.moments():
            raise Broken("two runs were on one GPU")
        for event in events:
            if event.kind == "take" and (self.film / event.data["path"]).stat().st_size != event.data["bytes"]:
                raise Broken(f"{event.data['path']} is not whole")

    def finish(self) -> None:
        """One more run ends well, makes a whole film; a generator ran again only where one was killed."""
        last = self.command("run", str(self.film), "--yes", "--json")
        if last.returncode:
            raise Broken(f"the last run ended with {last.returncode}: {last.stderr}")
        self.check()
        said = json.loads(last.stdout)
        if said["film"]["status"] != "ready":
            raise Broken(f"no film: {said['film']}")
        started = self.moments()["begin"]
        taken = sum(target.startswith("s") for target, _ in self.takes(self.seen))
        killed = self.kills["shim"] + self.kills["generator"]
        if started > taken + killed:
            raise Broken(f"{started} generator runs for {taken} takes and {killed} killed attempts")
        Folder(self.film)
        self.command("engine", "stop")
        left = list(self.marked())
        if left:
            raise Broken(f"left running: {left}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=300)
    parser.add_argument("--segments", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        loop = KillLoop(Path(folder), chosen.segments, chosen.seed)
        try:
            loop.go(chosen.kills)
        except Broken as error:
            sys.exit(f"broken after {loop.kills.total()} kills: {error}")
        finally:
            loop.command("engine", "stop")
        runs = loop.moments()["begin"]
        made = sum(target.startswith("s") for target, _ in loop.takes(loop.seen))
    spent = time.monotonic() - began
    print(f"{loop.kills.total()} kills ({dict(loop.kills)}) in {spent:.0f} s: {made} segments in {runs} generator runs, "
          f"{len(loop.seen)} events, 0 lost, 0 made twice, 0 on a shared GPU, 0 left running")  # fmt: skip


if __name__ == "__main__":
    main()
