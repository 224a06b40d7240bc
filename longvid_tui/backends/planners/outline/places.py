"""Finds where and when each beat happens, as far as the words say."""

from __future__ import annotations

import re
from dataclasses import dataclass

from longvid_tui.backends.lexicon import Lexicon, Mention, Vocabulary
from longvid_tui.backends.planners.outline.dividing import Beat
from longvid_tui.backends.planners.outline.nouns import as_name, is_definite, noun_phrase
from longvid_tui.project.model import Place
from longvid_tui.project.tongues import Tongue, begins_cjk

_THERE = {
    "en": r"(?:shot|view|footage|close-up) of|in|on|at|through|across|into|inside|over|under|beneath|along|near|beside|by|around|outside|above|between|onto|to|past|up|down|within|cross(?:es|ed|ing)|enter(?:s|ed|ing)|reach(?:es|ed|ing)|explor(?:es|ed|ing)|roam(?:s|ed|ing)",
    "es": r"en|por|a través de|dentro de|sobre|bajo|junto a|a lo largo de|hacia|hasta|al|a|desde|cruza|atraviesa",
    "de": r"in|im|ins|am|an|auf|durch|über|unter|neben|bei|zum|zur|entlang|aus|überquert|betritt",
    "fr": r"dans|sur|à|au|aux|sous|par|chez|devant|derrière|près de|le long de|en|traverse",
}
_NOT_THERE = re.compile(r"\b(?:close|next|near|due|thanks) to\s*(?:\S+\s+){0,3}$", re.IGNORECASE)
_LINKS = re.compile(r"^(?:of|de|von|du|des|del|in|am|auf|dans|the|la|el|le|les|'s)?\s*$", re.IGNORECASE)


@dataclass(frozen=True)
class Here:
    place: str | None
    light: str
    scene_begins: bool
    new: bool


class Places:
    """Goes through the beats in order and remembers place and time."""

    def __init__(self, lexicon: Lexicon, tongue: Tongue | None) -> None:
        self._lexicon = lexicon
        there = _THERE.get(tongue or "en")
        self._leads_there = (
            re.compile(rf"\b(?:{there})\s+(?:(?!(?:and|y|und|et)\b)[\w'’-]+\s+){{0,4}}$|^$", re.IGNORECASE)
            if there
            else None
        )
        self._known: dict[str, Place] = {}
        self._scene = ""
        self._place: str | None = None
        self._season = self._time = self._weather = ""
        self._hour = ""

    @property
    def all(self) -> tuple[Place, ...]:
        return tuple(self._known.values())

    def enter(self, beat: Beat) -> Here:
        """Where the beat happens, by its scene's heading or its words, else where the one before did."""
        before, shot = self._place, beat.shot
        heading = shot.scene if shot.scene != self._scene else ""
        if heading or beat.cut:
            self._scene, self._weather = shot.scene, ""
            self._place = self._of_slug(shot.place, heading) or self._of(heading, anywhere=True) or self._place
            self._turn(heading)
        if not shot.place:
            self._place = self._of(beat.text, anywhere=False) or self._place
        if self._place != before:
            self._weather = ""
        self._turn(beat.context)
        light = ", ".join(dict.fromkeys(word for word in (self._season, self._time, self._weather) if word))
        return Here(self._place, light, bool(heading or beat.cut), self._place != before)

    def _turn(self, told: str) -> None:
        """Let time pass: another season or another time of day brings its own weather."""
        season, time = self._word(self._lexicon.seasons, told), self._lexicon.times.first(told)
        if (season and season != self._season) or (time and time.concept != self._hour):
            self._weather = ""
        self._season = season or self._season
        if time:
            self._time, self._hour = told[time.start : time.end].lower(), time.concept
        self._weather = self._word(self._lexicon.weather, told) or self._weather

    def _of_slug(self, words: str, heading: str) -> str | None:
        """The place of a screenplay's heading: "INT. KITCHEN - NIGHT"."""
        name = as_name(words)
        if not name:
            return None
        side = "seen from inside" if heading.lstrip("0123456789. ").startswith("INT") else "outdoors"
        self._known.setdefault(name, Place(id=name, features=f"{name}, {side}"))
        return name

    def _of(self, text: str, anywhere: bool) -> str | None:
        """The last place that the words are set in; it is added to the look."""
        falling = [(mention.start, mention.end) for mention in self._lexicon.weather.mentions(text)]
        mentions = [
            mention
            for mention in self._lexicon.places.mentions(text)
            if mention.concept != "sky"
            and not any(start <= mention.start < end for start, end in falling)
            and (anywhere or self._is_there(text, mention))
        ]
        if not mentions:
            return None
        joined, head = _joined(text, mentions)
        name = as_name(text[head.start : head.end].lower())
        chinese = begins_cjk(text[joined.start])
        phrase = text[joined.start : joined.end] if chinese else noun_phrase(text, joined.start, joined.end)
        known = self._known.get(name)
        if known is None or (len(phrase) > len(known.features) and not is_definite(phrase)):
            self._known[name] = Place(id=name, features=phrase.lower() if anywhere else phrase)
        return name

    def _is_there(self, text: str, mention: Mention) -> bool:
        """Whether something happens there, and it is not only spoken of: "in the dark wood", "A dark
        kitchen."."""
        before = text[: mention.start]
        if self._leads_there is None or before == "" or _NOT_THERE.search(before[-120:]):
            return self._leads_there is None or before == ""
        before = before[-120:]
        opens = re.fullmatch(r"(?:An?|The|Una?|El|La|Eine?|Der|Die|Das|Une?|Le|La) (?:[\w'’-]+ ){0,3}", before)
        return bool(opens or self._leads_there.search(before))

    def _word(self, vocabulary: Vocabulary, text: str) -> str:
        mention = vocabulary.first(text)
        return text[mention.start : mention.end].lower() if mention else ""


def _joined(text: str, mentions: list[Mention]) -> tuple[Mention, Mention]:
    """The first place with the words right after it that name it further, and the word it is called by."""
    first = last = mentions[0]
    for mention in mentions[1:]:
        if not _LINKS.match(text[last.end : mention.start].strip()) or mention.start - last.end > 1:
            break
        last = mention
    return Mention(first.concept, first.start, last.end), last
