"""The film that the chosen takes make: its pieces, its seams, and why it has to be made again. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from longvid_tui.project.history import Mended, Take
from longvid_tui.project.items import Basis, Item, Status, is_draft, named, usable
from longvid_tui.project.model import Segment, Transition, digest


@dataclass(frozen=True)
class Piece:
    """One segment's part of the film: its take, conformed under `key`; `made` if that file is there.

    `starts_run`: it does not continue the segment before, so it shows its frame 0. `first` and `last`: the
    takes that its ends are drawn to, those of its keyframes. The start of a chained segment is drawn to what
    the end of the one before was drawn to, else to that one's own last frame; `first` is then its take.
    """

    target: str
    take: Take
    starts_run: bool
    first: Take | None
    last: Take | None
    key: str
    made: bool

    @property
    def is_draft(self) -> bool:
        """Whether its take is a draft; the film says so."""
        return is_draft(self.take.recipe)


@dataclass(frozen=True)
class Seam:
    """Where the segment `after` follows the segment `before`; mended and graded under `key`.

    `key` is None while a piece is unknown, and for a cut, where there is nothing to do. `made`: all is done.
    """

    before: str
    after: str
    transition: Transition
    key: str | None
    mended: Mended | None
    made: bool


@dataclass(frozen=True)
class Film:
    """The film: the pieces of the segments that are ready, in order, and all seams.

    `reason`: why it is not ready, "" if it is. `key`: names what it is made of; None while a segment is
    missing.
    """

    status: Status
    reason: str
    key: str | None
    pieces: tuple[Piece, ...]
    seams: tuple[Seam, ...] = ()

    def seam(self, after: str) -> Seam:
        """The seam before the segment `after`; raises StopIteration for the first of the film."""
        return next(seam for seam in self.seams if seam.after == after)


def film_of(basis: Basis, segments: Mapping[str, Item]) -> Film:
    """The film of these segments; it is `waiting` until each of them is ready."""
    project, made_last = basis.project, basis.history.film
    made = (take for record in basis.history.records.values() for take in record.takes)
    takes = {named(take): take for take in made if usable(take, basis.disk)}
    pieces = tuple(
        _piece(basis, item.target, item.chosen, index == 0 or cut, takes)
        for index, (item, cut) in enumerate(zip(segments.values(), project.cuts(), strict=True))
        if item.chosen and item.status == "ready"
    )
    if not segments:
        return Film("waiting", "there is no plan yet", None, ())
    seams = tuple(_seams(basis, {piece.target: piece for piece in pieces}))
    absent = [item.target for item in segments.values() if item.status != "ready"]
    if absent:
        rest = f" and {len(absent) - 3} more" if len(absent) > 3 else ""
        return Film("waiting", f"waits for {', '.join(absent[:3])}{rest}", None, pieces, seams)
    key = digest(
        {
            "title": project.title,
            "chapters": [chapter_title(segment) for segment in project.segments],
            "pieces": [piece.key for piece in pieces],
            "seams": [seam.key for seam in seams],
            "drafts": [piece.target for piece in pieces if piece.is_draft],
        }
    )
    if made_last is None:
        return Film("missing", "not made yet", key, pieces, seams)
    if made_last["key"] != key:
        return Film("missing", _why_film(made_last, pieces, seams), key, pieces, seams)
    if not basis.disk.film_intact:
        return Film("missing", "its file is gone or altered", key, pieces, seams)
    return Film("ready", "", key, pieces, seams)


def chapter_title(segment: Segment) -> str:
    """What a player shows for a segment: its scene, else the first words of its prompt (60 characters)."""
    words = " ".join((segment.scene or segment.prompt).split())
    return f"{segment.id} {words if len(words) <= 60 else words[:59].rstrip() + '…'}".rstrip()


def _piece(basis: Basis, target: str, take: Take, starts_run: bool, takes: Mapping[str, Take]) -> Piece:
    first, last = _drawn_to(take, takes)
    key = digest(
        {
            "take": take.sha,
            "first": named(first) if first else None,
            "last": named(last) if last else None,
            "starts_run": starts_run,
            "canvas": str(basis.project.canvas),
            "fps": basis.project.fps,
            "by": dict(basis.makers.film),
        }
    )
    return Piece(target, take, starts_run, first, last, key, key in basis.disk.conformed)


def _drawn_to(take: Take, takes: Mapping[str, Take]) -> tuple[Take | None, Take | None]:
    """The takes that the ends of a clip are drawn to (see Piece); `takes`: all usable ones, by items.named."""
    first, last, before = (takes.get(take.recipe.get(name) or "") for name in ("first", "last", "chained_to"))
    if before:
        first = takes.get(before.recipe.get("last") or "") or before
    return first, last


def _seams(basis: Basis, pieces: Mapping[str, Piece]) -> Iterator[Seam]:
    for before, after in pairwise(basis.project.segments):
        key = None
        if after.transition != "cut" and before.id in pieces and after.id in pieces:
            sides = [pieces[before.id].key, pieces[after.id].key]
            key = digest({"pieces": sides, "transition": after.transition, "by": dict(basis.makers.seams)})
        mended = basis.history.seams.get(key) if key else None
        needs_none = after.transition == "cut" or (mended is not None and mended.splice is None)
        made = needs_none or (mended is not None and key in basis.disk.conformed)
        yield Seam(before.id, after.id, after.transition, key, mended, made)


def _why_film(film: Mapping[str, Any], pieces: tuple[Piece, ...], seams: tuple[Seam, ...]) -> str:
    changed = [piece.target for piece in pieces if film["pieces"].get(piece.target) != piece.key]
    if changed:
        return f"{', '.join(changed[:6])}{' and more' if len(changed) > 6 else ''} changed"
    crossed = [seam.after for seam in seams if film.get("seams", {}).get(seam.after) != seam.key]
    if crossed:
        return f"how it comes to {', '.join(crossed[:6])}{' and more' if len(crossed) > 6 else ''} changed"
    return "its order, title or chapters changed"
