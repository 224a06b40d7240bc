"""Whom and what a prompt shows: how many, in which colours, how old, with what on their heads."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from longvid_tui.backends.lexicon import PEOPLE, THINGS, Lexicon, Mention

MOST_SUBJECTS = 4

_COLOURS = {
    name: re.compile(rf"(?<!\w)(?:{words})", re.IGNORECASE)
    for name, words in {
        "red": "red\\b|scarlet|crimson|红|roj[oa]|rot(?:e[nrsm]?)?\\b|rouge",
        "orange": "orange|橙|naranja",
        "yellow": "yellow|golden\\b(?! hour| light| evening)|黄|金色|amarill[oa]|gelb|jaune",
        "green": "green\\b|绿|verde|grün|vert[es]?\\b",
        "blue": "blue\\b|蓝|azul|blau|bleue?",
        "purple": "purple|violet\\b|紫|morad[oa]|lila|violett",
        "pink": "pink|粉红|rosa\\b|rose\\b",
        "white": "white|白|blanc[oah]?|weiß",
        "black": "black(?! and)|黑色|negr[oa]|schwarz(?!weiß|-weiß)|noire?",
        "brown": "brown|bronze|棕|marrón|braun|marron",
        "grey": "gr[ae]y\\b|silver\\b|灰|gris|grau",
    }.items()
}
_NUMBERS = {
    number: re.compile(
        rf"(?:^|[\s(])(?:{words})\s*(?:[\w-]+\s+){{0,2}}$|(?:{chinese})[只个位条匹头名艘座片]?$", re.IGNORECASE
    )
    for number, (words, chinese) in {
        2: ("two|a pair of|dos|un par de|zwei|deux", "[两二]"),
        3: ("three|tres|drei|trois", "三"),
        4: ("four|cuatro|vier|quatre", "四"),
        5: ("five|cinco|fünf|cinq|several|varios|mehrere|plusieurs|some", "[五几]"),
        7: (
            "six|seven|eight|nine|ten|many|a flock of|a herd of|a group of|a crowd of|hundreds of|thousands of|dozens of|twenty"
            "|muchos|viele|tausend|beaucoup de|mil",
            "[六七八九十]|一群|群|许多|很多",
        ),
    }.items()
}
_OLD = re.compile(
    r"\b(?:old|elderly|aged|ancient|grey-haired|white-haired|wrinkled|viej[oa]|ancian[oa]|alte[rnsm]?|vieux|vieille|vieil|âgée?)\b|老|白发|[6-9]0s\b",
    re.IGNORECASE,
)
_GREY = re.compile(
    r"(?:silver|gr[ae]y|white) hair|\b[6-9]0s\b|pelo (?:blanco|gris)|graue[mn]? haar|cheveux (?:gris|blancs)",
    re.IGNORECASE,
)
_OLD_WORDS = re.compile(
    r"grand(?:ma|pa|mother|father)|abuel[oa]|großmutter|großvater|oma\b|opa\b|grand-(?:mère|père)|奶奶|爷爷|老人|老头",
    re.I,
)
_GIRL = re.compile(r"girl|schoolgirl|daughter|niña|chica|hija|mädchen|fille|女|princess", re.IGNORECASE)
_BEARDED = re.compile(r"beard|barba|bart\b|barbe|胡子|moustache", re.IGNORECASE)
_HATS: tuple[tuple[str, str], ...] = (
    ("crown", "king|queen|prince(?:ss)?|rey|reina|princesa|könig(?:in)?|roi|reine|国王|女王|公主|王子"),
    ("pointed", "witch|wizard|magician|bruja|hexe|sorcière|巫"),
    ("toque", "cook|chef|baker|cocinero|koch|bäcker|cuisinier|boulanger|厨师"),
    ("brim", "cowboy|detective|farmer|shepherd|gardener|beekeeper|hunter|sheriff|detektiv|侦探|农夫"),
    ("helmet", "knight|soldier|caballero|soldado|ritter|soldat|chevalier|骑士|士兵|武士|samurai"),
    ("cap", "captain|sailor|fisherman|keeper|driver|pilot|postman|mailman|conductor|courier|marinero|pescador|cartero|matrose|fischer"
            "|marin|pêcheur|facteur|司机|水手|渔夫|邮递员"),
    ("bald", "monk|monje|mönch|moine|和尚"),
)  # fmt: skip
_WORN: tuple[tuple[str, str], ...] = (
    ("brim", r"\bhat\b|sombrero|\bhut\b|chapeau|帽"),
    ("cap", r"\bcap\b|gorra|mütze|casquette"),
    (
        "hood",
        r"(?<!on the )\bhood(?:ed|ie)?\b|raincoat|cloak|capucha|impermeable|kapuze|regenmantel|capuche|斗篷|雨衣",
    ),
    ("crown", r"\bcrown\b|corona|krone|couronne|王冠"),
)
_LINK = re.compile(r"\b(?:and|with|in|on|of|by|y|con|en|de|und|mit|von|et|avec|à)\b")
_CLOTHES = re.compile(
    r"(?:[^\W\d_]+\s+){0,3}(?:coat|jacket|dress|shirt|cloak|robe|suit|uniform|sweater|raincoat|apron|hood(?:ie)?|gown|kimono|overalls|hat|cap"
    r"|abrigo|chaqueta|vestido|impermeable|camisa|capa|sombrero|mantel|jacke|kleid|regenmantel|hemd|manteau|veste|robe|chemise|imperméable)s?\b"
    r"(?:\s+[^\W\d_]+)?|\b(?:in|dressed in) [^\W\d_]+$|\w{0,4}(?:大衣|外套|裙|衣|袍|雨衣)",
    re.IGNORECASE,
)
_SCARF = re.compile(
    r"(?:[^\W\d_]+\s+){0,2}(?:scarf|scarves|bufanda|schal|écharpe)\b(?:\s+[^\W\d_]+)?|\w{0,4}围巾",
    re.IGNORECASE,
)
_NEAR = 3
"""Words before a noun that say its colour: blue smoke that drifts over flowers does not make them blue."""

_IS = re.compile(
    r"\b(?:is|was|es|ist|war|est) (?:(?:an?|the|una?|eine?|une?) )?(?:[^\W\d_]+ )?$|是一?[个名位]?$",
    re.IGNORECASE,
)
"""Before what somebody is who is shown by other words, too: "Mara is a baker ... a young woman"."""

_DRESSED = ("man", "woman", "child", "person", "astronaut")
_CLAUSE = re.compile(r"[.!?。，,;；:：]")


@dataclass(frozen=True)
class Subject:
    """One thing to draw. `colour` is a word of colours or ""; `hat` a kind of hat or "". `scarf` is its colour,
    "plain", or "" for none that is told of.

    `identity` is the same for the same somebody from picture to picture.
    """

    concept: str
    colour: str = ""
    count: int = 1
    aged: bool = False
    girl: bool = False
    beard: bool = False
    hat: str = ""
    scarf: str = ""
    identity: int = 0


def subjects_of(prompt: str, lexicon: Lexicon) -> Iterator[Subject]:
    """The things of a prompt in its order, each kind once, at most `MOST_SUBJECTS`."""
    places = [(place.start, place.end) for place in lexicon.places.mentions(prompt)]
    mentions = [
        mention
        for mention in lexicon.subjects.mentions(prompt)
        if not any(start <= mention.start < mention.end < end for start, end in places)  # a lantern room
    ]
    people = [mention for mention in mentions if mention.concept in PEOPLE]
    by_kind: dict[tuple[str, bool], list[int]] = {}
    for index, mention in enumerate(mentions):
        told = mention in people[:-1] and _IS.search(prompt[max(0, mention.start - 40) : mention.start])
        if not told and not _is_a_modifier(prompt, mentions, index):
            girl = mention.concept == "child" and bool(_GIRL.search(prompt[mention.start : mention.end]))
            by_kind.setdefault((mention.concept, girl), []).append(index)
    for (concept, _), indexes in list(by_kind.items())[:MOST_SUBJECTS]:
        yield _subject(prompt, mentions, concept, indexes)


def brought_by(prompt: str, lexicon: Lexicon) -> list[Subject]:
    """The things that people bring with them by what they are called: the lighthouse of "a lighthouse
    keeper"."""
    mentions = list(lexicon.subjects.mentions(prompt))
    named = [
        thing.concept
        for thing, somebody in pairwise(mentions)
        if prompt[thing.end : somebody.start] == " " and thing.concept in THINGS and somebody.concept in PEOPLE
    ]
    return [Subject(concept) for concept in dict.fromkeys((*named, *lexicon.brought.concepts(prompt)))]


def _is_a_modifier(prompt: str, mentions: list[Mention], index: int) -> bool:
    """Whether a word only says what kind of thing the next one is: "a robot cook", "a coffee cup"."""
    before, after = (
        mentions[index - 1] if index else None,
        mentions[index + 1] if index + 1 < len(mentions) else None,
    )
    mention = mentions[index]
    if before and before.concept == "robot" and prompt[before.end : mention.start] == " ":
        return True  # a robot cook is a robot
    follows = after is not None and prompt[mention.end : after.start] == " "
    return follows and not mention.many and mention.concept != "robot"


def _subject(prompt: str, mentions: list[Mention], concept: str, indexes: list[int]) -> Subject:
    said = [_around(prompt, mentions, index) for index in indexes]
    words = [prompt[mentions[index].start : mentions[index].end] for index in indexes]
    phrases = [f"{before} {word} {after}" for (before, after), word in zip(said, words, strict=True)]
    colour = next((found for index in indexes if (found := _colour(prompt, mentions, index))), "")
    count = max(_count(prompt, mentions[index]) for index in indexes)
    aged = any(
        _OLD.search(f"{before} {word}") or _OLD_WORDS.search(word) or _GREY.search(after)
        for (before, after), word in zip(said, words, strict=True)
    )
    hat = next(
        (hat for hat, worn in _WORN if any(re.search(worn, phrase, re.IGNORECASE) for phrase in phrases)), ""
    )
    hat = hat or next(
        (hat for hat, roles in _HATS if any(re.search(roles, word, re.IGNORECASE) for word in words)), ""
    )
    return Subject(
        concept=concept,
        colour=colour,
        count=count,
        aged=aged,
        girl=any(_GIRL.search(word) for word in words),
        beard=any(_BEARDED.search(phrase) for phrase in phrases),
        hat=hat,
        scarf=next(
            (_named_colour(worn[0]) or "plain" for phrase in phrases if (worn := _SCARF.search(phrase))), ""
        ),
        identity=zlib.crc32(f"{concept} {colour} {aged}".encode()),
    )


def _around(prompt: str, mentions: list[Mention], index: int) -> tuple[str, str]:
    """What is said right before and right after a mention, within its clause."""
    mention = mentions[index]
    before = prompt[max(mentions[index - 1].end if index else 0, mention.start - 30) : mention.start]
    until = mentions[index + 1].start if index + 1 < len(mentions) else len(prompt)
    after = prompt[mention.end : min(until, mention.end + 60)]
    return _CLAUSE.split(before)[-1], re.split(r"[.!?。;；]", after, maxsplit=1)[0]


def _colour(prompt: str, mentions: list[Mention], index: int) -> str:
    """The colour said of somebody: "a red fox", "un zorro rojo", "a keeper in a yellow raincoat"."""
    before, after = _around(prompt, mentions, index)
    own = _named_colour(" ".join(_LINK.split(before)[-1].split()[-_NEAR:])) or _named_colour(
        " ".join(after.split()[:1])
    )
    if own or mentions[index].concept not in _DRESSED:
        return own
    worn = _CLOTHES.search(after)
    return _named_colour(worn[0]) if worn else ""


def _named_colour(text: str) -> str:
    found = [(match.start(), name) for name, words in _COLOURS.items() if (match := words.search(text))]
    return min(found)[1] if found else ""


def _count(prompt: str, mention: Mention) -> int:
    before = prompt[max(0, mention.start - 60) : mention.start]
    number = next((number for number, words in _NUMBERS.items() if words.search(before)), 0)
    return number or (3 if mention.many else 1)
