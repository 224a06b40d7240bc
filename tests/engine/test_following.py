"""What is known of an attempt when it is over: how it ended, and what it has cost."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

import pytest

from longvid_tui.backends.contract import Crashed, unheard
from longvid_tui.engine.aside import Aside
from longvid_tui.engine.failures import NeverBegun
from longvid_tui.engine.rendering import follow
from longvid_tui.engine.studio import Studio
from longvid_tui.engine.tasks import Task
from longvid_tui.project.folder import Folder
from longvid_tui.project.history import History
from longvid_tui.settings import Settings

HOUR = 3600.0
ENDED = {"code": 1, "signal": None, "stopped": False, "seconds": 2 * HOUR, "t": 0.0, "oom_kills": 0}


async def fails(film: Path, kind: type[Crashed], end: dict[str, Any] | None, **start: Any) -> History:
    """The history after an attempt on two GPUs was found to have failed that said nothing but how it ended."""
    folder = Folder(film)
    studio = Studio.open(folder, Settings.load(), unheard)
    with folder.writing("test"):
        folder.record("start", attempt="s1-0", target="s1", key="", recipe={}, gpus=["a", "b"], **start)
        directory = folder.directory("attempts/s1-0")
        (directory / "shim.json").write_text(json.dumps({"pid": 1, "start": 1, "boot": "an earlier one"}))
        (directory / "log").write_text("The worker ended.\n")
        os.utime(directory / "log", times=(0, time.time() + HOUR))
        if end:
            (directory / "exit.json").write_text(json.dumps(end))
        with pytest.raises(kind):
            await follow(
                studio, Aside(), folder.history.open_attempts["s1-0"], Task("render", "s1", ""), unheard
            )
        folder.record("start", attempt="s1-1", target="s1", key="", recipe={})
    return folder.history


async def test_an_attempt_that_failed_has_cost_the_time_that_it_ran_not_the_time_until_somebody_looked(
    film: Path,
) -> None:
    assert (await fails(film, Crashed, ENDED)).gpu_seconds == 2 * 2 * HOUR


async def test_one_that_vanished_has_cost_the_time_until_its_last_word(film: Path) -> None:
    assert (await fails(film, Crashed, None)).gpu_seconds == pytest.approx(2 * HOUR, abs=60)


async def test_one_whose_worker_ended_before_its_turn_has_cost_nothing_and_was_no_try(film: Path) -> None:
    history = await fails(film, NeverBegun, ENDED, resident="a model", behind="s0-0")
    assert history.gpu_seconds == 0
    assert history.open_attempts["s1-1"].tries == 1
