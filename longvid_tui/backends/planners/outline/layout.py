"""Reads how writers mark lines: scene headings, numbered and timed shots, transitions, speakers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from longvid_tui.backends.planners.outline.sentences import sentences

_TIME = r"(?:\d{1,2}:)?\d{1,2}:\d{2}(?:\.\d+)?"
_TIMECODE = re.compile(
    rf"^\s*[\[(]?(?P<start>{_TIME})(?:\s*(?:-|–|—|to|~|至|到|→|->)\s*(?P<end>{_TIME}))?[\])]?\s*[:：.–—-]?\s+(?P<rest>\S.*)$"
)
_SECONDS_RANGE = re.compile(
    r"^\s*[\[(]?(?P<start>\d{1,3}(?:\.\d+)?)\s*(?:-|–|to)\s*(?P<end>\d{1,3}(?:\.\d+)?)\s*(?:s|sec|seconds)[\])]?"
    r"\s*[:：.–—-]?\s+(?P<rest>\S.*)$",
    re.IGNORECASE,
)
_NUMBERED = re.compile(
    r"^\s*\**(?:(?:shot|clip|segment|beat|panel|toma|plano|einstellung|plan)\s*#?\d{1,3}\s*[:：.)–—-]|镜头\s*[\d一二三四五六七八九十]+\s*[:：.、]?"
    r"|第\s*[\d一二三四五六七八九十]+\s*(?:个?镜头?|镜)\s*[:：.、]?|[(（]?\d{1,3}\s*[.)、）:：](?!\d))\**\s*(?P<rest>\S.*)$",
    re.IGNORECASE,
)
_BULLET = re.compile(r"^\s*[-*•–—▪‣]\s+(?P<rest>\S.*)$")
_SLUG = re.compile(r"^\s*(?:\d+\.?\s+)?(?P<slug>(?:INT|EXT|INT\.?/EXT|EXT\.?/INT|I/E)[. ]\s*\S.*)$")
_SCENE = re.compile(
    r"^\s*\**(?P<head>(?:scene|escena|szene|scène|act|acto|akt|acte|chapter|part)\s*(?:\d{1,3}|[ivx]{1,4}|one|two|three|four|five)\b"
    r"|(?:场景|第)\s*[\d一二三四五六七八九十]+\s*[场幕章]?)\**\s*[:：.–—-]?\**\s*(?P<rest>.*)$",
    re.IGNORECASE,
)
_MARKDOWN = re.compile(r"^\s*(?P<level>#{1,6})\s+(?P<rest>\S.*?)\s*#*$")
_SECTION = re.compile(r"^\s*\[(?P<label>[^\]\d:：][^\]:：]{0,30})\]\s*[:：.–—-]?\s*(?P<rest>.*)$")
_TRANSITION = re.compile(
    r"^\s*(?:(?:smash |match |hard |jump |quick )?cut(?: back)? to|dissolve to|wipe to|corte a|schnitt auf|coupe sur|切至|切到)"
    r"(?:\s*[:：]\s*|\s+(?:black)?[.:]?\s*$|[:.]?\s*$|\s+)(?P<rest>.*)$",
    re.IGNORECASE,
)
_FADE = re.compile(r"^\s*(?:fade (?:in|out|to \w+)|the end|fin|ende|完|剧终)\s*[:.]?\s*$", re.IGNORECASE)
_CUE = re.compile(r"^\s*(?P<who>[A-ZÀ-Þ][A-ZÀ-Þ'’. -]{1,30}?)\s*(?:\((?:V\.?O\.?|O\.?S\.?|CONT'?D)\))?\s*$")
_PARENTHETICAL = re.compile(r"^\s*\((?P<how>[^)]{2,60})\)\s*$")
_LABEL = re.compile(
    r"^\s*(?:shots?|shot list|scenes|storyboard|script|plot|story|分镜|剧本|镜头表)\s*[:：]?\s*$", re.IGNORECASE
)
_INLINE_LABEL = re.compile(
    r"^\s*(?:shots?|scenes|shot list|分镜)\s*[:：](?=\s*[(（]?1[.)、）])", re.IGNORECASE | re.MULTILINE
)
_COUNTED_LIST = re.compile(
    r"^\s*(?P<label>(?:in )?(?:\d{1,2}|[a-zäöü]{3,8}|[一二两三四五六七八九十]{1,3})(?: (?:shots?|scenes?|tomas?|escenas?|einstellungen|szenen|plans?|scènes?)|个?(?:镜头|分镜|场景)))"
    r"\s*[:：]\s*(?P<items>.+[;；].+)$",
    re.IGNORECASE,
)
_INLINE_NUMBERS = re.compile(
    r"(?:^|(?<=[.;:,!?]\s)|(?<=[。；：，！？]))(?=[(（]?(\d{1,2})[.)、）]\s*\S)|(?<=\s)(?=[(（]?(\d{1,2})[)）]\s*\S)"
)
_INLINE_SCENES = re.compile(
    r"(?<=\S)\s+(?=(?:scene|shot|escena|szene|scène)\s+\d{1,2}\s*[:：.–—-])", re.IGNORECASE
)
_MARKUP = re.compile(r"\*\*|__|`")


@dataclass(frozen=True)
class Mark:
    """A line that is marked as a shot: its words, and its timecode in seconds."""

    rest: str
    start: float | None = None
    end: float | None = None


@dataclass(frozen=True)
class Heading:
    """A line that begins a scene. `place`: the words in a screenplay's heading that say where."""

    label: str
    rest: str = ""
    place: str = ""
    title: bool = False


def lines_of(prompt: str) -> list[str]:
    """The lines of a prompt without markup; shots and scenes that run on in one line get lines of their own."""
    prompt = re.sub(r"[^\S\r\n]+", " ", prompt)
    plain = _MARKUP.sub("", _INLINE_LABEL.sub("", prompt).replace("\r\n", "\n").replace("\r", "\n"))
    return [
        line
        for raw in plain.split("\n")
        for listed in _split_list(raw)
        for part in _INLINE_SCENES.split(listed)
        for line in _split_numbers(part)
    ]


def starts_with_title(lines: list[str]) -> bool:
    """Whether the first line is a title: a few words without a full stop, above the text."""
    if len(lines) < 3 or lines[1].strip() or any(sign in lines[0] for sign in ".!?:;,。！？：，"):
        return False
    return 0 < len(lines[0].split()) <= 8 and not any(found(lines[0]) for found in (mark, heading))


def mark(line: str) -> Mark | None:
    """The shot that a line is marked as by a number, a time or a bullet; None if it is not."""
    code = _TIMECODE.match(line)
    if code:
        return Mark(code["rest"], _clock(code["start"]), _clock(code["end"]) if code["end"] else None)
    span = _SECONDS_RANGE.match(line)
    if span:
        return Mark(span["rest"], float(span["start"]), float(span["end"]))
    numbered = None if is_slug(line) else _NUMBERED.match(line) or _BULLET.match(line)
    if numbered is None:
        return None
    rest: str = numbered["rest"]
    timed = mark(rest) if _TIMECODE.match(rest) or _SECONDS_RANGE.match(rest) else None
    return timed or Mark(rest)


def is_slug(line: str) -> bool:
    """Whether a line is a screenplay's heading."""
    return bool(_SLUG.match(line))


def is_label(line: str) -> bool:
    """Whether a line only says that a list of shots follows."""
    return bool(_LABEL.match(line))


def heading(line: str) -> Heading | None:
    slug = _SLUG.match(line)
    if slug:
        where = re.sub(r"^(?:INT|EXT|I/E)[./EXTIN]*\s*", "", slug["slug"]).strip()
        return Heading(slug["slug"].strip(), place=re.split(r"\s+[-–—]\s+", where)[0].lower())
    markdown = _MARKDOWN.match(line)
    scene = _SCENE.match(markdown["rest"] if markdown else line)
    if scene:
        name, rest = _named(scene["rest"])
        return Heading(f"{scene['head']}: {name}" if name else scene["head"], rest)
    if markdown:
        return Heading(markdown["rest"].strip(), title=len(markdown["level"]) == 1)
    section = _SECTION.match(line)
    return Heading(section["label"].strip(), section["rest"].strip()) if section else None


def transition(line: str) -> str | None:
    """What follows "CUT TO:" at the start of a line or sentence; None if it does not begin with one."""
    match = _TRANSITION.match(line)
    return match["rest"].strip() if match else None


def is_fade(line: str) -> bool:
    return bool(_FADE.match(line))


def cue(line: str) -> str | None:
    """The speaker of a screenplay's line in capitals."""
    match = _CUE.match(line)
    return match["who"].strip().title() if match and match["who"] == match["who"].upper() else None


def parenthetical(line: str) -> str:
    """How a screenplay's speaker speaks: "(surprised)"."""
    match = _PARENTHETICAL.match(line)
    return match["how"] if match else ""


def _named(rest: str) -> tuple[str, str]:
    """(name, text) of what follows "Scene 1:": a few words before the first sentence are its name."""
    parts = sentences(rest)
    if len(parts) > 1 and len(parts[0].split()) <= 4 and len(parts[0]) < 40:
        return parts[0].rstrip(".。 "), rest[len(parts[0]) :].strip()
    short = bool(parts) and len(rest.split()) <= 5 and rest[-1] not in ".。!！"
    return (rest.strip(), rest.strip()) if short else ("", rest.strip())


def _split_list(line: str) -> list[str]:
    """Make bullets of "Five shots: a fox wakes; it runs; it sleeps"."""
    match = _COUNTED_LIST.match(line)
    if match is None:
        return [line]
    items = [item.strip(" 。.") for item in re.split(r"[;；]", match["items"]) if item.strip(" 。.")]
    return [f"{match['label']}.", *(f"- {item}" for item in items)]


def _split_numbers(line: str) -> list[str]:
    """Break "1) a fox wakes 2) it runs" before each number, where the numbers count from 1."""
    at: list[int] = []
    for match in _INLINE_NUMBERS.finditer(line):
        if int(match[1] or match[2]) == len(at) + 1:
            at.append(match.start())
    if len(at) < 2:
        return [line]
    cuts = [0, *at, len(line)]
    return [part for start, end in pairwise(cuts) if (part := line[start:end].strip())]


def _clock(code: str) -> float:
    seconds = 0.0
    for part in code.split(":"):
        seconds = seconds * 60 + float(part)
    return seconds
