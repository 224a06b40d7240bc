"""Which part of a film is settled: it starts at the beginning and no byte of it changes while the rest is
made."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from longvid_tui.media.fmp4 import Part
from longvid_tui.project.film import Film, Seam
from longvid_tui.project.model import Project

Made = Callable[[str], Path]
"""Says where the piece or splice of a key lies."""


@dataclass(frozen=True)
class Stretch:
    """Fragments that follow each other; `name` tells them from all others that could stand there."""

    name: str
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Prefix:
    """The stretches that are settled; `complete` when they are the whole film."""

    stretches: tuple[Stretch, ...]
    complete: bool


def prefix(project: Project, film: Film, made: Made) -> Prefix:
    """As much of the film as can be shown now.

    A mend takes the place of the last group before a seam and the first ones after it. So the last group of a
    piece waits for its seam, and the piece after it too.
    """
    stretches = tuple(_stretches(project, film, made))
    return Prefix(stretches, len(stretches) == 2 * len(project.segments) > 0)


def _stretches(project: Project, film: Film, made: Made) -> Iterator[Stretch]:
    pieces = {piece.target: piece for piece in film.pieces if piece.made}
    seams: dict[str, Seam] = {seam.before: seam for seam in film.seams}
    head = 0
    for segment in project.segments:
        piece = pieces.get(segment.id)
        if piece is None:
            return
        file = made(piece.key)
        yield Stretch(f"{piece.key[:16]}-{head}", (Part(file, head, -1),))
        seam = seams.get(segment.id)
        if seam is None:
            yield Stretch(f"{piece.key[:16]}-end", (Part(file, -1),))
            return
        if not seam.made:
            return
        if seam.key and seam.mended and seam.mended.splice:
            yield Stretch(seam.key[:16], (Part(made(seam.key)),))
            head = seam.mended.splice[1]
        else:
            yield Stretch(f"{piece.key[:16]}-end", (Part(file, -1),))
            head = 0
