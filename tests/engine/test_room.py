"""A disk that is full for a while: what was paid for is kept in hand, and nothing is bought meanwhile."""

from __future__ import annotations

import asyncio
import errno
import os
import subprocess

import pytest

from longvid_tui.engine.reconciler import Reconciler
from longvid_tui.engine.room import LEAST, Room
from longvid_tui.engine.studio import Studio
from longvid_tui.project.canvas import Canvas
from longvid_tui.project.disk import Disk, DiskFull
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
    room = Room(tmp_path, told.append)
    for name in ("k1", "k2"):
        room.lacks(DiskFull(f"No space left for {name}"))
    assert told == ["No space left for k1; free some: the run waits for it and goes on by itself."]


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small disk is root's")
def test_nothing_is_bought_while_the_disk_is_full(tmp_path, monkeypatch, told):
    small = tmp_path / "small"
    small.mkdir()
    if subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={2 * LEAST}", "none", small], check=False
    ).returncode:
        pytest.skip("nothing can be mounted here")
    try:
        (small / "fill").write_bytes(b"\0" * (LEAST + 4096))
        room = Room(small, told.append)
        assert room.is_short()
        assert len(told) == 1
        (small / "fill").unlink()
        assert not room.is_short()
    finally:
        subprocess.run(["umount", "-l", small], check=True)
