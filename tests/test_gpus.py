"""The GPUs, through the real pynvml and a stand-in for the driver's library."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from longvid_tui.gpus import Process, Sample, groups, problems, usable
from longvid_tui.settings import user_settings_path

DOUBLES = Path(__file__).parent / "doubles" / "nvml"
sys.path.insert(0, str(DOUBLES))

from fake_nvml import FakeBox, build  # noqa: E402

GB = 1 << 30


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("nvml"))


@pytest.fixture
def box(library: Path, tmp_path: Path) -> FakeBox:
    return FakeBox(tmp_path / "box", library)


class Onlooker:
    """A process of its own that samples the box and tells what it sees."""

    def __init__(self, box: FakeBox, interval: float = 0.05, first: float = 30.0) -> None:
        self.process = subprocess.Popen(
            [sys.executable, DOUBLES / "onlooker.py", str(interval), str(first)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=box.environment,
        )  # fmt: skip
        self.looks()

    def looks(self) -> Any:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def sees(self, test: Callable[[Any], bool], seconds: float = 30.0) -> Any:
        """Look until `test` holds."""
        deadline = time.monotonic() + seconds
        while not test(seen := self.looks()):
            assert time.monotonic() < deadline, seen
            time.sleep(0.02)
        return seen

    def close(self) -> None:
        # One that hangs in the driver can only be killed.
        self.process.kill()
        self.process.communicate()


@pytest.fixture
def onlooker(box: FakeBox) -> Iterator[Callable[..., Onlooker]]:
    started: list[Onlooker] = []

    def start(**how: float) -> Onlooker:
        started.append(Onlooker(box, **how))
        return started[-1]

    yield start
    for each in started:
        each.close()


class TestSampling:
    def test_tells_all_that_a_card_tells(self, box: FakeBox, onlooker: Callable[..., Onlooker]) -> None:
        box.says(
            "gpus 1", "driver 999.1", f"0.memory_used {20 * GB}", f"0.memory_reserved {GB}", "0.utilisation 97",
            "0.power 412500", "0.temperature 64", "0.clock 1755", "0.throttle 0x4c", "0.ecc_corrected 5",
            "0.ecc_uncorrected 2", "0.xid 48", "0.numa 1", f"0.process {os.getpid()} {18 * GB}",
        )  # fmt: skip
        seen = onlooker().looks()
        gpu = seen["gpus"][0]
        assert seen["driver"] == "999.1"
        assert gpu["name"] == "NVIDIA H100 80GB HBM3"
        assert gpu["uuid"] == "GPU-00000000-0000-4000-8000-000000000000"
        assert (gpu["memory_total"], gpu["memory_used"]) == (85520809984, 20 * GB)
        assert gpu["memory_free"] == 85520809984 - 21 * GB
        assert (gpu["power_watts"], gpu["power_limit_watts"], gpu["temperature"]) == (412.5, 700.0, 64)
        assert (gpu["utilisation"], gpu["clock_mhz"], gpu["clock_max_mhz"], gpu["numa"]) == (97, 1755, 1980, 1)
        assert (gpu["ecc_corrected"], gpu["ecc_uncorrected"], gpu["xid"], gpu["mig"]) == (5, 2, 48, False)
        assert gpu["slowed_by"] == ["power limit", "hardware", "heat"]
        assert gpu["problems"] == [
            "slowed by hardware and heat",
            "2 uncorrected memory errors",
            "Xid 48: memory error that could not be corrected",
        ]
        (process,) = gpu["processes"]
        assert (process["pid"], process["memory"], process["uid"]) == (os.getpid(), 18 * GB, os.getuid())
        assert process["owner"]
        assert process["name"].startswith("py")

    def test_leaves_out_what_a_card_or_an_old_driver_does_not_know(
        self, box: FakeBox, onlooker: Callable[..., Onlooker]
    ) -> None:
        asked = (
            "uuid name numa memory utilisation power power_limit temperature clock clock_max throttle ecc mig"
        )
        box.says("gpus 2", f"0.unsupported {asked} processes events", "1.missing memory_v2 events mig numa")
        bare, old = onlooker().looks()["gpus"]
        told = {name for name, value in bare.items() if value not in (None, [], "", False)}
        assert told <= {"index", "age"}
        assert bare["problems"] == []
        assert old["memory_total"] == 85520809984
        assert old["mig"] is None

    def test_a_process_of_another_container_keeps_its_pid_only(
        self, box: FakeBox, onlooker: Callable[..., Onlooker]
    ) -> None:
        box.says("gpus 1", "0.process 4194305 1073741824")
        (process,) = onlooker().looks()["gpus"][0]["processes"]
        assert process == {"pid": 4194305, "memory": GB, "uid": None, "owner": None, "name": None}

    @pytest.mark.parametrize("count", [0, 64])
    def test_works_for_any_number_of_gpus(
        self, box: FakeBox, onlooker: Callable[..., Onlooker], count: int
    ) -> None:
        box.says(f"gpus {count}", *(f"{gpu}.numa 1" for gpu in range(32, 64)))
        seen = onlooker().looks()
        assert [gpu["index"] for gpu in seen["gpus"]] == list(range(count))
        assert [len(group["gpus"]) for group in seen["groups"]] == ([32, 32] if count else [])
        assert seen["problem"] == ("" if count else "The NVIDIA driver finds no GPU.")

    @pytest.mark.parametrize(
        ("init", "sentence"),
        [("9", "not loaded"), ("18", "updated while the old one runs: reboot"), ("999", "Unknown Error")],
    )
    def test_says_why_there_is_no_driver(
        self, box: FakeBox, onlooker: Callable[..., Onlooker], init: str, sentence: str
    ) -> None:
        box.says(f"init {init}")
        seen = onlooker().looks()
        assert sentence in seen["problem"]
        assert seen["gpus"] == []

    def test_works_without_the_drivers_library(
        self, box: FakeBox, onlooker: Callable[..., Onlooker], tmp_path: Path
    ) -> None:
        box.library = tmp_path
        assert onlooker().looks()["problem"] == "No NVIDIA driver: libnvidia-ml.so.1 was not found."

    def test_the_drivers_binding_is_loaded_only_when_gpus_are_looked_at(self) -> None:
        program = "import sys, longvid_tui.gpus; sys.exit('pynvml' in sys.modules)"
        assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


class TestFaults:
    def test_a_lost_gpu_says_so_and_the_others_go_on(
        self, box: FakeBox, onlooker: Callable[..., Onlooker]
    ) -> None:
        box.says("gpus 4")
        watching = onlooker()
        box.says("3.fault 15", "*.utilisation 50")
        seen = watching.sees(lambda seen: seen["gpus"][3]["lost"] and seen["gpus"][2]["utilisation"] == 50)
        assert seen["gpus"][3]["problems"] == ["lost: it has fallen off the bus; reset it or reboot"]
        assert seen["gpus"][3]["name"] == "NVIDIA H100 80GB HBM3"
        assert seen["gpus"][3]["memory_used"] is None

    def test_a_gpu_that_was_lost_from_the_start_comes_back_after_its_reset(
        self, box: FakeBox, onlooker: Callable[..., Onlooker]
    ) -> None:
        box.says("gpus 2", "1.fault 16")
        watching = onlooker()
        assert watching.looks()["gpus"][1]["problems"] == ["needs a reset: `nvidia-smi --gpu-reset -i 1`"]
        box.takes_back("1.fault 16")
        assert watching.sees(lambda seen: not seen["gpus"][1]["fault"])["gpus"][1]["memory_total"]

    def test_a_gpu_that_fails_otherwise_is_not_called_lost(
        self, box: FakeBox, onlooker: Callable[..., Onlooker]
    ) -> None:
        box.says("gpus 1", "0.fault 999")
        (gpu,) = onlooker().looks()["gpus"]
        assert (gpu["lost"], gpu["fault"]) == (False, "fails: Unknown Error")

    def test_a_gpu_that_hangs_grows_stale_alone_and_no_reader_waits(
        self, box: FakeBox, onlooker: Callable[..., Onlooker]
    ) -> None:
        box.says("gpus 8")
        watching = onlooker()
        box.says("5.fault wedged")
        seen = watching.sees(
            lambda seen: [gpu["index"] for gpu in seen["gpus"] if gpu["age"] >= 1] == [5]  # the others go on
        )
        assert seen["took"] < 1
        box.takes_back("5.fault wedged")
        assert watching.sees(lambda seen: seen["gpus"][5]["age"] < 0.5)["gpus"][5]["fault"] == ""

    def test_one_that_hangs_from_the_start_is_known_as_such(
        self, box: FakeBox, onlooker: Callable[..., Onlooker]
    ) -> None:
        box.says("gpus 3", "1.fault wedged", "0.nvlink 2")
        seen = onlooker(first=0.3).sees(lambda seen: seen["groups"] and not seen["gpus"][0]["fault"])
        assert seen["gpus"][1]["problems"] == ["has not answered yet"]
        assert seen["groups"] == [{"gpus": [0, 2], "link": "nvlink"}, {"gpus": [1], "link": "node"}]

    def test_a_driver_that_hangs_keeps_nobody_waiting(
        self, box: FakeBox, onlooker: Callable[..., Onlooker]
    ) -> None:
        box.says("init wedged")
        watching = onlooker(first=0.1)
        seen = watching.looks()
        assert re.fullmatch(r"The NVIDIA driver has not answered for \d s\.", seen["problem"])
        box.takes_back("init wedged")
        assert watching.sees(lambda seen: not seen["problem"])["gpus"]

    def test_every_new_xid_is_told(self, box: FakeBox, onlooker: Callable[..., Onlooker]) -> None:
        box.says("gpus 1")
        watching = onlooker()
        assert watching.looks()["gpus"][0]["xid"] is None
        for xid in (13, 79):
            box.says(f"0.xid {xid}")
            watching.sees(lambda seen, xid=xid: seen["gpus"][0]["xid"] == xid)


class TestGroups:
    def test_nvlink_islands_come_before_numa_nodes(
        self, box: FakeBox, onlooker: Callable[..., Onlooker]
    ) -> None:
        box.says("gpus 6", "0.nvlink 2", "2.nvlink 0", "4.numa 1", "5.numa 1")
        found = onlooker().looks()["groups"]
        assert found == [
            {"gpus": [0, 2], "link": "nvlink"},
            {"gpus": [1, 3], "link": "node"},
            {"gpus": [4, 5], "link": "node"},
        ]
        assert "linked by NVLink: 0, 2\n" in TestCommand().types(box).stdout

    def test_a_lost_gpu_stands_alone(self, box: FakeBox, onlooker: Callable[..., Onlooker]) -> None:
        box.says("gpus 3", "0.fault 15", "1.nvlink 2")
        assert [group["gpus"] for group in onlooker().looks()["groups"]] == [[0], [1, 2]]

    @given(st.integers(0, 9), st.dictionaries(
        st.tuples(st.integers(0, 4), st.integers(5, 9)), st.sampled_from(("nvlink", "pcie", "node", "system"))
    ))  # fmt: skip
    def test_every_gpu_is_in_exactly_one(self, count: int, links: dict[tuple[int, int], Any]) -> None:
        found = [gpu for group in groups(range(count), links) for gpu in group.gpus]
        assert sorted(found) == list(range(count))


IDLE = Sample(0, uuid="GPU-aa11", memory_total=80 * GB, memory_used=0, memory_free=80 * GB, processes=())


class TestPool:
    @pytest.mark.parametrize(
        ("about", "reason"),
        [
            ({}, ""),
            ({"memory_used": GB}, ""),
            ({"processes": None, "memory_used": 60 * GB}, ""),
            ({"fault": "lost: gone", "lost": True}, "lost: gone"),
            ({"age": 12.3}, "stale 12 s: its driver does not answer"),
            ({"xid": 79}, "Xid 79: it has fallen off the bus; it is tried again later"),
            ({"xid": 13}, ""),
            ({"mig": True}, "split into MIG slices; `nvidia-smi -i 0 -mig 0` joins them"),
            (
                {"processes": (Process(7, 40 * GB, 5, "alice", "python"),)},
                "in use by alice (python 7, 40.0 GB)",
            ),
            ({"processes": (Process(7), Process(8))}, "in use by somebody (process 7) and 1 more"),
            ({"processes": (Process(1000, 40 * GB),), "memory_used": 41 * GB}, ""),
            (
                {"processes": (Process(1000, 10 * GB),), "memory_used": 41 * GB},
                "in use by a program that cannot be seen from here",
            ),
        ],
    )
    def test_leaves_a_gpu_out_with_its_reason(self, about: dict[str, Any], reason: str) -> None:
        pool = usable([replace(IDLE, **about), replace(IDLE, index=1)], {1000})
        assert pool.out == ({0: reason} if reason else {})
        assert pool.gpus == ((1,) if reason else (0, 1))
        assert pool.taken == ({0} if reason.startswith("in use") else set())

    @pytest.mark.parametrize(
        ("cards", "gpus"),
        [
            ((("T400", 4), ("L40S", 48)), (1,)),
            ((("T400", 4), ("L40S", 48), ("L40S", 48)), (1, 2)),
            ((("H100", 80), ("RTX 3060", 12), ("RTX 3060", 12)), (0,)),
            (((None, None), (None, None)), (0, 1)),
        ],
    )
    def test_mixes_no_cards(
        self, cards: tuple[tuple[str | None, int | None], ...], gpus: tuple[int, ...]
    ) -> None:
        samples = [
            replace(IDLE, index=index, name=name, memory_total=size and size * GB)
            for index, (name, size) in enumerate(cards)
        ]
        pool = usable(samples, ())
        assert pool.gpus == gpus
        others = f"another card than the {cards[gpus[0]][0]}s"
        assert pool.out == {index: others for index in range(len(cards)) if index not in gpus}

    def test_says_a_reason_once_for_all_that_it_keeps_out(self) -> None:
        taken = [replace(IDLE, index=index, processes=(Process(7),)) for index in (0, 1, 3)]
        pool = usable([*taken, replace(IDLE, index=2, fault="fails")], ())
        assert pool.why_not == "GPU 0-1, 3: in use by somebody (process 7); GPU 2: fails"

    @pytest.mark.parametrize("processes", [(), (Process(7),)])
    def test_takes_what_cannot_be_seen_on_a_gpu_that_we_hold_for_ours(
        self, processes: tuple[Process, ...]
    ) -> None:
        in_a_container = replace(IDLE, memory_used=41 * GB, processes=processes)
        assert usable([in_a_container], ()).gpus == ()
        assert usable([in_a_container], (), held={"GPU-aa11"}).gpus == (0,)

    def test_shares_with_others_where_that_is_allowed_but_never_a_broken_gpu(self) -> None:
        taken = replace(IDLE, processes=(Process(7),))
        assert usable([taken], (), allow_foreign=True).gpus == (0,)
        assert usable([replace(taken, fault="fails")], (), allow_foreign=True).gpus == ()

    @pytest.mark.parametrize(
        ("visible", "gpus"),
        [(None, (0, 1)), ("1", (1,)), ("0,1", (0, 1)), ("", ()), ("-1,0", ()), ("GPU-aa", (0,)), ("1, GPU-aa11", (0, 1))],
    )  # fmt: skip
    def test_keeps_to_cuda_visible_devices(self, visible: str | None, gpus: tuple[int, ...]) -> None:
        samples = [IDLE, replace(IDLE, index=1, uuid="GPU-bb22")]
        assert usable(samples, (), visible=visible).gpus == gpus

    def test_ordinary_reasons_for_lower_clocks_are_no_problem(self) -> None:
        assert problems(replace(IDLE, slowed_by=("power limit",))) == []


class TestCommand:
    def types(
        self, box: FakeBox, *words: str, command: str = "gpus", **environment: str
    ) -> subprocess.CompletedProcess[str]:
        typed = [sys.executable, "-m", "longvid_tui", command, *words]
        surroundings = {**box.environment, "COLUMNS": "160", **environment}
        return subprocess.run(typed, env=surroundings, capture_output=True, text=True, check=False)

    def test_shows_who_uses_what_and_what_is_wrong(self, box: FakeBox) -> None:
        box.says("gpus 3", f"0.memory_used {40 * GB}", f"0.process {os.getpid()} {40 * GB}", "2.fault 15")
        answer = self.types(box)
        assert answer.returncode == 0, answer.stderr
        assert "H100 80GB HBM3" in answer.stdout
        assert "█████░░░░░ 40/80 GB" in answer.stdout
        said = answer.stdout.splitlines()
        assert re.fullmatch(rf"GPU 0: in use by .+ {os.getpid()}, 40.0 GB\)", said[-3])
        assert said[-2:] == ["GPU 2: lost: it has fallen off the bus; reset it or reboot", "1 of 3 can film: 1"]
        narrow = self.types(box, COLUMNS="80").stdout.splitlines()
        assert narrow[0].endswith("used by"), narrow
        assert len(narrow[1].split()) == len(narrow[2].split()) + 1, "the owner alone"
        doctor = self.types(box, command="doctor").stdout
        assert "ok  GPUs               2 x NVIDIA H100 80GB HBM3, 1 x GPU that does not answer;" in doctor
        user_settings_path().parent.mkdir()
        user_settings_path().write_text("gpus: {allow_foreign: true}\n")
        said = self.types(box).stdout.splitlines()
        assert said[-3].startswith("GPU 0: shared with ")
        assert said[-1] == "2 of 3 can film: 0-1"

    def test_json_knows_our_own_programs_by_their_mark(self, box: FakeBox) -> None:
        with subprocess.Popen(["sleep", "60"], env={"LONGVID_ATTEMPT": "s1-0123456789"}) as ours:
            box.says("gpus 2", f"0.process {ours.pid} {GB}", f"1.process {os.getpid()} {GB}")
            said = json.loads(self.types(box, "--json").stdout)
            ours.kill()
        assert [gpu["processes"][0]["ours"] for gpu in said["gpus"]] == [True, False]
        assert [gpu["usable"] for gpu in said["gpus"]] == [True, False]
        assert said["gpus"][1]["why_not"].startswith("in use by")

    def test_works_without_a_driver(self, box: FakeBox, tmp_path: Path) -> None:
        box.library = tmp_path
        answer = self.types(box)
        assert answer.returncode == 0
        assert answer.stdout.startswith("No NVIDIA driver: libnvidia-ml.so.1 was not found.")
        assert "animatic" in answer.stdout
        assert json.loads(self.types(box, "--json").stdout)["gpus"] == []

    def test_watches_until_it_is_interrupted(self, box: FakeBox) -> None:
        box.says("gpus 1")
        command = [sys.executable, "-m", "longvid_tui", "gpus", "--watch", "--json"]
        with subprocess.Popen(command, env=box.environment, stdout=subprocess.PIPE, text=True) as watching:
            assert watching.stdout
            assert json.loads(watching.stdout.readline())["gpus"][0]["utilisation"] == 0
            box.says("0.utilisation 88")
            while json.loads(watching.stdout.readline())["gpus"][0]["utilisation"] != 88:
                pass
            watching.send_signal(signal.SIGINT)
            assert watching.wait(10) == 0

    def test_names_from_elsewhere_cannot_drive_the_terminal(self, box: FakeBox) -> None:
        box.says("gpus 1", "0.name NVIDIA \x1b]52;c;aGk=\x07 [red]H100")
        answer = self.types(box)
        assert "\x1b]52" not in answer.stdout
        assert "[red]H100" in answer.stdout
