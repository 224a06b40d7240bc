"""What `estimate` says of GPUs: of a box one has or not, by strategy, with its chart."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
from contextlib import redirect_stdout
from pathlib import Path

import pytest

from longvid_tui.backends.contract import Command, Resident
from longvid_tui.engine import residents
from longvid_tui.project.folder import Folder

sys.path.insert(0, str(Path(__file__).parents[1] / "doubles" / "nvml"))

from fake_nvml import FakeBox, build

STRATEGIES = ("auto", "wide", "parallel")


@pytest.fixture
def planned(person):
    """A film of 10 segments in 720p with a plan written by hand, filmed by a generator that needs no GPU."""
    person.starts(10)
    person.edits("canvas: 128x64", "canvas: 1280x720")
    keyframes = "".join(f"  - id: k{k}\n    prompt: a still\n" for k in range(1, 12))
    segments = "".join(
        f"  - id: s{k}\n    first: k{k}\n    last: k{k + 1}\n    prompt: it moves\n" for k in range(1, 11)
    )
    person.document.write_text(f"{person.document.read_text()}\nkeyframes:\n{keyframes}segments:\n{segments}")
    return person


def test_a_box_one_does_not_have_is_estimated_by_strategy(planned):
    said = planned.types("estimate", planned.film, "--gpus", "8xH100-80", "--json").json
    assert said["box"] == "8xH100-80"
    assert said["segments"] == 10
    assert said["assumed"][0].startswith("as if filmed by Wan2.1 14B FLF2V; quick")
    found = said["strategies"]
    assert tuple(found) == STRATEGIES
    assert found["auto"]["seconds"] <= min(found["wide"]["seconds"], found["parallel"]["seconds"])
    assert found["parallel"]["gpu_hours"] < found["wide"]["gpu_hours"]
    for forecast in found.values():
        assert sorted(bar["segment"] for bar in forecast["gantt"]) == sorted(f"s{k}" for k in range(1, 11))
        assert forecast["low"] < forecast["seconds"] < forecast["high"]
        assert 0 < forecast["at_least"] <= forecast["planned"]
        assert "published" in forecast["sources"][0]


def test_the_person_sees_a_table_and_a_chart(planned):
    answer = planned.types("estimate", planned.film, "--gpus", "8xH100-80")
    assert answer.code == 0
    lines = answer.out.splitlines()
    assert "10 to film      on 8xH100-80 by Wan2.1 14B FLF2V in 50 steps" in answer.out
    assert "as if filmed by Wan2.1 14B FLF2V" in answer.out
    assert [line.split()[0] for line in lines if line.startswith(STRATEGIES)] == list(STRATEGIES)
    assert sum(line.startswith("GPU ") for line in lines) == 8
    assert max(map(len, lines[:8])) <= 120
    assert any(
        re.search(r"; auto takes [\d.]+ % more than the least time possible as planned$", line)
        for line in lines
    )
    assert " h" in lines[-1] or " min" in lines[-1]


def test_the_chart_is_ascii_where_the_terminal_is(planned):
    terminal = io.TextIOWrapper(io.BytesIO(), "ascii")
    with redirect_stdout(terminal):
        planned.types("estimate", planned.film, "--gpus", "8xH100-80")
    terminal.seek(0)
    said = terminal.read()
    assert "s1=" in said
    assert ". is loading the model" in said
    assert "?" not in said


def test_gpus_that_have_a_price_are_counted(planned):
    planned.prefers(gpus__usd_per_hour="2.5")
    asked = ("estimate", planned.film, "--gpus", "8xH100-80")
    auto = planned.types(*asked, "--json").json["strategies"]["auto"]
    assert auto["gpu_usd"] == pytest.approx(2.5 * auto["gpu_hours"], abs=0.001)
    assert f"${auto['gpu_usd']:.2f}" in planned.types(*asked).out


def test_gpus_that_film_the_same_share_a_row_where_there_are_many(planned):
    planned.prefers(gpus__strategy="wide")
    answer = planned.types("estimate", planned.film, "--gpus", "8x8xH100-80")
    rows = [line for line in answer.out.splitlines() if line.startswith("GPU ")]
    assert [row.split("│")[0].rstrip() for row in rows[:2]] == ["GPU 0-7", "GPU 8-15"]
    assert len(rows) == 8
    assert "s1━" in rows[0]


def test_before_there_is_a_plan_the_wish_is_estimated(person):
    person.starts(4)
    said = person.types("estimate", person.film, "--gpus", "4xA100-80", "--json").json
    assert said["segments"] == 4
    assert any("no plan yet" in each for each in said["assumed"])


@pytest.mark.parametrize(
    ("box", "code", "sentence"),
    [
        ("8xH100", 2, "is not a box"),
        ("64xH100-80", 2, "for 64 in machines of 8 write 8x8xH100-80"),
        ("2x4090-24", 1, "2x4090-24 cannot film this: on 2 it needs"),
    ],
)
def test_a_box_that_is_none_or_too_small_is_refused_with_one_sentence(planned, box, code, sentence):
    answer = planned.types("estimate", planned.film, "--gpus", box)
    assert answer.code == code
    assert sentence in answer.err


def test_a_wish_without_a_length_is_told_what_it_lacks_and_a_wrong_box_all_the_same(person):
    assert person.types("new", person.film, "--prompt", "A lighthouse in a storm").code == 0
    answer = person.types("estimate", person.film, "--gpus", "8xH100-80")
    assert answer.code == 0
    assert f"known once it is planned: longvid-tui plan {person.film.name}" in answer.out
    assert person.types("estimate", person.film, "--gpus", "8xH100").code == 2


def test_while_drafts_are_ordered_they_are_what_is_estimated(planned):
    planned.edits("video: quick", "video: wan")
    folder = Folder(planned.film)
    with folder.writing("a test"):
        folder.record("run", until="film", approve=True, draft=True)
    said = planned.types("estimate", planned.film, "--gpus", "8xH100-80", "--json").json
    assert said["assumed"][0] == "drafts of 832x464, as they are ordered now"
    assert said["steps"] < 50


def test_without_gpus_nothing_of_them_is_said(planned):
    said = planned.types("estimate", planned.film, "--json").json
    assert set(said) == {"work", "seconds", "plan_usd", "pictures"}
    assert said["work"]["render"]["count"] == 10


class TestOnThisMachine:
    """With the real generator for GPUs and the stand-in for the driver."""

    @pytest.fixture
    def box(self, tmp_path_factory, tmp_path):
        return FakeBox(tmp_path / "box", build(tmp_path_factory.mktemp("nvml")))

    def estimates(self, person, box: FakeBox, *words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "longvid_tui", "estimate", str(person.film), *words]
        return subprocess.run(command, env=box.environment, capture_output=True, text=True, check=False)

    def test_free_gpus_are_the_box_and_the_others_are_named(self, planned, box):
        planned.edits("video: quick", "video: wan")
        box.says("gpus 4", "1.fault 15")
        answer = self.estimates(planned, box, "--json")
        assert answer.returncode == 0, answer.stderr
        said = json.loads(answer.stdout)
        assert said["box"] == "3xH100-80"
        assert said["left_out"] == {"1": "lost: it has fallen off the bus; reset it or reboot"}
        assert said["filmed_by"] == "wan (14B)"
        assert said["gpus"] == [0, 2, 3]
        bars = said["strategies"]["auto"]["gantt"]
        assert {gpu for bar in bars for gpu in bar["gpus"]} == {0, 2, 3}, "as `gpus` numbers them"

    def test_a_gpu_that_others_use_counts_where_films_may_share_it(self, planned, box):
        planned.edits("video: quick", "video: wan")
        box.says("gpus 2", f"1.process {os.getpid()} 1000000000")
        assert json.loads(self.estimates(planned, box, "--json").stdout)["gpus"] == [0]
        planned.settles("gpus: {allow_foreign: true}")
        assert json.loads(self.estimates(planned, box, "--json").stdout)["gpus"] == [0, 1]

    def test_no_gpu_is_said_with_what_to_do(self, planned, box):
        planned.edits("video: quick", "video: wan")
        box.says("gpus 0")
        answer = self.estimates(planned, box)
        assert answer.returncode == 1
        assert "No GPU to film on" in answer.stderr
        assert "--gpus" in answer.stderr

    def test_a_load_counts_only_where_the_model_is_not_loaded_already(self, planned, box):
        planned.edits("video: quick", "video: gpu-warm")
        box.says("gpus 1")
        sleeps = Command(("sleep", "60"))
        uuid = "GPU-00000000-0000-4000-8000-000000000000"
        residents.keep(Resident(residents.home() / "asleep", (uuid,), "a model after 0 rungs", sleeps))
        try:
            assert self.seconds_of_load(planned, box) == 0
        finally:
            residents.dismiss()
        assert self.seconds_of_load(planned, box) > 0

    def seconds_of_load(self, person, box: FakeBox) -> float:
        answer = self.estimates(person, box, "--json")
        assert answer.returncode == 0, answer.stderr
        first = json.loads(answer.stdout)["strategies"]["auto"]["gantt"][0]
        return first["loaded"] - first["start"]
