"""Reads an answer: finds its JSON, and says what it lacks in words that the model can act on. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TypeVar

from pydantic import ValidationError

from longvid_tui.backends.planners.openai.answers import (
    Beat,
    Form,
    MotionSeen,
    Rewrite,
    Shot,
    Story,
    Treatment,
)
from longvid_tui.backends.planners.openai.assembly import text
from longvid_tui.backends.planners.openai.brief import Brief
from longvid_tui.project.tongues import LANGUAGES, other_language

Answer = TypeVar("Answer", bound=Form)

_THOUGHTS = re.compile(r"\A.*</think>", re.DOTALL)
"""The thoughts that some open models write before their answer."""

_COMPLAINTS = 12
"""Most problems that a model is told at once."""


class Unreadable(Exception):
    """The answer does not have the form that was asked for; the text tells the model why."""


def read(written: str, form: type[Answer]) -> Answer:
    """The answer in its form, whatever text surrounds its JSON; raises Unreadable."""
    spoken = _THOUGHTS.sub("", written)
    start, end = spoken.find("{"), spoken.rfind("}")
    if start < 0 or end < start:
        raise Unreadable("it holds no JSON object")
    try:
        return form.model_validate_json(spoken[start : end + 1])
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False, include_input=False)
        raise Unreadable("; ".join(_told(one["loc"], one["msg"]) for one in found[:_COMPLAINTS])) from error


def lacks_of_story(answer: Story, brief: Brief) -> list[str]:
    """What a story lacks for the film of a brief."""
    style = [] if text(answer.look.style) else ["look.style is empty"]
    silent = (
        ["`speaks` names nobody in any beat"]
        if brief.dialogue and not any(beat.is_spoken for beat in answer.beats)
        else []
    )
    named = _told_in(brief, "`title` and `reasoning`", answer.title, answer.reasoning)
    return _first([*style, *lacks_of_beats(answer.beats, range(1, brief.count + 1), brief), *silent, *named])


def lacks_of_beats(beats: Sequence[Beat], span: range, brief: Brief) -> list[str]:
    empty = [
        f"s{number} says nothing in `happens`"
        for number, beat in _numbered(beats, span)
        if not text(beat.happens)
    ]
    said = {text(beat.happens).casefold() for beat in beats}
    same = ["all beats say the same in `happens`"] if len(beats) > 1 and len(said) == 1 else []
    told = [] if brief.shots else [part for beat in beats for part in (beat.scene, beat.happens)]
    spoken = _told_in(brief, "`scene` and `happens`", *told)
    return _first([*_count(len(beats), span, "beats"), *empty, *same, *spoken])


def lacks_of_treatment(answer: Treatment, count: int, brief: Brief) -> list[str]:
    """What a treatment lacks for a film in `count` parts."""
    style = [] if text(answer.look.style) else ["look.style is empty"]
    told = sum(bool(text(part)) for part in answer.parts)
    spoken = _told_in(brief, "`title`, `reasoning` and `parts`", answer.title, answer.reasoning, *answer.parts)
    whole = told == len(answer.parts) == count
    return [*style, *([] if whole else [f"{told} parts are told, and exactly {count} are needed"]), *spoken]


def _told_in(brief: Brief, fields: str, *told: str) -> list[str]:
    if brief.language is None:
        return []
    other = other_language(". ".join(told), brief.language)
    return [f"{fields} are {other} and have to be {LANGUAGES[brief.language][0]}"] if other else []


def lacks_of_shots(shots: Sequence[Shot], span: range, cuts: Sequence[bool]) -> list[str]:
    """What shots lack for a span of segments; `cuts`: whether each of these starts with a picture of its
    own."""
    return _first([*_count(len(shots), span, "segments"), *_unshown(shots, span, cuts)])


def lacks_of_rewrite(answer: Rewrite, keyframes: Sequence[str], segments: Sequence[str]) -> list[str]:
    shown = {one.id for one in answer.keyframes if text(one.picture.shows)}
    moved = {one.id for one in answer.segments if text(one.motion)}
    missing = [
        name for name, done in ((keyframes, shown), (segments, moved)) for name in name if name not in done
    ]
    return _first([f"{name} is missing" for name in missing])


def lacks_of_motion(answer: MotionSeen) -> list[str]:
    return [f"`{name}` is empty" for name in ("seen", "motion") if not text(getattr(answer, name))]


def _unshown(shots: Sequence[Shot], span: range, cuts: Sequence[bool]) -> Iterator[str]:
    for (number, shot), cut in zip(_numbered(shots, span), cuts, strict=False):
        if cut and not (shot.first and text(shot.first.shows)):
            yield f"s{number} starts a picture of its own, and `first` does not show it"
        if not text(shot.last.shows):
            yield f"s{number} has no `last.shows`"
        if not text(shot.motion):
            yield f"s{number} has no `motion`"


def _count(have: int, span: range, what: str) -> list[str]:
    if have == len(span):
        return []
    return [f"it has {have} {what}, and exactly {len(span)} are needed, s{span.start} to s{span.stop - 1}"]


def _numbered(items: Sequence[Answer], span: range) -> Iterator[tuple[int, Answer]]:
    return zip(span, items, strict=False)


def _first(problems: Sequence[str]) -> list[str]:
    return list(problems[:_COMPLAINTS])


def _told(location: Sequence[str | int], message: str) -> str:
    where = ".".join(map(str, location))
    return f"{where}: {message}" if where else message
