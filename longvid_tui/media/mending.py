"""Mends the seam of two segments: the groups around it are encoded again and spliced in, all else stays as it
is."""

from __future__ import annotations

from collections.abc import Sequence
from math import log
from pathlib import Path
from typing import Literal

import numpy as np

from longvid_tui.media.conform import Conformed, read_again, read_facts
from longvid_tui.media.piece import new_piece
from longvid_tui.media.pinned import GOP, Quality
from longvid_tui.media.planes import Stack, planes
from longvid_tui.media.retiming import REACH, retimed
from longvid_tui.media.sharpness import amount_for, sharpen_end
from longvid_tui.media.source import Side
from longvid_tui.media.splice import Splice

Transition = Literal["continue", "retime", "cut", "dissolve", "fade"]

RAMP = 8
"""Frames on each side that a transition changes, the most at the seam."""

SHARPNESS_STEP = 0.15
"""|ln ratio| of the sharpness on both sides of a seam up to which nothing is done about it: half of what is
seen, and what neighbours within one shot filmed by hand differ by."""

_BLACK = (16, 128, 128)
"""Y, U and V of black in video range."""


def mend(transition: Transition, before: Side, after: Side, out: Path, quality: Quality) -> Splice | None:
    """Write the splice of a seam to `out`, or return None where the pieces already meet as they should.

    `continue`: where its sharpness steps, the end of the first is sharpened to the start of the second, instead
    of to what was expected of it; never softened, never blended. `retime`: the same, and an even pace across
    the seam, which loses detail: for seams whose jerk shows (grading.LIMITS). `dissolve`: 16 frames from one
    to the other; the film gets no shorter, so each is held still while it is the weaker of the two. `fade`:
    through black. `cut`: nothing. Raises MediaError.
    """
    if transition == "cut":
        return None
    end, start = read_facts(before.piece), read_facts(after.piece)
    if transition == "continue" and not _steps(end, start):
        return None
    size = (quality.width, quality.height)
    tail = _last_group(before, size)
    as_start = transition in ("continue", "retime")
    sharpen_end(tail, amount_for(planes(tail[-1])[0], start.sharpness[0]) if as_start else end.sharpened)
    if transition == "continue":
        return _write(out, quality, transition, tail, [])
    head = _first_group(after, size)
    change = {"retime": _retimed, "dissolve": _dissolved, "fade": _faded}[transition]
    return _write(out, quality, transition, *change(tail, head))


def _steps(end: Conformed, start: Conformed) -> bool:
    """Whether sharpness steps at a seam, and sharpening the end by more or less than it was would mend that."""
    step = log(max(start.sharpness[0], 1e-3) / max(end.sharpness[1], 1e-3))
    return step > SHARPNESS_STEP or (step < -SHARPNESS_STEP and end.sharpened > 0)


def _retimed(tail: list[Stack], head: list[Stack]) -> tuple[list[Stack], list[Stack]]:
    reach = REACH + 1
    even = retimed([*tail[-reach - 1 :], *head[:reach]])
    if even is None:
        return tail, head
    return [*tail[: -reach - 1], *even[: reach + 1]], [*even[reach + 1 :], *head[reach:]]


def _dissolved(tail: list[Stack], head: list[Stack]) -> tuple[list[Stack], list[Stack]]:
    shares = [step / (2 * RAMP + 1) for step in range(1, 2 * RAMP + 1)]
    leaving = [_mixed(stack, head[0], share) for stack, share in zip(tail[-RAMP:], shares[:RAMP], strict=True)]
    coming = [_mixed(tail[-1], stack, share) for stack, share in zip(head[:RAMP], shares[RAMP:], strict=True)]
    return [*tail[:-RAMP], *leaving], [*coming, *head[RAMP:]]


def _faded(tail: list[Stack], head: list[Stack]) -> tuple[list[Stack], list[Stack]]:
    black = np.empty_like(tail[0])
    for plane, level in zip(planes(black), _BLACK, strict=True):
        plane[:] = level
    shares = [step / RAMP for step in range(1, RAMP + 1)]
    out = [_mixed(stack, black, share) for stack, share in zip(tail[-RAMP:], shares, strict=True)]
    into = [_mixed(black, stack, share) for stack, share in zip(head[:RAMP], shares, strict=True)]
    return [*tail[:-RAMP], *out], [*into, *head[RAMP:]]


def _mixed(one: Stack, other: Stack, share: float) -> Stack:
    return np.asarray((one * np.float32(1 - share) + other * np.float32(share)).round(), np.uint8)


def _last_group(side: Side, size: tuple[int, int]) -> list[Stack]:
    """The last group of a piece, drawn to its keyframe and not sharpened."""
    reading = read_again(side.source, side.piece, size)
    return [stack.copy() for stack in reading.last(GOP)]


def _first_group(side: Side, size: tuple[int, int]) -> list[Stack]:
    """The first group of a piece, with the one frame before it where the film shows that."""
    reading = read_again(side.source, side.piece, size)
    return [stack.copy() for stack in reading.frames(side.source.shown_from, GOP + 1)]


def _write(out: Path, quality: Quality, note: str, tail: Sequence[Stack], head: Sequence[Stack]) -> Splice:
    """Write the splice, in groups as the pieces have them: 16 frames, then a frame alone if there is one, then
    16."""
    alone = len(head) % GOP
    with new_piece(out, quality, {0, GOP, GOP + alone}) as piece:
        piece.note = note
        for stack in (*tail, *head):
            piece.write(stack)
    return Splice(out, 1, (1 + alone) if head else 0)
