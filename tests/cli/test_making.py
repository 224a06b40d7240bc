"""The main job at the command line: gates, reuse, failures, interruption."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import threading
import time
from collections import Counter
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
import pytest
from doubles.telling import tell
from PIL import Image

from longvid_tui.media.conform import read_facts
from longvid_tui.project.journal import read
from longvid_tui.wire import state_dir


def made(answer: dict) -> Counter:
    return Counter(task["kind"] for task in answer["made"])


def test_run_waits_at_every_gate_and_goes_on_after_approval(person):
    person.starts(2)
    for target, exists in (("plan", "the plan"), ("keyframes", "k1"), ("segments", "s1")):
        waiting = person.types("run", person.film)
        assert waiting.code == 3
        assert "approval" in waiting.err
        assert person.types("approve", person.film, target).code == 0, exists
    done = person.types("run", person.film)
    assert done.code == 0
    assert done.out.strip() == str(person.film / "film.mp4")


def test_film_has_exact_frames_even_timing_chapters_and_title(person):
    person.finishes(3)
    with av.open(str(person.film / "film.mp4")) as film:
        stamps = sorted(packet.pts for packet in film.demux(video=0) if packet.pts is not None)
        assert len(stamps) == 80 * 3 + 1
        assert len({after - before for before, after in pairwise(stamps)}) == 1
        assert film.metadata["title"] == "Counted"
        assert "it moves on, number 2" in film.metadata["longvid_plan"]
        chapters = film.chapters()
    assert [chapter["start"] * chapter["time_base"] for chapter in chapters] == [
        0,
        Fraction(81, 16),
        Fraction(161, 16),
    ]
    assert [chapter["metadata"]["title"][:2] for chapter in chapters] == ["s1", "s2", "s3"]


def test_second_run_makes_nothing_and_says_so(person):
    person.finishes()
    again = person.types("run", person.film, "--yes")
    assert again.code == 0
    assert "Nothing to do" in again.err
    assert person.runs()["made"] == []


def test_editing_one_keyframe_prompt_makes_one_keyframe_two_segments_and_the_film(person):
    person.finishes(4)
    person.edits("a still, number 3", "another still")
    would = person.types("run", person.film, "--dry-run")
    assert "its prompt changed" in would.out
    again = person.runs()
    assert made(again) == {"paint": 1, "render": 2, "conform": 2, "mend": 3, "assemble": 1}
    assert {task["target"] for task in again["made"] if task["kind"] == "render"} == {"s2", "s3"}


def test_undoing_an_edit_by_hand_brings_the_old_takes_back_without_making_any(person):
    person.finishes()
    person.edits("a still, number 2", "another still")
    person.runs()
    person.edits("another still", "a still, number 2")
    again = made(person.runs())
    assert again.pop("mend", 0) <= 2, "a seam that needed no splice stays as it was judged"
    assert again == {"conform": 2, "assemble": 1}


def test_dry_run_makes_nothing_and_gives_the_reason_for_each(person):
    person.starts()
    assert "there is no plan yet" in person.types("run", person.film, "--dry-run").out
    person.types("run", person.film, "--until", "plan")
    would = person.types("run", person.film, "--dry-run", "--json").json
    assert [task["target"] for task in would["make"]] == [
        *("k1", "k2", "k3", "k4"), *("s1", "s2", "s3"), *("s1", "s2", "s3"), *("s2", "s3"), "film"
    ]  # fmt: skip
    assert would["make"][4]["waits_for"].startswith("waits for k1: not made yet; k2")
    assert not (person.film / "keyframes").exists()


def test_new_framing_fits_the_picture_again_without_painting_another(person, tmp_path):
    person.finishes(1)
    tell(FLAT_CALLS=tmp_path / "calls")
    person.document.write_text(person.document.read_text() + "\nfit: blur\n")
    again = person.runs()
    assert made(again)["paint"] == 2
    assert not (tmp_path / "calls").exists()


def test_own_picture_becomes_a_keyframe_and_stays_as_it_was(person):
    person.starts(1)
    person.types("run", person.film, "--until", "plan")
    Image.new("RGB", (500, 300), (10, 200, 90)).save(person.film / "mine.jpg")
    person.edits("  - id: k1\n", "  - id: k1\n    picture: mine.jpg\n")
    before = (person.film / "mine.jpg").read_bytes()
    assert person.types("run", person.film, "--yes").code == 0
    take = person.status()["keyframes"][0]["take"]
    with Image.open(person.film / take["path"]) as picture:
        assert picture.size == (128, 64)
        assert picture.getpixel((5, 5))[1] > 150
    assert (person.film / "mine.jpg").read_bytes() == before


def test_chained_segment_starts_with_the_last_frame_and_follows_changes_down_the_chain(person):
    person.starts(3)
    person.types("run", person.film, "--until", "plan")
    for name in ("k2", "k3"):
        person.edits(f"first: {name}\n", "continuity: chain\n")
    assert person.types("run", person.film, "--yes").code == 0
    said = person.types("retake", person.film, "s1").out
    assert said.startswith("to be made again, and then s2-s3, which start with the last frame before"), said
    person.types("undo", person.film)
    person.types("lock", person.film, "s2")
    assert person.types("retake", person.film, "s1").out == "to be made again\n"
    assert "s2 is locked: `unlock` it first." in person.types("retake", person.film, "s2").err
    others = person.types("retake", person.film, "segments")
    assert others.err == "s2 is locked: `unlock` it first\n"
    assert [each["status"] == "ready" for each in person.status()["segments"]] == [False, True, False]
    person.types("undo", person.film)
    for _ in ("the retake", "the lock"):
        person.types("undo", person.film)
    before = person.status()["segments"][1]["take"]["sha"]
    person.edits("it moves on, number 1", "it moves otherwise")
    again = person.runs()
    rendered = {task["target"] for task in again["made"] if task["kind"] == "render"}
    other = again["segments"][1]["take"]["sha"] != before
    assert rendered == ({"s1", "s2", "s3"} if other else {"s1", "s2"})
    assert made(again)["paint"] == 0


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        ("short", "80 frames instead of 81"),
        ("black", "black"),
        ("nothing", "without writing a file"),
        ("crash", "the generator broke"),
    ],
)
def test_failing_segment_means_no_film_its_name_and_exit_1(person, fault, sentence):
    tell(QUICK_FAULT=f"{fault}:s2")
    person.starts(3)
    person.settles("run: {retries: 1}")
    failed = person.types("run", person.film, "--yes")
    assert failed.code == 1
    assert "s2 failed" in failed.err
    assert sentence in failed.err
    assert not (person.film / "film.mp4").exists()
    ready = {item["id"]: item["status"] for item in person.status()["segments"]}
    assert ready == {"s1": "ready", "s2": "missing", "s3": "ready"}


def test_failed_segment_leaves_the_film_before_untouched(person):
    person.finishes(2)
    film = (person.film / "film.mp4").read_bytes()
    person.edits("it moves on, number 2", "it moves otherwise")
    tell(QUICK_FAULT="short:s2")
    person.settles("run: {retries: 0}")
    assert person.types("run", person.film, "--yes").code == 1
    assert (person.film / "film.mp4").read_bytes() == film
    assert person.types("export", person.film).code == 1


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        ("misconfigured", "The generator refuses its setup"),
        ("narrow", "it is 112x64 instead of 128x64, as every other will be: choose another `canvas`"),
    ],
)
def test_what_every_segment_would_meet_stops_the_queue_at_once(person, tmp_path, fault, sentence):
    tell(QUICK_FAULT=f"{fault}:s1", QUICK_RUNS=tmp_path / "runs")
    person.starts(5)
    person.settles("run: {segments_parallel: 1}")
    failed = person.types("run", person.film, "--yes")
    assert failed.code == 1
    assert sentence in failed.err
    assert len((tmp_path / "runs").read_text().splitlines()) == 1


def test_refused_keyframe_is_named_and_the_rest_goes_on(person):
    person.starts(3)
    person.types("run", person.film, "--until", "plan")
    person.edits("a still, number 1", "a forbidden still")
    refused = person.types("run", person.film, "--yes")
    assert refused.code == 1
    assert "k1 failed: The painter refuses this picture" in refused.err
    assert "the last run failed: The painter refuses this picture" in person.types("status", person.film).out
    assert "failed The painter refuses this picture" in person.types("logs", person.film).out
    assert "No film was made (missing: k1, s1); `run film --yes` goes on" in refused.err
    again = person.types("run", person.film, "--yes", "--until", "keyframes").err
    assert "Not all keyframes were made (missing: k1); `run film --yes --until keyframes` goes on" in again
    assert [item["status"] for item in person.status()["keyframes"]] == ["missing", "ready", "ready", "ready"]


def test_deleted_take_is_made_again_and_says_why(person):
    person.finishes(2)
    take = person.status()["segments"][0]["take"]["path"]
    (person.film / take).unlink()
    assert "its file is gone" in person.types("run", person.film, "--dry-run").out
    assert made(person.runs())["render"] == 1


def test_takes_and_folders_are_private_and_takes_cannot_be_overwritten(person):
    person.finishes(1)
    modes = {path: stat.S_IMODE(path.lstat().st_mode) for path in person.film.rglob("*")}
    assert stat.S_IMODE(person.film.stat().st_mode) == 0o700
    assert {mode for path, mode in modes.items() if path.is_dir()} == {0o700}
    assert all(mode & 0o077 == 0 for mode in modes.values()), modes
    assert {mode for path, mode in modes.items() if path.parent.parent.name in ("keyframes", "segments")} == {
        0o400
    }


def test_second_run_at_the_same_time_joins_the_first(person, tmp_path):
    tell(QUICK_GATE=tmp_path / "gate", QUICK_RUNS=tmp_path / "runs")
    person.starts(1)

    def open_once_joined() -> None:
        wait_for(lambda: journal(person).count('"k":"run"') == 2)
        (tmp_path / "gate").touch()

    with running(person.film) as first:
        wait_for(lambda: '"k":"start"' in journal(person))
        threading.Thread(target=open_once_joined).start()
        second = person.types("run", person.film, "--yes", "--max-cost", "5")
        assert first.wait(60) == 0
    assert second.code == 0, second.err
    assert "film --yes`, which had not ended." in second.err
    assert len((tmp_path / "runs").read_text().splitlines()) == 1


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_leaving_a_run_exits_130_and_the_run_goes_on_to_the_film(person, tmp_path, number):
    tell(QUICK_GATE=tmp_path / "gate")
    person.starts(1)
    with running(person.film) as run:
        wait_for(lambda: '"k":"start"' in journal(person))
        run.send_signal(number)
        assert run.wait(30) == 130
        assert "film --yes` comes back to it" in person.film.with_name("run.err").read_text()
    assert marked_processes(person.film)
    (tmp_path / "gate").touch()
    assert person.types("status", person.film, "--watch").code == 0
    assert person.status()["film"]["status"] == "ready"


def test_second_interruption_stops_the_run_leaves_nothing_running_and_the_next_run_resumes(person):
    tell(QUICK_SECONDS=20)
    person.starts(1)
    with running(person.film) as run:
        wait_for(lambda: '"k":"start"' in journal(person))
        run.send_signal(signal.SIGINT)
        wait_for(lambda: "Press Ctrl-C again" in (person.folder / "run.err").read_text())
        run.send_signal(signal.SIGINT)
        assert run.wait(30) == 130
    assert not marked_processes(person.film)
    assert person.status()["order"] is None
    tell(QUICK_SECONDS=0)
    assert person.types("run", person.film, "--yes").code == 0


def test_killed_engine_leaves_its_generator_working_and_the_next_one_takes_its_result(person, tmp_path):
    tell(QUICK_GATE=tmp_path / "gate", QUICK_RUNS=tmp_path / "runs")
    person.starts(1)
    with running(person.film) as run:
        wait_for((tmp_path / "runs").exists)
        (
            state_dir() / "orders.json"
        ).unlink()  # as where the disk was full: whoever waits has to order it again
        os.kill(person.types("engine", "status", "--json").json["pid"], signal.SIGKILL)
        (tmp_path / "gate").touch()
        assert run.wait(60) == 0, (person.folder / "run.err").read_text()
    assert person.status()["film"]["status"] == "ready"
    assert len((tmp_path / "runs").read_text().splitlines()) == 1


def test_detached_run_returns_at_once_and_the_film_is_made(person):
    person.starts(1)
    assert person.types("run", person.film, "--yes", "--detach").code == 0
    assert person.types("status", person.film, "--watch").code == 0
    assert person.status()["film"]["status"] == "ready"


def test_approving_what_the_run_waits_for_lets_it_go_on_by_itself(person):
    person.starts(1)
    assert person.types("run", person.film).code == 3
    for target, made_next in (("plan", "keyframes"), ("keyframes", "segments")):
        assert person.types("approve", person.film, target).code == 0
        wait_for(lambda made_next=made_next: all(i["status"] == "ready" for i in person.status()[made_next]))
    person.types("approve", person.film, "segments")
    wait_for(lambda: person.status()["film"]["status"] == "ready")


def test_a_film_made_anew_under_the_name_of_one_that_waits_is_run_and_the_moved_one_stays_as_it_was(
    person, tmp_path
):
    person.starts(1)
    assert person.types("run", person.film).code == 3
    person.film.rename(tmp_path / "moved")
    before = (tmp_path / "moved" / "journal.jsonl").read_bytes()
    person.starts(1)
    assert person.types("run", person.film, "--until", "plan", "--yes").code == 0
    assert (tmp_path / "moved" / "journal.jsonl").read_bytes() == before


def test_a_film_that_is_moved_while_it_is_filmed_is_filmed_where_it_is_now(person, tmp_path):
    tell(QUICK_GATE=tmp_path / "gate", QUICK_RUNS=tmp_path / "runs")
    person.starts(1)
    person.types("run", person.film, "--yes", "--detach")
    wait_for((tmp_path / "runs").exists)
    moved = person.film.rename(tmp_path / "moved")
    (tmp_path / "gate").touch()
    told = person.types("run", moved, "--yes")
    assert told.code == 0, told.err
    assert "The project was moved while its generator worked" in (moved / "journal.jsonl").read_text()
    assert not person.film.exists()


def test_paused_run_finishes_what_runs_starts_nothing_and_goes_on_when_told(person, tmp_path):
    tell(QUICK_GATE=tmp_path / "gate")
    person.starts(2)
    person.settles("run: {segments_parallel: 1}")
    person.types("run", person.film, "--yes", "--detach")
    wait_for(lambda: '"k":"start"' in journal(person))
    assert person.types("pause", person.film).code == 0
    (tmp_path / "gate").touch()
    wait_for(lambda: any(i["status"] == "ready" for i in person.status()["segments"]))
    wait_for(lambda: not person.types("engine", "status", "--json").json["projects"][0]["progress"])
    assert journal(person).count('"k":"start"') == 1
    assert "paused" in person.types("status", person.film).out
    assert person.types("resume", person.film).code == 0
    wait_for(lambda: person.status()["film"]["status"] == "ready")


def test_cancelled_segment_is_left_out_until_the_next_run(person):
    tell(QUICK_SECONDS=20)
    person.starts(1)
    person.types("run", person.film, "--yes", "--detach")
    wait_for(lambda: '"k":"start"' in journal(person))
    assert person.types("cancel", person.film, "s1").code == 0
    wait_for(lambda: person.status()["order"] is None)
    assert not marked_processes(person.film)
    assert person.status()["segments"][0]["status"] == "missing"


def test_stalled_generator_is_stopped_tried_again_and_named(person):
    tell(QUICK_SECONDS=60)
    person.starts(1)
    person.settles("run: {stall_minutes: 0.01, retries: 1}")
    failed = person.types("run", person.film, "--yes")
    assert failed.code == 1
    assert "said nothing" in failed.err
    assert journal(person).count('"how":"Stalled"') == 2
    assert not marked_processes(person.film)


def test_run_stops_before_the_picture_that_would_cost_more_than_it_may(person):
    person.starts(3)
    capped = person.types("run", person.film, "--yes", "--max-cost", "0.025")
    assert capped.code == 4
    assert "$0.02" in capped.err
    assert person.status()["spent_usd"] == 0.02
    assert person.types("run", person.film, "--yes").code == 0


def test_what_a_plugin_says_that_is_no_number_is_refused_before_anything_is_bought_and_loses_nothing_after(
    person,
):
    person.starts(1)
    tell(FLAT_PRICE="nan")
    refused = person.types("run", person.film, "--yes", "--max-cost", "1")
    assert refused.code == 1
    assert "'flat' says that it costs nan dollars: update this plugin" in refused.err
    assert not list(person.film.glob("keyframes/*"))
    tell(FLAT_PRICE="0.01", FLAT_PAID="-inf", QUICK_STEPS="many")
    made = person.runs()
    assert (made["failed"], made["spent_usd"], made["unpriced_pictures"]) == ({}, 0.0, 2)


def test_every_piece_of_the_film_is_drawn_to_its_keyframes_and_chained_ones_to_what_they_started_from(person):
    person.starts(3)
    person.types("run", person.film, "--until", "plan")
    person.edits("first: k2\n    last: k3\n", "continuity: chain\n")
    person.edits("first: k3\n", "continuity: chain\n")
    assert person.types("run", person.film, "--yes").code == 0
    assembled = [event for event in read(person.film / "journal.jsonl").events if event.kind == "assemble"]
    pieces = assembled[-1].data["pieces"].values()
    facts = [read_facts(person.film / "conformed" / f"{key}.mp4") for key in pieces]
    landed = [(fact.head and fact.head.landed, fact.tail and fact.tail.landed) for fact in facts]
    assert sorted(landed, key=str) == [(True, None), (True, True), (True, True)]


def test_seams_are_measured_and_graded_once_the_film_is_made(person):
    person.starts(2)
    person.types("run", person.film, "--until", "plan")
    assert "not mended yet" in person.types("seams", person.film).out
    assert person.types("run", person.film, "--yes").code == 0
    (seam,) = person.types("seams", person.film, "--json").json
    assert (seam["before"], seam["after"], seam["made"]) == ("s1", "s2", True)
    assert seam["grade"] in ("green", "yellow", "red")
    assert seam["reason"] in person.types("seams", person.film).out
    assert f"s1 | s2 {seam['grade']}" in person.types("logs", person.film).out
    assert person.status()["seams"] == [seam]


def test_logs_tell_what_happened_and_what_a_generator_said_without_an_engine(person):
    person.finishes(1)
    person.has_no_engine()
    happened = person.types("logs", person.film).out
    assert [line.split()[2] for line in happened.splitlines()][:2] == ["run", "plan"]
    assert "assemble" in happened
    assert "Finished." in person.types("logs", person.film, "s1").out
    assert "name one" in person.types("logs", person.film, "k1-k2").err
    assert not person.types("engine", "status", "--json").json["running"]


def test_assemble_names_the_segments_it_waits_for(person):
    person.starts(2)
    person.types("run", person.film, "--until", "keyframes", "--yes")
    waiting = person.types("assemble", person.film)
    assert waiting.code == 1
    assert "waits for s1, s2" in waiting.err


def test_estimate_counts_what_is_missing(person):
    person.starts(3)
    person.types("run", person.film, "--until", "plan", "--yes")
    said = person.types("estimate", person.film, "--json").json
    assert {kind: row["count"] for kind, row in said["work"].items()} == {
        "paint": 4, "render": 3, "conform": 3, "mend": 2, "assemble": 1,
    }  # fmt: skip
    assert said["seconds"] is None
    person.runs()
    assert person.types("estimate", person.film, "--json").json == {
        "work": {},
        "seconds": 0.0,
        "pictures": {"pictures": 0, "usd": 0.0, "unpriced": 0},
        "plan_usd": 0.0,
    }


class running:  # noqa: N801  reads as a word
    """A run in a process of its own."""

    def __init__(self, film: Path) -> None:
        argv = [sys.executable, "-m", "longvid_tui", "run", str(film), "--yes"]
        self.said = film.with_name("run.err")
        with self.said.open("wb") as said:
            self.process = subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=said)

    def __enter__(self) -> subprocess.Popen:
        return self.process

    def __exit__(self, *_) -> None:
        self.process.kill()
        self.process.wait()


def journal(person) -> str:
    return (person.film / "journal.jsonl").read_text()


def wait_for(condition, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if condition():
                return
        except FileNotFoundError:
            pass
        time.sleep(0.05)
    raise AssertionError("it did not happen in time")


def marked_processes(film: Path) -> list[str]:
    names = {path.name for path in (film / "attempts").iterdir()}
    found = []
    for environ in Path("/proc").glob("[0-9]*/environ"):
        try:
            marks = [part for part in environ.read_bytes().split(b"\0") if part.startswith(b"LONGVID_ATTEMPT=")]
        except OSError:
            continue
        found += [mark.decode() for mark in marks if mark.decode().partition("=")[2] in names]
    return [mark for mark in found if os.environ.get("LONGVID_ATTEMPT") != mark]
