"""journal.jsonl: one event a line, checked by crc32, on disk before anything else relies on it.

A line is JSON, a space, the crc32 of the JSON bytes as eight hex digits, a line feed.
"""

from __future__ import annotations

import json
import os
import re
import time
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from longvid_tui.project.disk import Disk, DiskError, read_file
from longvid_tui.project.forms import misfit

_LINE = re.compile(rb"(.*) ([0-9a-f]{8})", re.DOTALL)
_RECORD = b'{"seq":'
_RESERVED = ("seq", "t", "k")

_DIGITS = 20
"""Most digits of a number: the seeds of some services have 64 bits."""


class JournalDamaged(Exception):
    """The journal cannot be trusted at a line; nothing was changed. The text names file:line and the cure."""


@dataclass(frozen=True)
class Event:
    """One thing that happened. `seq` counts from 1 without gaps; `time` is seconds since 1970."""

    seq: int
    time: float
    kind: str
    data: Mapping[str, Any]


@dataclass(frozen=True)
class Reading:
    """The events of a journal in its first `size` bytes; `torn`: the unfinished line that a crash left after
    them."""

    events: tuple[Event, ...]
    size: int = 0
    torn: bytes = b""


def format_line(event: Event) -> bytes:
    """The bytes of one event; raises TypeError or ValueError for data that JSON cannot hold."""
    record = {"seq": event.seq, "t": event.time, "k": event.kind, **event.data}
    text = json.dumps(record, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    body = text.encode("ascii")
    return body + b" %08x\n" % zlib.crc32(body)


def parse(data: bytes, name: str) -> Reading:
    """Read the bytes of a journal; raises JournalDamaged at a line that is broken and not just a torn end."""
    events: list[Event] = []
    offset = 0
    while offset < len(data):
        end = data.find(b"\n", offset)
        line = data[offset : end if end >= 0 else len(data)]
        event = _event(line) if end >= 0 else None
        if event is None:
            last = end < 0 or end == len(data) - 1
            if last and data.count(_RECORD, offset) < 2:
                return Reading(tuple(events), offset, data[offset:])
            raise _damaged(name, len(events) + 1, "its checksum or its form is wrong")
        if event.seq != len(events) + 1:
            raise _damaged(name, len(events) + 1, f"event {len(events) + 1} is missing, {event.seq} follows")
        events.append(event)
        offset = end + 1
    return Reading(tuple(events), offset)


def read(path: Path) -> Reading:
    """Read without repairing anything; no journal yet means no events. Raises JournalDamaged, DiskError."""
    return parse(read_file(path), path.name) if os.path.lexists(path) else Reading(())


def repair(path: Path) -> str:
    """Cut a damaged journal before its first bad line, keeping a copy; returns a sentence about what was
    done."""
    data = read_file(path)
    good, events = 0, 0
    while (end := data.find(b"\n", good)) >= 0:
        event = _event(data[good:end])
        if event is None or event.seq != events + 1:
            break
        good, events = end + 1, events + 1
    if good == len(data):
        return f"{path.name} is whole: {events} events, nothing to repair"
    disk, copy = Disk(), _aside(path, "damaged")
    disk.replace(copy, data)
    disk.replace(path, data[:good])
    return f"{path.name} keeps its first {events} events; the file as it was is {copy.name}"


class Journal:
    """The journal opened by its one writer; appends are on disk when they return."""

    def __init__(self, path: Path, disk: Disk, fd: int, reading: Reading) -> None:
        self._path, self._disk, self._fd = path, disk, fd
        self._events = list(reading.events)

    @classmethod
    def open(cls, path: Path, disk: Disk) -> Journal:
        """Open the journal, or create it; a torn end is copied to journal.jsonl.torn-TIME and cut off.

        Raises JournalDamaged and DiskError.
        """
        reading = read(path)
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
        fresh = not path.exists()
        fd = disk.step(path, 0, lambda: os.open(path, flags, 0o600))
        try:
            if fresh:
                disk.flush_folder(path.parent)
            if reading.torn:
                disk.replace(_aside(path, "torn"), reading.torn)
                disk.truncate(fd, reading.size, path)
                disk.flush(fd, path)
        except BaseException:
            os.close(fd)
            raise
        return cls(path, disk, fd, reading)

    @property
    def events(self) -> Sequence[Event]:
        return self._events

    def append(self, kind: str, **data: Any) -> Event:
        """Write one event and wait until it is on disk; if that fails the journal is as it was before.

        Returns the event as a reader will find it: tuples have become lists, keys strings. Raises DiskError,
        and ValueError for an event of a form that no reader would accept.
        """
        clash = [name for name in _RESERVED if name in data]
        if clash:
            raise ValueError(f"{clash[0]} is a name of the journal itself")
        line = format_line(Event(len(self._events) + 1, round(time.time(), 3), kind, data))
        event = _event(line[:-1])
        wrong = misfit(kind, event.data) if event else "a number"
        if event is None or wrong:
            raise ValueError(f"{wrong} of `{kind}` could not be read again")
        size, count = self._disk.step(self._path, 0, self._size), len(self._events)
        try:
            self._disk.write(self._fd, line, self._path)
            self._disk.flush_data(self._fd, self._path)
            self._events.append(event)
        except BaseException:  # also Ctrl-C: nothing may follow half an event, or one that `events` lacks
            self._undo(size, count)
            raise
        return event

    def close(self) -> None:
        os.close(self._fd)

    def is_in_place(self) -> bool:
        """Whether what is written here still goes to the file of this name: a folder may be moved or made
        anew. Raises DiskError where a look fails, as on a mount that does not answer: that proves nothing."""
        try:
            return os.path.samestat(os.fstat(self._fd), self._path.lstat())
        except (FileNotFoundError, NotADirectoryError):
            return False
        except OSError as error:
            raise DiskError(f"{self._path} cannot be looked at: {error.strerror or error}") from error

    def _size(self) -> int:
        found = os.fstat(self._fd)
        if not self.is_in_place():
            raise DiskError(
                f"{self._path} was replaced or deleted in the meantime: nothing more is written; open the project where it is now"
            )
        return found.st_size

    def _undo(self, size: int, count: int) -> None:
        del self._events[count:]
        try:
            os.ftruncate(self._fd, size)
        except OSError as error:
            self._disk.distrust(self._path, error)  # the next open finds a torn end and cuts it


def _whole(text: str) -> int:
    if len(text) > _DIGITS:
        raise ValueError("no number of ours is as long")
    return int(text)


def _broken(text: str) -> float:
    value = float(text)
    if not -(10.0**_DIGITS) < value < 10.0**_DIGITS:
        raise ValueError("no number of ours is as large")
    return value


_DECODER = json.JSONDecoder(parse_int=_whole, parse_float=_broken, parse_constant=_broken)


def _event(line: bytes) -> Event | None:
    found = _LINE.fullmatch(line)
    if not found or zlib.crc32(found[1]) != int(found[2], 16):
        return None
    try:
        record = _DECODER.decode(found[1].decode())
    except (ValueError, RecursionError):
        return None
    match record:
        case {"seq": int(), "t": int() | float(), "k": str()}:
            return Event(record.pop("seq"), record.pop("t"), record.pop("k"), record)
    return None


def _damaged(name: str, line: int, what: str) -> JournalDamaged:
    return JournalDamaged(
        f"{name}:{line}: {what}; nothing was changed, `longvid-tui repair DIR` keeps a copy and cuts it"
    )


def _aside(path: Path, why: str) -> Path:
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
    names = (
        path.with_name(f"{path.name}.{why}-{stamp}{f'-{count}' if count else ''}") for count in range(10_000)
    )
    return next(name for name in names if not name.exists())
