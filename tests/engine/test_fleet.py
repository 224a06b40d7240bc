"""GPUs from outside: a box of stand-in GPUs, films on it, and never two attempts on one of them."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any

import pytest
from doubles.answer import Answer, typed
from longvid_doubles import still_clip

from longvid_tui import allotted, client
from longvid_tui.engine import residents
from longvid_tui.engine.fleet import Fleet
from longvid_tui.project.history import OpenAttempt

sys.path.insert(0, str(Path(__file__).parents[1] / "doubles" / "nvml"))

from fake_nvml import FakeBox, build

GB = 1 << 30
CARDS = (
    "*.name NVIDIA H100 80GB HBM3",
    f"*.memory_total {80 * GB}",
    "*.memory_used 0",
    f"*.memory_free {80 * GB}",
)


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("nvml"))


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return still_clip(tmp_path_factory.mktemp("clip") / "clip.mp4")


@pytest.fixture
def box(library, clip, tmp_path, monkeypatch) -> Iterator[FakeBox]:
    """Eight idle H100s, found by every engine that is started now."""
    fake = FakeBox(tmp_path / "box", library)
    fake.says("gpus 8", *CARDS)
    for name in ("LD_LIBRARY_PATH", "FAKE_NVML"):
        monkeypatch.setenv(name, fake.environment[name])
    monkeypatch.setenv("LONGVID_GPU_RUNS", str(tmp_path / "runs"))
    monkeypatch.setenv("LONGVID_GPU_LOADS", str(tmp_path / "loads"))
    monkeypatch.setenv("LONGVID_INSTANT_CLIP", str(clip))
    yield fake
    left = client.connect()
    if left is not None:
        client.dismiss(left, keep_jobs=False)
    residents.dismiss()


@pytest.fixture
def filmed(box, make_film, tmp_path) -> Callable[..., Any]:
    """Films a project of so many segments on the box; answers how the run rested, or its folder at once."""

    def film(segments: int, video: str = "gpu", until: str = "segments", wait: bool = True, **wish: Any) -> Any:
        root = tmp_path / "film"
        root = root if root.exists() else make_film("film", segments, video=video)
        with client.engine(for_work=True) as engine:
            engine.ask("subscribe", project=str(root))
            engine.ask("run", project=str(root), until=until, approve=True, **wish)
            return rests(engine) if wait else root

    return film


def rests(engine) -> dict:
    return next(message["params"] for message in engine.notices() if message["method"] == "rested")


def starts(root: Path) -> list[dict]:
    lines = (root / "film" / "journal.jsonl").read_text().splitlines()
    events = [json.loads(line.rpartition(" ")[0]) for line in lines]
    return [event for event in events if event["k"] == "start"]


def waiting_ones(root: Path) -> list[str]:
    """Attempts that were started while another had the GPUs."""
    begun = starts(root) if (root / "film" / "journal.jsonl").exists() else []
    return [start["attempt"] for start in begun if "behind" in start]


def no_gpu_was_used_twice_at_a_time(runs: Path) -> None:
    assert " shared " not in runs.read_text()
    spans: dict[str, dict[str, list[float]]] = defaultdict(dict)
    for line in runs.read_text().splitlines():
        moment, _, attempt, gpus = line.split()
        for gpu in gpus.split(","):
            spans[gpu].setdefault(attempt, []).append(float(moment))
    for gpu, attempts in spans.items():
        ordered = sorted(attempts.values())
        assert all(before[-1] <= after[0] for before, after in pairwise(ordered)), gpu


@pytest.mark.parametrize("segments", [10, pytest.param(24, marks=pytest.mark.soak)])
@pytest.mark.parametrize(
    ("strategy", "sizes", "until"),
    [("wide", {8, 4}, "segments"), ("parallel", {1}, "segments"), ("auto", None, "film")],
)
def test_everything_is_filmed_by_each_strategy_whatever_fails_and_no_gpu_works_for_two(
    filmed, tmp_path, monkeypatch, strategy, sizes, until, segments
):
    """On the way a segment runs out of memory, one hangs, and one loses a GPU, which stays lost."""
    monkeypatch.setenv("LONGVID_GPU_SECONDS", "0.05")
    monkeypatch.setenv("LONGVID_FILM__PRESET", "veryfast")
    monkeypatch.setenv("LONGVID_RUN__STALL_MINUTES", "0.08")
    for fault in ("oom-s2", "hang-s5", "lost-s7"):
        (tmp_path / fault).touch()
    monkeypatch.setenv("LONGVID_GPU_ONCE", str(tmp_path))
    rested = filmed(segments, until=until, strategy=strategy)
    assert rested["how"] == "done", rested["failed"]
    assert (tmp_path / "film" / "film.mp4").exists() == (until == "film")
    begun = starts(tmp_path)
    tries = Counter(start["target"] for start in begun)
    assert len(tries) == segments
    assert {target for target, count in tries.items() if count > 1} == {"s2", "s5", "s7"}
    thrifty = [start for start in begun if start["changes"]]
    assert "s2" in {start["target"] for start in thrifty}
    assert all(start["changes"] == ["models wait in host memory"] for start in thrifty)
    at, lost = next((at, start["gpus"][-1]) for at, start in enumerate(begun) if start["target"] == "s7")
    assert lost not in {gpu for start in begun[at + 1 :] for gpu in start["gpus"]}
    if sizes:
        assert {len(start["gpus"]) for start in begun} == sizes
    no_gpu_was_used_twice_at_a_time(tmp_path / "runs")


def test_a_gpu_on_which_everything_crashes_rests_after_each_and_costs_no_segment(
    filmed, box, tmp_path, monkeypatch
):
    box.says("gpus 3")
    monkeypatch.setenv("LONGVID_GPU_BAD", "1")
    rested = filmed(6, strategy="parallel")
    assert rested["how"] == "done", rested["failed"]
    begun = starts(tmp_path)
    crashed = [start["t"] for start in begun if start["gpus"][0].startswith("GPU-00000001")]
    assert crashed
    assert all(after - before >= 30 for before, after in pairwise(crashed))
    assert max(Counter(start["target"] for start in begun).values()) == 2


def test_status_tells_of_each_attempt_its_gpus_its_rung_and_how_far_it_is_and_what_is_to_come(
    filmed, box, tmp_path, monkeypatch
):
    box.says("gpus 2")
    monkeypatch.setenv("LONGVID_GPUS__STRATEGY", "parallel")
    for fault in ("oom-s1", "hang-s1", "hang-s2"):
        (tmp_path / fault).touch()
    monkeypatch.setenv("LONGVID_GPU_ONCE", str(tmp_path))
    root = filmed(4, wait=False, most_gpu_hours=1)
    end = time.monotonic() + 30
    told: dict[str, dict] = {}
    filming = {"stage": "sample", "done": 1, "total": 1}
    thrifty = ["models wait in host memory"]
    while not (
        told.keys() == {"s1", "s2"}
        and told["s1"]["changes"] == thrifty  # the attempt before it was sampling, too
        and all(each["progress"] == filming for each in told.values())
    ):
        assert time.monotonic() < end, told
        told = {each["target"]: each for each in status(root)["running"]}
    assert told["s2"]["changes"] == []
    assert [told[target]["tries"] for target in ("s1", "s2")] == [2, 1]
    assert told["s1"]["failure"].startswith("The generator ran out of GPU memory")
    said = typed("status", root).out
    assert (
        "filming s1: on 1 GPU, as few as it fits on, as `parallel` has it; models wait in host memory; try 2"
        in said
    )
    assert re.findall(r"to film (\w+)", said) == ["s3", "s4"], "the others are at work"
    assert [len(each["gpus"]) for each in told.values()] == [1, 1]
    assert told["s1"]["gpus"] != told["s2"]["gpus"]
    assert status(root)["order"]["most_gpu_hours"] == 1
    eta = status(root)["eta"]
    assert eta["at"] > time.time()
    assert 0 < eta["low"] <= eta["high"]
    assert eta["over"] >= 0
    assert eta["gpu_hours"] > 0
    with client.connect() as engine:
        planned = engine.ask("gpus")["to_come"]
    assert [(each["project"], each["segment"], len(each["gpus"])) for each in planned] == [
        (str(root), target, 1) for target in ("s3", "s4")
    ]
    assert time.time() - 60 < planned[0]["starts"] < planned[0]["loaded"] < planned[0]["ends"]
    filmed(4, wait=False, probe="s3")
    hours = eta["gpu_hours"]
    until(lambda: ((status(root)["eta"] or eta)["gpu_hours"] or hours) < 0.6 * hours)


def status(root: Path) -> dict:
    return typed("status", root, "--json").json


def test_run_stops_before_the_segment_that_would_exceed_its_hours_and_else_tells_when_it_is_done(
    box, make_film, tmp_path
):
    root = make_film("film", 5, video="gpu")
    capped = run(root, "--max-hours", "0.001")
    assert capped.code == 4, capped.err
    assert "Stopped at 0.00 GPU-hours: the next segment would take more" in capped.err
    document = root / "project.yaml"
    document.write_text(f"{document.read_text()}\nsettings: {{gpus: {{usd_per_hour: 100}}}}\n")
    capped = run(root, "--max-cost", "0.5")
    assert capped.code == 4, capped.err
    assert "Stopped at $0.06: the next step would cost more" in capped.err
    assert not starts(root.parent)
    done = run(root, "--max-hours", "0.02")  # enough for one as it is expected
    assert done.code == 0, done.err
    begun = [attempt for _, attempt, *_ in runs(tmp_path)]
    assert begun[:2] == ["begin", "end"], "two at a time might have taken more"
    assert re.search(r"about .+ left, done at \d\d:\d\d", done.err)
    still = re.findall(r"(s\d) starts and ends with nearly the same picture", done.err)
    assert still == ["s5"], "the words of k5 and k6 differ, what was painted hardly does"
    assert 0 < status(root)["gpu_hours"] < 0.1
    assert status(root)["eta"] is None


def run(root: Path, *options: str) -> Answer:
    return typed("run", root, "--yes", "--until", "segments", *options)


def test_out_of_memory_climbs_the_declared_ladder_to_more_gpus(filmed, tmp_path, monkeypatch):
    monkeypatch.setenv("LONGVID_GPUS__STRATEGY", "parallel")
    monkeypatch.setenv("LONGVID_GPU_FAULT", "oom:s2:1")
    rested = filmed(3)
    assert rested["how"] == "done", rested["failed"]
    tries = [start for start in starts(tmp_path) if start["target"] == "s2"]
    assert [len(start["gpus"]) for start in tries] == [1, 1, 2]
    assert all(start["expected"] > 0 for start in tries)
    assert [start["changes"] for start in tries][1:] == [
        ["models wait in host memory"],
        ["models wait in host memory", "more GPUs for the segment"],
    ]
    assert status(tmp_path / "film")["segments"][1]["take"]["facts"]["changes"] == tries[-1]["changes"]


def test_what_memory_bears_is_found_out_once_however_often_the_person_is_waited_for(
    filmed, tmp_path, monkeypatch
):
    monkeypatch.setenv("LONGVID_GPU_ONCE", str(tmp_path))
    (tmp_path / "oom-s1").touch()
    assert filmed(2, until="keyframes")["how"] == "done"
    root = tmp_path / "film"
    with client.engine(for_work=True) as engine:
        engine.ask("subscribe", project=str(root))
        engine.ask("run", project=str(root), until="film", approve=False)
        assert rests(engine)["gate"]["targets"] == ["s1", "s2"]
        engine.ask("perform", project=str(root), command="reject", params={"targets": ["s2"]})
        until(lambda: [start["target"] for start in starts(tmp_path)].count("s2") > 1)
    last = starts(tmp_path)[-1]
    assert (last["target"], last["changes"]) == ("s2", ["models wait in host memory"])


def test_no_more_is_loaded_at_once_than_host_memory_bears_and_running_out_of_it_climbs_nothing(
    filmed, tmp_path, monkeypatch
):
    monkeypatch.setenv("LONGVID_GPUS__STRATEGY", "parallel")
    monkeypatch.setenv("LONGVID_GPU_HOST_GB", f"{0.45 * allotted.memory() / GB}")
    monkeypatch.setenv("LONGVID_GPU_ONCE", str(tmp_path))
    (tmp_path / "host-s2").touch()
    rested = filmed(6)
    assert rested["how"] == "done", rested["failed"]
    moments = sorted((float(moment), what) for moment, what, *_ in runs(tmp_path))
    at_once = accumulate(1 if what == "begin" else -1 for _, what in moments)
    assert max(at_once) <= 3, "two that load, or one beside two that have"
    tries = [start for start in starts(tmp_path) if start["target"] == "s2"]
    assert [start["changes"] for start in tries] == [[], []]


@pytest.mark.soak
def test_what_a_worker_keeps_loaded_on_a_gpu_that_others_use_now_is_counted_too(
    filmed, box, tmp_path, monkeypatch
):
    monkeypatch.setenv("LONGVID_GPUS__STRATEGY", "parallel")
    monkeypatch.setenv("LONGVID_GPU_SECONDS", "3")
    monkeypatch.setenv("LONGVID_GPU_HOST_GB", f"{0.6 * allotted.memory() / GB}")
    others = [f"{gpu}.process {os.getpid()} {20 * GB}" for gpu in range(8)]
    box.says(*others[1:])
    assert filmed(3, video="gpu-warm", probe="s1")["how"] == "done"
    box.takes_back(*others[1:])
    box.says(others[0])
    with client.engine() as engine:
        while not engine.ask("gpus")["gpus"][0]["processes"]:
            time.sleep(0.05)
    rested = filmed(3)
    assert rested["how"] == "done", rested["failed"]
    moments = sorted((float(moment), what) for moment, what, *_ in runs(tmp_path))
    assert max(accumulate(1 if what == "begin" else -1 for _, what in moments)) == 1


def test_after_a_run_the_machine_may_have_more_memory_again(filmed, tmp_path, monkeypatch):
    monkeypatch.setenv("LONGVID_GPUS__STRATEGY", "wide")
    monkeypatch.setenv("LONGVID_GPU_ONCE", str(tmp_path))
    (tmp_path / "host-s1").touch()
    assert filmed(1)["how"] == "done"
    command("retake", tmp_path / "film", "s1")
    assert filmed(1)["how"] == "done"
    assert [len(start["gpus"]) for start in starts(tmp_path)] == [8, 4, 8]


def runs(root: Path) -> list[list[str]]:
    return [line.split() for line in (root / "runs").read_text().splitlines()]


def test_out_of_memory_on_every_number_of_gpus_ends_with_a_sentence(filmed, tmp_path, monkeypatch):
    monkeypatch.setenv("LONGVID_GPUS__STRATEGY", "parallel")
    monkeypatch.setenv("LONGVID_GPU_FAULT", "oom:s1")
    rested = filmed(1)
    assert [len(start["gpus"]) for start in starts(tmp_path)] == [1, 1, 2, 4, 8]
    assert rested["failed"]["s1"].startswith(
        "A segment ran out of memory on 8 GPUs, the most it can have here: "
    )


def test_gpus_that_others_use_or_that_are_lost_are_left_out_and_are_waited_for_where_there_are_no_others(
    filmed, box, tmp_path
):
    unseen = f"*.memory_used {20 * GB}", f"*.memory_free {60 * GB}"
    box.says(f"1.process {os.getpid()} {20 * GB}", "6.fault 15", *unseen)
    with client.engine(for_work=True) as engine:
        root = filmed(8, wait=False)
        engine.ask("subscribe", project=str(root))
        told = next(
            text for message in engine.notices() if "No GPU" in (text := message["params"].get("text", ""))
        )
        assert "in use by a program that cannot be seen from here" in told
        assert told.endswith("It is tried again for 60 s.")
        assert told in typed("status", root).out
        box.takes_back(*unseen)
        rested = rests(engine)
    assert rested["how"] == "done", rested["failed"]
    used = {gpu for start in starts(tmp_path) for gpu in start["gpus"]}
    with client.engine() as engine:
        told = engine.ask("gpus")["gpus"]
    out = {told[1]["uuid"], told[6]["uuid"], "6"}
    assert used
    assert not used & out


def test_what_cannot_be_killed_keeps_nobody_waiting_and_its_gpu_is_nobodys_until_it_ends(
    filmed, box, tmp_path, monkeypatch
):
    monkeypatch.setenv("LONGVID_END_SECONDS", "0.5")
    monkeypatch.setenv("LONGVID_GPU_ONCE", str(tmp_path))
    (tmp_path / "hang-s1").touch()
    box.says("gpus 1")
    root = filmed(2, wait=False)
    shim = tmp_path / "film" / "attempts"
    while not ((made := list(shim.glob("s*/shim.json"))) and (tmp_path / "runs").exists()):
        time.sleep(0.05)
    pid = json.loads(made[0].read_text())["pid"]
    os.kill(pid, signal.SIGSTOP)  # as deaf as what the kernel does not end
    try:
        stopped = typed("stop", root)
        assert (stopped.code, stopped.out) == (1, "stopped: what was finished is kept\n")
        assert "The generator of s1 was killed and does not end" in stopped.err
        with client.engine(for_work=True) as engine:
            engine.ask("subscribe", project=str(root))
            engine.ask("run", project=str(root), until="segments", approve=True)
            notices = (message["params"].get("text", "") for message in engine.notices())
            told = next(text for text in notices if "No GPU" in text)
            assert "GPU 0: a generator there was killed and does not end" in told
            os.kill(pid, signal.SIGCONT)
            rested = rests(engine)
    finally:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGCONT)
    assert rested["how"] == "done", rested["failed"]


def test_without_a_driver_the_run_fails_at_once_with_the_reason(filmed, box):
    box.says("init 9")
    rested = filmed(2)
    assert rested["how"] == "failed"
    assert all("No GPU can be used" in sentence for sentence in rested["failed"].values())


def test_killed_engine_gives_no_gpu_away_that_still_works(filmed, box, make_film, tmp_path, monkeypatch):
    monkeypatch.setenv("LONGVID_GPU_SECONDS", "2")
    monkeypatch.setenv("LONGVID_GPUS__STRATEGY", "parallel")
    root = make_film("film", 10, video="gpu")
    with client.engine(for_work=True) as engine:
        engine.ask("run", project=str(root), until="segments", approve=True)
        end = time.monotonic() + 30
        while not (tmp_path / "runs").exists() and time.monotonic() < end:
            time.sleep(0.05)
        os.kill(engine.engine["pid"], signal.SIGKILL)
    with client.engine(for_work=True) as engine:
        said = engine.ask("subscribe", project=str(root))
        rested = said["outcome"] or rests(engine)
    assert rested["how"] == "done", rested["failed"]
    assert (tmp_path / "runs").read_text().count(" begin ") == 10
    no_gpu_was_used_twice_at_a_time(tmp_path / "runs")


def test_what_an_earlier_engine_started_is_expected_to_end_when_it_was():
    fleet = Fleet()
    attempts = [
        OpenAttempt(name, "s1", "key", {}, time.time() - gone, gpus=(name,), expected=300.0)
        for name, gone in (("young", 60.0), ("overdue", 900.0))
    ]
    fleet.adopt(attempts)
    assert 200 < fleet.seconds_left("young") <= 240
    assert 0 < fleet.seconds_left("overdue") < 60


def test_retake_goes_where_the_model_is_loaded_also_after_the_engine_was_killed(
    filmed, box, tmp_path, monkeypatch
):
    monkeypatch.setenv("LONGVID_GPUS__STRATEGY", "parallel")
    monkeypatch.setenv("LONGVID_RUN__STALL_MINUTES", "0.1")
    monkeypatch.setenv("LONGVID_GPU_ONCE", str(tmp_path))
    others = [f"{gpu}.process {os.getpid()} {20 * GB}" for gpu in range(8) if gpu != 5]
    box.says(*others)
    assert filmed(1, video="gpu-warm")["how"] == "done"
    with client.engine() as engine:
        os.kill(engine.engine["pid"], signal.SIGKILL)
    box.takes_back(*others)
    command("retake", tmp_path / "film", "s1")
    assert filmed(1)["how"] == "done"
    first, second = starts(tmp_path)
    assert first["gpus"] == second["gpus"]
    assert len((tmp_path / "loads").read_text().splitlines()) == 1
    command("retake", tmp_path / "film", "s1")
    residents.dismiss()
    assert filmed(1)["how"] == "done"
    assert starts(tmp_path)[-1]["gpus"] != first["gpus"]
    assert len((tmp_path / "loads").read_text().splitlines()) == 2
    command("retake", tmp_path / "film", "s1")
    (tmp_path / "hang-s1").touch()
    assert filmed(1)["how"] == "done"
    assert len((tmp_path / "loads").read_text().splitlines()) == 3, "who hangs is not asked again"


def command(name: str, root: Path, target: str) -> None:
    with client.engine() as engine:
        engine.ask("perform", project=str(root), command=name, params={"targets": [target]})


def test_a_clock_that_is_set_while_a_segment_is_filmed_is_no_time_that_it_took(filmed, tmp_path, monkeypatch):
    library, is_set = tmp_path / "clock.so", tmp_path / "set"
    source = Path(__file__).parents[1] / "doubles" / "clock" / "clock.c"
    subprocess.run(["cc", "-O1", "-shared", "-fPIC", "-o", str(library), str(source)], check=True)
    monkeypatch.setenv("LD_PRELOAD", str(library))
    monkeypatch.setenv("FAKE_CLOCK", str(is_set))
    monkeypatch.setenv("LONGVID_GPU_SECONDS", "3")
    root = filmed(1, video="gpu-warm", wait=False)
    filming = {"stage": "encode", "done": 1, "total": 1}
    until(lambda: any(each["progress"] == filming for each in status(root)["running"]))
    is_set.touch()
    until(lambda: status(root)["segments"][0]["take"])
    take = status(root)["segments"][0]["take"]
    assert 0 < take["facts"]["run"]["seconds"] < 1000
    assert 0 < status(root)["gpu_hours"] < 0.2 * 8


def test_next_segment_waits_at_the_worker_before_the_last_is_done_and_never_has_its_gpus(
    filmed, box, tmp_path, monkeypatch
):
    """Decoding and saving last: the next attempt stands behind by then, and films while the one before saves."""
    monkeypatch.setenv("LONGVID_GPUS__STRATEGY", "wide")
    monkeypatch.setenv("LONGVID_GPU_DECODE_SECONDS", "2")
    monkeypatch.setenv("LONGVID_GPU_SAVE_SECONDS", "2")
    rested = filmed(3, video="gpu-warm")
    assert rested["how"] == "done", rested["failed"]
    first, second, third = starts(tmp_path)
    assert (second["behind"], third["behind"]) == (first["attempt"], second["attempt"])
    no_gpu_was_used_twice_at_a_time(tmp_path / "runs")
    moments = runs(tmp_path)
    ends = [float(moment) for moment, what, *_ in moments if what == "end"]
    begins = [float(moment) for moment, what, *_ in moments if what == "begin"]
    assert max(begin - end for end, begin in zip(ends, begins[1:], strict=False)) < 2
    assert len((tmp_path / "loads").read_text().splitlines()) == 1


def test_what_waits_at_the_worker_longer_than_one_may_be_silent_is_not_taken_for_stalled(
    filmed, box, tmp_path, monkeypatch
):
    monkeypatch.setenv("LONGVID_GPUS__STRATEGY", "wide")
    monkeypatch.setenv("LONGVID_RUN__STALL_MINUTES", "0.1")
    monkeypatch.setenv("LONGVID_GPU_SECONDS", "8")
    monkeypatch.setenv("LONGVID_GPU_LINES", "10")
    rested = filmed(2, video="gpu-warm")
    assert rested["how"] == "done", rested["failed"]
    assert [bool(start.get("behind")) for start in starts(tmp_path)] == [False, True]


def test_killed_engine_finds_the_attempt_that_waits_behind_another_again(filmed, box, tmp_path, monkeypatch):
    monkeypatch.setenv("LONGVID_GPUS__STRATEGY", "wide")
    monkeypatch.setenv("LONGVID_GPU_DECODE_SECONDS", "3")
    root = filmed(3, video="gpu-warm", wait=False)
    with client.engine() as engine:
        until(lambda: any((root / "attempts" / each / "shim.json").exists() for each in waiting_ones(tmp_path)))
        os.kill(engine.engine["pid"], signal.SIGKILL)
    having, waiting = sorted(status(root)["running"], key=lambda each: each["started"])
    assert (having["behind"], waiting["behind"]) == (None, having["attempt"])
    assert (len(having["gpus"]), waiting["gpus"]) == (8, [])
    with client.engine(for_work=True) as engine:
        said = engine.ask("subscribe", project=str(root))
        rested = said["outcome"] or rests(engine)
    assert rested["how"] == "done", rested["failed"]
    assert len(starts(tmp_path)) == 3
    no_gpu_was_used_twice_at_a_time(tmp_path / "runs")


def until(holds: Callable[[], object], seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.05)
