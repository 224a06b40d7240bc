"""Joins fragmented MP4 files by their bytes: one header, then every fragment with its new place in time.

Only pieces encoded with equal parameter sets may be joined: their `avcC` boxes must be equal byte for byte.
Box layouts: ISO/IEC 14496-12.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from longvid_tui.media.errors import BadClip, FragmentsDiffer

_COPY = 1 << 20
_APPENDED = b"uuid" + UUID("6c6f6e67-7669-4d2d-8475-692e70696563").bytes
"""Kind and type of the box in which a piece carries what is known of it once it is written."""

_TFHD_BASE_OFFSET, _TFHD_DESCRIPTION, _TFHD_DURATION = 0x1, 0x2, 0x8
_TRUN_DATA_OFFSET, _TRUN_FIRST_FLAGS, _TRUN_DURATION = 0x1, 0x4, 0x100
_TRUN_PER_SAMPLE = (0x100, 0x200, 0x400, 0x800)


@dataclass(frozen=True)
class Box:
    """A box of a file: its kind, where it starts, where its content starts, where it ends (bytes)."""

    kind: bytes
    start: int
    content: int
    end: int


@dataclass(frozen=True)
class Part:
    """Fragments `start` to `stop` of a file, counted as in a slice: all of them unless said otherwise."""

    path: Path
    start: int | None = None
    stop: int | None = None


@dataclass(frozen=True)
class Joined:
    """What a join wrote: fragments, samples, and duration in ticks of the track's timescale."""

    fragments: int
    samples: int
    ticks: int


NOTHING = Joined(0, 0, 0)


def join(parts: Sequence[Part], out: BinaryIO) -> Joined:
    """Write all parts to `out` as one fragmented MP4; memory does not grow with their number.

    Raises FragmentsDiffer when a part has another avcC than the first, BadClip for a file of another kind.
    """
    if parts:
        out.write(header(parts[0].path))
    return write_fragments(parts, out)


def header(path: Path) -> bytes:
    """What stands before the fragments of a piece: equal for all pieces that join. Raises BadClip."""
    with path.open("rb") as source:
        boxes = list(_boxes(source, 0, path.stat().st_size, path.name))
        _description(source, boxes, path.name)
        return b"".join(_read(source, box) for box in boxes if box.kind in (b"ftyp", b"moov"))


def append_record(path: Path, record: bytes) -> None:
    """Put a record behind everything else in a file; no join and no player looks at it."""
    content = _APPENDED + sha256(record).digest() + record
    with path.open("ab") as file:
        file.write(struct.pack(">I", 4 + len(content)) + content)


def appended_record(path: Path) -> bytes:
    """The record behind everything else, empty where there is none; raises BadClip when it or its file is
    damaged."""
    with path.open("rb") as source:
        boxes = list(_boxes(source, 0, path.stat().st_size, path.name))
        data = _read(source, boxes[-1])[4:] if boxes else b""
    if not data.startswith(_APPENDED):
        return b""
    digest, record = (data := data[len(_APPENDED) :])[:32], data[32:]
    if sha256(record).digest() != digest:
        raise BadClip(f"{path.name} is damaged: conform it again")
    return record


def write_fragments(parts: Sequence[Part], out: BinaryIO, after: Joined = NOTHING) -> Joined:
    """Write the fragments only, to follow what was written before; answers all that was written by then.

    Raises as `join` does.
    """
    total = after
    first: bytes | None = None
    for part in parts:
        name = part.path.name
        with part.path.open("rb") as source:
            boxes = list(_boxes(source, 0, part.path.stat().st_size, name))
            description = _description(source, boxes, name)
            first = first or description
            if description != first:
                raise FragmentsDiffer(part.path, parts[0].path)
            for moof, media in _fragments(boxes)[part.start : part.stop]:
                total = _write_moof(source, out, moof, total, name)
                for box in media:
                    _copy(source, out, box)
    return total


def _fragments(boxes: Sequence[Box]) -> list[tuple[Box, list[Box]]]:
    """Every moof with the mdat that follows it."""
    fragments: list[tuple[Box, list[Box]]] = []
    for box in boxes:
        if box.kind == b"moof":
            fragments.append((box, []))
        elif box.kind == b"mdat" and fragments:
            fragments[-1][1].append(box)
    return fragments


def _write_moof(source: BinaryIO, out: BinaryIO, box: Box, before: Joined, name: str) -> Joined:
    moof = bytearray(_read(source, box))
    offset = box.content - box.start
    samples = ticks = 0
    for child in _boxes_in(moof, offset, len(moof), name):
        if child.kind == b"mfhd":
            struct.pack_into(">I", moof, child.content + 4, before.fragments + 1)
        elif child.kind == b"traf":
            samples, ticks = _run_length(moof, child, name)
            _shift_time(moof, child, before.ticks, name)
    out.write(moof)
    return Joined(before.fragments + 1, before.samples + samples, before.ticks + ticks)


def _shift_time(moof: bytearray, traf: Box, ticks: int, name: str) -> None:
    """Add the duration of all earlier pieces' fragments; each piece counts from 0 itself."""
    box = _only(moof, traf, b"tfdt", name)
    layout = ">Q" if moof[box.content] == 1 else ">I"
    struct.pack_into(layout, moof, box.content + 4, ticks)


def _run_length(moof: bytearray, traf: Box, name: str) -> tuple[int, int]:
    default = _default_duration(moof, _only(moof, traf, b"tfhd", name), name)
    samples = ticks = 0
    for box in _boxes_in(moof, traf.content, traf.end, name):
        if box.kind != b"trun":
            continue
        flags = struct.unpack_from(">I", moof, box.content)[0] & 0xFFFFFF
        (count,) = struct.unpack_from(">I", moof, box.content + 4)
        samples += count
        if not flags & _TRUN_DURATION:
            ticks += count * default
            continue
        at = box.content + 8 + 4 * bool(flags & _TRUN_DATA_OFFSET) + 4 * bool(flags & _TRUN_FIRST_FLAGS)
        step = 4 * sum(bool(flags & flag) for flag in _TRUN_PER_SAMPLE)
        ticks += sum(struct.unpack_from(">I", moof, at + index * step)[0] for index in range(count))
    return samples, ticks


def _default_duration(moof: bytearray, tfhd: Box, name: str) -> int:
    flags = struct.unpack_from(">I", moof, tfhd.content)[0] & 0xFFFFFF
    if not flags & _TFHD_DURATION:
        raise BadClip(f"{name} does not say how long its frames are: conform it again")
    at = tfhd.content + 8 + 8 * bool(flags & _TFHD_BASE_OFFSET) + 4 * bool(flags & _TFHD_DESCRIPTION)
    return int(struct.unpack_from(">I", moof, at)[0])


def _description(source: BinaryIO, boxes: Sequence[Box], name: str) -> bytes:
    """The avcC box: profile, level and parameter sets of the stream."""
    moov = next((box for box in boxes if box.kind == b"moov"), None)
    if moov is None or not any(box.kind == b"moof" for box in boxes):
        raise BadClip(f"{name} is not a fragmented MP4: conform it again")
    data = _read(source, moov)
    at = data.find(b"avcC")
    if at < 4:
        raise BadClip(f"{name} holds no H.264 picture: conform it again")
    (size,) = struct.unpack_from(">I", data, at - 4)
    return data[at : at - 4 + size]


def _boxes(source: BinaryIO, start: int, end: int, name: str) -> Iterator[Box]:
    at = start
    while at < end:
        source.seek(at)
        box = _box(source.read(16), at, end, name)
        yield box
        at = box.end


def _boxes_in(data: bytearray, start: int, end: int, name: str) -> Iterator[Box]:
    at = start
    while at < end:
        box = _box(bytes(data[at : at + 16]), at, end, name)
        yield box
        at = box.end


def _box(head: bytes, at: int, end: int, name: str) -> Box:
    if len(head) < 8:
        raise BadClip(f"{name} is cut off: conform it again")
    size, kind = struct.unpack_from(">I4s", head)
    content = at + 8
    if size == 1:
        (size,) = struct.unpack_from(">Q", head, 8)
        content = at + 16
    elif size == 0:
        size = end - at
    if size < content - at or at + size > end:
        raise BadClip(f"{name} is cut off: conform it again")
    return Box(kind, at, content, at + size)


def _only(moof: bytearray, parent: Box, kind: bytes, name: str) -> Box:
    found = [box for box in _boxes_in(moof, parent.content, parent.end, name) if box.kind == kind]
    if len(found) != 1:
        raise BadClip(f"{name} has a fragment without {kind.decode()}: conform it again")
    return found[0]


def _read(source: BinaryIO, box: Box) -> bytes:
    source.seek(box.start)
    return source.read(box.end - box.start)


def _copy(source: BinaryIO, out: BinaryIO, box: Box) -> None:
    source.seek(box.start)
    left = box.end - box.start
    while left:
        chunk = source.read(min(left, _COPY))
        if not chunk:
            raise BadClip("a piece became shorter while it was read: run again")
        out.write(chunk)
        left -= len(chunk)
