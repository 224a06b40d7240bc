"""The people and animals that a story introduces by name."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from longvid_tui.backends.lexicon import Lexicon
from longvid_tui.backends.planners.outline.nouns import CLOTHES, is_definite, noun_phrase


@dataclass(frozen=True)
class Introduced:
    """Somebody as the story introduces them. `also`: another word they are called by.

    `said`: the words of the story that only describe them. `kind`: man, woman or unknown.
    """

    name: str
    features: str
    also: str = ""
    said: str = ""
    kind: str = ""
    wardrobe: str = ""


_NAME = r"(?:[A-ZÀ-Þ][a-zà-ÿ][\w'’-]*(?: (?:[a-z]{2,3} )?[A-ZÀ-Þ][a-zà-ÿ][\w'’-]*)?|[A-Z]{1,4}-?\d{1,4})"
_ARTICLE = r"(?:an?|the|one|una?|el|la|eine?|der|die|das|une?|le|la|l['’])"
_APPOSITION = re.compile(
    rf"\b(?P<name>{_NAME})(?:\s*\((?P<age>[^)]{{1,30}})\))?,\s*(?P<what>(?:{_ARTICLE}\b|\d{{1,3}}\b)[^.;:()]{{3,160}})"
    rf"|\b(?P<aged>{_NAME})\s*\((?P<years>(?:\d{{1,3}}s?|mid|late|early|an?)\b[^)]{{0,80}})\)"
)
_ENDS_APPOSITION = re.compile(
    r",\s*(?:que|who|which|qui|der|die|das|den|dem|wo|where|when|dont)\b|,?\s+(?:and|und|y|et)\s+(?=[a-zà-ÿ]+(?:s|ed|t|a|e)\b\s)"
    r"|,\s*(?=[a-z]+(?:s|ed)\b (?:the|an?|his|her|into|to|at|up|down|in|on|through)\b)"
)
_LISTED = re.compile(
    r"^\s*(?P<name>[^\W\d_][\w'’ -]{0,30}?)\s*(?:[,:：，(（]|\s[-–—]\s)\s*(?P<what>.{2,300}?)[)）]?\s*$"
)
_CALLED = re.compile(
    rf"^,?\s*(?:named|called|llamad[oa]|de nombre|namens|nommée?|appelée?)\s+(?P<named>{_NAME})"
    rf"|^ (?:(?:Dr|Mr|Mrs|Ms|Prof)\. )?(?P<directly>{_NAME})|^, (?P<aside>{_NAME})(?=[,.]|$)|^(?:，?名?叫)(?P<chinese>[\u4e00-\u9fff]{{1,3}})"
)
_TITLED = re.compile(
    rf"\b(?P<title>Old|Young|Little|Big|Aunt|Uncle|Captain|Doctor|Dr\.|Mr\.|Mrs\.|Miss|Sister|Brother|Father|Mother|King|Queen|Prince|Princess) (?P<name>{_NAME})"
)
_DEED = re.compile(
    rf"(?<![\w'’-])(?P<name>{_NAME})(?= (?:[a-z]+(?:s|ed)|ran|took|went|fell|saw|found|came|began|woke|rose|sat|stood|held|left|had|was|is"
    r"|hid|and [A-ZÀ-Þ])\b|['’]s\b)"
)
_NAME_TOLD = re.compile(rf"\b(?P<whose>[Hh]er|[Hh]is) name (?:was|is) (?P<name>{_NAME})")
_WAS_CALLED = re.compile(rf"^(?: (?!and\b)[\w'’-]+){{0,6}}? (?:was|is) (?:called|named) (?P<name>{_NAME})")
_GENDER = {
    "girl": "woman",
    "schoolgirl": "woman",
    "boy": "man",
    "schoolboy": "man",
    "niña": "woman",
    "niño": "man",
}
_WORN = re.compile(
    r"\b(?:wore|wears|(?:is|was) wearing|(?:is|was) dressed in|viste|llevaba|trägt|trug|porte|portait) (?P<what>(?:an?|the|una?|eine?n?|une?|his|her) [^.,;]{3,90})",
)
_IN_CLOTHES = (
    rf",? (?:in|wearing|dressed in) (?P<what>(?:an?|the|his|her) (?:[\w-]+ ){{0,3}}?(?:{CLOTHES})s?)\b"
)
_AGED = re.compile(
    r"\b(?:[Hh]e|[Ss]he) (?:was|is) (?:perhaps |about )?(?P<what>[\w-]+ years old(?:, with [^.;]{3,80})?)"
)
_ANOTHER = re.compile(
    r"(?<![.!?…] )(?<!^)\b[A-ZÀ-Þ][a-zà-ÿ]{2,}|\b(?:the|an?) (?:\w+ )?(?:man|woman|girl|boy)\b"
)
_HE, _SHE = (
    re.compile(r"\b(?:he|his|him|él|er|sein\w*|il)\b", re.IGNORECASE),
    re.compile(r"\b(?:she|her|hers|ella|ihre?|elle)\b", re.IGNORECASE),
)
_KINDS = {
    "en": ("a man", "a woman"),
    "es": ("un hombre", "una mujer"),
    "de": ("ein Mann", "eine Frau"),
    "fr": ("un homme", "une femme"),
}
_KIND_OF_TITLE = {
    "aunt": "a woman",
    "mrs.": "a woman",
    "miss": "a young woman",
    "sister": "a woman",
    "mother": "a woman",
    "queen": "a queen",
    "princess": "a princess",
    "uncle": "a man",
    "mr.": "a man",
    "brother": "a man",
    "father": "a man",
    "king": "a king",
    "prince": "a prince",
    "captain": "a captain",
    "doctor": "a doctor",
    "dr.": "a doctor",
}
_NO_NAMES = frozenset(
    re.findall(
        r"\w+",
        "the a an his her its their he she it they then when while after before inside outside suddenly finally now once "
        "later still here there in on at as and but so scene shot night day morning evening god christmas english french "
        "spanish german chinese monday tuesday wednesday thursday friday saturday sunday january february march april may "
        "june july august september october november december close wide medium slow steam rain snow fog smoke dust light "
        "silence summer winter autumn spring cuando el la los las un una en al luego allí der die das ein eine und als im am "
        "quand le les une dans puis il elle i you we what who that this these those everyone nobody behind beneath above "
        "dr mr mrs ms prof victorian eastern western northern southern european american",
    )
)


def _listed(text: str) -> Iterator[Introduced]:
    """A list of characters: "Jan - courier, 45, red jacket; Dog - three-legged"."""
    for part in re.split(r"[;；\n]", text):
        match = _LISTED.match(part)
        if match:
            yield Introduced(match["name"].strip(), match["what"].strip())


def named(texts: Sequence[str], cast: Sequence[str], lexicon: Lexicon, tongue: str) -> list[Introduced]:
    """People and animals with a name: those of a list of the `cast` first, then in the order they are met."""
    found: dict[str, Introduced] = {}
    for introduced in (
        *(one for text in cast for one in _listed(text)),
        *_apposed(texts, lexicon),
        *_called(texts, lexicon),
        *_called_later(texts, lexicon),
        *_titled(texts),
        *([] if tongue == "de" else _acting(texts, lexicon)),
    ):
        first = introduced.name.split()[0]
        if first.lower() in _NO_NAMES or len(introduced.name) < 2:
            continue
        known = found.get(first)
        if known is None:
            found[first] = introduced
        elif not known.features:
            found[first] = replace(introduced, also=known.also or introduced.also)
    whole = "\n".join(texts)
    people = [_dressed(_with_kind(one, texts, lexicon, tongue), texts) for one in found.values()]
    return sorted(people, key=lambda one: whole.find(one.name))


def _apposed(texts: Sequence[str], lexicon: Lexicon) -> Iterator[Introduced]:
    for text in texts:
        for match in _APPOSITION.finditer(text):
            name, what = match["name"] or match["aged"], match["what"] or match["years"]
            ends = _ENDS_APPOSITION.search(what)
            said = (
                text[match.start() + len(name) : match.start("what") + ends.end()]
                if ends and match["what"]
                else ""
            )
            what = what[: ends.start() if ends else None].strip(" ,")
            if match["what"] and lexicon.living.first(what) is None and not what[:1].isdigit():
                continue  # "In Paris, the river", "Suddenly, a light"
            years = f", {match['age']}" if match["age"] else ""
            mention = lexicon.living.first(what)
            also = what[mention.start : mention.end] if mention else ""
            yield Introduced(name, f"{what}{years}", also, said)


def _called(texts: Sequence[str], lexicon: Lexicon) -> Iterator[Introduced]:
    for text in texts:
        for mention in lexicon.living.mentions(text):
            match = _CALLED.match(text[mention.end :])
            if match is None or (text[mention.start].isupper() and not match["named"]):
                continue
            word = text[mention.start : mention.end]
            name = match["named"] or match["directly"] or match["aside"] or match["chinese"]
            yield Introduced(name, noun_phrase(text, mention.start, mention.end), word)


def _called_later(texts: Sequence[str], lexicon: Lexicon) -> Iterator[Introduced]:
    """Those whose name is told later: "A girl came ... Her name was Wren"."""
    met: dict[str, tuple[str, str]] = {}
    phrases: dict[str, str] = {}
    for text in texts:
        for match in _NAME_TOLD.finditer(text):
            who = met.get("woman" if match["whose"].lower() == "her" else "man") or met.get("")
            if who:
                yield Introduced(match["name"], *who)
        for mention in lexicon.people.mentions(text):
            word = text[mention.start : mention.end]
            kind = mention.concept if mention.concept in ("man", "woman") else _GENDER.get(word.lower(), "")
            phrase = noun_phrase(text, mention.start, mention.end)
            first = phrases.setdefault(word.lower(), re.sub(r"^the ", "a ", phrase))
            met[kind] = (first if is_definite(phrase) else phrase, word)
            called = _WAS_CALLED.match(text[mention.end :])
            if called:
                yield Introduced(called["name"], *met[kind])


def _titled(texts: Sequence[str]) -> Iterator[Introduced]:
    for text in texts:
        for match in _TITLED.finditer(text):
            title = match["title"].lower()
            kind = _KIND_OF_TITLE.get(title, title)
            yield Introduced(match["name"], kind, "")


def _acting(texts: Sequence[str], lexicon: Lexicon) -> Iterator[Introduced]:
    whole = "\n".join(texts)
    small = set(re.findall(r"(?<![\w'’-])[a-zà-ÿ]+\b", whole))
    count = Counter(re.findall(r"[A-ZÀ-Þ][a-zà-ÿ]+", whole))
    within = set(re.findall(r"(?<=[a-zà-ÿ,] )[A-ZÀ-Þ][a-zà-ÿ]+", whole))
    place = set(re.findall(r"\b(?:in|at|from|of|to|en|de|à|near) ([A-ZÀ-Þ][a-zà-ÿ]+)", whole))
    deeds: Counter[str] = Counter()
    for match in _DEED.finditer(whole):
        name = match["name"].split("\n")[0]
        first = name.split()[0]
        known = first.lower() in small or first.lower() in _NO_NAMES or lexicon.subjects.first(first)
        deeds[first] += not known
        if (deeds[first] > 1 or first not in place) and deeds[first] and (count[first] > 1 or first in within):
            yield Introduced(first, "")


def _with_kind(one: Introduced, texts: Sequence[str], lexicon: Lexicon, tongue: str) -> Introduced:
    """The same with features that say at least whether it is a man or a woman, by the pronouns after the
    name."""
    he, she = _pronouns_after(one.name, texts)
    kind = "woman" if she > he else "man" if he > she else ""
    if lexicon.living.first(one.features) is not None:
        return replace(one, kind=kind)
    spoken = _KINDS.get(tongue, _KINDS["en"])[kind == "woman"] if kind else ""
    if one.features in ("old", "young", "little", "big"):
        article = "an" if one.features == "old" else "a"
        return replace(one, features=f"{article} {one.features} {kind or 'person'}", kind=kind)
    return replace(one, features=", ".join(part for part in (spoken, one.features) if part), kind=kind)


def _dressed(one: Introduced, texts: Sequence[str]) -> Introduced:
    """The same with what they wear, if the story says so soon after it introduces them."""
    word = one.also or one.name
    first = next((index for index, text in enumerate(texts) if word in text), len(texts))
    for text in texts[first : first + 4]:
        worn = re.search(re.escape(word) + _IN_CLOTHES, text) or _WORN.search(text)
        aged = _AGED.search(text)
        if worn and worn["what"] not in one.features:
            one = replace(one, wardrobe=one.wardrobe or worn["what"].strip())
        if aged and aged["what"] not in one.features:
            one = replace(one, features=f"{one.features}, {aged['what']}".strip(" ,"))
    return one


def _pronouns_after(name: str, texts: Sequence[str]) -> tuple[int, int]:
    """How often a man's and a woman's pronoun follow a name before another name comes."""
    he = she = 0
    for text, after in zip_longest(texts, texts[1:], fillvalue=""):
        at = text.find(name)
        if at >= 0:
            near = re.split(_ANOTHER, f"{text[at + len(name) :]} {after}", maxsplit=1)[0]
            he += len(_HE.findall(near))
            she += len(_SHE.findall(near))
    return he, she
