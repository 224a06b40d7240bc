"""The questions of all passes: their messages and the schemas of their answers. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeAlias, TypeVar

from longvid_tui.backends.planners.openai.answers import (
    NOWHERE,
    Beat,
    Beats,
    Form,
    LookForm,
    MotionAgain,
    MotionSeen,
    Rewrite,
    Shot,
    Shots,
    Still,
    StillAgain,
    Story,
    Treatment,
)
from longvid_tui.backends.planners.openai.brief import Brief
from longvid_tui.backends.planners.openai.instructions import Instructions
from longvid_tui.backends.planners.openai.strict import Schema, at_most, exactly, leave_out, one_of, strict
from longvid_tui.project.model import Character, Look, Place, Prop, Segment

Answer = TypeVar("Answer", bound=Form)
Message: TypeAlias = Mapping[str, Any]
"""A message of a chat: its `role`, and as `content` a text or a list of texts and pictures."""

MOST_OF_A_KIND = 8
"""Most characters, places or props of a film: more than a picture has references, or anybody can keep apart."""

_LOOK, _PART, _BEAT, _STILL, _MOTION = 600, 170, 60, 160, 220
_SHOT = _STILL + _MOTION
"""Tokens of the parts of an answer with the lengths that the forms ask for, Chinese and JSON included."""


@dataclass(frozen=True)
class Question(Generic[Answer]):
    """A question to the model: `instruction`, `text`, and after these the `pictures` (data URLs).

    `what`: the name of the pass for the person. `schema`: of the answer. `tokens`: about how many a good answer
    has.
    """

    what: str
    form: type[Answer]
    schema: Schema
    instruction: str
    text: str
    tokens: int = 0
    pictures: tuple[str, ...] = ()

    def messages(self) -> list[Message]:
        return [{"role": "system", "content": self.instruction}, {"role": "user", "content": self._content()}]

    def _content(self) -> str | list[dict[str, Any]]:
        if not self.pictures:
            return self.text
        shown = [{"type": "image_url", "image_url": {"url": picture}} for picture in self.pictures]
        return [{"type": "text", "text": self.text}, *shown]


def story(told: Instructions, brief: Brief) -> Question[Story]:
    """Asks for the look and the beats of a whole film."""
    schema = strict(Story)
    exactly(schema, Story, "beats", brief.count)
    one_of(schema, Beat, "id", _ids(range(1, brief.count + 1)))
    _only_speakers_that_are_wanted(schema, brief)
    _small_look(schema)
    return Question("the story", Story, schema, told.of("story"), brief.text(), _LOOK + _BEAT * brief.count)


def treatment(told: Instructions, brief: Brief, parts: Sequence[range]) -> Question[Treatment]:
    """Asks for the look of a long film, and what happens in each of its parts."""
    schema = strict(Treatment)
    exactly(schema, Treatment, "parts", len(parts))
    _small_look(schema)
    listed = "\n".join(f"{number}. {_span(part)}" for number, part in enumerate(parts, 1))
    text = f"{brief.text()}\n# The parts to write, {len(parts)} of them\n\n{listed}\n"
    return Question("the treatment", Treatment, schema, told.of("treatment"), text, _LOOK + _PART * len(parts))


def beats(
    told: Instructions,
    brief: Brief,
    look: Look,
    plots: Sequence[str],
    parts: Sequence[range],
    number: int,
    so_far: str,
) -> Question[Beats]:
    """Asks for the beats of part `number` (from 0), given the story so far."""
    part = parts[number]
    schema = strict(Beats)
    exactly(schema, Beats, "beats", len(part))
    one_of(schema, Beat, "id", _ids(part))
    _only_speakers_that_are_wanted(schema, brief)
    plot = "\n".join(f"{_span(span)}: {told_part}" for span, told_part in zip(parts, plots, strict=False))
    text = (
        f"{brief.text()}\n{look_text(look)}\n# What happens in each part\n\n{plot}\n"
        f"\n# The story so far\n\n{so_far or 'Nothing yet: this is the beginning.'}\n"
        f"\n# Write now\n\nThe {len(part)} beats {_span(part)}.\n"
    )
    return Question(
        f"the beats {_span(part)}", Beats, schema, told.of("beats"), text, _PART + _BEAT * len(part)
    )


def shots(
    told: Instructions, brief: Brief, look: Look, plot: Sequence[Beat], span: range, before: Shot | None
) -> Question[Shots]:
    """Asks for the pictures and movements of a span of segments; `before`: the shot that leads to it."""
    schema = strict(Shots)
    exactly(schema, Shots, "shots", len(span))
    one_of(schema, Shot, "id", _ids(span))
    _only_what_the_look_has(schema, look)
    text = (
        f"{brief.text()}\n{look_text(look)}"
        f"\n# What leads there and what follows\n\n{_plot(plot, span)}\n"
        f"\n# Write now\n\nThe {len(span)} segments {_span(span)}. {_beginning(plot, span, before)}\n"
    )
    return Question(f"the shots {_span(span)}", Shots, schema, told.of("shots"), text, _SHOT * len(span))


def rewrite(
    told: Instructions,
    words: str,
    look: Look,
    strip: str,
    keyframes: Sequence[str],
    segments: Sequence[str],
    why: str,
) -> Question[Rewrite]:
    """Asks for other words for some keyframes and segments; `strip` shows them marked, between their
    neighbours."""
    schema = strict(Rewrite)
    for field, form, ids in (("keyframes", StillAgain, keyframes), ("segments", MotionAgain, segments)):
        if ids:
            exactly(schema, Rewrite, field, len(ids))
            one_of(schema, form, "id", ids)
        else:
            leave_out(schema, Rewrite, field)
    _only_what_the_look_has(schema, look)
    named = ", ".join([*keyframes, *segments])
    text = (
        f"# The person's words\n\n{words}\n\n{look_text(look)}\n# The plan around them\n\n{strip}\n"
        f"\n# Write now\n\n{why}\nAnswer exactly these: {named}.\n"
    )
    what = (
        named
        if len(segments) + len(keyframes) < 5
        else f"{len(keyframes)} keyframes and {len(segments)} segments"
    )
    tokens = _STILL * len(keyframes) + _MOTION * len(segments)
    return Question(f"{what} anew", Rewrite, schema, told.of("rewrite"), text, tokens)


def motion(
    told: Instructions, segment: Segment, look: Look, pictures: tuple[str, str], note: str
) -> Question[MotionSeen]:
    """Asks for the movement of a segment from its two pictures."""
    planned = "\n".join(filter(None, (segment.prompt, segment.prompt_zh)))
    wish = f"\n# The person rejected an earlier version and says\n\n{note}\n" if note else ""
    text = (
        f"{look_text(look)}\n# The movement as it was planned\n\n{planned}\n{wish}"
        "\n# The two pictures follow\n\nFirst the one it starts with, then the one it ends with.\n"
    )
    what = f"the movement of {segment.id} from its pictures"
    return Question(what, MotionSeen, strict(MotionSeen), told.of("motion"), text, 2 * _MOTION, pictures)


def look_text(look: Look) -> str:
    """The look as a pass is told it."""
    lines = [f"style: {look.style}", f"palette: {look.palette}"]
    for kind, things in (("character", look.characters), ("place", look.places), ("prop", look.props)):
        lines += [f"{kind} {thing.id}: {_described(thing)}" for thing in things]
    return "# The look\n\n" + "\n".join(lines) + "\n"


def _described(thing: Character | Place | Prop) -> str:
    wardrobe = f"; wears {thing.wardrobe}" if isinstance(thing, Character) and thing.wardrobe else ""
    return f"{thing.features}{wardrobe}"


def _small_look(schema: Schema) -> None:
    for field in ("characters", "places", "props"):
        at_most(schema, LookForm, field, MOST_OF_A_KIND)


def _only_what_the_look_has(schema: Schema, look: Look) -> None:
    for field, things in (("cast", look.characters), ("place", look.places), ("props", look.props)):
        names = [thing.id for thing in things]
        if not names:
            leave_out(schema, Still, field)
        else:
            one_of(schema, Still, field, [NOWHERE, *names] if field == "place" else names)
            if field != "place":
                at_most(schema, Still, field, len(names))


def _only_speakers_that_are_wanted(schema: Schema, brief: Brief) -> None:
    if not brief.dialogue:
        leave_out(schema, Beat, "speaks")


def _plot(plot: Sequence[Beat], span: range) -> str:
    """The beats of a span with three before and two after it."""
    around = range(max(1, span.start - 3), min(len(plot), span.stop + 1) + 1)
    lines = []
    for number in around:
        beat: Any = plot[number - 1]
        cut = " [starts with a picture of its own]" if number == 1 or beat.cut else ""
        speaks = f" [{beat.speaks} is seen speaking]" if beat.is_spoken else ""
        context = "" if number in span else " (not to be written now)"
        lines.append(f"s{number} {beat.scene}: {beat.happens}{cut}{speaks}{context}")
    return "\n".join(lines)


def _beginning(plot: Sequence[Beat], span: range, before: Shot | None) -> str:
    if before is None or plot[span.start - 1].cut:
        return f"s{span.start} starts with a picture of its own."
    last = before.last
    return (
        f"s{span.start} starts with the picture s{span.start - 1} ends with: {last.shows} "
        f"Camera: {last.camera}. Light: {last.light}."
    )


def _ids(span: range) -> list[str]:
    return [f"s{number}" for number in span]


def _span(span: range) -> str:
    return f"s{span.start} to s{span.stop - 1}" if len(span) > 1 else f"s{span.start}"
