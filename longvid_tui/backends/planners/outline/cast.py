"""Characters, things and places: all in a script that has to look the same in several keyframes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

from longvid_tui.backends.lexicon import Lexicon, Mention
from longvid_tui.backends.planners.outline.dividing import Beat
from longvid_tui.backends.planners.outline.names import Introduced
from longvid_tui.backends.planners.outline.nouns import as_name, is_definite, noun_phrase
from longvid_tui.backends.planners.outline.places import Places
from longvid_tui.backends.planners.outline.recurring import things
from longvid_tui.backends.planners.outline.script import Script
from longvid_tui.project.model import Character, Place, Prop
from longvid_tui.project.tongues import Tongue, begins_cjk

_PRONOUNS = (
    ("woman", re.compile(r"\b(?:she|ella|elle)\b|她(?!们)", re.IGNORECASE)),
    ("man", re.compile(r"\b(?:he|él|er|il)\b|他(?!们)", re.IGNORECASE)),
)
_THEY = re.compile(r"\b(?:they|ellos|ellas|ils|elles)\b|[他她它]们", re.IGNORECASE)
LONG_STORY = 40
"""From so many shots on, only people are described whom the story comes back to: it meets too many."""

_OWNED = re.compile(
    r"\b(?:of|de|von|du|des|del)\s+(?:su|sus|his|her|their|my|seine[rsm]|ihre[rsm]|sa|son)\s+(?:\w+\s+)?$",
    re.IGNORECASE,
)
_EITHER = ("person", "child", "robot", "astronaut")
_BARE = frozenset(
    [
        "person",
        "people",
        "crowd",
        "figure",
        "somebody",
        "someone",
        "man",
        "men",
        "women",
        "couple",
        "gente",
        "gens",
        "menschen",
        "menge",
        "人",
        "人们",
    ]
)
"""Words for people in general, who need no description."""  # fmt: skip


@dataclass(frozen=True)
class Setting:
    """What a beat shows besides its own words. `light`: season, time of day and weather.

    `he`: whom its first pronoun stands for, if nobody is named.
    """

    place: str | None
    cast: tuple[str, ...]
    props: tuple[str, ...]
    light: str
    he: str = ""
    new_place: bool = False


@dataclass(frozen=True)
class _Known:
    character: Character
    pattern: re.Pattern[str]
    concept: str
    has_name: bool


class Company:
    """The characters, things and places of all beats, and which of them each beat shows."""

    def __init__(
        self,
        beats: Sequence[Beat],
        script: Script,
        people: Sequence[Introduced],
        lexicon: Lexicon,
        tongue: Tongue | None,
    ) -> None:
        self._lexicon, self._tongue = lexicon, tongue
        self._known: list[_Known] = []
        self._places = Places(lexicon, tongue)
        texts = [shot.text for shot in script.shots]
        for one in people:
            self._know(one, has_name=True)
        self._told, self._long = "\n".join(texts), len(texts) > LONG_STORY
        for text in texts:
            self._meet(text)
        self._things = {} if tongue not in ("en", None) else things(texts, lexicon)
        self._always = self._subject(texts[0]) if not self._known and len(texts) > 1 else ""
        self.settings = self._walk(beats)

    @property
    def characters(self) -> tuple[Character, ...]:
        shown = {name for setting in self.settings for name in setting.cast}
        return tuple(known.character for known in self._known if known.character.id in shown)

    @property
    def props(self) -> tuple[Prop, ...]:
        return tuple(Prop(id=name, features=features) for name, features in self._things.items())

    @property
    def places(self) -> tuple[Place, ...]:
        return self._places.all

    def _meet(self, text: str) -> None:
        """Add those who are mentioned and not known yet."""
        mentions = list(self._lexicon.living.mentions(text))
        for mention, after in zip_longest(mentions, mentions[1:]):
            word = text[mention.start : mention.end]
            if after and after.start - mention.end <= 1:  # "a robot cook": the last noun says what it is
                continue
            if _part_of_a_name(text, mention) or any(known.pattern.search(word) for known in self._known):
                continue
            phrase = noun_phrase(text, mention.start, mention.end)
            alike = [known for known in self._known if known.concept == mention.concept]
            if alike and (is_definite(phrase) or any(_same_word(word, known.character.id) for known in alike)):
                continue  # "the old man" is the man we know, "wolves" are the wolf
            if self._often(word) or (_describes(phrase, word) and not self._long):
                self._know(Introduced(word, phrase), has_name=False)

    def _often(self, word: str) -> bool:
        """Whether the story mentions somebody more than once."""
        return len(re.findall(_whole(word), self._told, re.IGNORECASE)) > 1

    def _know(self, one: Introduced, has_name: bool) -> None:
        plain = as_name(one.name)
        if not plain or any(known.character.id.lower() == plain.lower() for known in self._known):
            return
        words = "|".join(re.escape(word) for word in (plain, one.also) if word)
        if has_name and " " in plain:
            words += f"|{re.escape(plain.split()[0])}"
        pattern = re.compile(
            rf"(?<![\w-])(?:{words})(?:s|es)?(?!\w)" if not begins_cjk(plain) else words, re.IGNORECASE
        )
        mention = self._lexicon.living.first(f"{one.features} {one.also}") or self._lexicon.living.first(plain)
        concept = mention.concept if mention else plain
        if one.kind and concept in ("man", "woman", "person", plain):
            concept = one.kind
        features = one.features or plain
        self._known.append(
            _Known(Character(id=plain, features=features, wardrobe=one.wardrobe), pattern, concept, has_name)
        )

    def _walk(self, beats: Sequence[Beat]) -> list[Setting]:
        settings: list[Setting] = []
        cast: tuple[str, ...] = ()
        seen: tuple[str, ...] = ()
        he = ""
        for beat in beats:
            here = self._places.enter(beat)
            visible = self._visible(beat.text)
            alone = not visible and not _THEY.search(beat.text) and self._tongue != "es"
            later = self._lexicon.times.first(beat.text) is not None and beat.part == 0
            if here.scene_begins or (alone and (here.new or later)):
                cast = ()  # Spanish leaves the subject out where it is still the same one
            if not beat.part:  # the stretches of one action show the same
                he = self._meant(beat.text, (*seen, *self._visible(beat.context)), seen)
            seen += tuple(self._visible(beat.context))
            cast = tuple(dict.fromkeys((*([he] if he else []), *visible))) or cast
            seen += cast
            props = tuple(name for name in self._things if self._shows(beat.text, name))
            settings.append(Setting(here.place, cast, props, here.light, self._called(he), here.new))
        return settings

    def _visible(self, text: str) -> list[str]:
        """Those who are named, or meant by "the old man" if only one man is known, in the order of the text."""
        shown = [
            (match.start(), known.character.id)
            for known in self._known
            for match in known.pattern.finditer(text)
            if known.has_name or not _is_owner(text, match)
        ]
        for mention in self._lexicon.living.mentions(text):
            alike = [known.character.id for known in self._known if known.concept == mention.concept]
            if (
                len(alike) == 1
                and alike[0].lower() not in _BARE
                and not _OWNED.search(text[max(0, mention.start - 60) : mention.start])
                and is_definite(noun_phrase(text, mention.start, mention.end))
            ):
                shown.append((mention.start, alike[0]))
        return [name for _, name in sorted(shown)]

    def _meant(self, text: str, seen: Sequence[str], before: Sequence[str]) -> str:
        """Whom the first pronoun stands for: the last one of that kind who was seen, unless one is named with
        it.

        Somebody named only after the pronoun, and not seen `before`, is somebody else: "he carries a girl".
        """
        said = [(match.start(), concept) for concept, pronoun in _PRONOUNS if (match := pronoun.search(text))]
        if not said:
            return ""
        at, concept = min(said)
        kind = {known.character.id for known in self._known if known.concept in (concept, *_EITHER)}
        named = {*self._visible(text[:at]), *(set(self._visible(text)) & set(before))}
        if kind & named:
            return ""
        seen = [name for name in seen if name not in self._visible(text) or name in named]
        sure = {known.character.id for known in self._known if known.concept == concept}
        last = [name for name in reversed(seen) if name in kind]
        return next((name for name in last if name in sure), last[0] if last else "")

    def _subject(self, text: str) -> str:
        """The thing that a film without characters is about; it is added to the things."""
        mentions = list(self._lexicon.subjects.mentions(text))
        if not mentions:
            return ""
        joined, head = mentions[0], mentions[0]
        if len(mentions) > 1 and mentions[1].start - head.end <= 1:
            head = mentions[1]
        name = as_name(text[head.start : head.end].lower())
        self._things.setdefault(name, noun_phrase(text, joined.start, head.end))
        return name

    def _shows(self, text: str, thing: str) -> bool:
        return thing == self._always or bool(re.search(rf"\b{re.escape(thing)}s?\b", text, re.IGNORECASE))

    def _called(self, name: str) -> str:
        """What a character is called in a sentence: by name, else "the fox"."""
        known = next((known for known in self._known if known.character.id == name), None)
        if known is None:
            return ""
        if known.has_name or begins_cjk(name):
            return name
        return f"the {name}" if self._tongue == "en" else ""


def _is_owner(text: str, match: re.Match[str]) -> bool:
    """Whether somebody is only named as whose something is: "a book of her grandmother's"."""
    return bool(_OWNED.search(text[max(0, match.start() - 60) : match.start()])) or text[
        match.end() : match.end() + 2
    ] in ("'s", "’s")


def _same_word(one: str, other: str) -> bool:
    """Whether two words are forms of one, by their starts."""
    if begins_cjk(one):
        return one in other or other in one
    shared = max(4, min(len(one), len(other)) - 2)
    return one[:shared].lower() == other[:shared].lower()


def _describes(phrase: str, word: str) -> bool:
    """Whether a noun phrase says more than that there is somebody."""
    if begins_cjk(phrase):
        return len(phrase) > len(word)
    return len(phrase.split()) > (2 if word.lower() in _BARE else 1)


def _whole(word: str) -> str:
    """A pattern for a word and its plural; for Chinese without word boundaries, as it has no spaces."""
    return re.escape(word) if begins_cjk(word) else rf"(?<![\w-]){re.escape(word)}(?:s|es)?(?!\w)"


def _part_of_a_name(text: str, mention: Mention) -> bool:
    """Whether a word like Gull belongs to a name like Gull Point."""
    return text[mention.start].isupper() and bool(mention.start and re.match(r" [A-ZÀ-Þ]", text[mention.end :]))
