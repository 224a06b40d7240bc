"""Divides the shots of a script into exactly as many segments as are wanted."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from longvid_tui.backends.lexicon import Lexicon
from longvid_tui.backends.planners.outline.camera import is_camera_only
from longvid_tui.backends.planners.outline.clauses import clauses
from longvid_tui.backends.planners.outline.gist import gist, length
from longvid_tui.backends.planners.outline.script import Script, Shot
from longvid_tui.backends.planners.outline.sentences import sentences
from longvid_tui.project.model import MAX_SEGMENTS, Wanted
from longvid_tui.project.timing import FPS, STEP_FRAMES, segments_for

FEWEST = 4
"""Fewest segments of a story without a given length: 20 seconds."""

FREELY, MOST, SENTENCES_BEYOND = 24, 60, 6
"""Up to 24 sentences get a segment each; in longer stories every 6 more sentences get one, up to 60 (five
minutes)."""

TINY = 2
"""A sentence of at most so many words is no moment of its own: "Silence."."""

_ACROSS_A_CUT = 1000.0
"""The cost of joining shots across a cut, where joining two sentences costs 1: done only if nothing else is
left."""


@dataclass(frozen=True)
class Beat:
    """What one segment films.

    `opening`: what is seen when it begins, `closing`: when it ends, `text`: all that happens. If its words last
    for several segments, it is number `part` (from 0) of `parts`. `context`: all that is told meanwhile, `told`
    sentences, of which `shown` are in `text`.
    """

    text: str
    opening: str
    closing: str
    shot: Shot
    cut: bool = False
    part: int = 0
    parts: int = 1
    context: str = ""
    told: int = 1
    shown: int = 1


def count_segments(script: Script, wanted: Wanted, lexicon: Lexicon) -> int:
    """The number that the person set, else that the prompt asks for, else that follows from its shots and
    sentences."""
    if wanted.count:
        return wanted.count
    if script.lengths:
        return min(MAX_SEGMENTS, segments_for(script.lengths[0]))
    if script.parts:
        return script.parts
    if script.is_list or any(shot.seconds for shot in script.shots):
        return min(MAX_SEGMENTS, sum(_own_segments(shot) for shot in script.shots))
    moments = sum(math.ceil(len(clauses(shot.text, lexicon)) / 2) for shot in script.shots)
    beyond = max(0, moments - FREELY) // SENTENCES_BEYOND
    return min(MOST, max(FEWEST, min(FREELY, moments) + beyond))


def divide(shots: Sequence[Shot], count: int, lexicon: Lexicon) -> list[Beat]:
    """Exactly `count` (>= 1) beats in order: neighbouring shots are joined, or long ones divided."""
    groups = _grouped([[shot] for shot in shots], count)
    shares = _shares([sum(map(_weight, group)) for group in groups], count)
    return [
        beat
        for group, share in zip(groups, shares, strict=True)
        for beat in (_stretched(group[0], share, lexicon) if len(group) == 1 else [_joined(group, lexicon)])
    ]


def _own_segments(shot: Shot) -> int:
    return max(1, round(shot.seconds * FPS / STEP_FRAMES)) if shot.seconds else 1


def _weight(shot: Shot) -> float:
    """The screen time of a shot: its own seconds, else the square root of its length."""
    return shot.seconds if shot.seconds else math.sqrt(length(shot.text) * 6 + 10.0) / 2


def _grouped(groups: list[list[Shot]], count: int) -> list[list[Shot]]:
    weights = [sum(map(_weight, group)) for group in groups]
    while len(groups) > count:
        costs = [
            one + other + (_ACROSS_A_CUT if after[0].cut else 0)
            for (one, other), after in zip(pairwise(weights), groups[1:], strict=True)
        ]
        at = costs.index(min(costs))
        groups[at] = groups[at] + groups.pop(at + 1)
        weights[at] += weights.pop(at + 1)
    return groups


def _joined(group: Sequence[Shot], lexicon: Lexicon) -> Beat:
    """One beat for several shots: what can be seen of them in five seconds."""
    verbatim = any(shot.verbatim for shot in group)
    texts = [shot.text if verbatim else _first_sentence(shot.text) for shot in group]
    kept = texts if verbatim else gist(texts, lexicon)
    return Beat(
        text=_together(kept),
        opening=texts[0] if verbatim else kept[0],
        closing=kept[-1],
        shot=group[0],
        cut=group[0].cut,
        context=" ".join(shot.text for shot in group),
        told=len(texts),
        shown=len(kept),
    )


def _together(texts: Sequence[str]) -> str:
    """The sentences one after another, each with its full stop."""
    text = texts[0]
    for after in texts[1:]:
        chinese = text[-1] > "\u3000"
        stop = "" if text[-1] in ".!?…。！？" else ("，" if chinese else ".")
        text = f"{text}{stop}{'' if chinese else ' '}{after}"
    return text


def _shares(weights: Sequence[float], count: int) -> list[int]:
    """`count` shares: one for each weight, the others by D'Hondt's method of highest averages."""
    shares = [1] * len(weights)
    for _ in range(count - len(weights)):
        at = max(range(len(weights)), key=lambda index: weights[index] / (shares[index] + 1))
        shares[at] += 1
    return shares


def _stretched(shot: Shot, count: int, lexicon: Lexicon) -> list[Beat]:
    """One shot over `count` segments: its sentences first, then their clauses, then stretches of a clause."""
    moments = _moments(shot.text, count, lexicon) if count > 1 else [shot.text]
    shares = _shares([math.sqrt(length(text) + 1) for text in moments], count)
    beats: list[Beat] = []
    for text, parts in zip(moments, shares, strict=True):
        first = _first_sentence(text) if count > 1 or not shot.verbatim else text
        beats += [
            Beat(text, first, text, shot, shot.cut and not beats and part == 0, part, parts, context=text)
            for part in range(parts)
        ]
    return beats


def _moments(text: str, count: int, lexicon: Lexicon) -> list[str]:
    """At most `count` consecutive pieces of a text, cut where it is easiest to cut."""
    pieces = [[sentence] for sentence in _full_sentences(text, lexicon)]
    while len(pieces) < count:
        at = max(range(len(pieces)), key=lambda index: len(_clauses(pieces[index], lexicon)))
        parts = _clauses(pieces[at], lexicon)
        if len(parts) < 2:
            break
        pieces[at : at + 1] = [[part] for part in parts]
    while len(pieces) > count:
        sizes = [len(one[0]) + len(other[0]) for one, other in pairwise(pieces)]
        at = sizes.index(min(sizes))
        pieces[at : at + 2] = [[_together([pieces[at][0], pieces[at + 1][0]])]]
    return [piece[0] for piece in pieces]


def _first_sentence(text: str) -> str:
    return next(iter(sentences(text)), text)


def _full_sentences(text: str, lexicon: Lexicon) -> list[str]:
    """The sentences of a text; one of a word or two, or of the camera, stays with the one before it."""
    whole: list[str] = []
    for sentence in sentences(text) or [text]:
        if whole and (length(sentence) <= TINY or is_camera_only(sentence, lexicon)):
            whole[-1] = _together([whole[-1], sentence])
        else:
            whole.append(sentence)
    return whole


def _clauses(piece: Sequence[str], lexicon: Lexicon) -> list[str]:
    return clauses(piece[0], lexicon)
