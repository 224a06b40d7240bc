"""Both generators over a real checkout of Wan2.1 on a processor (WAN_REPO, WAN_PYTHON as in test_wan_contract.py)."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from wan_film import Attempt, request, until, wan_double, wan_settings

from longvid_tui.backends.contract import OutOfMemory, Progress
from longvid_tui.backends.video.wan import WanGenerator, WarmWanGenerator
from longvid_tui.engine import residents
from longvid_tui.engine.logtail import last_lines
from longvid_tui.engine.processes import sweep
from longvid_tui.media import video
from longvid_tui.settings import Settings
from longvid_tui.wire import state_dir

REAL_REPO = os.environ.get("WAN_REPO", "")
SECONDS = 170.0

pytestmark = pytest.mark.skipif(not REAL_REPO, reason="WAN_REPO names no checkout of Wan2.1")

Film = Callable[..., Attempt]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    python = os.environ.get("WAN_PYTHON") or f"{REAL_REPO}/.venv/bin/python"
    return wan_settings(
        {
            "wan.repo": REAL_REPO,
            "wan.python": str(wan_double.real_interpreter(tmp_path / "wan", python)),
            "wan.checkpoints.flf2v": str(wan_double.checkpoint(tmp_path / "flf2v", "flf2v")),
            "wan.checkpoints.i2v": str(wan_double.checkpoint(tmp_path / "i2v", "i2v")),
        }
    )


@pytest.fixture
def film(settings: Settings, tmp_path: Path) -> Iterator[Film]:
    """Start an attempt as the engine does; five frames by I2V unless asked for more."""
    made: list[Attempt] = []

    def start(kind: type[WanGenerator] = WarmWanGenerator, **asked: Any) -> Attempt:
        generator = kind(settings)
        attempt = Attempt(tmp_path)
        made.append(attempt)
        wish = request(attempt.directory, **{"last": False, "frames": 5, **asked})
        resident = generator.command(wish).resident
        if resident:
            residents.keep(resident)
        return attempt.film_request(generator, wish)

    yield start
    for attempt in made:
        attempt.clean_up()
    for mark in residents.marks():
        while sweep(mark):
            time.sleep(0.01)


def worker_log() -> str:
    root = state_dir() / "residents"
    return "\n".join(line for path in root.glob("*/log") for line in last_lines(path, 1000))


def frames(attempt: Attempt) -> np.ndarray[Any, Any]:
    assert attempt.end(SECONDS).code == 0, attempt.log
    return np.stack(list(video.frames(attempt.out))).astype(int)


def made(attempt: Attempt) -> str:
    """Digest of the frames before they were encoded."""
    assert attempt.end(SECONDS).code == 0, attempt.log
    return next(line for line in attempt.lines if line.startswith("frames "))


def says(attempt: Attempt, text: str) -> None:
    until(lambda: text in attempt.log, lambda: attempt.log, SECONDS)


def test_cold_and_warm_make_the_same_frames_for_the_same_seed(film: Film) -> None:
    asked = {"last": True, "frames": 81}
    cold, first, other, again = film(WanGenerator, **asked), film(**asked), film(**asked, seed=8), film(**asked)
    assert frames(cold).shape == frames(first).shape == frames(other).shape
    assert len(frames(cold)) == 81
    assert made(cold) == made(first) == made(again) != made(other)
    assert worker_log().count("Creating WanFLF2V pipeline.") == 1


def test_progress_of_a_cold_run(film: Film) -> None:
    attempt = film(WanGenerator)
    frames(attempt)
    stages = [progress for progress in dict.fromkeys(attempt.progress) if progress.stage != "load"]
    assert stages == [
        Progress("encode", 0, 1),
        *(Progress("sample", done, 3) for done in range(3)),
        *(Progress("decode", 0, 1), Progress("save", 0, 1), Progress("save", 1, 1)),
    ]


@pytest.mark.parametrize("gpus", [1, 2])
def test_a_stopped_attempt_is_heard_within_a_step_on_every_rank(
    film: Film, monkeypatch: pytest.MonkeyPatch, gpus: int
) -> None:
    monkeypatch.setenv("WAN_CPU_STEP", "2")
    attempt = film(gpus=gpus)
    says(attempt, "@LV  0/3")
    attempt.stop()
    began = time.monotonic()
    until(lambda: "Cancelled." in worker_log(), worker_log, SECONDS)
    print(f"heard after {time.monotonic() - began:.1f} s")
    assert attempt.end(SECONDS).stopped
    assert "@LV  2/3" not in worker_log()
    assert frames(film(gpus=gpus, seed=8)).shape[0] == 5
    assert worker_log().count(" pipeline.") == 1


def test_a_killed_attempt_loses_nothing(film: Film, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAN_CPU_STEP", "1")
    killed = film()
    says(killed, "@LV  1/3")
    while sweep(killed.id):
        time.sleep(0.01)
    frames(film())
    assert worker_log().count("Generating video") == 1


@pytest.mark.parametrize("kind", [WanGenerator, WarmWanGenerator])
def test_a_rank_that_runs_out_of_memory_is_told_as_such(
    film: Film, monkeypatch: pytest.MonkeyPatch, kind: type[WanGenerator]
) -> None:
    monkeypatch.setenv("WAN_CPU_FAULT", "oom@1#1")
    attempt = film(kind, gpus=2)
    attempt.end(SECONDS)
    assert isinstance(attempt.failure(), OutOfMemory), attempt.log
