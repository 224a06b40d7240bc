import os
import resource
import subprocess
import time
from pathlib import Path

import pytest

from longvid_tui.engine.processes import MARK, alive, boot_id, bytes_read, process_start, sweep


def test_a_process_is_known_by_pid_start_and_boot() -> None:
    with subprocess.Popen(["sleep", "60"]) as process:
        start = process_start(process.pid)
        assert start
        assert alive(process.pid, start, boot_id())
        assert not alive(process.pid, start + 1, boot_id()), "a later owner of the pid was taken for it"
        assert not alive(process.pid, start, "another boot")
        process.kill()


def test_a_zombie_is_not_alive_though_it_answers_signals() -> None:
    process = subprocess.Popen(["true"])
    start = process_start(process.pid)
    assert start
    deadline = time.monotonic() + 10
    while alive(process.pid, start, boot_id()):
        assert time.monotonic() < deadline
    os.kill(process.pid, 0)
    process.wait()
    assert process_start(process.pid) is None
    assert not alive(process.pid, start, boot_id())


def test_a_process_cannot_hide_behind_its_name(tmp_path: Path) -> None:
    odd = tmp_path / "a) Z 1 1 (b"
    odd.symlink_to("/bin/sleep")
    ours = process_start(os.getpid())
    assert ours
    with subprocess.Popen([odd, "60"]) as process:
        start = process_start(process.pid)
        assert start
        assert start >= ours
        assert alive(process.pid, start, boot_id())
        process.kill()


def test_a_sweep_kills_what_carries_the_mark_and_nothing_else() -> None:
    def marked(attempt_id: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            ["sh", "-c", "trap '' TERM; sleep 60 & wait"],
            env={**os.environ, MARK: attempt_id},
            start_new_session=True,
        )

    mine, longer, other = marked("s1-sweep"), marked("s1-sweep2"), marked("s2-sweep")
    with mine, longer, other:
        found: set[int] = set()
        while killed := sweep("s1-sweep"):
            found.update(killed)
        assert mine.pid in found
        assert mine.wait() == -9
        assert longer.poll() is None
        assert other.poll() is None
        while sweep("s1-sweep2") or sweep("s2-sweep"):
            pass


def test_who_shows_no_environment_yet_may_be_one_of_them_and_is_left_alone() -> None:
    """Within execve(2) the kernel has none to show: a child of the attempt was taken for nobody's."""
    with subprocess.Popen(["sleep", "60"], env={}) as process:
        deadline = time.monotonic() + 10
        assert process.pid in sweep("s1-exec")
        while sweep("s1-exec"):
            assert time.monotonic() < deadline, "who has none for good is nobody's"
            time.sleep(0.1)
        assert process.poll() is None
        process.kill()


def test_what_the_processes_of_an_attempt_read_from_disk_is_counted(tmp_path: Path) -> None:
    """Cold, by O_DIRECT: what the page cache has is not read from anywhere."""
    weights = tmp_path / "weights"
    with weights.open("wb") as file:
        file.write(bytes(1 << 20))
        os.fsync(file.fileno())
    copy = f"dd if={weights} of=/dev/null bs=1M iflag=direct"
    counted = resource.getrusage(resource.RUSAGE_CHILDREN).ru_inblock
    subprocess.run(copy.split(), stderr=subprocess.DEVNULL, check=False)
    if resource.getrusage(resource.RUSAGE_CHILDREN).ru_inblock == counted:
        pytest.skip("files are kept in memory here, or nobody counts what is read of them")
    line = f"read start && {copy} 2>&1 && echo read && read end"
    with subprocess.Popen(
        ["bash", "-c", line],
        env={**os.environ, MARK: "s1-loads"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as loader:
        assert loader.stdin
        assert loader.stdout
        before = bytes_read(["s1-loads"])
        loader.stdin.write(b"\n")
        loader.stdin.flush()
        while b"read" not in (said := loader.stdout.readline()):
            assert said
        after = bytes_read(["s1-loads"])
        loader.stdin.close()
    assert after - before >= 1 << 20
    assert bytes_read(["s1-another"]) == 0
