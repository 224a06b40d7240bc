"""What the engine decides about clips by itself.

Clips with remarks are filmed again with other seeds a few times, and then the best is chosen. A clip that
cannot be used at all is never made twice with the same seed. Pure, and from the state alone: the decisions are
the same after a crash. What the person has decided is never touched.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

from longvid_tui.media.quality import remarks
from longvid_tui.project.history import Record, Take
from longvid_tui.project.items import Item
from longvid_tui.project.state import ProjectState


@dataclass(frozen=True)
class Decision:
    """An event for the journal: its kind and its fields."""

    kind: str
    fields: dict[str, Any]


def second_thoughts(state: ProjectState, most: int) -> list[Decision]:
    """The decisions to journal now; `most`: retakes of a segment without being asked, 0 for none."""
    return [*_other_seeds(state), *(_decisions(state, most) if most else ())]


def _other_seeds(state: ProjectState) -> Iterator[Decision]:
    for item in state.segments.values():
        if item.status == "missing" and item.key in state.history.unusable:
            why = state.history.failures[item.key][-1]
            yield Decision("retake", {"target": item.target, "note": why, "by": "refusal"})


def _decisions(state: ProjectState, most: int) -> Iterator[Decision]:
    for item in state.segments.values():
        if not _is_ours(item) or not item.chosen:
            continue
        against, tried = remarks(item.chosen.facts), _tried(item.record)
        if against and len(tried) <= most:
            yield Decision("retake", {"target": item.target, "note": "; ".join(against), "by": "quality"})
        else:
            best = min(tried, key=_badness)
            if best.sha != item.chosen.sha:
                yield Decision("choose", {"target": item.target, "sha": best.sha, "key": item.key})


def _is_ours(item: Item) -> bool:
    """Whether the person has decided nothing about a segment: its newest take is neither approved, chosen nor
    locked, and several to choose from were not asked for."""
    record = item.record
    newest = record.takes[-1] if record.takes else None
    untouched = not (item.approved or item.locked or record.choice or record.candidates > 1)
    return item.status == "ready" and untouched and newest is not None and item.chosen == newest


def _tried(record: Record) -> list[Take]:
    """The newest take and the earlier ones of the same series of retakes, which differ by seed only; newest
    first."""
    newest = record.takes[-1]
    ours = reversed(record.takes[-(record.retaken + 1) :])
    return list(takewhile(lambda take: _but_for_seed(take) == _but_for_seed(newest), ours))


def _but_for_seed(take: Take) -> dict[str, Any]:
    return {name: value for name, value in take.recipe.items() if name not in ("seed", "take")}


def _badness(take: Take) -> tuple[int, float]:
    return len(remarks(take.facts)), -float(take.facts.get("ssim_last", 0.0))
