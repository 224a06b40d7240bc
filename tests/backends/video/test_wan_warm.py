"""The warm worker: one model for many attempts, each of them a process under a shim of its own."""

from __future__ import annotations

import json
import os
import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from wan_film import CANVAS, Attempt, keyframe, request, until, wan_double, wan_settings

from longvid_tui.backends.contract import Command, Crashed, Misconfigured, OutOfMemory, VideoRequest
from longvid_tui.backends.video.wan import WanGenerator, WarmWanGenerator, warm
from longvid_tui.backends.video.wan.relay import connect
from longvid_tui.engine import residents
from longvid_tui.engine.logtail import last_lines
from longvid_tui.engine.processes import alive, dump_stacks, sweep
from longvid_tui.media import video
from longvid_tui.media.verifying import verify_clip
from longvid_tui.project.canvas import Canvas
from longvid_tui.settings import Settings
from longvid_tui.wire import state_dir

Film = Callable[..., Attempt]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return wan_settings(wan_double.install(tmp_path / "wan"))


class Unchecked(WarmWanGenerator):
    """Meets what is wrong with its setup while it runs."""

    def command(self, request: VideoRequest) -> Command:
        return warm.command(self._wan, request)


@pytest.fixture
def kind() -> type[WarmWanGenerator]:
    return WarmWanGenerator


@pytest.fixture
def wan(settings: Settings, kind: type[WarmWanGenerator]) -> Iterator[WarmWanGenerator]:
    yield kind(settings)
    for mark in residents.marks():
        while sweep(mark):
            time.sleep(0.01)


@pytest.fixture
def worker(wan: WarmWanGenerator, tmp_path: Path) -> Path:
    """The directory of a worker that has loaded and waits."""
    (tmp_path / "nothing").mkdir()
    resident = wan.command(request(tmp_path / "nothing", last=False)).resident
    assert resident
    residents.keep(resident)
    until(lambda: "@LV Loading checkpoint shards 7/7" in worker_log(), worker_log)
    return resident.directory


@pytest.fixture
def film(wan: WarmWanGenerator, tmp_path: Path) -> Iterator[Film]:
    """Start an attempt as the engine does: first what it needs, then the attempt itself.

    One frame by I2V unless asked for more: FLF2V makes 81 and no other number.
    """
    made: list[Attempt] = []

    def start(target: str = "s1", generator: WanGenerator = wan, **asked: Any) -> Attempt:
        attempt = Attempt(tmp_path, target)
        made.append(attempt)
        wish = request(attempt.directory, **{"last": False, "frames": 1, **asked})
        resident = generator.command(wish).resident
        assert resident
        residents.keep(resident)
        return attempt.film_request(generator, wish)

    yield start
    for attempt in made:
        attempt.clean_up()


def workers() -> list[Path]:
    return [path for path in (state_dir() / "residents").iterdir() if path.is_dir()]


def worker_log() -> str:
    return "\n".join(line for path in workers() for line in last_lines(path / "log", 1000))


def loads() -> int:
    return worker_log().count(" pipeline.")


def asks(attempt: Attempt) -> bool:
    """Whether its relay has reached the worker."""
    assert attempt.shim
    with suppress(OSError):
        for pid in Path(f"/proc/{attempt.shim.pid}/task/{attempt.shim.pid}/children").read_text().split():
            return any(str(file.readlink()).startswith("socket:") for file in Path(f"/proc/{pid}/fd").iterdir())
    return False


def kill_shim(worker: Path) -> None:
    shim = json.loads((worker / "shim.json").read_text())
    os.kill(shim["pid"], signal.SIGKILL)
    until(lambda: not alive(shim["pid"], shim["start"], shim["boot"]), worker_log)


def test_segments_share_one_load_and_each_is_an_attempt_with_progress_and_the_clip_that_generate_py_makes(
    film: Film, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WAN_LOAD_SECONDS", "2")
    monkeypatch.setenv("PYTHONSAFEPATH", "1")
    first = film(frames=5)
    assert first.end().code == 0, first.log
    assert [progress.stage for progress in dict.fromkeys(first.progress)] == [
        *["load"] * 11, "encode", "sample", "sample", "sample", "decode", "save", "save",
    ]  # fmt: skip
    second = film("s2", seed=8, frames=5)
    assert second.end().code == 0
    assert loads() == 1
    assert [progress.stage for progress in dict.fromkeys(second.progress)] == [
        "encode", "sample", "sample", "sample", "decode", "save", "save",
    ]  # fmt: skip
    for attempt in (first, second):
        folder = attempt.directory.parent
        verdict = verify_clip(
            attempt.out,
            frames=5,
            width=CANVAS.width,
            height=CANVAS.height,
            fps=16,
            first=folder / "k1.png",
            last=None,
            lands=WarmWanGenerator.lands_on_keyframes,
        )
        assert verdict.ok, verdict
    assert not (first.directory / "frames.rgb").exists()
    cold = Attempt(tmp_path, "s9").film(WanGenerator(settings), last=False, frames=5)
    assert cold.end().code == 0
    cold.clean_up()
    pairs = zip(video.frames(first.out), video.frames(cold.out), strict=True)
    off = [np.abs(ours.astype(int) - theirs).mean() for ours, theirs in pairs]
    assert max(off) < 1.5, "the same seed makes the same frames"
    assert video.probe(first.out).tagged
    assert not video.probe(cold.out).tagged


def test_two_ranks_film_together_and_stop_together(film: Film, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAN_STEP_SECONDS", "0.7")
    assert film(gpus=2).end().code == 0
    stopped = film("s2", seed=8, gpus=2)
    stopped.says("[default0]:@LV  0/3")
    stopped.stop()
    assert stopped.end().stopped
    until(lambda: "Cancelled." in worker_log(), worker_log)
    assert film("s3", seed=9, gpus=2).end().code == 0
    assert loads() == 1


def test_requests_are_filmed_in_the_order_they_came_each_shows_its_own_log_and_a_text_is_encoded_once(
    film: Film, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WAN_STEP_SECONDS", "0.2")
    first = film(prompt="a heron")
    first.says("Input prompt: a heron")
    second = film("s2", prompt="a fox")
    until(lambda: asks(second), worker_log)
    third = film("s3", prompt="three")
    for attempt in (first, second, third):
        assert attempt.end().code == 0, attempt.log
    asked = [line.split()[-1] for line in worker_log().splitlines() if "Input prompt" in line]
    assert asked == ["heron", "fox", "three"]
    assert "a fox" not in first.log
    assert "a heron" not in second.log
    assert second.lines[0].endswith("] INFO: Segment 2.")
    assert worker_log().count("umT5 encodes") == 4  # the prompts and Wan's own negative
    assert film("s4", prompt="a heron", seed=8).end().code == 0
    assert worker_log().count("umT5 encodes") == 4
    assert film("s5", prompt="a fox sleeps", negative="text, logo").end().code == 0
    assert worker_log().count("umT5 encodes") == 6
    assert "umT5 encodes 18 characters" in worker_log()  # Wan's own, then ours


def test_an_attempt_that_is_stopped_or_cannot_be_saved_ends_and_the_worker_goes_on(
    film: Film, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WAN_STEP_SECONDS", "0.7")
    attempt = film()
    attempt.says("@LV  0/3")
    attempt.stop()
    assert attempt.end().stopped
    assert "Cancelled." in worker_log()
    assert "Saving" not in worker_log(), "it ends before its last step"
    assert not attempt.out.exists()
    attempt = film("s2", seed=8)
    attempt.says("@LV  0/3")
    (attempt.directory / "frames.rgb.part").mkdir()
    assert attempt.end().code == 1
    assert "IsADirectoryError" in attempt.log
    assert film("s3", seed=9).end().code == 0
    assert loads() == 1


def test_an_attempt_that_was_killed_loses_nothing_and_what_was_finished_meanwhile_is_handed_over(
    film: Film, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WAN_STEP_SECONDS", "0.5")
    killed = film()
    killed.says("@LV  1/3")
    while sweep(killed.id):
        time.sleep(0.01)
    again = film()
    assert again.end().code == 0
    assert worker_log().count("Generating video") == 1
    assert again.out.exists()
    killed = film("s2", seed=8)
    killed.says("@LV  1/3")
    while sweep(killed.id):
        time.sleep(0.01)
    until((killed.directory / "frames.rgb").exists, worker_log)
    assert film("s2", seed=8).end().code == 0
    assert worker_log().count("Generating video") == 2


def test_two_that_ask_for_the_same_at_once_each_get_it(film: Film, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a film and its copy do."""
    monkeypatch.setenv("WAN_STEP_SECONDS", "0.5")
    first = film()
    first.says("@LV  1/3")
    second = film("s2")
    for attempt in (first, second):
        assert attempt.end().code == 0, attempt.log
        assert attempt.out.exists()


@pytest.mark.parametrize("gpus", [1, 2])
def test_running_out_of_memory_ends_the_worker_and_the_next_rung_is_another(
    film: Film, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, gpus: int
) -> None:
    (tmp_path / "once").mkdir()
    monkeypatch.setenv("WAN_ONCE", str(tmp_path / "once"))
    monkeypatch.setenv("WAN_FAULTS", f"oom@2#{gpus - 1}")
    before = film(gpus=gpus)
    assert isinstance(before.failure(), OutOfMemory), before.log
    [crashed] = workers()
    assert (crashed / "exit.json").exists()
    again = film(gpus=gpus, rung=1)
    assert again.end().code == 0
    assert crashed not in workers()


@pytest.mark.parametrize(
    ("fault", "words"),
    [("crash@2", "illegal memory access"), ("kill@2", "by SIGKILL (The worker ended (exitcode: -9)): ")],
)
def test_a_worker_that_dies_fails_the_attempt_with_its_last_words_and_is_started_again(
    film: Film, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, fault: str, words: str
) -> None:
    (tmp_path / "once").mkdir()
    monkeypatch.setenv("WAN_ONCE", str(tmp_path / "once"))
    monkeypatch.setenv("WAN_FAULTS", fault)
    attempt = film()
    assert type(attempt.failure()) is Crashed, attempt.log
    assert words in str(attempt.failure())
    assert film().end().code == 0


@pytest.mark.parametrize("kind", [Unchecked])
def test_weights_that_cannot_be_loaded_fail_the_attempt_as_they_do_cold(
    film: Film, tmp_path: Path, settings: Settings
) -> None:
    assert settings.wan.checkpoints.i2v
    (Path(settings.wan.checkpoints.i2v) / "Wan2.1_VAE.pth").unlink()
    failure = film().failure()
    assert isinstance(failure, Misconfigured)
    assert "Wan2.1_VAE.pth" in str(failure)


def test_other_gpus_have_a_worker_of_their_own_and_overlapping_ones_end_the_other(
    film: Film, wan: WarmWanGenerator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "gpus").mkdir()
    monkeypatch.setenv("WAN_GPUS", str(tmp_path / "gpus"))
    still = keyframe(tmp_path / "k2.png", 2)  # a clip that hardly moves is quickly encoded
    assert film(gpus=("GPU-a",)).end().code == 0
    assert film("s2", gpus=("GPU-b",)).end().code == 0
    assert len(workers()) == 2
    assert film("s3", gpus=("GPU-b", "GPU-c")).end().code == 0
    assert len(workers()) == 2
    assert film("s4", gpus=("GPU-c", "GPU-a"), first=still, last=True, frames=81).end().code == 0
    assert len(workers()) == 1
    assert not (tmp_path / "gpus" / "violations").exists()


def test_a_worker_ends_when_nobody_asks_for_a_while(film: Film, settings: Settings, tmp_path: Path) -> None:
    installed = wan_double.install(tmp_path / "brief")
    brief = WarmWanGenerator(wan_settings(installed, idle_minutes=0.005))
    attempt = film(generator=brief)
    assert attempt.end().code == 0
    [worker] = workers()
    until((worker / "exit.json").exists, worker_log)
    assert json.loads((worker / "exit.json").read_text())["code"] == 0


def test_a_worker_ends_when_told(worker: Path) -> None:
    with connect(worker) as client:
        client.sendall(b'{"op": "quit"}\n')
        until((worker / "exit.json").exists, worker_log)
    assert json.loads((worker / "exit.json").read_text())["code"] == 0


def test_all_workers_can_be_dismissed(worker: Path) -> None:
    residents.dismiss()
    assert not worker.exists()
    residents.home().rmdir()
    residents.dismiss()


def test_a_worker_whose_shim_was_killed_is_cleared_away_and_started_again(film: Film, worker: Path) -> None:
    kill_shim(worker)
    assert film("s2", seed=8).end().code == 0
    assert workers() == [worker]


def test_an_attempt_whose_worker_lost_its_shim_fails_and_does_not_wait(
    film: Film, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WAN_FAULTS", "hang@1")
    attempt = film()
    attempt.says("@LV  0/3")
    kill_shim(workers()[0])
    began = time.monotonic()
    assert isinstance(attempt.failure(), Crashed)
    assert time.monotonic() - began < 20


def test_a_client_that_talks_nonsense_and_a_picture_that_cannot_be_read_harm_nobody(
    film: Film, worker: Path, tmp_path: Path
) -> None:
    assert (worker / "socket").stat().st_mode & 0o777 == 0o600 or worker.stat().st_mode & 0o077 == 0
    for nonsense in (b"\xff\xfe\n", b"[1]\n", b'{"op": "generate"}\n', b"x" * 3_000_000):
        with connect(worker) as client:
            try:
                client.sendall(nonsense)
                client.shutdown(socket.SHUT_WR)
                while client.recv(4096):
                    pass
            except OSError:
                pass
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"no picture")
    for bad in (broken, keyframe(tmp_path / "large.png", 1, Canvas(960, 960))):
        attempt = film(first=bad)
        assert attempt.end().code == 1
        assert str(bad) in attempt.log
    assert isinstance(film(first=tmp_path / "absent.png").failure(), Misconfigured)
    assert film("s2", seed=8).end().code == 0
    assert loads() == 1


def test_everything_that_makes_workers_differ_names_them_apart(
    wan: WarmWanGenerator, settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "s1-0").mkdir()

    def name(generator: WanGenerator = wan, **asked: Any) -> str:
        resident = generator.command(request(tmp_path / "s1-0", **asked)).resident
        assert resident
        return resident.directory.name

    same = name()
    assert name(prompt="another", seed=9, negative="blur") == same
    others = [name(gpus=2), name(gpus=("GPU-z",)), name(last=False), name(rung=1)]
    assert len({same, *others}) == 5


def test_what_is_loaded_has_a_name_that_the_gpus_are_not_in(
    wan: WarmWanGenerator, settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "s1-0").mkdir()

    def model(**asked: Any) -> str:
        resident = wan.command(request(tmp_path / "s1-0", **asked)).resident
        assert resident
        return resident.model

    assert model() == model(gpus=("GPU-z",)) == model(gpus=2) == wan.cost_class(CANVAS).resident
    assert model(last=False) == wan.cost_class(CANVAS, open_ended=True).resident != model()
    assert model(rung=1) == wan.cost_class(CANVAS, rung=1).resident != model()
    assert WanGenerator(settings).cost_class(CANVAS).resident == ""


def test_it_is_known_as_warm_and_its_takes_are_its_own(wan: WarmWanGenerator, settings: Settings) -> None:
    cold = WanGenerator(settings)
    cost = wan.cost_class(CANVAS)
    assert cost.resident
    assert dict(wan.fingerprint(CANVAS)) == {**cold.fingerprint(CANVAS), "name": "wan-warm"}
    assert wan.ladder() == cold.ladder()


def test_attempts_that_wait_for_the_load_together_each_show_it_and_their_own_part(
    film: Film, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WAN_LOAD_SECONDS", "5")
    first, stopped = film(prompt="a heron"), film("s2", prompt="an owl")
    second = film("s3", prompt="a fox. Segment 2. Segment 3. It hunts.")
    stopped.says("Creating WanModel")
    stopped.stop()
    assert stopped.end().stopped
    assert "Segment 1." not in worker_log(), "it does not wait for the load"
    for attempt in (first, second):
        assert attempt.end().code == 0, attempt.log
        assert attempt.log.count("Creating WanI2V pipeline.") == 1
    assert ("a heron" in first.log, "a fox" in first.log) == (True, False)
    assert ("a heron" in second.log, "a fox" in second.log) == (False, True)
    assert "an owl" not in worker_log()


def test_a_hanging_worker_shows_its_stacks_in_the_log_of_the_attempt(
    film: Film, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WAN_FAULTS", "hang@1")
    attempt = film()
    attempt.says("@LV  0/3")
    dump_stacks(attempt.id)
    attempt.says("in _step")
    attempt.stop()
    assert attempt.end().stopped
