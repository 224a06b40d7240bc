"""Puts mended seams in the place of the groups they replace; everything else of the pieces stays as it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

from longvid_tui.media.fmp4 import Part


@dataclass(frozen=True)
class Splice:
    """A piece in place of the last `tail` groups of the piece before a seam and the first `head` of the one
    after."""

    path: Path
    tail: int
    head: int


def spliced(pieces: Sequence[Path], splices: Sequence[Splice | None]) -> list[Part]:
    """The pieces in order, with the splice of each seam in place of what it replaces."""
    parts: list[Part] = []
    start = 0
    for piece, splice in zip_longest(pieces, splices[: max(0, len(pieces) - 1)]):
        if splice is None:
            parts.append(Part(piece, start))
            start = 0
        else:
            parts += [Part(piece, start, -splice.tail), Part(splice.path)]
            start = splice.head
    return parts
