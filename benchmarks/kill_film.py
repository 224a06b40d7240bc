"""Kills with SIGKILL while a film is conformed, mended, joined and exported: the one before stays whole each time.

    python benchmarks/kill_film.py --kills 100

Every round wants the film in another quality and with another way over a seam, so that all pieces and seams are made
anew. The engine is killed in a conform; what goes on then is killed in a mend, and what goes on then in the join; once
the film is done, its export is killed. A kill waits for what only that stage writes, and then for a random moment;
it counts when the stage had not ended yet. After each, film.mp4 and the export before have to be whole, and no process
may work on for an engine that is gone; each round has to end well and leave nothing behind. Uses the quick stand-in
backends under tests/doubles. Exits 1 with a sentence at the first broken promise.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from kill_run import DOUBLES, Broken, KillLoop

from longvid_tui import client
from longvid_tui.cli.context import open_studio
from longvid_tui.engine.shim import all_pids, read_stat
from longvid_tui.media.errors import MediaError
from longvid_tui.media.film import check_film
from longvid_tui.media.unfinished import PART
from longvid_tui.project.folder import FILM, Folder

SEGMENTS = 3
FRAMES = 80 * SEGMENTS + 1
ENGINE_STAGES = ("conform", "mend", "join")
STAGES = (*ENGINE_STAGES, "export")

PATIENCE = 120.0
"""Seconds until the first sign of a stage; with several helpers on few cores an engine may take some to start."""

DYING = 5.0
"""Seconds that what worked for a killed engine gets to end."""


class FilmKillLoop:
    """One project whose film is asked for in one quality after the other."""

    def __init__(self, root: Path, seed: int) -> None:
        self.film = root / "film"
        self.exports = self.film / "exports"
        self.random = random.Random(seed)
        self.struck: Counter[str] = Counter()
        self.missed: Counter[str] = Counter()
        self.longest = dict.fromkeys(STAGES, 0.1)
        """Seconds after the first sign of a stage until it is killed, at most: learned from misses."""
        self.rounds = 0
        os.environ.update(
            PYTHONPATH=str(DOUBLES / "plugins"),
            LONGVID_STATE_DIR=str(root / "state"),
            LONGVID_CONFIG_DIR=str(root / "config"),
        )
        KillLoop.command("new", str(self.film), "-p", "x", "--segments", str(SEGMENTS), "--seed", "1",
                         "--planner", "counting", "--images", "flat", "--video", "quick")  # fmt: skip
        document = self.film / "project.yaml"
        document.write_text(document.read_text().replace("canvas: 1280x720", "canvas: 256x144"))
        self.finish()
        self.text = document.read_text()

    def go(self, kills: int) -> None:
        while self.struck.total() < kills:
            self.want_another()
            for stage in ENGINE_STAGES:
                signs = self.signs(stage)
                self.order()
                self.kill(stage, signs, self.engines_and_hands)
            self.finish()
            with self.exporting() as export:
                self.kill("export", self.export_signs, lambda: [export.pid])
            self.deliver()

    def want_another(self) -> None:
        """Another quality than in the last seven rounds, and another way over a seam."""
        self.rounds += 1
        way = ("fade", "dissolve")[self.rounds % 2]
        text = self.text.replace("- id: s2\n", f"- id: s2\n    transition: {way}\n")
        quality = f"\nsettings:\n  film:\n    crf: {14 + self.rounds % 8}\n"
        (self.film / "project.yaml").write_text(text + quality)

    def order(self) -> None:
        with client.engine(for_work=True) as engine:
            engine.ask("run", project=str(self.film), until="film", approve=True)

    def exporting(self) -> subprocess.Popen[bytes]:
        argv = ["export", str(self.film), "--to", "web"]
        return subprocess.Popen([sys.executable, "-m", "longvid_tui", *argv], stdout=subprocess.DEVNULL)

    def kill(self, stage: str, signs: Callable[[], list[Path]], victims: Callable[[], list[int]]) -> None:
        """Wait for a file that only this stage writes, and a moment more."""
        late = time.monotonic() + PATIENCE
        while not (begun := signs()):
            if time.monotonic() > late:
                raise Broken(f"nothing was seen of the {stage} in {PATIENCE:.0f} s")
            time.sleep(0.002)
        time.sleep(self.random.uniform(0, self.longest[stage]))
        first, *others = victims()
        with suppress(ProcessLookupError):
            os.kill(first, signal.SIGKILL)
        hit = any(path.exists() for path in begun)
        (self.struck if hit else self.missed)[stage] += 1
        self.longest[stage] *= 1.1 if hit else 0.8
        self.wait_for_the_end([first, *others])
        self.check()

    def signs(self, stage: str) -> Callable[[], list[Path]]:
        film = open_studio(Folder(self.film)).survey().film
        keys = {"conform": [piece.key for piece in film.pieces], "mend": [seam.key for seam in film.seams]}
        wanted = keys.get(stage, [])

        def seen() -> list[Path]:
            if stage == "join":
                return list(self.film.glob(".film.mp4.*"))
            parts = (self.film / "conformed").glob(f"*{PART}")
            return [path for path in parts if path.name.partition(".")[0] in wanted]

        return seen

    def export_signs(self) -> list[Path]:
        return list(self.exports.glob(".*.mp4"))

    @staticmethod
    def engines_and_hands() -> list[int]:
        """The engine, then what works for it."""
        engines = KillLoop.engines()
        return [*engines, *(pid for pid in all_pids() if (stat := read_stat(pid)) and stat.parent in engines)]

    @staticmethod
    def wait_for_the_end(pids: list[int]) -> None:
        late = time.monotonic() + DYING
        while left := [pid for pid in pids if (stat := read_stat(pid)) and not stat.over]:
            if time.monotonic() > late:
                raise Broken(f"{left} worked on for an engine that was killed")
            time.sleep(0.01)

    def check(self) -> None:
        """What was there is whole, if not what it was."""
        for path in (self.film / FILM, *self.exports.glob("[!.]*.mp4")):
            try:
                check_film(path, FRAMES)
            except MediaError as error:
                raise Broken(f"{path.name} is not whole: {error}") from error

    def finish(self) -> None:
        """A run ends well, with a whole film and no file that is not part of it."""
        done = KillLoop.command("run", str(self.film), "--yes")
        if done.returncode:
            raise Broken(f"a run ended with {done.returncode}: {done.stderr}")
        self.check()
        film = open_studio(Folder(self.film)).survey().film
        keys = {piece.key for piece in film.pieces} | {seam.key for seam in film.seams}
        left = [path.name for path in (self.film / "conformed").iterdir() if path.stem not in keys]
        left += [path.name for path in self.film.glob(".film*")]
        if left:
            raise Broken(f"left behind: {left}")

    def deliver(self) -> None:
        """An export ends well."""
        with self.exporting() as export:
            pass
        if export.returncode:
            raise Broken(f"an export ended with {export.returncode}")
        self.check()
        names = [path.name for path in self.exports.iterdir()]
        if len(names) != 1:
            raise Broken(f"one export was wanted, and there are {names}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        loop = None
        try:
            loop = FilmKillLoop(Path(folder), chosen.seed)
            loop.go(chosen.kills)
        except Broken as error:
            sys.exit(f"broken after {loop.struck.total() if loop else 0} kills: {error}")
        finally:
            KillLoop.command("engine", "stop")
    print(f"{loop.struck.total()} kills ({dict(loop.struck)}; {loop.missed.total()} more came too late) in "
          f"{time.monotonic() - began:.0f} s: film and export were whole each time, and every round ended well")  # fmt: skip


if __name__ == "__main__":
    main()
