"""Which words of a plan are to be written again, and why: because of lint's findings or the person's wish.
Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from longvid_tui.backends.planners.openai.brief import spans
from longvid_tui.project.lint import lint
from longvid_tui.project.model import Keyframe, Plan, Segment, Wanted


@dataclass(frozen=True)
class Targets:
    """Keyframes and segments to write again, in the order of the film, with the reasons for each."""

    keyframes: tuple[str, ...]
    segments: tuple[str, ...]
    reasons: Mapping[str, tuple[str, ...]]

    @property
    def ids(self) -> frozenset[str]:
        return frozenset((*self.keyframes, *self.segments))

    @property
    def count(self) -> int:
        """How many reasons there are."""
        return sum(map(len, self.reasons.values()))


def faulty(plan: Plan, wanted: Wanted, within: Collection[str] | None = None) -> Targets:
    """What lint finds errors or warnings in, among the targets `within` (None: all).

    Of two keyframes that are the same, the later one has to change.
    """
    ends = {segment.id: segment.last for segment in plan.segments}
    reasons: dict[str, list[str]] = {}
    for finding in lint(plan, wanted):
        if finding.severity == "note":
            continue
        target = ends.get(finding.target) if finding.rule == "still" else finding.target
        if target and (within is None or target in within):
            reasons.setdefault(target, []).append(finding.sentence)
    return _targets(plan, reasons)


def redone(plan: Plan, segments: Collection[str]) -> Targets:
    """Some segments, and the painted keyframes that only they show."""
    return _targets(plan, dict.fromkeys((*plan.keyframes_of(segments), *segments), ()))


def in_pieces(targets: Targets, most: int) -> list[Targets]:
    """The targets in as few pieces as possible, of at most `most` segments and `most` keyframes each."""
    count = max(len(targets.keyframes), len(targets.segments))
    if count == 0:
        return []
    pieces = len(spans(count, most))
    keyframes, segments = (_cut(ids, pieces) for ids in (targets.keyframes, targets.segments))
    return [Targets(one, other, targets.reasons) for one, other in zip(keyframes, segments, strict=True)]


def strip(plan: Plan, targets: Targets) -> str:
    """The stretch of the film around the targets as text: pictures and movements in turn, with the targets
    marked."""
    near = [index for index, segment in enumerate(plan.segments) if _touches(segment, targets.ids)]
    first, last = max(0, min(near, default=0) - 1), max(near, default=0) + 1
    unseen = {keyframe.id: keyframe for keyframe in plan.keyframes}
    lines: list[str] = []
    for segment in plan.segments[first : last + 1]:
        lines += _pictures(segment.first, unseen, targets)
        lines.append(_line(segment, _movement(segment), targets))
        lines += _pictures(segment.last, unseen, targets)
    return "\n".join(lines)


def _pictures(shown: str | None, unseen: dict[str, Keyframe], targets: Targets) -> list[str]:
    keyframe = unseen.pop(shown or "", None)
    return [_line(keyframe, _still(keyframe), targets)] if keyframe else []


def _targets(plan: Plan, reasons: Mapping[str, Iterable[str]]) -> Targets:
    return Targets(
        tuple(keyframe.id for keyframe in plan.keyframes if keyframe.id in reasons),
        tuple(segment.id for segment in plan.segments if segment.id in reasons),
        {target: tuple(why) for target, why in reasons.items()},
    )


def _cut(ids: tuple[str, ...], pieces: int) -> list[tuple[str, ...]]:
    edges = [round(piece * len(ids) / pieces) for piece in range(pieces + 1)]
    return [ids[start:end] for start, end in pairwise(edges)]


def _touches(segment: Segment, ids: Collection[str]) -> bool:
    return segment.id in ids or segment.first in ids or segment.last in ids


def _line(item: Keyframe | Segment, words: str, targets: Targets) -> str:
    if item.id not in targets.ids:
        return f"{item.id}: {words}"
    why = " ".join(targets.reasons.get(item.id, ()))
    return f"{item.id} [REWRITE{f': {why}' if why else ''}]: {words}"


def _movement(segment: Segment) -> str:
    return f"({segment.scene or 'movement'}) {segment.prompt or segment.prompt_zh}"


def _still(keyframe: Keyframe) -> str:
    visible = ", ".join([*keyframe.cast, *keyframe.props, *([keyframe.place] if keyframe.place else [])])
    facts = {"visible": visible, "camera": keyframe.camera, "light": keyframe.light}
    told = "; ".join(f"{name}: {value}" for name, value in facts.items() if value)
    return f"(picture) {keyframe.prompt or 'a picture of the person’s own'}{f' [{told}]' if told else ''}"
