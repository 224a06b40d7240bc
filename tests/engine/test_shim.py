"""The shim as its callers meet it: a process started by path, judged by the files it leaves."""

import contextlib
import errno
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from longvid_tui.engine import shim
from longvid_tui.engine.processes import MARK, alive, boot_id, sweep

LIMIT = 1 << 20
DETACHED = "import os, time; os.fork() and os._exit(0); os.setsid(); os.fork() and os._exit(0); time.sleep(60)"


def eventually(happens: Callable[[], Any], seconds: float = 20.0) -> Any:
    deadline = time.monotonic() + seconds
    while not (result := happens()):
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.01)
    return result


def shim_argv(directory: Path) -> list[str]:
    return [sys.executable, "-I", "-S", shim.__file__, str(directory)]


class Attempt:
    """A directory with a command, and the shim that runs it."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.environment = {**os.environ, MARK: directory.name}
        self.shim: subprocess.Popen[bytes] | None = None

    def write(self, *argv: str, grace: float = 5.0, cwd: str | None = None, limit: int = LIMIT) -> None:
        command = {"argv": argv, "cwd": cwd, "grace": grace, "log_limit": limit}
        (self.directory / "command.json").write_text(json.dumps(command))

    def start(self, *argv: str, **settings: Any) -> "Attempt":
        self.write(*argv, **settings)
        self.shim = subprocess.Popen(shim_argv(self.directory), env=self.environment, start_new_session=True)
        return self

    def says(self, text: str) -> None:
        eventually(lambda: text in self.log)

    @property
    def log(self) -> str:
        path = self.directory / "log"
        return path.read_text() if path.exists() else ""

    def record(self, name: str) -> dict[str, Any]:
        path = self.directory / name
        eventually(path.exists)
        return dict(json.loads(path.read_bytes()))

    def run(self, *argv: str, **settings: Any) -> dict[str, Any]:
        self.start(*argv, **settings)
        return self.record("exit.json")

    def job(self) -> list[int]:
        """Every process that carries the attempt's mark, except the shim."""
        mark = f"{MARK}={self.directory.name}".encode()
        found = []
        for pid in set(shim.all_pids()) - {self.record("shim.json")["pid"]}:
            with contextlib.suppress(OSError):
                if mark in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0"):
                    found.append(pid)
        return found

    def tell(self, number: signal.Signals) -> None:
        os.kill(self.record("shim.json")["pid"], number)


@pytest.fixture
def attempt(tmp_path: Path) -> Iterator[Attempt]:
    directory = tmp_path / f"s1-{os.urandom(5).hex()}"
    directory.mkdir(0o700)
    started = Attempt(directory)
    yield started
    while sweep(directory.name):
        time.sleep(0.01)
    if started.shim:
        started.shim.wait()


@pytest.mark.parametrize("code", [0, 3])
def test_the_exit_code_of_the_job_is_recorded(attempt: Attempt, code: int) -> None:
    end = attempt.run("sh", "-c", f"exit {code}")
    assert (end["code"], end["signal"], end["stopped"]) == (code, None, False)
    assert 0 <= end["seconds"] < 20
    assert abs(end["t"] - time.time()) < 60


def test_the_signal_that_killed_the_job_is_recorded(attempt: Attempt) -> None:
    end = attempt.run("sh", "-c", "kill -SEGV $$")
    assert (end["code"], end["signal"], end["stopped"]) == (None, signal.SIGSEGV, False)


@pytest.mark.parametrize(("argv", "cwd"), [(["/no/such program"], None), (["true"], "/no/such folder")])
def test_a_job_that_cannot_be_run_ends_with_127_and_says_why(
    attempt: Attempt, argv: list[str], cwd: str | None
) -> None:
    assert attempt.run(*argv, cwd=cwd)["code"] == 127
    assert attempt.log.startswith("longvid-tui: cannot run")
    assert "/no/such" in attempt.log
    assert "No such file or directory" in attempt.log


def test_the_job_runs_where_it_was_told_to(attempt: Attempt, tmp_path: Path) -> None:
    attempt.run("pwd", cwd=str(tmp_path))
    assert attempt.log.strip() == str(tmp_path)


def test_both_streams_go_to_the_log_and_nothing_comes_in(attempt: Attempt) -> None:
    assert attempt.run("sh", "-c", "cat; echo out; echo err >&2")["code"] == 0
    assert sorted(attempt.log.split()) == ["err", "out"]


def test_everything_it_leaves_is_private(attempt: Attempt) -> None:
    attempt.run("sh", "-c", "echo made by the job > out.mp4")
    modes = {path.name: path.stat().st_mode & 0o777 for path in attempt.directory.iterdir()}
    assert {name: modes[name] for name in ("log", "shim.json", "exit.json", "out.mp4")} == dict.fromkeys(
        ("log", "shim.json", "exit.json", "out.mp4"), 0o600
    )
    assert not [name for name in modes if name.endswith(".new")]


def test_it_says_who_it_is_so_that_it_can_be_told_from_a_later_owner_of_its_pid(attempt: Attempt) -> None:
    attempt.start("sleep", "60")
    who = attempt.record("shim.json")
    assert attempt.shim
    assert (who["pid"], who["boot"], who["protocol"]) == (attempt.shim.pid, boot_id(), 1)
    assert alive(who["pid"], who["start"], who["boot"])


def test_the_job_meets_default_signals_and_its_own_session(attempt: Attempt) -> None:
    attempt.run("sh", "-c", "grep -E '^Sig(Blk|Ign)' /proc/self/status; cut -d' ' -f6 /proc/$$/stat; echo $$")
    *masks, session, pid = attempt.log.split("\n")[:-1]
    # The C library keeps two signals for itself, which no program can name: posix_spawn may leave them ignored.
    ours = sum(1 << number - 1 for number in signal.valid_signals())
    assert [int(line.split()[1], 16) & ours for line in masks] == [0, 0]
    assert session == pid


def test_the_job_offers_itself_to_a_kernel_short_of_memory(attempt: Attempt) -> None:
    ours = int(Path("/proc/self/oom_score_adj").read_text())
    attempt.run("cat", "/proc/self/oom_score_adj")
    assert int(attempt.log) == min(1000, ours + 500)


def test_a_job_told_to_stop_may_end_in_its_own_way(attempt: Attempt) -> None:
    attempt.start("sh", "-c", "trap 'echo bye; exit 5' TERM; echo up; while :; do sleep 0.05; done")
    attempt.says("up")
    attempt.tell(signal.SIGTERM)
    end = attempt.record("exit.json")
    assert (end["code"], end["stopped"]) == (5, True)
    attempt.says("bye")


def test_a_job_that_ignores_term_is_killed_after_the_grace(attempt: Attempt) -> None:
    attempt.start("sh", "-c", "trap '' TERM; echo up; while :; do sleep 0.05; done", grace=0.3)
    attempt.says("up")
    attempt.tell(signal.SIGINT)
    end = attempt.record("exit.json")
    assert (end["code"], end["signal"], end["stopped"]) == (None, signal.SIGKILL, True)
    assert attempt.job() == []


def test_being_told_twice_does_not_prolong_the_grace(attempt: Attempt) -> None:
    attempt.start("sh", "-c", "trap '' TERM; echo up; while :; do sleep 0.05; done", grace=0.5)
    attempt.says("up")
    told = time.monotonic()
    while not (attempt.directory / "exit.json").exists():
        assert time.monotonic() < told + 10, "it lives as long as it is told to stop"
        attempt.tell(signal.SIGTERM)
        time.sleep(0.05)


def test_a_detached_grandchild_is_gone_before_the_end_is_recorded(attempt: Attempt) -> None:
    end = attempt.run(sys.executable, "-c", DETACHED)
    assert end["code"] == 0
    assert attempt.job() == []


def test_workers_are_gone_when_their_launcher_was_killed(attempt: Attempt) -> None:
    workers = "trap '' TERM; echo worker; exec sleep 60"
    attempt.start("sh", "-c", f"setsid sh -c '{workers}' & setsid sh -c '{workers}' & echo pid $$; wait")
    eventually(lambda: attempt.log.count("worker") == 2 and "pid" in attempt.log)
    os.kill(int(attempt.log.split("pid ")[1].split()[0]), signal.SIGKILL)
    assert attempt.record("exit.json")["signal"] == signal.SIGKILL
    assert attempt.job() == []


def test_the_run_goes_on_when_whoever_started_it_is_killed(attempt: Attempt) -> None:
    attempt.write("sh", "-c", "echo up; sleep 0.5; echo done")
    starter = (
        "import subprocess, sys, time\nsubprocess.Popen(sys.argv[1:], start_new_session=True)\ntime.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", starter, *shim_argv(attempt.directory)])
    attempt.says("up")
    parent.kill()
    parent.wait()
    assert attempt.record("exit.json")["code"] == 0
    assert attempt.log.split() == ["up", "done"]


def test_a_hangup_ends_nothing(attempt: Attempt) -> None:
    attempt.start("sh", "-c", "echo up; sleep 0.3; echo done")
    attempt.says("up")
    attempt.tell(signal.SIGHUP)
    end = attempt.record("exit.json")
    assert (end["code"], end["stopped"]) == (0, False)
    assert "done" in attempt.log


def test_the_job_does_not_outlive_a_killed_shim(attempt: Attempt) -> None:
    attempt.start("sh", "-c", "echo pid $$; exec sleep 60")
    attempt.says("pid")
    job = int(attempt.log.split()[1])
    attempt.tell(signal.SIGKILL)
    eventually(lambda: (stat := shim.read_stat(job)) is None or stat.over)
    assert not (attempt.directory / "exit.json").exists()


def test_a_flood_of_output_loses_its_middle_and_keeps_both_ends(attempt: Attempt) -> None:
    flood = "[print('x' * 99) for _ in range(30_000)]"
    cut = f"import os, time\nwhile os.fstat(1).st_size > {LIMIT}: time.sleep(0.01)"
    script = f"print('first')\n{flood}\n{cut}\n{flood}\nprint('last')"
    assert attempt.run(sys.executable, "-c", script, limit=LIMIT)["code"] == 0
    assert len(attempt.log) < LIMIT
    assert attempt.log.startswith("first")
    assert attempt.log.endswith("last\n")
    assert "its middle is cut here" in attempt.log


def test_waiting_for_a_job_costs_no_processor_time(attempt: Attempt) -> None:
    def ticks(pid: int) -> int:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return int(fields[11]) + int(fields[12])

    attempt.start("sh", "-c", "echo up; exec sleep 60")
    attempt.says("up")
    pid = attempt.record("shim.json")["pid"]
    before = ticks(pid)
    time.sleep(1.5)
    assert ticks(pid) - before <= 1


def test_a_project_moved_while_it_films_still_gets_its_result(attempt: Attempt) -> None:
    attempt.start("sh", "-c", "echo up; sleep 0.3")
    attempt.says("up")
    attempt.directory = attempt.directory.rename(attempt.directory.with_name("moved"))
    assert attempt.record("exit.json")["code"] == 0


def test_the_result_of_a_finished_job_waits_for_space_on_a_full_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refusals = [OSError(errno.ENOSPC, "No space left on device")] * 2
    fsync = os.fsync

    def full_twice(fd: int) -> None:
        if refusals:
            raise refusals.pop()
        fsync(fd)

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(os, "fsync", full_twice)
    monkeypatch.setattr(time, "sleep", lambda seconds: None)
    shim._leave({"code": 0, "stopped": False})
    assert json.loads((tmp_path / "exit.json").read_bytes()) == {"code": 0, "stopped": False}
