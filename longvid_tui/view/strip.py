"""Where each segment stands in a timeline of so many cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from longvid_tui.view.film import Film, Item, Status, worst


@dataclass(frozen=True)
class Block:
    """Neighbouring segments drawn as one block: one segment, a folded scene, or a share of a crowded film."""

    left: int
    width: int
    items: tuple[Item, ...]
    folded: bool = False

    @property
    def status(self) -> Status:
        return worst([item.status for item in self.items]) if len(self.items) > 1 else self.items[0].status

    @property
    def progress(self) -> float | None:
        if len(self.items) == 1:
            return self.items[0].progress
        known = [item.progress for item in self.items if item.progress is not None]
        return sum(known) / len(known) if known else None


def blocks(film: Film, width: int, selected: str, fold: bool = False, least: int = 3) -> tuple[Block, ...]:
    """Where each segment stands in a strip of `width` cells.

    All of them if each gets `least` cells, else those around the selected one. `fold`: scenes that do not hold
    the selected segment are one block each.
    """
    groups = _groups(film, selected, fold)
    if not groups or width < least:
        return ()
    shown = groups
    if len(groups) * least > width:
        fits = max(1, width // least)
        here = next((at for at, group in enumerate(groups) if _holds(group, selected)), 0)
        first = min(max(here - fits // 2, 0), len(groups) - fits)
        shown = groups[first : first + fits]
    cells, spare = divmod(width, len(shown))
    cells = min(cells, 12)
    placed, left = [], 0
    for at, group in enumerate(shown):
        wide = cells + (1 if cells < 12 and at < spare else 0)
        placed.append(Block(left, wide, group, len(group) > 1))
        left += wide
    return tuple(placed)


def minimap(film: Film, width: int) -> tuple[Block, ...]:
    """The whole film in `width` cells, one block a cell, each standing for its share of the segments."""
    count = len(film.segments)
    cells = min(width, count)
    cuts = [at * count // cells for at in range(cells + 1)] if cells else []
    return tuple(Block(at, 1, film.segments[low:high]) for at, (low, high) in enumerate(pairwise(cuts)))


def _groups(film: Film, selected: str, fold: bool) -> list[tuple[Item, ...]]:
    groups: list[tuple[Item, ...]] = []
    for scene in scenes(film):
        if fold and len(scene) > 1 and scene[0].scene and not _holds(scene, selected):
            groups.append(scene)
        else:
            groups.extend((item,) for item in scene)
    return groups


def scenes(film: Film) -> list[tuple[Item, ...]]:
    """Segments by scene; neighbours with the same name are one scene."""
    found: list[list[Item]] = []
    for item in film.segments:
        if found and found[-1][-1].scene == item.scene:
            found[-1].append(item)
        else:
            found.append([item])
    return [tuple(scene) for scene in found]


def _holds(group: Sequence[Item], selected: str) -> bool:
    return any(selected in (item.target, item.first) for item in group) or group[-1].last == selected
