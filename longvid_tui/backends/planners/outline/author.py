"""Writes a plan from the words of a prompt. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import replace

from longvid_tui.backends.contract import PlanRequest, Refused
from longvid_tui.backends.lexicon import lexicon_for, tongue_of
from longvid_tui.backends.planners.outline.camera import without_framing
from longvid_tui.backends.planners.outline.cast import Company
from longvid_tui.backends.planners.outline.dividing import Beat, count_segments, divide
from longvid_tui.backends.planners.outline.names import Introduced, named
from longvid_tui.backends.planners.outline.phrases import Phrases, phrases_for
from longvid_tui.backends.planners.outline.script import Script, Shot, read
from longvid_tui.backends.planners.outline.sentences import sentences
from longvid_tui.backends.planners.outline.storyline import draw
from longvid_tui.project.model import Look, Plan
from longvid_tui.project.tongues import begins_cjk

TITLE_LENGTH, SHORT_TITLE = 48, 6
"""Most characters of a title; a Chinese one of fewer than six takes the next clause as well."""


def outline(request: PlanRequest) -> Plan:
    """The plan for a request; raises Refused."""
    request = replace(request, prompt=_in_words(request.prompt))
    if not request.prompt:
        raise Refused("The prompt has no word in it: write what the film shows.")
    tongue, phrases, lexicon = (
        tongue_of(request.prompt),
        phrases_for(request.prompt),
        lexicon_for(request.prompt),
    )
    script = read(request.prompt, phrases, lexicon)
    _heed(script, read(request.note, phrases, lexicon))
    script.shots = shots = script.shots or [Shot(_first_line(request.prompt))]
    people = named([shot.text for shot in shots], script.cast, lexicon, tongue or "")
    script.shots = shots = [_without_descriptions(shot, people) for shot in shots]
    beats = divide(shots, count_segments(script, request.wanted, lexicon), lexicon)
    company = Company(beats, script, people, lexicon, tongue)
    keyframes, segments = draw(beats, company.settings, phrases)
    return Plan(
        title=script.title or _title(shots[0].text),
        reasoning=_reasoning(script, shots, beats),
        look=_look(script, company, phrases),
        keyframes=keyframes,
        segments=segments,
    )


def _in_words(prompt: str) -> str:
    """The prompt; if it has only symbols, such as emoji, their names, a shot each; "" if these have none."""
    if any(letter.isalpha() for letter in prompt):
        return prompt
    symbols = [letter for letter in prompt if unicodedata.category(letter) == "So"]
    return "\n".join(f"- {unicodedata.name(symbol, 'symbol').capitalize()}" for symbol in symbols)


def _without_descriptions(shot: Shot, people: list[Introduced]) -> Shot:
    """A shot without what the look says about its people: "Lucía, a girl of eight, finds" is "Lucía finds"."""
    text = shot.text
    for one in people:
        if one.said and not shot.verbatim:
            text = text.replace(one.said, " ", 1)
    return replace(shot, text=re.sub(r"\s+", " ", text))


def _heed(script: Script, note: Script) -> None:
    """Let what the person said when rejecting the last plan overrule the prompt; none of it is filmed."""
    script.style += note.style
    script.palette += note.palette
    script.negative += note.negative
    if note.lengths or note.parts:
        script.lengths, script.parts = note.lengths, note.parts


def _look(script: Script, company: Company, phrases: Phrases) -> Look:
    return Look(
        style=phrases.comma.join(dict.fromkeys(script.style)) or phrases.style,
        palette=phrases.comma.join(dict.fromkeys(script.palette)),
        negative=_once([*script.negative, phrases.negative], phrases),
        characters=company.characters,
        places=company.places,
        props=company.props,
    )


def _once(lists: list[str], phrases: Phrases) -> str:
    """Each item of comma-separated lists once, in order."""
    items = (item.strip() for item in re.split(r"[,，]", ",".join(lists)))
    return phrases.comma.join(dict.fromkeys(item for item in items if item))


def _reasoning(script: Script, shots: list[Shot], beats: list[Beat]) -> str:
    cuts = sum(beat.cut for beat in beats)
    divided = sum(count > 1 for count in Counter(id(beat.shot) for beat in beats).values())
    told, shown = sum(beat.told for beat in beats), sum(beat.shown for beat in beats)
    parts = [f"{len(shots)} {'shot' if len(shots) == 1 else 'shots'} of the prompt"]
    parts[0] += f" in {len(beats)} {'segment' if len(beats) == 1 else 'segments'}"
    if divided and len(shots) > 1:
        parts.append(f"{divided} of them over several segments")
    if shown < told:
        parts.append(f"{told - shown} sentences left out that five seconds have no room for")
    if cuts:
        parts.append(f"{cuts} {'cut' if cuts == 1 else 'cuts'} where a new scene begins")
    if len(script.lengths) > 1:
        lengths = ", ".join(f"{seconds:g} s" for seconds in script.lengths)
        parts.append(f"the prompt names several lengths ({lengths}) and the first counts")
    return f"{'; '.join(parts)}. Outlined from the words of the prompt, without a model."


def _title(text: str) -> str:
    """The start of the first shot, up to the end of a word or clause."""
    whole = next(iter(sentences(without_framing(text))), text).rstrip(".")
    parts = re.split(r"[!?;,](?:\s|$)|[。！？；，]", whole, maxsplit=2)
    start = parts[0].strip()
    if len(start) < SHORT_TITLE and any(parts[1:2]) and begins_cjk(start):
        start = f"{start}，{parts[1].strip()}"
    if len(start) > TITLE_LENGTH:
        start = start[: TITLE_LENGTH + 1].rsplit(" ", 1)[0][:TITLE_LENGTH].rstrip(",;:—- ")
        start = re.sub(r"(?:\s+[^\W\d_]{1,3})+$", "", start)
    return start[:1].upper() + start[1:]


def _first_line(prompt: str) -> str:
    return next(line.strip() for line in prompt.splitlines() if any(letter.isalpha() for letter in line))
