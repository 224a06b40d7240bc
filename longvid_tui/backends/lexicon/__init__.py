"""Words that can be drawn: places, times of day, weather and subjects in five languages.

Each table maps a concept to the words for it. This is all that the embedded backends understand of a prompt;
every other word only seeds the picture.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from longvid_tui.backends.lexicon.living import ANIMALS, PEOPLE
from longvid_tui.backends.lexicon.places import LANDS, LANDS_OF, PLACES, ROOMS
from longvid_tui.backends.lexicon.table import TONGUES, Table
from longvid_tui.backends.lexicon.things import THINGS, UNMEANT
from longvid_tui.backends.lexicon.times import SEASONS, SNOWY, TIMES, WEATHER
from longvid_tui.backends.lexicon.trades import BROUGHT, WORKPLACES
from longvid_tui.project.tongues import Tongue, possible_tongues

__all__ = [
    "LANDS_OF",
    "LIVING",
    "PEOPLE",
    "PLACES",
    "ROOMS",
    "SUBJECTS",
    "THINGS",
    "Lexicon",
    "Mention",
    "Vocabulary",
    "lexicon_for",
    "tongue_of",
]

LIVING: Table = {**PEOPLE, **ANIMALS}
SUBJECTS: Table = {**LIVING, **THINGS}

_ENDINGS: dict[Tongue, str] = {"en": "es|s", "zh": "们", "es": "es|s", "de": "en|er|es|e|n|s", "fr": "s|x"}
"""Endings that a word may have besides; the Chinese one is the plural of people."""


_VERBAL = re.compile(r" (?:the|an?|his|her|its|their|it|them|him)\b")
"""What follows an English verb and not a noun: "Elena seals the crack" shows no seals."""


@dataclass(frozen=True)
class Mention:
    """A place in a text that names a concept; `many`: the word means several."""

    concept: str
    start: int
    end: int
    many: bool = False


class Vocabulary:
    """Finds the concepts of one table in a text, in the order of the text.

    Chinese is always understood. `inflected`: words may have the endings of a plural or a case. The pattern is
    made at the first use, because that takes long and most tables of most languages are never used.
    """

    def __init__(self, table: Table, tongue: Tongue, inflected: bool = True) -> None:
        self._table, self._tongue, self._inflected = table, tongue, inflected

    @functools.cached_property
    def _patterned(self) -> tuple[re.Pattern[str], dict[str, tuple[str, bool]]]:
        """The pattern for all words, and by word its concept and whether it means several."""
        table, tongue = self._table, self._tongue
        spoken = {
            _spelled(word): (concept, word[-1] == "+")
            for concept, word in reversed(list(_words(table, tongue)))
        }
        chinese = {
            _spelled(word): (concept, word[-1] == "+") for concept, word in reversed(list(_words(table, "zh")))
        }
        latin = _any_of(spoken) if tongue != "zh" else "(?!)"
        endings = _ENDINGS["en" if tongue == "zh" else tongue] if self._inflected else ""
        unmeant = _any_of({_spelled(word): ("", False) for word in UNMEANT.split()})
        pattern = re.compile(
            rf"(?:{unmeant})|(?<![\w-])(?P<latin>{latin})(?P<ending>(?:{endings})?)(?![\w])(?!-\w)"
            rf"|(?P<chinese>{_any_of(chinese)})(?P<plural>{_ENDINGS['zh']})?",
            re.IGNORECASE,
        )
        return pattern, {**spoken, **chinese}

    def mentions(self, text: str) -> Sequence[Mention]:
        return self._remembered(text)

    @functools.cached_property
    def _remembered(self) -> Callable[[str], Sequence[Mention]]:
        """The search with a memory: a planner looks into the same sentence for places, light and people."""
        return functools.lru_cache(maxsize=256)(lambda text: tuple(self._found(text)))

    def _found(self, text: str) -> Iterator[Mention]:
        pattern, concepts = self._patterned
        for match in pattern.finditer(text):
            word = match["latin"] or match["chinese"]
            if word and not (match["ending"] and _VERBAL.match(text, match.end())):
                concept, several = concepts[word.lower()]
                many = several or bool(match["ending"] or match["plural"])
                yield Mention(concept, match.start(), match.end(), many)

    def first(self, text: str) -> Mention | None:
        return next(iter(self.mentions(text)), None)

    def concepts(self, text: str) -> list[str]:
        """Each concept once, in the order of the text."""
        return list(dict.fromkeys(mention.concept for mention in self.mentions(text)))


@dataclass(frozen=True)
class Lexicon:
    """The vocabularies of one language and Chinese."""

    places: Vocabulary
    rooms: Vocabulary
    lands: Vocabulary
    times: Vocabulary
    seasons: Vocabulary
    weather: Vocabulary
    snowy: Vocabulary
    people: Vocabulary
    living: Vocabulary
    subjects: Vocabulary
    brought: Vocabulary
    workplaces: Vocabulary


def tongue_of(text: str) -> Tongue | None:
    """The language of most of `text`; None if there is no lexicon for it (Japanese, Russian, Polish, ...)."""
    possible = possible_tongues(text)
    if len(possible) < 2:
        return possible[0] if possible else None
    known = {
        tongue: len(_lexicon(tongue).subjects.concepts(text) + _lexicon(tongue).places.concepts(text))
        for tongue in possible
    }
    best = max(known, key=known.__getitem__)
    return best if known[best] or text.isascii() else None


def lexicon_for(text: str) -> Lexicon:
    """The lexicon of the language most of `text` is in; the English one for a language that is not known."""
    return _lexicon(tongue_of(text) or "en")


@functools.cache
def _lexicon(tongue: Tongue) -> Lexicon:
    places, rooms, lands, people, living, subjects, brought, workplaces = (
        Vocabulary(table, tongue)
        for table in (PLACES, ROOMS, LANDS, PEOPLE, LIVING, SUBJECTS, BROUGHT, WORKPLACES)
    )
    times, seasons, weather, snowy = (
        Vocabulary(table, tongue, inflected=False) for table in (TIMES, SEASONS, WEATHER, SNOWY)
    )
    return Lexicon(
        places, rooms, lands, times, seasons, weather, snowy, people, living, subjects, brought, workplaces
    )


def _words(table: Table, tongue: Tongue) -> Iterator[tuple[str, str]]:
    for concept, spoken in table.items():
        for word in spoken[TONGUES.index(tongue)].split():
            yield concept, word


def _spelled(word: str) -> str:
    return word.rstrip("+").replace("_", " ")


def _any_of(words: dict[str, tuple[str, bool]]) -> str:
    """A pattern for all words, the longest first: "snow falls" before "snow".

    They are grouped by their first letter, so that at most places of a text a few dozen letters are compared
    and not hundreds of words.
    """
    alike: dict[str, list[str]] = {}
    for word in sorted(words, key=len, reverse=True):
        alike.setdefault(word[0], []).append(re.escape(word[1:]))
    return "|".join(f"{re.escape(first)}(?:{'|'.join(rest)})" for first, rest in alike.items())
