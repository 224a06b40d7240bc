"""Killed at any moment, an export leaves what was there before, or all of what it makes; the next one is not in its way."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import av
from reel import FPS

from longvid_tui.engine.shim import all_pids, read_stat

WORK = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from reel import make_shots
from longvid_tui.exporting.clips import Framing
from longvid_tui.exporting.kinds import Job, export, name_of
from longvid_tui.exporting.finish import Finish
from longvid_tui.exporting.renditions import Film
from longvid_tui.media.ffmpeg import find_ffmpeg
from longvid_tui.project.disk import sha256_file

folder = Path(sys.argv[1])
film = Film(folder / "film.mp4", sha256_file(folder / "film.mp4"), 49)
print("ready", flush=True)
while True:
    for ids in (("s2",), ("s2", "s3")):
        for kind in ("otio", "web", "frames"):
            finish = Finish(Framing("fill", (0.5, 0.5)))
            out = folder / name_of(kind, "out")
            export(Job(kind, make_shots().only(ids), film, out, False, finish, find_ffmpeg), lambda _: None)
    if len(sys.argv) > 3:
        break
"""
LENGTHS = (16, 32)
"""Frames of the two ranges that are exported in turn."""


def whole(folder: Path) -> None:
    """Each file that is there is one of the two it may be."""
    for path in folder.glob("out*"):
        if path.suffix == ".mp4":
            with av.open(str(path)) as clip:
                assert sum(1 for _ in clip.decode(video=0)) in LENGTHS
        elif path.suffix == ".otio":
            assert len(json.loads(path.read_text())["tracks"]["children"][0]["children"]) in (1, 2)
        else:
            assert len(list(path.iterdir())) in LENGTHS


def started(folder: Path, *once: str) -> subprocess.Popen[bytes]:
    here = str(Path(__file__).parent)
    argv = [sys.executable, "-c", WORK, str(folder), here, *once]
    process = subprocess.Popen(argv, stdout=subprocess.PIPE, start_new_session=True)
    assert process.stdout
    assert process.stdout.readline() == b"ready\n"
    return process


def encoder_in(folder: Path) -> int:
    """The ffmpeg that writes in a folder, waited for."""
    late = time.monotonic() + 20
    while time.monotonic() < late:
        for pid in all_pids():
            with suppress(OSError):
                if f"file:{folder}/".encode() in Path(f"/proc/{pid}/cmdline").read_bytes():
                    return pid
        time.sleep(0.002)
    raise AssertionError("no export began to encode")


def gone(pid: int) -> bool:
    stat = read_stat(pid)
    return stat is None or stat.over


def test_no_encoder_works_on_for_an_export_that_was_killed(film, tmp_path: Path) -> None:
    (tmp_path / "film.mp4").hardlink_to(film.path)
    with started(tmp_path) as child:
        encoder = encoder_in(tmp_path)
        os.kill(encoder, signal.SIGSTOP)  # so that it cannot end by itself
        child.kill()
    late = time.monotonic() + 5
    while not gone(encoder) and time.monotonic() < late:
        time.sleep(0.01)
    assert gone(encoder)


def test_nothing_half_made_takes_the_place_of_what_was_there(film, tmp_path: Path) -> None:
    (tmp_path / "film.mp4").hardlink_to(film.path)
    for moment in (0.4, 1.1):
        with started(tmp_path) as child:
            time.sleep(moment)
            os.killpg(child.pid, signal.SIGKILL)
        whole(tmp_path)
    assert hashlib.sha256(film.path.read_bytes()).hexdigest() == film.sha
    with started(tmp_path, "once") as child:
        assert child.wait(60) == 0
    whole(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "film.mp4", "out-frames", "out-web.mp4", "out.mp4", "out.otio",
    ]  # fmt: skip
    with av.open(str(tmp_path / "out-web.mp4")) as clip:
        assert clip.streams.video[0].average_rate == FPS
