"""Kills the engine with SIGKILL while it conforms, mends and joins, and checks that the film before stays whole.

    python benchmarks/kill_film.py --kills 100

Every round wants the film in another quality, so that all pieces and seams are made anew, and kills the engine at a
random moment of a conform, a mend or the join, in turn. After each kill film.mp4 has to be a whole film; the last run has to end well and leave
nothing behind. Uses the quick stand-in backends under tests/doubles. Exits 1 with a sentence at the first broken
promise.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from kill_run import DOUBLES, Broken, KillLoop

from longvid_tui import client
from longvid_tui.cli.context import open_studio
from longvid_tui.media.errors import MediaError
from longvid_tui.media.film import check_film
from longvid_tui.project.folder import FILM, Folder

SEGMENTS = 3
FRAMES = 80 * SEGMENTS + 1
STAGES = ("conform", "mend", "join")
LONGEST_WAIT = 0.1
"""Seconds after the first sign of a stage."""

PATIENCE = 120


class FilmKillLoop:
    """One project whose film is asked for in one quality after the other."""

    def __init__(self, root: Path, seed: int) -> None:
        self.film = root / "film"
        self.random = random.Random(seed)
        self.struck: Counter[str] = Counter()
        self.rounds = 0
        os.environ.update(
            PYTHONPATH=str(DOUBLES / "plugins"),
            LONGVID_STATE_DIR=str(root / "state"),
            LONGVID_CONFIG_DIR=str(root / "config"),
        )
        KillLoop.command("new", str(self.film), "-p", "x", "--segments", str(SEGMENTS), "--seed", "1",
                         "--planner", "counting", "--images", "flat", "--video", "quick")  # fmt: skip
        document = self.film / "project.yaml"
        document.write_text(document.read_text().replace("canvas: 1280x720", "canvas: 128x64"))
        self.finish()
        self.text = document.read_text()

    def go(self, kills: int) -> None:
        while self.struck.total() < kills:
            self.want_another()
            with client.engine(for_work=True) as engine:
                engine.ask("run", project=str(self.film), until="film", approve=True)
            self.kill_in(STAGES[self.struck.total() % len(STAGES)])
            self.check()
        self.finish()

    def want_another(self) -> None:
        """Another quality than in the last seven rounds, and another way over the seams."""
        self.rounds += 1
        way = ("fade", "dissolve")[self.rounds % 2]
        text = self.text.replace("- id: s2\n", f"- id: s2\n    transition: {way}\n")
        quality = f"\nsettings:\n  film:\n    crf: {14 + self.rounds % 8}\n"
        (self.film / "project.yaml").write_text(text + quality)

    def kill_in(self, stage: str) -> None:
        """Wait for a file that only this stage writes, and a moment more."""
        film = open_studio(Folder(self.film)).survey().film
        keys = {"conform": [piece.key for piece in film.pieces], "mend": [seam.key for seam in film.seams]}
        parts = [self.film / "conformed" / f"{key}.part.mp4" for key in keys.get(stage, ()) if key]
        parts += [self.film / f".film.{part}.mp4" for part in ("join", "part") if stage == "join"]
        late = time.monotonic() + PATIENCE
        while not any(part.exists() for part in parts):
            if time.monotonic() > late:
                raise Broken(f"nothing was seen of the {stage} in {PATIENCE} s")
            time.sleep(0.002)
        time.sleep(self.random.uniform(0, LONGEST_WAIT))
        for pid in KillLoop.engines():
            os.kill(pid, signal.SIGKILL)
        self.struck[stage if any(part.exists() for part in parts) else f"after a {stage}"] += 1

    def check(self) -> None:
        try:
            check_film(self.film / FILM, FRAMES)
        except MediaError as error:
            raise Broken(f"the film is not whole: {error}") from error

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
    print(f"{loop.struck.total()} kills ({dict(loop.struck)}) in {time.monotonic() - began:.0f} s: "
          "the film was whole each time, and the last run finished it")  # fmt: skip


if __name__ == "__main__":
    main()
