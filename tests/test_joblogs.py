"""What running jobs write is read along: each line once, and of a flood the end."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from longvid_tui.joblogs import JobLogs


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "attempts" / "s1-0123456789" / "log"
    path.parent.mkdir(parents=True)
    return path


S1 = {"attempt": "s1-0123456789", "target": "s1"}


def test_each_line_is_read_once_and_the_protocol_is_not_for_people(log: Path, tmp_path: Path) -> None:
    jobs = JobLogs(str(tmp_path))
    log.write_bytes(b"one\r@LV film 1/81\ntwo\nthr")
    assert [(line.target, line.text) for line in jobs.read([S1])] == [("s1", "one"), ("s1", "two")]
    with log.open("ab") as file:
        file.write(b"ee\n")
    assert [line.text for line in jobs.read([S1])] == ["three"]
    assert jobs.read([S1]) == []


def test_of_a_flood_the_end_is_shown_in_whole_lines(log: Path, tmp_path: Path) -> None:
    jobs = JobLogs(str(tmp_path))
    log.write_text("first\nbegun")
    jobs.read([S1])
    with log.open("a") as file:
        file.writelines(f"\nline {number:06}" for number in range(100_000))
        file.write("\n")
    lines = [line.text for line in jobs.read([S1])]
    assert lines[-1] == "line 099999"
    assert 1000 < len(lines) < 6000
    assert all(len(line) == len("line 000000") for line in lines), (
        "none is cut, none is glued to what was before"
    )


def test_a_pipe_in_the_place_of_a_log_is_not_waited_for(log: Path, tmp_path: Path) -> None:
    os.mkfifo(log)
    assert JobLogs(str(tmp_path)).read([S1]) == []


def test_logs_share_what_is_read_at_one_look(log: Path, tmp_path: Path) -> None:
    log.write_text("a line of some length\n" * 10_000)
    others = [{"attempt": f"s{number}-0123456789", "target": f"s{number}"} for number in range(2, 9)]
    alone, together = (len(JobLogs(str(tmp_path)).read(logs)) for logs in ([S1], [S1, *others]))
    assert together == pytest.approx(alone / 8, rel=0.01)
