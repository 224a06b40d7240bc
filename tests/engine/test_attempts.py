"""Attempts with real shims and jobs: started, found again, stopped, swept, judged."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from longvid_tui.backends.contract import Command
from longvid_tui.engine import attempts, shim
from longvid_tui.engine.attempts import Dying, Lost, Running, Standing, Starting
from longvid_tui.engine.failures import Ended
from longvid_tui.engine.logtail import LogTail, last_lines
from longvid_tui.engine.processes import MARK, boot_id, process_start, sweep
from longvid_tui.engine.shim import all_pids

SLEEP = Command(("sleep", "60"))
DETACHED_WORKER = "setsid sh -c \"trap '' TERM; echo up; exec sleep 60\" & wait"


def final(look: Callable[[], Standing], seconds: float = 20.0) -> Standing:
    deadline = time.monotonic() + seconds
    while not isinstance(standing := look(), Ended | Lost):
        assert time.monotonic() < deadline, standing
        time.sleep(0.01)
    return standing


class Run:
    """One attempt as an engine sees it."""

    def __init__(self, root: Path) -> None:
        self.id = attempts.new_attempt_id("s1")
        self.directory = root / self.id
        self.directory.mkdir(0o700)
        self.started = time.time()
        self.shim: subprocess.Popen[bytes] | None = None

    def spawn(self, command: Command, grace: float = 5.0) -> "Run":
        self.shim = attempts.spawn(self.directory, command, grace=grace)
        return self

    def look(self, later: float = 0.0) -> Standing:
        return attempts.look(self.directory, self.id, self.started, time.time() + later)

    def end(self, later: float = 0.0) -> Standing:
        return final(lambda: self.look(later))

    def running(self) -> int:
        deadline = time.monotonic() + 20
        while not isinstance(standing := self.look(), Running):
            assert time.monotonic() < deadline, standing
            time.sleep(0.01)
        return standing.pid

    def says(self, text: str) -> None:
        deadline = time.monotonic() + 20
        while text not in self.log:
            assert time.monotonic() < deadline, self.log
            time.sleep(0.01)

    @property
    def log(self) -> str:
        return "\n".join(last_lines(self.directory / "log", 100))


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    made = Run(tmp_path)
    yield made
    while sweep(made.id):
        time.sleep(0.01)
    if made.shim:
        made.shim.wait()


def marked(attempt_ids: set[str]) -> list[int]:
    """Processes that work for one of the attempts."""
    found = []
    for pid in all_pids():
        try:
            environment = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
        except OSError:
            continue
        if any(f"{MARK}={attempt_id}".encode() in environment for attempt_id in attempt_ids):
            found.append(pid)
    return found


def is_shim(pid: int) -> bool:
    """Whether it is one, also before it has named itself: on a busy machine most of its life."""
    try:
        return shim.__file__.encode() in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return False


def test_an_attempt_runs_and_ends(run: Run) -> None:
    run.spawn(Command(("sh", "-c", "echo working; exit 3")))
    end = run.end()
    assert isinstance(end, Ended)
    assert (end.code, end.signal, end.stopped) == (3, None, False)
    assert 0 <= end.seconds < 20
    assert abs(end.at - time.time()) < 60
    assert run.log == "working"


def test_an_attempt_is_starting_then_running_then_ended_and_stays_so(run: Run) -> None:
    assert run.look() == Starting()
    run.spawn(Command(("sleep", "0.3")))
    assert run.shim
    assert run.running() == run.shim.pid
    end = run.end()
    run.shim.wait()
    assert run.look() == end


def test_attempt_ids_are_never_used_twice() -> None:
    assert len({attempts.new_attempt_id("s1") for _ in range(1000)}) == 1000
    assert attempts.new_attempt_id("s7").startswith("s7-")


def test_arguments_travel_in_a_private_file_and_in_no_process_list(run: Run) -> None:
    script = (
        "import json, sys\n"
        "print(json.load(open(sys.argv[1]))['prompt'])\n"
        "print(open('/proc/self/cmdline').read())"
    )
    run.spawn(Command((sys.executable, "-c", script, "{args}"), args={"prompt": "ein fuchs 狐"}))
    shim_line = Path(f"/proc/{run.running()}/cmdline").read_text()
    assert isinstance(run.end(), Ended)
    prompt, *job_line = run.log.split("\n")
    assert prompt == "ein fuchs 狐"
    assert "fuchs" not in shim_line + "".join(job_line)
    modes = {path.name: path.stat().st_mode & 0o777 for path in run.directory.iterdir()}
    assert set(modes.values()) == {0o600}, modes


def test_the_job_finds_itself_in_its_own_directory_unless_told_otherwise(run: Run, tmp_path: Path) -> None:
    run.spawn(Command(("pwd",)))
    run.end()
    assert run.log == str(run.directory)
    other = Run(tmp_path).spawn(Command(("pwd",), cwd=tmp_path))
    other.end()
    assert other.log == str(tmp_path)


def test_the_job_knows_no_secret_but_those_its_command_names(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    monkeypatch.setenv("HF_TOKEN", "hf-ours")
    monkeypatch.setenv("PLAIN", "kept")
    run.spawn(Command(("env",), env={"HF_TOKEN": "hf-wanted", "CUDA_VISIBLE_DEVICES": "GPU-1"}))
    run.end()
    environment = dict(line.split("=", 1) for line in run.log.split("\n") if "=" in line)
    assert "OPENAI_API_KEY" not in environment
    assert environment["HF_TOKEN"] == "hf-wanted"
    assert environment["CUDA_VISIBLE_DEVICES"] == "GPU-1"
    assert environment["PLAIN"] == "kept"
    assert environment[MARK] == run.id
    written = b"".join(path.read_bytes() for path in run.directory.glob("*.json"))
    assert b"hf-" not in written
    assert b"sk-" not in written


def test_a_stopped_attempt_ends_with_its_whole_tree(run: Run) -> None:
    run.spawn(Command(("sh", "-c", DETACHED_WORKER)), grace=0.2)
    run.says("up")
    attempts.stop(run.directory)
    end = run.end()
    assert isinstance(end, Ended)
    assert end.stopped
    assert run.shim
    assert [pid for pid in marked({run.id}) if pid != run.shim.pid] == []


def test_stopping_what_does_not_run_is_harmless(run: Run) -> None:
    attempts.stop(run.directory)
    run.spawn(Command(("true",)))
    run.end()
    attempts.stop(run.directory)


def test_an_attempt_whose_shim_was_killed_is_lost_once_nothing_of_it_is_left(run: Run) -> None:
    run.spawn(Command(("sh", "-c", DETACHED_WORKER)))
    run.says("up")
    os.kill(run.running(), signal.SIGKILL)
    seen: list[type[Standing]] = []
    while seen[-1:] != [Lost]:
        seen.append(type(run.look()))
    assert Dying in seen, "the detached worker was not swept"
    assert marked({run.id}) == []
    assert run.end() == Lost()


def test_a_shim_that_names_itself_too_late_does_not_run_the_job_a_second_time(run: Run) -> None:
    run.spawn(Command(("sh", "-c", "echo ran")))
    assert run.shim
    run.shim.send_signal(signal.SIGSTOP)
    if (run.directory / "shim.json").exists():
        pytest.skip("the shim was faster than the test")
    assert run.end(later=60) == Lost()
    assert run.shim.wait() == -signal.SIGKILL
    assert run.log == ""


def test_an_attempt_that_ends_while_it_is_looked_at_is_not_lost(run: Run) -> None:
    end = {"code": 0, "signal": None, "stopped": False, "seconds": 1.0, "t": 2.0, "oom_kills": 0}
    gone = {"pid": 2**22 + 1, "start": 1, "boot": boot_id(), "protocol": 1}
    (run.directory / "shim.json").write_text(json.dumps(gone))
    leave = [lambda: (run.directory / "exit.json").write_text(json.dumps(end))]

    def ends_meanwhile(event: str, about: tuple[Any, ...]) -> None:
        if leave and event == "open" and str(about[0]) == str(run.directory / "shim.json"):
            leave.pop()()

    sys.addaudithook(ends_meanwhile)
    assert run.look() == Ended(code=0, seconds=1.0, at=2.0)
    assert not leave


@pytest.mark.parametrize("odd", ["pipe", "link", "folder", "[]", '{"pid": "1"}', "[" * 100_000])
def test_what_no_shim_would_have_left_is_as_good_as_nothing_and_nobody_waits_for_it(run: Run, odd: str) -> None:
    for name in ("shim.json", "exit.json", "log"):
        path = run.directory / name
        match odd:
            case "pipe":
                os.mkfifo(path)
            case "link":
                path.symlink_to("/dev/zero")
            case "folder":
                path.mkdir()
            case _:
                path.write_text(odd)
    assert run.end(later=60) == Lost()  # a process within execve anywhere makes one look uncertain
    attempts.stop(run.directory)
    if odd in ("pipe", "link", "folder"):
        assert LogTail(run.directory / "log").read() == []
        assert last_lines(run.directory / "log", 5) == []


@pytest.mark.parametrize("skew", [60.0, -60.0])
def test_an_attempt_that_never_started_is_lost_whichever_way_the_clock_jumped(run: Run, skew: float) -> None:
    assert run.look() == Starting()
    assert run.end(later=skew) == Lost()


@pytest.mark.parametrize("wrong", [{"start": 1}, {"boot": "before the power cut"}])
def test_another_process_with_the_pid_of_the_shim_is_left_alone(run: Run, wrong: dict[str, Any]) -> None:
    with subprocess.Popen(["sleep", "60"]) as stranger:
        who = {"pid": stranger.pid, "start": process_start(stranger.pid), "boot": boot_id(), "protocol": 1}
        (run.directory / "shim.json").write_text(json.dumps({**who, **wrong}))
        attempts.stop(run.directory)
        assert run.end() == Lost()
        time.sleep(0.05)
        assert stranger.poll() is None
        stranger.kill()


def test_records_emptied_by_a_power_cut_count_as_none(run: Run) -> None:
    (run.directory / "shim.json").touch()
    (run.directory / "exit.json").touch()
    assert run.look() == Starting()
    assert run.end(later=60) == Lost()


def test_an_attempt_goes_on_without_the_engine_that_started_it(run: Run) -> None:
    starter = (
        "import sys, time\nfrom pathlib import Path\nfrom longvid_tui.backends.contract import Command\n"
        "from longvid_tui.engine.attempts import spawn\n"
        "shim = spawn(Path(sys.argv[1]), Command(('sh', '-c', 'echo up; sleep 0.4; echo done')))\n"
        "time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", starter, str(run.directory)]) as engine:
        run.says("up")
        engine.kill()
    end = run.end()
    assert isinstance(end, Ended)
    assert end.code == 0
    assert run.log == "up\ndone"


ENGINE = """
import random, sys, time
from pathlib import Path
from longvid_tui.backends.contract import Command
from longvid_tui.engine import attempts, shim

root, job, dice = Path(sys.argv[1]), sys.argv[2], random.Random(int(sys.argv[3]))
shims = []
while True:
    attempt_id = attempts.new_attempt_id("s1")
    directory = root / "attempts" / attempt_id
    directory.mkdir(0o700)
    with (root / "journal").open("a") as journal:
        journal.write(f"{attempt_id} {time.time()}\\n")
    shims.append(attempts.spawn(directory, Command(("sh", "-c", job)), grace=0.3))
    time.sleep(dice.uniform(0.02, 0.2))
"""
JOB = """
echo ran >> ran
setsid sh -c "trap '' TERM; exec sleep 30" &
sleep 0.$(($$ % 5))
exit 0
"""


@pytest.mark.soak
def test_fifty_random_kills_leave_every_attempt_judged_once_and_no_process_behind(tmp_path: Path) -> None:
    """The engine starts attempts until it is killed, another follows; what each left is judged meanwhile."""
    (tmp_path / "attempts").mkdir()
    (tmp_path / "journal").touch()
    dice = random.Random(20_26)
    verdicts: dict[str, Standing] = {}
    engine: subprocess.Popen[bytes] | None = None
    kills: dict[str, int] = {"engine": 0, "shim": 0, "job": 0}

    def journal() -> dict[str, float]:
        lines = (line.split() for line in (tmp_path / "journal").read_text().splitlines())
        return {attempt_id: float(started) for attempt_id, started in lines}

    def judge() -> dict[str, Standing]:
        """Judge the attempts that are open; answer those that stay so."""
        still: dict[str, Standing] = {}
        for attempt_id, started in journal().items():
            if attempt_id in verdicts:
                continue
            standing = attempts.look(tmp_path / "attempts" / attempt_id, attempt_id, started)
            (verdicts if isinstance(standing, Ended | Lost) else still)[attempt_id] = standing
        return still

    while sum(kills.values()) < 50 or min(kills.values()) < 4:
        if engine is None:
            argv = [sys.executable, "-c", ENGINE, str(tmp_path), JOB, str(dice.random())[2:]]
            engine = subprocess.Popen(argv)
            before = len(journal())
            while len(journal()) == before:
                time.sleep(0.01)
        time.sleep(dice.uniform(0, 0.06))
        running = judge()
        victim = dice.choices(["engine", "shim", "job"], [1, 4, 4])[0]
        if victim == "engine":
            engine.kill()
            engine.wait()
            engine = None
        else:
            pids = [pid for pid in marked(set(running)) if is_shim(pid) == (victim == "shim")]
            if not pids:
                continue
            try:
                os.kill(dice.choice(pids), signal.SIGKILL)
            except ProcessLookupError:
                continue
        kills[victim] += 1
    if engine:
        engine.kill()
        engine.wait()
    deadline = time.monotonic() + 15
    while judge():
        assert time.monotonic() < deadline
        time.sleep(0.02)

    assert marked(set(verdicts)) == []
    for attempt_id, verdict in verdicts.items():
        directory = tmp_path / "attempts" / attempt_id
        runs = (directory / "ran").read_text().split() if (directory / "ran").exists() else []
        assert len(runs) <= 1
        assert (directory / "exit.json").exists() == isinstance(verdict, Ended)
        assert attempts.look(directory, attempt_id, 0.0) == verdict
