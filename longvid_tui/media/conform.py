"""Turns a raw clip into a piece that joins by bytes, its colours and ends drawn to its keyframes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from longvid_tui.media.anchoring import Anchor, EndFacts
from longvid_tui.media.contents import on_record
from longvid_tui.media.errors import BadClip
from longvid_tui.media.piece import new_piece
from longvid_tui.media.pinned import Quality
from longvid_tui.media.planes import planes
from longvid_tui.media.reading import Reading
from longvid_tui.media.sharpness import sharpness
from longvid_tui.media.source import Source
from longvid_tui.media.video import misfits, probe


@dataclass(frozen=True)
class Conformed:
    """What was measured: how many frames the piece has, how the ends of the clip stand to their keyframes, and how
    sharp the first and the last frame shown are, which a seam has to know of both its sides."""

    frames: int
    head: EndFacts | None
    tail: EndFacts | None
    sharpness: tuple[float, float]


def conform(source: Source, out: Path, quality: Quality) -> Conformed:
    """Write `out`: all frames if the source starts a run, else all but frame 0; what was measured is kept in it.

    Frame 0 of a segment that continues another shows the picture the segment before has ended with. The last
    group always holds the last 16 frames. Streams; written beside and renamed. Raises MediaError naming the clip.
    """
    size = (quality.width, quality.height)
    reading = Reading.fitted(source, size)
    for problem in misfits(probe(source.raw), size, quality.fps):
        raise BadClip(f"{source.raw.name} cannot be conformed: {problem}")
    # one frame stands before the grid of 16, so that every segment's last group is its last 16 frames
    groups = {0, 1} if source.starts_run else {0}
    ends: dict[int, float] = {}
    with new_piece(out, quality, groups) as piece:
        for index, stack in enumerate(reading.frames(source.shown_from), source.shown_from):
            if index in (source.shown_from, reading.count - 1):
                ends[index] = sharpness(planes(stack)[0])
            piece.write(stack)
        first, last = ends[source.shown_from], ends[reading.count - 1]
        facts = _facts(piece.frames, reading.head, reading.tail, (first, last))
        piece.note = _note(facts, reading)
    return facts


def read_facts(piece: Path) -> Conformed:
    """What was measured when a piece was conformed; raises BadClip."""
    facts, _, _ = _read(piece)
    return facts


def read_again(source: Source, piece: Path, size: tuple[int, int]) -> Reading:
    """Read a source as when its piece was conformed, with the same anchors; raises BadClip."""
    facts, head, tail = _read(piece)
    return Reading(source, size, facts.frames + source.shown_from, head, tail)


def _note(facts: Conformed, reading: Reading) -> str:
    """The facts, and with the ends what else draws them to their keyframes."""
    ends = {"head": reading.head, "tail": reading.tail}
    anchors = {end: anchor.to_json() if anchor else None for end, anchor in ends.items()}
    return json.dumps({"frames": facts.frames, "sharpness": facts.sharpness, **anchors}, sort_keys=True)


def _read(piece: Path) -> tuple[Conformed, Anchor | None, Anchor | None]:
    try:
        data = json.loads(on_record(piece).note)
        head, tail = (Anchor.from_json(data[end]) if data[end] else None for end in ("head", "tail"))
        first, last = data["sharpness"]
    except (ValueError, KeyError, TypeError) as error:
        raise BadClip(f"{piece.name} does not say how it was conformed: conform it again") from error
    return _facts(data["frames"], head, tail, (first, last)), head, tail


def _facts(frames: int, head: Anchor | None, tail: Anchor | None, sharpness: tuple[float, float]) -> Conformed:
    return Conformed(frames, head.facts if head else None, tail.facts if tail else None, sharpness)
