"""A real engine in a process of its own, and projects with quick stand-in backends."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from longvid_tui import client
from longvid_tui.client import Client
from longvid_tui.project.canvas import Canvas
from longvid_tui.project.folder import Folder
from longvid_tui.project.model import Backends, Project, Wanted


@pytest.fixture
def engine(same_user: None) -> Iterator[Client]:
    with client.engine() as connected:
        pid = connected.engine["pid"]
        yield connected
    left = client.connect()
    if left is not None:
        left.close()
    else:
        _end(pid)


def _end(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


@pytest.fixture
def make_film(tmp_path: Path) -> Callable[..., Path]:
    """Makes a project of that name, which nobody has planned yet."""

    def make(name: str = "film", segments: int = 2, video: str = "quick") -> Path:
        backends = Backends(planner="counting", images="flat", video=video)
        wanted = Wanted(segments=segments)
        project = Project(prompt="A test.", canvas=Canvas(128, 64), seed=7, wanted=wanted, backends=backends)
        return Folder.create(tmp_path / name, project).root

    return make


@pytest.fixture
def film(make_film: Callable[..., Path]) -> Path:
    """A project of two segments."""
    return make_film()
