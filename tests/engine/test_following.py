"""What is known of an attempt when it is over: how it ended, and what it has cost."""

from __future__ import annotations

import asyncio
import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from longvid_doubles import still_clip

from longvid_tui.backends.contract import Crashed, unheard
from longvid_tui.engine.aside import Aside
from longvid_tui.engine.failures import NeverBegun
from longvid_tui.engine.reconciler import Reconciler
from longvid_tui.engine.rendering import follow
from longvid_tui.engine.studio import Studio
from longvid_tui.engine.tasks import Task
from longvid_tui.project.folder import Folder
from longvid_tui.project.history import History, Order
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


def test_one_whose_worker_ended_before_its_turn_is_asked_for_again_however_few_tries_there_are(
    make_film: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LONGVID_RUN__RETRIES", "0")
    monkeypatch.setenv("LONGVID_INSTANT_CLIP", str(still_clip(tmp_path / "clip.mp4")))
    folder = Folder(make_film(segments=1, video="instant"))
    studio = Studio.open(folder, Settings.load(), unheard)
    with folder.writing("test"):
        asyncio.run(Reconciler(studio, Order("keyframes", approve=True)).run())
        item = studio.survey().item("s1")
        folder.record(
            "start",
            attempt="s1-0",
            target="s1",
            key=item.key,
            recipe=dict(item.recipe or {}),
            gpus=["a"],
            resident="a model",
            behind="s0-0",
        )
        (folder.directory("attempts/s1-0") / "exit.json").write_text(json.dumps(ENDED))
        outcome = asyncio.run(Reconciler(studio, Order("segments", approve=True)).run())
    assert outcome.failed == {}
    assert folder.history.record("s1").takes
