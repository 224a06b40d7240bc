"""What a plan will cost, before anything is asked. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from longvid_tui.backends.contract import PlanRequest
from longvid_tui.backends.planners.openai import passes, rewriting
from longvid_tui.backends.planners.openai.answers import Beat
from longvid_tui.backends.planners.openai.author import BEATS_PER_SHOT
from longvid_tui.backends.planners.openai.brief import Brief, brief, spans
from longvid_tui.backends.planners.openai.instructions import Instructions
from longvid_tui.backends.planners.openai.ledger import price
from longvid_tui.backends.planners.openai.passes import Question
from longvid_tui.project.model import Look
from longvid_tui.settings.sections import PlannerSettings

_SOME_WORDS = "x" * 120
"""A text as long as a model writes for a beat, or for a part of the story."""


def quote(settings: PlannerSettings, told: Instructions, request: PlanRequest) -> float | None:
    """See `contract.Quoting`; raises Refused for a prompt without words."""
    if request.previous is not None and request.redo:
        questions = list(_again(told, request))
    else:
        questions = list(_all(told, brief(request), settings.segments_at_once))
    prices = [price(settings, question, question.messages()) for question in questions]
    known = [each for each in prices if each is not None]
    return sum(known) if len(known) == len(prices) else None


def _all(told: Instructions, brief: Brief, at_once: int) -> Iterator[Question[Any]]:
    """The questions that Author.write would ask, with stand-ins for words that are not written yet."""
    look, beats = Look(style=_SOME_WORDS), [Beat(happens=_SOME_WORDS)] * brief.count
    parts = spans(brief.count, BEATS_PER_SHOT * at_once)
    if len(parts) == 1:
        yield passes.story(told, brief)
    else:
        yield passes.treatment(told, brief, parts)
        plots = [_SOME_WORDS * 4] * len(parts)
        for number in range(len(parts)):
            yield passes.beats(told, brief, look, plots, parts, number, _SOME_WORDS * 4)
    for span in spans(brief.count, at_once):
        yield passes.shots(told, brief, look, beats, span, None)


def _again(told: Instructions, request: PlanRequest) -> Iterator[Question[Any]]:
    assert request.previous
    targets = rewriting.redone(request.previous, request.redo)
    strip = rewriting.strip(request.previous, targets)
    ids = targets.keyframes, targets.segments
    yield passes.rewrite(told, request.prompt, request.previous.look, strip, *ids, request.note)
