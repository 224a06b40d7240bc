"""Runs of the cold generator: real shims over the stand-in of Wan's repository, interpreter and torchrun."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from wan_film import CANVAS, Attempt, until, wan_double, wan_settings

from longvid_tui.backends.contract import (
    BackendError,
    Command,
    Crashed,
    Misconfigured,
    OutOfMemory,
    Progress,
    VideoRequest,
)
from longvid_tui.backends.video.wan import WanGenerator, cold
from longvid_tui.engine.processes import MARK
from longvid_tui.engine.shim import all_pids
from longvid_tui.media.verifying import Verdict, verify_clip
from longvid_tui.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return wan_settings(wan_double.install(tmp_path / "wan"))


@pytest.fixture
def wan(settings: Settings) -> WanGenerator:
    return WanGenerator(settings)


@pytest.fixture
def attempt(tmp_path: Path) -> Iterator[Attempt]:
    made = Attempt(tmp_path)
    yield made
    made.clean_up()


def verdict(attempt: Attempt, count: int = 81) -> Verdict:
    folder = attempt.directory.parent
    return verify_clip(
        attempt.out,
        frames=count,
        width=CANVAS.width,
        height=CANVAS.height,
        fps=16,
        first=folder / "k1.png",
        last=folder / "k2.png" if count == 81 else None,
        lands=WanGenerator.lands_on_keyframes,
    )


@pytest.fixture
def on_a_cluster(monkeypatch: pytest.MonkeyPatch) -> None:
    """The box is one of several that a cluster gave out together, and all that starts on it is told so."""
    told = {"RANK": "3", "LOCAL_RANK": "3", "WORLD_SIZE": "16", "PET_NNODES": "2"}
    for name, value in told.items():
        monkeypatch.setenv(name, value)


def marked(attempt: Attempt) -> list[int]:
    mark = f"{MARK}={attempt.id}".encode()
    found = []
    for pid in all_pids():
        try:
            if mark in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0"):
                found.append(pid)
        except OSError:
            continue
    return found


def test_a_segment_on_one_gpu_goes_through_all_stages_to_a_clip_of_its_keyframes(
    wan: WanGenerator, attempt: Attempt, on_a_cluster: None
) -> None:
    attempt.film(wan)
    assert attempt.end().code == 0
    assert verdict(attempt).ok, verdict(attempt)
    seen = list(dict.fromkeys(attempt.progress))
    assert seen == [
        *(Progress("load", done, 10) for done in range(11)),
        Progress("encode", 0, 1),
        *(Progress("sample", done, 3) for done in range(3)),
        Progress("decode", 0, 1),
        Progress("save", 0, 1),
        Progress("save", 1, 1),
    ]


def test_on_two_gpus_each_rank_keeps_a_log_and_progress_is_told_by_rank_0(
    wan: WanGenerator, attempt: Attempt, monkeypatch: pytest.MonkeyPatch, on_a_cluster: None
) -> None:
    monkeypatch.setenv("WAN_STEP_SECONDS", "0.1")
    attempt.film(wan, gpus=2)
    assert attempt.end().code == 0
    assert verdict(attempt).ok
    told = [progress.done for progress in dict.fromkeys(attempt.progress) if progress.stage == "sample"]
    # torchrun hands on what came since it last looked, in pieces or as one line: any bar may be lost but the last
    assert told
    assert told == sorted(told)
    assert max(told) < 3
    assert Progress("decode", 0, 1) in attempt.progress
    assert "[default1]:@LV" in attempt.log
    ranks = {path.parent.name: path.read_text() for path in attempt.directory.glob("ranks/*/*/*/stderr.log")}
    assert set(ranks) == {"0", "1"}
    assert all("@LV  3/3" in text for text in ranks.values())


def test_a_segment_without_a_last_keyframe_is_filmed_by_i2v(wan: WanGenerator, attempt: Attempt) -> None:
    attempt.film(wan, last=False, frames=5)
    assert attempt.end().code == 0
    assert "Creating WanI2V pipeline." in attempt.log
    assert verdict(attempt, 5).ok, verdict(attempt, 5)


def test_an_odd_prompt_arrives_as_it_is_and_is_in_no_process_list(
    wan: WanGenerator, attempt: Attempt, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WAN_FAULTS", "hang@1")
    monkeypatch.setenv("PYTHONIOENCODING", "latin-1")
    attempt.film(wan, prompt="--size 9*9 'quoted'\n$(no shell) 一只狐狸 @LV 9/9 ")
    attempt.says("@LV  0/3")
    assert "Input prompt: --size 9*9 'quoted' $(no shell) 一只狐狸 @LV 9/9" in attempt.log
    assert Progress("decode", 0, 1) not in attempt.progress
    lists = [Path(f"/proc/{pid}/cmdline").read_bytes() for pid in marked(attempt)]
    assert lists
    assert not any(b"quoted" in line for line in lists)
    assert (attempt.directory / "args.json").stat().st_mode & 0o777 == 0o600
    attempt.stop()
    attempt.end()


@pytest.mark.parametrize(
    ("faults", "gpus", "kind", "words"),
    [
        ("oom@2", 1, OutOfMemory, "GPU memory"),
        ("oom@2#1", 2, OutOfMemory, "GPU memory"),
        ("oom-load", 1, OutOfMemory, "GPU memory"),
        ("crash@2", 1, Crashed, "illegal memory access"),
        ("kill@1", 1, Crashed, "SIGKILL"),
        ("kill@1#1", 2, Crashed, "killed by SIGKILL (traceback :"),
    ],
)
def test_failures_are_told_apart(
    wan: WanGenerator,
    attempt: Attempt,
    monkeypatch: pytest.MonkeyPatch,
    faults: str,
    gpus: int,
    kind: type[BackendError],
    words: str,
) -> None:
    monkeypatch.setenv("WAN_FAULTS", faults)
    attempt.film(wan, gpus=gpus)
    failure = attempt.failure()
    assert type(failure) is kind, attempt.log
    assert words in str(failure)
    assert not attempt.out.exists()


@pytest.mark.parametrize(
    ("fault", "problem"),
    [
        ("unsaved", "without writing a file"),
        ("truncated", ""),
        ("wrong-size", "832x448 instead of 832x464"),
        ("short", "4 frames instead of 5"),
    ],
)
def test_exit_code_0_proves_nothing(
    wan: WanGenerator, attempt: Attempt, monkeypatch: pytest.MonkeyPatch, fault: str, problem: str
) -> None:
    monkeypatch.setenv("WAN_FAULTS", fault)
    attempt.film(wan, last=False, frames=5)
    assert attempt.end().code == 0
    assert "Finished." in attempt.log
    found = verdict(attempt, 5)
    assert not found.ok
    assert problem in "; ".join(found.problems)


class Unchecked(WanGenerator):
    """Meets what is wrong with its setup while it runs."""

    def command(self, request: VideoRequest) -> Command:
        return cold.command(self._wan, request)


def test_weights_of_another_model_fail_after_the_load_and_not_as_a_fault_of_the_setup(
    tmp_path: Path, attempt: Attempt
) -> None:
    installed = wan_double.install(tmp_path / "wan")
    swapped = {**installed, "wan.checkpoints.flf2v": installed["wan.checkpoints.i2v"]}
    attempt.film(Unchecked(wan_settings(swapped)))
    assert isinstance(attempt.failure(), Crashed)
    assert Progress("encode", 0, 1) in attempt.progress


def test_missing_weights_are_a_fault_of_the_setup(tmp_path: Path, attempt: Attempt) -> None:
    installed = wan_double.install(tmp_path / "wan")
    (Path(installed["wan.checkpoints.flf2v"]) / "Wan2.1_VAE.pth").unlink()
    attempt.film(Unchecked(wan_settings(installed)))
    failure = attempt.failure()
    assert isinstance(failure, Misconfigured)
    assert "Wan2.1_VAE.pth" in str(failure)


def test_an_interpreter_that_is_not_there_is_a_fault_of_the_setup(tmp_path: Path, attempt: Attempt) -> None:
    installed = {**wan_double.install(tmp_path / "wan"), "wan.python": str(tmp_path / "nowhere")}
    attempt.film(Unchecked(wan_settings(installed)))
    failure = attempt.failure()
    assert isinstance(failure, Misconfigured)
    assert "nowhere" in str(failure)


@pytest.mark.parametrize(
    ("faults", "gpus", "stands"),
    [("hang@1", 1, "@LV  0/3"), ("stall-load deaf", 1, "loading "), ("hang@1#1 deaf#1", 2, "@LV  0/3")],
)
def test_a_stopped_run_leaves_no_process_however_deaf(
    wan: WanGenerator, attempt: Attempt, monkeypatch: pytest.MonkeyPatch, faults: str, gpus: int, stands: str
) -> None:
    monkeypatch.setenv("WAN_FAULTS", faults)
    attempt.film(wan, grace=0.5, gpus=gpus)
    attempt.says(stands)
    began = time.monotonic()
    attempt.stop()
    assert attempt.end().stopped
    assert time.monotonic() - began < 10
    assert attempt.shim
    attempt.shim.wait()
    assert marked(attempt) == []


def test_what_a_run_leaves_behind_in_a_session_of_its_own_ends_with_it(
    wan: WanGenerator, attempt: Attempt, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WAN_FAULTS", "orphan unsaved")
    attempt.film(wan)
    assert attempt.end().code == 0
    assert attempt.shim
    attempt.shim.wait()
    assert marked(attempt) == []


def test_workers_whose_torchrun_was_killed_end_with_the_attempt(
    wan: WanGenerator, attempt: Attempt, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WAN_FAULTS", "hang@1 hang@1#1")
    attempt.film(wan, gpus=2)
    attempt.says("[default0]:@LV  0/3")
    torchrun = until(
        lambda: [pid for pid in marked(attempt) if b"torch.distributed.run" in _command_line(pid)],
        lambda: attempt.log,
    )[0]
    os.kill(torchrun, signal.SIGKILL)
    assert attempt.end().signal == signal.SIGKILL
    assert attempt.shim
    attempt.shim.wait()
    assert marked(attempt) == []


def _command_line(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def test_a_flood_in_the_log_hides_no_progress(
    wan: WanGenerator, attempt: Attempt, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WAN_FAULTS", "flood@2 unsaved")
    attempt.film(wan)
    assert attempt.end().code == 0
    assert Progress("save", 1, 1) in attempt.progress


def test_two_runs_on_several_gpus_side_by_side_do_not_meet_on_a_port(
    wan: WanGenerator, attempt: Attempt, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WAN_FAULTS", "unsaved")
    other = Attempt(tmp_path, "s2")
    attempt.film(wan, gpus=2)
    other.film(wan, gpus=2)
    assert (attempt.end().code, other.end().code) == (0, 0)
    other.clean_up()
