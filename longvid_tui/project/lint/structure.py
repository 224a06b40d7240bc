"""Rules about how the parts of a plan hang together: counts, references, keyframes, cast."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from longvid_tui.project.lint.finding import Finding, error, note, warning
from longvid_tui.project.model import Keyframe, Plan, Segment, Wanted, broken_references

_SAME_VIEW = 4
"""So many stills in a row, 15 seconds of film, may not have the same framing."""


def count(plan: Plan, wanted: Wanted) -> Iterator[Finding]:
    """The plan has exactly as many segments as the person wants."""
    have = len(plan.segments)
    if not have:
        yield error("plan", "count", "The plan has no segments: plan again or write one.")
        return
    wish = f"{wanted.count} segments"
    if wanted.seconds:
        wish = f"{wanted.seconds:g} seconds, which take {wish},"
    if wanted.count not in (None, have):
        yield error("plan", "count", f"{wish} were asked for and the plan has {have}: plan again.")


def references(plan: Plan) -> Iterator[Finding]:
    ids = {
        "keyframes": [keyframe.id for keyframe in plan.keyframes],
        "segments": [segment.id for segment in plan.segments],
    }
    for (listed, index, *_), sentence in broken_references(plan):
        target = ids[str(listed)][int(index)] if listed in ids else "plan"
        yield error(target, "reference", f"{sentence[:1].upper()}{sentence[1:]}.")


def stills(plan: Plan) -> Iterator[Finding]:
    """A segment has two different keyframes, or nothing moves in it."""
    described = {keyframe.id: keyframe.prompt.strip() for keyframe in plan.keyframes if not keyframe.picture}
    for segment in plan.segments:
        first, last = segment.first, segment.last
        if first is None or last is None:
            continue
        if first == last:
            sentence = f"It starts and ends with {first}, so nothing would move: give it another last keyframe."
            yield error(segment.id, "still", sentence)
        elif described.get(first) and described.get(first) == described.get(last):
            sentence = (
                f"{first} and {last} have the same words, so little will move: say what changed in {last}."
            )
            yield warning(segment.id, "still", sentence)


def idle_cuts(plan: Plan) -> Iterator[Finding]:
    for (before, after), cuts in zip(pairwise(plan.segments), plan.cuts()[1:], strict=True):
        if after.transition == "cut" and not cuts:
            sentence = (
                f"It is marked as a cut and still starts with the picture {before.id} ends with: "
                "give it a first keyframe of its own, or write transition: continue."
            )
            yield warning(after.id, "cut", sentence)


def unused_keyframes(plan: Plan) -> Iterator[Finding]:
    used = {name for segment in plan.segments for name in (segment.first, segment.last)}
    for keyframe in plan.keyframes:
        if keyframe.id not in used:
            sentence = "No segment uses it, so it would be painted and never seen: remove it."
            yield warning(keyframe.id, "unused", sentence)


def same_framing(plan: Plan) -> Iterator[Finding]:
    """The framing changes at least every 15 seconds, or it tires."""
    views = [(keyframe.camera.strip().casefold(), keyframe.place) for keyframe in plan.keyframes]
    for index in range(_SAME_VIEW - 1, len(views)):
        same = len(set(views[index - _SAME_VIEW + 1 : index + 1])) == 1
        told = index >= _SAME_VIEW and views[index - _SAME_VIEW] == views[index]
        if same and views[index][0] and not told:
            sentence = (
                f"It is the {_SAME_VIEW}th still in a row seen the same way: vary the shot size or the angle."
            )
            yield note(plan.keyframes[index].id, "monotony", sentence)


def props_without_cause(plan: Plan) -> Iterator[Finding]:
    """The words say how a prop appears or vanishes in a segment, or the model invents it; a new view or place
    will do."""
    for segment, first, last in _clips(plan):
        if (first.camera.strip().casefold(), first.place) != (last.camera.strip().casefold(), last.place):
            continue
        for name in sorted(set(first.props) ^ set(last.props)):
            without = last if name in first.props else first
            if not _speaks_of(name, f"{segment.prompt} {segment.prompt_zh} {without.prompt}"):
                what = "vanishes" if name in first.props else "appears"
                sentence = f"{name} {what} between {first.id} and {last.id}, and no words say how."
                yield note(segment.id, "prop", sentence)


def _clips(plan: Plan) -> Iterator[tuple[Segment, Keyframe, Keyframe]]:
    """The segments that have two known keyframes, with both."""
    known = {keyframe.id: keyframe for keyframe in plan.keyframes}
    for segment in plan.segments:
        if segment.first in known and segment.last in known:
            yield segment, known[segment.first], known[segment.last]


def style(plan: Plan) -> Iterator[Finding]:
    painted = any(keyframe.picture is None for keyframe in plan.keyframes)
    if painted and not plan.look.style.strip():
        sentence = "The look has no style, so every picture would choose its own: write look.style."
        yield warning("plan", "look", sentence)


def described_cast(plan: Plan) -> Iterator[Finding]:
    """Everything that a keyframe names as visible is described in the look."""
    look = plan.look
    characters, places, props = (
        {one.id for one in described} for described in (look.characters, look.places, look.props)
    )
    for keyframe in plan.keyframes:
        place = {keyframe.place} if keyframe.place else set()
        for name in sorted(
            (set(keyframe.cast) - characters) | (set(keyframe.props) - props) | (place - places)
        ):
            sentence = f"It shows {name}, which the look does not describe: add {name} to the look."
            yield warning(keyframe.id, "look", sentence)


def named_cast(plan: Plan) -> Iterator[Finding]:
    """A character that a prompt names is in the cast of the keyframe, or its features are not pasted."""
    spoken = {one.id: re.compile(rf"\b{_loosely(one.id)}\b", re.IGNORECASE) for one in plan.look.characters}
    for keyframe in plan.keyframes:
        for name, pattern in spoken.items():
            if name not in keyframe.cast and pattern.search(keyframe.prompt):
                sentence = f"Its words name {name}, but the features are not pasted: add {name} to its cast."
                yield warning(keyframe.id, "cast", sentence)


def _speaks_of(name: str, words: str) -> bool:
    """Whether words mention a thing by its name or by one word of it, as "lantern" for a brass lantern."""
    parts = (part for part in re.split(r"[-_ ]", name) if len(part) > 2 or not part.isascii())
    return any(re.search(called, words, re.IGNORECASE) for called in (_loosely(name), *map(re.escape, parts)))


def _loosely(name: str) -> str:
    return "[-_ ]".join(re.escape(part) for part in re.split(r"[-_ ]", name))
