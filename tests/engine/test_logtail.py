import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from longvid_tui.engine.logtail import LogTail, last_lines


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "log"


def append(path: Path, data: bytes) -> None:
    with path.open("ab") as file:
        file.write(data)


def test_there_are_no_lines_while_there_is_no_log(log: Path) -> None:
    assert LogTail(log).read() == []
    assert last_lines(log, 5) == []


def test_each_line_comes_once_and_whole(log: Path) -> None:
    tail = LogTail(log)
    append(log, b"loading t5\nloading v")
    assert tail.read() == ["loading t5"]
    append(log, b"ae\n")
    assert tail.read() == ["loading vae"]
    assert tail.read() == []


def test_a_progress_bar_is_a_line_per_step(log: Path) -> None:
    tail = LogTail(log)
    append(log, b"\r@LV 1/50\r@LV 2/50\r\n")
    assert tail.read() == ["@LV 1/50", "@LV 2/50"]


def test_the_newest_step_of_a_bar_is_seen_as_soon_as_the_log_stands_still(log: Path) -> None:
    tail = LogTail(log)
    append(log, b"\r@LV 7/50")
    assert tail.read() == []
    assert tail.read() == ["@LV 7/50"]
    assert tail.read() == []


def test_bytes_that_are_no_text_are_replaced(log: Path) -> None:
    append(log, b"caf\xff\n")
    assert LogTail(log).read() == ["caf\N{REPLACEMENT CHARACTER}"]


def test_of_a_flood_only_the_end_is_read_and_the_rest_is_counted(log: Path) -> None:
    append(log, b"".join(b"%07d\n" % number for number in range(1_000_000)))
    notice, *lines = LogTail(log).read()
    skipped = int(notice.removeprefix("[").split()[0])
    assert skipped + sum(len(line) + 1 for line in lines) == 8_000_000
    assert len(lines) < 50_000
    assert lines[-1] == "0999999"


def test_a_line_without_end_does_not_pile_up(log: Path) -> None:
    tail = LogTail(log)
    append(log, b"x" * 100_000)
    assert tail.read() == ["x" * 100_000]


def test_a_log_that_was_cut_is_followed_from_its_new_end(log: Path) -> None:
    tail = LogTail(log)
    append(log, b"before\n" * 100)
    tail.read()
    os.truncate(log, 70)
    assert tail.read() == ["[the log was cut: output in between is not shown]"]
    append(log, b"after\n")
    assert tail.read() == ["after"]


@given(st.lists(st.text(alphabet="aé狐\n\r", min_size=1, max_size=8), max_size=12), st.booleans())
def test_however_a_log_grows_its_lines_are_the_same(pieces: list[str], bytewise: bool) -> None:
    whole = "".join(pieces)
    encoded = whole.encode()
    chunks = [bytes([byte]) for byte in encoded] if bytewise else [piece.encode() for piece in pieces]
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        tail, lines = LogTail(log), []
        for chunk in chunks:
            append(log, chunk)
            lines += tail.read()
        lines += tail.read()
        expected = [line for line in whole.replace("\r", "\n").split("\n") if line]
        assert lines == expected
        assert last_lines(log, 3) == expected[-3:]


def test_the_last_lines_of_a_long_log_are_found_without_reading_it_all(log: Path) -> None:
    append(log, b"noise\n" * 1_000_000 + b"RuntimeError: no\n")
    assert last_lines(log, 2) == ["noise", "RuntimeError: no"]
