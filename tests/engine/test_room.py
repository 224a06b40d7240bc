"""A disk that is full for a while: what was paid for is kept in hand, and nothing is bought meanwhile."""

from __future__ import annotations

import asyncio
import errno
import os
import shutil
import subprocess
import time

import pytest
from doubles.answer import typed
from longvid_doubles import still_clip

from longvid_tui.engine import pixels, room
from longvid_tui.engine.aside import Aside
from longvid_tui.engine.pools import Pools
from longvid_tui.engine.reconciler import Reconciler
from longvid_tui.engine.room import LEAST, Room, pause
from longvid_tui.engine.studio import Studio
from longvid_tui.media.errors import NoRoom
from longvid_tui.project.canvas import Canvas
from longvid_tui.project.disk import Disk
from longvid_tui.project.folder import Folder
from longvid_tui.project.history import Order
from longvid_tui.project.model import Backends, Project, Wanted
from longvid_tui.settings import Settings


class FullDisk(Disk):
    """Has no room for the first `refusals` pictures and whatever is written between."""

    def __init__(self, refusals: int) -> None:
        super().__init__()
        self._refusals = refusals

    def write(self, fd, data, path):
        if path.suffix == ".png" and self._refusals:
            self._refusals -= 1
            self.step(path, len(data), _refuse)
        super().write(fd, data, path)


def _refuse():
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.fixture
def told():
    return []


def paint(root, told, disk):
    backends = Backends(planner="counting", images="flat", video="instant")
    project = Project(prompt="x", canvas=Canvas(64, 64), wanted=Wanted(segments=1), backends=backends)
    folder = Folder.create(root, project, disk)
    studio = Studio.open(folder, Settings.load(project=folder.document.parsed), told.append)
    with folder.writing("test"):
        outcome = asyncio.run(Reconciler(studio, Order("keyframes", approve=True)).run())
    assert not outcome.failed
    return folder


def test_a_picture_that_was_paid_for_waits_for_room_and_is_not_bought_again(tmp_path, monkeypatch, told):
    monkeypatch.setenv("LONGVID_FLAT_CALLS", str(tmp_path / "calls"))
    folder = paint(tmp_path / "film", told, FullDisk(refusals=3))
    assert len((tmp_path / "calls").read_text().splitlines()) == 2
    assert folder.history.spent_usd == pytest.approx(0.02)
    sentences = [notice.text for notice in told if "No space left" in notice.text]
    assert len(sentences) == 1
    assert sentences[0].endswith("free some: the run waits for it and goes on by itself.")


def test_the_person_is_told_once_whoever_waits(tmp_path, told):
    room = Room(tmp_path, told.append, lambda: 0)
    for name in ("k1", "k2"):
        room.lacks(f"No space left for {name}")
    assert told == ["No space left for k1; free some: the run waits for it and goes on by itself."]


def test_a_disk_may_be_full_for_days():
    assert [pause(waits) for waits in (0, 1, 2, 6, 10_000)] == [0.1, 0.2, 0.4, 5.0, 5.0]


@pytest.fixture
def small(tmp_path):
    """A disk of 200 MB."""
    disk = tmp_path / "small"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=200m", "none", disk]
    if os.geteuid() or subprocess.run(mount, check=False).returncode:
        pytest.skip("nothing can be mounted here")
    yield disk
    subprocess.run(["umount", "-l", disk], check=True)


def fill(disk, left):
    """Have so many bytes left on a disk."""
    fill = disk / "fill"
    with fill.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, shutil.disk_usage(disk).free - left)
    return fill


def test_nothing_is_bought_while_the_disk_is_full(small, told):
    filled = fill(small, LEAST - 4096)
    room = Room(small, told.append, lambda: 0)
    assert room.is_short()
    (sentence,) = told
    assert "8.4 MB needed, 8.4 MB free" in sentence, (
        "of the disk that is full, though its folder lies on another"
    )
    filled.unlink()
    assert not room.is_short()


def test_status_says_that_the_run_waits_for_room_to_whoever_asks_later(engine, make_film, small):
    fill(small, LEAST - 4096)
    film = make_film("small/film")
    engine.ask("run", project=str(film), until="film", approve=True)
    deadline = time.monotonic() + 20
    while "free some: the run waits for it" not in (said := typed("status", film).out):
        assert time.monotonic() < deadline, said
    assert "left, done at" not in said
    engine.ask("stop", project=str(film))


def test_nothing_is_filmed_without_room_for_the_frames_that_the_generator_writes(engine, make_film, small):
    """81 frames of 1280x720 at 3 bytes a pixel, and a quarter of that for the clip."""
    film = make_film("small/film", 1, video="wan-warm")
    document = film / "project.yaml"
    document.write_text(document.read_text().replace("128x64", "1280x720"))
    engine.ask("subscribe", project=str(film))
    heard = engine.notices()
    engine.ask("run", project=str(film), until="keyframes", approve=True)
    assert next(message for message in heard if message["method"] == "rested")["params"]["how"] == "done"
    engine.ask("run", project=str(film), until="segments", approve=True)
    texts = (message["params"].get("text", "") for message in heard)
    assert "288.3 MB needed" in next(text for text in texts if "needed" in text)
    engine.ask("stop", project=str(film))


class OnceFull(Aside):
    """Finds no room for the first piece."""

    async def run(self, work, *arguments, **named):
        if work is pixels.conform and not hasattr(self, "refused"):
            self.refused = True
            raise NoRoom("The piece could not be written: No space left on device")
        return await super().run(work, *arguments, **named)


def test_a_film_waits_for_room_before_it_films_when_the_disk_fills_meanwhile_and_when_it_conforms(
    small, tmp_path, monkeypatch
):
    """Its clip, of 75 MB, is larger than what is free when it is filmed first."""
    clip = still_clip(tmp_path / "clip.mp4")
    with clip.open("ab") as file:
        padding = 75 << 20
        file.write(padding.to_bytes(4, "big") + b"free" + bytes(padding - 8))
    monkeypatch.setenv("LONGVID_INSTANT_CLIP", str(clip))
    filled, told, retried = fill(small, LEAST + 400_000), [], []

    def make_room(notice):
        if "No space left" in notice.text:
            told.append(notice.text)
            monkeypatch.setattr(room, "TOLD_SECONDS", 0.0)  # a minute in which everything happens
            fill(small, 70 << 20) if len(told) == 1 else filled.unlink(missing_ok=True)
        elif notice.kind == "retrying":
            retried.append(notice.text)

    backends = Backends(planner="counting", images="flat", video="instant")
    project = Project(prompt="x", canvas=Canvas(128, 64), wanted=Wanted(segments=1), backends=backends)
    folder = Folder.create(small / "film", project)
    studio = Studio.open(folder, Settings.load(project=folder.document.parsed), make_room)
    pools = Pools()
    pools.aside = OnceFull()
    with folder.writing("test"):
        outcome = asyncio.run(Reconciler(studio, Order("film", approve=True), pools).run())
    assert not outcome.failed
    assert (folder.root / "film.mp4").is_file()
    assert len(folder.history.started) == 2
    assert "8.9 MB needed" in told[0], "a quarter of 81 frames of 128x64 more than anything needs"
    assert "8.4 MB needed" in told[1]
    assert retried == [
        "The disk was full. The generator ended with exit code 1: run again, or look into its log."
    ]
