"""Turns a raw clip into a piece that joins by bytes, its colours and ends drawn to its keyframes and its end
sharpened as the start of the segment after it is expected to be."""

from __future__ import annotations

import json
from collections import deque
from dataclasses import dataclass
from pathlib import Path

from longvid_tui.media.anchoring import Anchor, EndFacts
from longvid_tui.media.contents import on_record
from longvid_tui.media.errors import BadClip
from longvid_tui.media.piece import new_piece
from longvid_tui.media.pinned import Quality
from longvid_tui.media.planes import Stack, planes
from longvid_tui.media.reading import Reading
from longvid_tui.media.sharpness import RAMP, amount_for, sharpen_end, sharpness
from longvid_tui.media.source import Source
from longvid_tui.media.video import misfits, probe


@dataclass(frozen=True)
class Conformed:
    """What was measured when a clip was conformed.

    `frames`: of the piece. `head`, `tail`: how the ends of the clip stand to their keyframes. `sharpness`: of
    the first and the last frame shown, which a seam has to know of both its sides. `sharpened`: by how much the
    last one was.
    """

    frames: int
    head: EndFacts | None
    tail: EndFacts | None
    sharpness: tuple[float, float]
    sharpened: float


def conform(source: Source, out: Path, quality: Quality) -> Conformed:
    """Write `out`: all frames if the source starts a run, else all but frame 0; what was measured is kept in
    it.

    Frame 0 of a segment that continues another shows the picture the segment before has ended with. The last
    group always holds the last 16 frames. Streams; written beside and renamed. Raises MediaError naming the
    clip.
    """
    size = (quality.width, quality.height)
    reading = Reading.fitted(source, size)
    for problem in misfits(probe(source.raw), size, quality.fps):
        raise BadClip(f"{source.raw.name} cannot be conformed: {problem}")
    # one frame stands before the grid of 16, so that every segment's last group is its last 16 frames
    groups = {0, 1} if source.starts_run else {0}
    starts = list[float]()
    tail: deque[Stack] = deque()
    with new_piece(out, quality, groups) as piece:
        for index, stack in enumerate(reading.frames(source.shown_from), source.shown_from):
            if index <= 1:
                starts.append(_sharpness(stack))
            tail.append(stack.copy())
            if len(tail) > RAMP:
                piece.write(tail.popleft())
        amount = amount_for(planes(tail[-1])[0], _start_expected(reading, starts[-1]))
        sharpen_end(list(tail), amount)
        for stack in tail:
            piece.write(stack)
        around = starts[0], _sharpness(tail[-1])
        facts = _facts(piece.frames, reading.head, reading.tail, around, amount)
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


def _start_expected(reading: Reading, second: float) -> float:
    """How sharp the segment after this one will start, as far as this one tells, whose frame 1 is as sharp as
    `second`.

    One generator keeps the same share of both keyframes' detail. No sharper than this one started: where grain
    is most of what is sharp, another keyframe does not change that. 0 where an end did not land on its
    keyframe.
    """
    head, tail = ((end.facts if end else None) for end in (reading.head, reading.tail))
    if not (head and tail and head.landed and tail.landed):
        return 0.0
    return second * min(1.0, tail.sharpness / max(head.sharpness, 1e-3))


def _sharpness(stack: Stack) -> float:
    return sharpness(planes(stack)[0])


def _note(facts: Conformed, reading: Reading) -> str:
    """The facts, and with the ends what else draws them to their keyframes."""
    ends = {"head": reading.head, "tail": reading.tail}
    anchors = {end: anchor.to_json() if anchor else None for end, anchor in ends.items()}
    measured = {name: getattr(facts, name) for name in ("frames", "sharpness", "sharpened")}
    return json.dumps({**measured, **anchors}, sort_keys=True)


def _read(piece: Path) -> tuple[Conformed, Anchor | None, Anchor | None]:
    try:
        data = json.loads(on_record(piece).note)
        head, tail = (Anchor.from_json(data[end]) if data[end] else None for end in ("head", "tail"))
        first, last = data["sharpness"]
        facts = _facts(data["frames"], head, tail, (first, last), data["sharpened"])
    except (ValueError, KeyError, TypeError) as error:
        raise BadClip(f"{piece.name} does not say how it was conformed: conform it again") from error
    return facts, head, tail


def _facts(
    frames: int, head: Anchor | None, tail: Anchor | None, around: tuple[float, float], sharpened: float
) -> Conformed:
    return Conformed(frames, head.facts if head else None, tail.facts if tail else None, around, sharpened)
