"""journal.jsonl: what was written reads back equal, whole or not at all, whatever a crash or a bad disk did."""

from __future__ import annotations

import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from longvid_tui.project.disk import Disk, DiskError
from longvid_tui.project.journal import (
    Event,
    Journal,
    JournalDamaged,
    format_line,
    parse,
    read,
    repair,
)

texts = st.text(max_size=12) | st.sampled_from(
    ('{"seq":1', "\n", "\r\n", "\ud800", "\0", " 00000000", "\u2028", "é\U0001f600")
)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**18), 10**19) | st.floats(-1e19, 1e19) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=5,
)
datas = st.dictionaries(texts.filter(lambda name: name not in ("seq", "t", "k")), values, max_size=3)
stories = st.lists(st.tuples(texts, datas), min_size=1, max_size=5).map(
    lambda told: [Event(seq, 1790000000.5 + seq, kind, data) for seq, (kind, data) in enumerate(told, start=1)]
)


@given(stories)
def test_any_events_read_back_equal(events):
    data = b"".join(map(format_line, events))
    assert parse(data, "j").events == tuple(events)
    assert parse(data, "j").torn == b""


@given(stories, st.data())
def test_a_journal_cut_anywhere_opens_with_what_was_whole(events, draw):
    lines = [format_line(event) for event in events]
    data = b"".join(lines)
    cut = draw.draw(st.integers(0, len(data)))
    reading = parse(data[:cut], "j")
    whole = len(reading.events)
    assert reading.events == tuple(events[:whole])
    assert data[:cut] == b"".join(lines[:whole]) + reading.torn
    assert len(reading.torn) < len((*lines, b"x")[whole])


@given(stories, st.data())
def test_a_changed_byte_never_yields_other_events_than_a_beginning_of_them(events, draw):
    data = bytearray(b"".join(map(format_line, events)))
    for _ in range(draw.draw(st.integers(1, 2))):
        data[draw.draw(st.integers(0, len(data) - 1))] = draw.draw(st.integers(0, 255) | st.just(10))
    try:
        reading = parse(bytes(data), "j")
    except JournalDamaged as damaged:
        assert str(damaged).startswith("j:")  # noqa: PT017
        return
    assert reading.events == tuple(events[: len(reading.events)])
    assert len(reading.events) >= len(events) - 1


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    path = tmp_path / "journal.jsonl"
    opened = Journal.open(path, Disk())
    for number in range(3):
        opened.append("event", number=number, nested=("tuple", {"a": None}))
    opened.close()
    return path


def test_events_are_on_disk_when_append_returns(tmp_path):
    path = tmp_path / "journal.jsonl"
    opened = Journal.open(path, Disk())
    event = opened.append("event", recipe=("a", 1))
    assert event.data == {"recipe": ["a", 1]}
    assert read(path).events == (event,) == tuple(opened.events)
    assert path.stat().st_mode & 0o777 == 0o600


def test_names_of_the_journal_itself_are_refused_and_leave_no_trace(tmp_path):
    opened = Journal.open(tmp_path / "journal.jsonl", Disk())
    for data in ({"seq": 1}, {"x": float("nan")}, {"x": 1e300}, {"x": 10**30}, {"x": object()}, {"req": 1}):
        with pytest.raises((ValueError, TypeError)):
            opened.append("event", **data)
    assert opened.append("event").seq == 1


def test_a_torn_end_is_kept_aside_and_writing_goes_on(journal):
    whole = journal.read_bytes()
    journal.write_bytes(whole + b'{"seq":4,"t":1')
    opened = Journal.open(journal, Disk())
    assert [path.read_bytes() for path in journal.parent.glob("*.torn-*")] == [b'{"seq":4,"t":1']
    assert journal.read_bytes() == whole
    assert opened.append("event").seq == 4
    assert [event.seq for event in read(journal).events] == [1, 2, 3, 4]


def test_reading_alone_changes_nothing(journal):
    journal.write_bytes(torn := journal.read_bytes()[:-5])
    assert len(read(journal).events) == 2
    assert journal.read_bytes() == torn
    assert len(list(journal.parent.iterdir())) == 1


def _line(text: bytes) -> bytes:
    return text + b" %08x\n" % zlib.crc32(text)


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        (lambda lines: [lines[0], lines[2]], "journal.jsonl:2: event 2 is missing, 3 follows"),
        (lambda lines: lines[1:], "journal.jsonl:1: event 1 is missing, 2 follows"),
        (lambda lines: [*lines, lines[2]], "journal.jsonl:4: event 4 is missing, 3 follows"),
        (lambda lines: [lines[0], b"rubbish\n", lines[2]], "journal.jsonl:2: its checksum or its form is wrong"),
        (lambda lines: [lines[0], lines[1][:-1] + lines[2]], "journal.jsonl:2: its checksum or its form is wrong"),
        (lambda lines: [lines[0], _line(b'{"seq":2}'), lines[2]], "journal.jsonl:2: its checksum or its form"),
        (lambda lines: [lines[0], _line(b'["seq"]'), lines[2]], "journal.jsonl:2: its checksum or its form"),
        (lambda lines: [_line(b'{"a":' * 100_000), *lines], "journal.jsonl:1: its checksum or its form"),
    ],
)  # fmt: skip
def test_damage_is_refused_by_line_untouched_and_repair_keeps_a_copy(journal, damage, told):
    damaged = b"".join(damage(journal.read_bytes().splitlines(keepends=True)))
    journal.write_bytes(damaged)
    for opening in (lambda: read(journal), lambda: Journal.open(journal, Disk())):
        with pytest.raises(JournalDamaged, match=told) as caught:
            opening()
    assert "`longvid-tui repair DIR`" in str(caught.value)
    assert journal.read_bytes() == damaged

    good = int(told.split(":")[1]) - 1
    assert f"keeps its first {good} events" in repair(journal)
    assert len(read(journal).events) == good
    assert [path.read_bytes() for path in journal.parent.glob("*.damaged-*")] == [damaged]
    assert Journal.open(journal, Disk()).append("event").seq == good + 1


def test_repair_leaves_a_whole_journal_alone(journal):
    before = journal.read_bytes()
    assert "nothing to repair" in repair(journal)
    assert journal.read_bytes() == before


def test_a_journal_replaced_under_its_writer_is_noticed(journal):
    opened = Journal.open(journal, Disk())
    journal.with_name("other").write_bytes(b"")
    journal.with_name("other").replace(journal)
    with pytest.raises(DiskError, match="was replaced or deleted"):
        opened.append("event")


def test_a_journal_that_was_moved_is_not_written_to_under_another_name(journal):
    opened, before = Journal.open(journal, Disk()), journal.read_bytes()
    moved = journal.replace(journal.with_name("moved"))
    journal.write_bytes(b"")
    with pytest.raises(DiskError, match="was replaced or deleted"):
        opened.append("event")
    assert moved.read_bytes() == before


def test_an_event_interrupted_by_a_signal_leaves_nothing_behind(journal):
    class Interrupted(Disk):
        def flush_data(self, fd: int, path: Path) -> None:
            super().flush_data(fd, path)
            raise KeyboardInterrupt

    opened = Journal.open(journal, Interrupted())
    before = journal.read_bytes()
    with pytest.raises(KeyboardInterrupt):
        opened.append("event")
    assert journal.read_bytes() == before
    assert len(opened.events) == 3
