"""Reads a prompt the way it is laid out: scenes, shot lists, screenplays, paragraphs, one-liners."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from longvid_tui.backends.lexicon import Lexicon
from longvid_tui.backends.planners.outline import layout
from longvid_tui.backends.planners.outline.camera import is_camera_only, starts_with_framing
from longvid_tui.backends.planners.outline.directions import Remark, remark, starts_cast, starts_keyed
from longvid_tui.backends.planners.outline.gist import length
from longvid_tui.backends.planners.outline.layout import Heading, Mark
from longvid_tui.backends.planners.outline.numbers import lengths_in, parts_in
from longvid_tui.backends.planners.outline.phrases import Phrases
from longvid_tui.backends.planners.outline.sentences import sentences
from longvid_tui.backends.planners.outline.speech import without_speech
from longvid_tui.project.tongues import begins_cjk


@dataclass(frozen=True)
class Shot:
    """One thing to film. `cut`: it does not continue the shot before. `verbatim`: its words are kept as they
    are."""

    text: str
    scene: str = ""
    place: str = ""
    cut: bool = False
    seconds: float | None = None
    verbatim: bool = False


@dataclass
class Script:
    """What a prompt says: what to film, and what about the film. `lengths`: the durations it names, in
    seconds."""

    shots: list[Shot] = field(default_factory=list)
    title: str = ""
    style: list[str] = field(default_factory=list)
    palette: list[str] = field(default_factory=list)
    negative: list[str] = field(default_factory=list)
    cast: list[str] = field(default_factory=list)
    lengths: list[float] = field(default_factory=list)
    parts: int | None = None

    @property
    def is_list(self) -> bool:
        """Whether the writer numbered the shots, or gave them lengths."""
        return any(shot.verbatim for shot in self.shots)


LONGEST_VERSE = 64
"""Most characters of a line of verse; prose that is wrapped at a margin has longer lines."""

_OWN_SECONDS = re.compile(
    r"\s*[\[(（]\s*(?:about |~|≈)?(?P<n>\d{1,3}(?:[.,]\d+)?)\s*(?:s|secs?|seconds?|segundos?|sekunden?|secondes?|秒)\.?\s*[\])）]\s*[:：]?\s*",
    re.IGNORECASE,
)
_INTRODUCED = re.compile(r"\b(?P<who>[A-ZÀ-Þ]{2,}(?: [A-ZÀ-Þ]{2,})?)\b(?=\s*[,(])")
_UNNAMED = re.compile(r"\b(?P<article>[Aa]n?|[Tt]he|[Oo]ne|[Tt]wo|[Tt]hree)(?P<who>(?: [A-ZÀ-Þ]{2,}\b)+)")
_DESCRIBED = re.compile(r"\b(?P<who>[A-ZÀ-Þ][a-zà-ÿ]+(?: [A-ZÀ-Þ][a-zà-ÿ]+)?)\s*\((?P<what>[^)]{2,120})\)")
_ELSEWHERE = re.compile(
    r"^(?:back (?:in|at|on|inside|outside) |meanwhile\b|elsewhere\b|(?:many |some )?(?:years|months|days|hours) later\b|the next (?:day|morning|night|year)\b"
    r"|mientras tanto\b|de vuelta en |(?:años|días|meses) después\b|inzwischen\b|währenddessen\b|zurück (?:in|im|auf) |jahre später\b|am nächsten (?:tag|morgen)\b"
    r"|pendant ce temps\b|de retour (?:dans|à|en) |(?:des )?(?:années|jours|mois) plus tard\b|与此同时|第二天|(?:多年|几年|许多年)(?:以后|之后|后))",
    re.IGNORECASE,
)
_IN_CAPITALS = re.compile(r"\b([A-ZÀ-Þ]{3,})\b(?=(?:'s)?\s+[a-z])")
_CUT_WITHIN = re.compile(
    r"(?:(?<=[.!?])|[;,])\s+(?=(?:smash |match |hard |jump |quick )?cut(?: back)? to\b[: ])", re.IGNORECASE
)
_SLIGHT = re.compile(
    r"\b(?:nothing|silence|something|not|never|n't|nada|silencio|no|nichts|stille|nicht|rien)\b", re.I
)
_AIR = re.compile(r"\b(?:candlelight|light|dust|shadows?|mist|fog|smoke|rain|steam|silence)\b", re.IGNORECASE)


def read(prompt: str, phrases: Phrases, lexicon: Lexicon) -> Script:
    """Read a prompt; pure, and never fails."""
    lines = layout.lines_of(prompt)
    marked = sum(layout.mark(line) is not None for line in lines) >= 2
    reader = _Reader(phrases, lexicon, marked, any(map(layout.is_slug, lines)))
    if layout.starts_with_title(lines):
        reader.title(lines.pop(0))
    for line in lines:
        reader.line(line)
    return reader.finish()


class _Reader:
    """Takes the lines of a prompt in order; a paragraph is gathered and read as prose when it ends."""

    def __init__(self, phrases: Phrases, lexicon: Lexicon, marked: bool, screenplay: bool) -> None:
        self._script = Script()
        self._phrases, self._lexicon = phrases, lexicon
        self._marked, self._screenplay = marked, screenplay
        self._paragraph: list[str] = []
        self._scene = Heading("")
        self._cut = False
        self._heading_rest = ""
        self._shots_before_heading = 0
        self._last_start: float | None = None
        self._speaker = ""
        self._in_item = False
        self._air = ""

    def title(self, line: str) -> None:
        self._script.title = line.strip()

    def line(self, line: str) -> None:
        if not line.strip():
            self._end_paragraph()
            self._speaker, self._in_item = "", False
        elif not (
            self._heading(line)
            or self._transition(line)
            or self._keyed(line)
            or self._shot(line)
            or self._dialogue(line)
        ):
            if self._in_item and self._marked:
                self._continue_item(line.strip())
            else:
                self._paragraph.append(line.strip())

    def finish(self) -> Script:
        self._end_paragraph()
        self._end_heading()
        return self._script

    def _heading(self, line: str) -> bool:
        found = layout.heading(line)
        if found is None:
            return layout.is_label(line)
        self._end_paragraph()
        self._end_heading()
        if found.title and not self._script.title:
            self._script.title = found.label
            return True
        self._scene, self._heading_rest = found, found.rest
        self._shots_before_heading = len(self._script.shots)
        self._cut, self._in_item = bool(self._script.shots), False
        return True

    def _end_heading(self) -> None:
        """End a heading: one with words of its own and nothing under it is a shot, and so are many words."""
        rest, self._heading_rest = self._heading_rest, ""
        if rest and len(self._script.shots) == self._shots_before_heading:
            self._prose(rest)

    def _transition(self, line: str) -> bool:
        if layout.is_fade(line):
            self._end_paragraph()
            return True
        rest = layout.transition(line)
        if rest is None:
            return False
        self._end_paragraph()
        self._cut = bool(self._script.shots)
        if rest:
            self._paragraph.append(rest)
        return True

    def _keyed(self, line: str) -> bool:
        if not starts_keyed(line):
            return False
        self._end_paragraph()
        entry = ""
        for sentence in sentences(line):
            if starts_keyed(sentence):
                self._keep(remark(entry, self._lexicon))
                entry = sentence
            elif starts_cast(entry):
                entry = f"{entry} {sentence}"
            else:
                self._sentence(sentence)
        self._keep(remark(entry, self._lexicon))
        return True

    def _shot(self, line: str) -> bool:
        mark = layout.mark(line) if self._marked else None
        if mark is None:
            return False
        self._end_paragraph()
        said = remark(mark.rest, self._lexicon)
        if not said.content and self._lexicon.subjects.first(mark.rest) is None:
            self._keep(said)
            return True
        if self._heading_rest and not remark(self._heading_rest, self._lexicon).content:
            self._heading_rest = ""
        own = _OWN_SECONDS.search(mark.rest)
        text = _OWN_SECONDS.sub(" ", mark.rest).strip()
        seconds = _seconds(own)
        if mark.start is not None:
            seconds = self._timed(mark) or seconds
        if re.search(r"\w", text):
            self._cut = self._cut or self._is_another_view(text)
            self._add(Shot(text, seconds=seconds, verbatim=True))
            self._in_item = True
        return True

    def _is_another_view(self, text: str) -> bool:
        """Whether this shot or the one before begins with a size of shot, so that there is a cut between
        them."""
        shots = self._script.shots
        return bool(shots) and (starts_with_framing(text) or starts_with_framing(shots[-1].text))

    def _timed(self, mark: Mark) -> float | None:
        """The length of a shot by its timecode; a start without an end also ends the shot before."""
        shots, start = self._script.shots, mark.start or 0.0
        if shots and shots[-1].seconds is None and self._last_start is not None and start > self._last_start:
            shots[-1] = replace(shots[-1], seconds=start - self._last_start)
        self._last_start = start
        return mark.end - start if mark.end is not None and mark.end > start else None

    def _continue_item(self, text: str) -> None:
        shots = self._script.shots
        if remark(text, self._lexicon).content:
            shots[-1] = replace(shots[-1], text=f"{shots[-1].text} {text}")
        else:
            self._note(text)

    def _dialogue(self, line: str) -> bool:
        if not self._screenplay:
            return False
        if self._speaker:
            self._act(layout.parenthetical(line))
            return True  # the spoken words
        who = layout.cue(line)
        if who is None or self._paragraph:
            return False
        if not self._scene.label:
            self._script.title = self._script.title or who
            return True
        self._speaker = who
        speaking = self._phrases.speaking
        self._add(Shot(f"{who} {speaking[len(self._script.shots) % len(speaking)]}"))
        return True

    def _act(self, how: str) -> None:
        """Add a way of speaking to the speaker's shot."""
        if how and self._script.shots:
            last = self._script.shots[-1]
            self._script.shots[-1] = replace(last, text=f"{last.text}{self._phrases.comma}{how}")

    def _end_paragraph(self) -> None:
        text, self._paragraph = "\n".join(self._paragraph), []
        if text:
            self._prose(text)

    def _prose(self, text: str) -> None:
        if self._screenplay:
            text = _UNNAMED.sub(self._unnamed, text)
            text = _INTRODUCED.sub(lambda match: match["who"].title(), text)
            text = _IN_CAPITALS.sub(lambda match: match[1].title(), text)
            text = _DESCRIBED.sub(self._described, text)
        for sentence in _verses(text) or sentences(text):
            for part in _CUT_WITHIN.split(sentence):
                self._sentence(part.strip())

    def _unnamed(self, match: re.Match[str]) -> str:
        """Note somebody whom a screenplay introduces by what they are: "an OLD CONDUCTOR"."""
        who = match["who"].lower()
        return match["article"] + (who if self._lexicon.living.first(who) else match["who"])

    def _described(self, match: re.Match[str]) -> str:
        """Note for the look what a screenplay adds to a name: "MARTA (60s, silver hair)"."""
        self._script.cast.append(f"{match['who']} - {match['what']}")
        return match["who"]

    def _sentence(self, sentence: str) -> None:
        after_cut = layout.transition(sentence)
        if after_cut is not None:
            self._cut, sentence = bool(self._script.shots), after_cut[:1].upper() + after_cut[1:]
        self._cut = self._cut or bool(self._script.shots and _ELSEWHERE.match(sentence))
        said = remark(sentence, self._lexicon, opening=not self._script.shots)
        self._keep(said)
        own = _OWN_SECONDS.search(said.content)
        text = without_speech(_OWN_SECONDS.sub(" ", said.content).strip(), self._phrases.speaking)
        if not re.search(r"\w", text):
            return
        if self._is_air(text) and (self._cut or not self._script.shots):
            self._air = text
            return
        if self._belongs_to_the_last(text):
            last = self._script.shots[-1]
            stop = "" if last.text[-1] in ".!?…。！？" else self._phrases.full_stop
            self._script.shots[-1] = replace(last, text=f"{last.text}{stop}{self._phrases.space}{text}")
            return
        air, self._air = self._air, ""
        self._add(Shot(f"{text}{self._phrases.space}{air}" if air else text, seconds=_seconds(own)))

    def _is_air(self, text: str) -> bool:
        """Whether the text is only an atmosphere: "Steam." or "Dust in the air"."""
        return len(text.split()) <= 7 and bool(_AIR.match(text)) and self._lexicon.living.first(text) is None

    def _belongs_to_the_last(self, text: str) -> bool:
        """Whether the text is too little for a shot: a camera move, "Nothing moves.", "Dust in the air."."""
        shots = self._script.shots
        if not shots or self._cut or shots[-1].verbatim or shots[-1].scene != self._scene.label:
            return False
        if is_camera_only(text, self._lexicon):
            return True
        words = length(text)
        return words <= 2 or (words <= 6 and bool(_SLIGHT.search(text))) or self._is_air(text)

    def _note(self, text: str) -> None:
        for sentence in sentences(text):
            self._keep(remark(sentence, self._lexicon))

    def _keep(self, said: Remark) -> None:
        """Keep what a remark says about the film, but not what it has to film."""
        script = self._script
        script.title = script.title or said.title
        for kind in ("style", "palette", "negative", "cast"):
            if words := getattr(said, kind):
                getattr(script, kind).append(words)
        script.lengths += [seconds for seconds in lengths_in(said.direction) if seconds not in script.lengths]
        script.parts = script.parts or parts_in(said.direction)

    def _add(self, shot: Shot) -> None:
        cut = self._cut and bool(self._script.shots)
        self._script.shots.append(replace(shot, scene=self._scene.label, place=self._scene.place, cut=cut))
        self._cut = False


def _verses(text: str) -> list[str]:
    """The lines of a poem; none for prose."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    short = all(len(line) < LONGEST_VERSE for line in lines)
    capital = sum(line[0].isupper() or begins_cjk(line) for line in lines) >= 0.75 * len(lines)
    running = sum(line[-1] not in ".!?。！？" for line in lines) >= 0.3 * len(lines)
    return (
        [line.rstrip(" ,;:，；") for line in lines] if len(lines) > 2 and short and capital and running else []
    )


def _seconds(own: re.Match[str] | None) -> float | None:
    return float(own["n"].replace(",", ".")) if own else None
