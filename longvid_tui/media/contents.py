"""What a piece or a film holds, group by group and without decoding; and the record of it that a piece carries.

A piece gets its record when it has been decoded in full after it was written. Groups are closed and all have
the same parameter sets, so whatever holds groups that were decoded, in any order, decodes as well.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path

from longvid_tui.media.errors import BadClip
from longvid_tui.media.fmp4 import append_record, appended_record, header
from longvid_tui.media.video import decoded, opened


@dataclass(frozen=True)
class Contents:
    """`groups`: a digest of the parameter sets, bytes and order of each; `frames`: how many all have
    together."""

    groups: Sequence[str]
    frames: int


@dataclass(frozen=True)
class Record:
    """What a piece was found to hold when it was written, under which name, and what was noted of it then.

    `header` is a digest of what stands before the fragments.
    """

    name: str
    header: str
    groups: Sequence[str]
    note: str


def contents(path: Path) -> Contents:
    """Read the table and the bytes of all samples; raises BadClip, also where frames are not evenly timed."""
    groups: list[str] = []
    stamps: list[int] = []
    with opened(path) as container:
        stream = container.streams.video[0]
        digest, start = hashlib.sha256(), 0
        for packet in container.demux(stream):
            if packet.pts is None or not packet.size:
                continue
            if packet.is_keyframe:
                groups += [digest.hexdigest()] if stamps else []
                digest, start = hashlib.sha256(stream.codec_context.extradata or b""), packet.pts
            digest.update(f"{(packet.pts - start) * packet.time_base} {packet.size} ".encode())
            digest.update(packet)
            stamps.append(packet.pts)
    _check_timing(sorted(stamps), path.name)
    return Contents([*groups, digest.hexdigest()] if stamps else [], len(stamps))


def _check_timing(stamps: Sequence[int], name: str) -> None:
    steps = [after - before for before, after in pairwise(stamps)]
    uneven = next((index for index, step in enumerate(steps) if step != steps[0]), None)
    if uneven is not None:
        raise BadClip(f"{name} is not evenly timed at frame {uneven + 1}")


def decode(path: Path) -> int:
    """Decode all of it; how many frames it has. Raises BadClip at the first that does not decode."""
    with opened(path) as container:
        return sum(1 for _ in decoded(container))


def put_on_record(piece: Path, name: str, note: str) -> int:
    """Decode a piece, then append a record to it: what it holds, the `name` it will have, and a note.

    Returns how many frames it has; raises BadClip.
    """
    frames = decode(piece)
    record = Record(name, _header(piece), contents(piece).groups, note)
    append_record(piece, json.dumps(asdict(record)).encode())
    return frames


def on_record(piece: Path) -> Record:
    """The record of a piece; raises BadClip for one that is damaged, of another kind or has another piece's
    name."""
    try:
        record = Record(**json.loads(appended_record(piece)))
    except OSError as error:
        raise BadClip(f"{piece.name} cannot be read: {error.strerror}") from error
    except (ValueError, TypeError) as error:
        raise BadClip(f"{piece.name} does not say what it holds: conform it again") from error
    if (record.name, record.header) != (piece.stem, _header(piece)):
        raise BadClip(f"{piece.name} is damaged, or another piece: conform it again")
    return record


def is_whole(piece: Path) -> bool:
    """Whether it is there, is itself, and holds what was decoded when it was written."""
    try:
        return contents(piece).groups == on_record(piece).groups
    except BadClip:
        return False


def _header(piece: Path) -> str:
    return hashlib.sha256(header(piece)).hexdigest()
