"""The noun phrases around words: who or what is meant, as fully as it is said."""

from __future__ import annotations

import re

_DETERMINER = r"an?|the|one|two|three|his|her|their|un|una|uno|el|la|los|las|su|sus|dos|ein|eine|einen|einem|einer|der|die|das|den|une|le|les|son|sa|deux"
_LINK = r"of|de|von|vom|du|des|del|al|au|aux|in|im|am|zum|zur|with|and|on|mit|con|avec|et|und|y|while|when|as|until|before|after|where|who|which|that|than|past|over|under|near|from|to|into|through|at|by|for|across|along"
_BEFORE = re.compile(
    rf"(?:(?<=\s)|^|(?<=\())(?:(?:{_DETERMINER})\s+(?:(?!(?:{_DETERMINER}|{_LINK})\s)[\w'’-]+\s+){{0,4}})$",
    re.IGNORECASE,
)
_BEFORE_CHINESE = re.compile(r"(?:[一两三几]?[只个位条匹头名艘座片]|[老小大])[^\s，。、；：！？在]{0,4}$")
CLOTHES = (
    r"coat|jacket|dress|hat|cap|scarf|suit|spacesuit|uniform|shirt|cloak|robe|hair|beard|moustache|mustache|eyes|tail|fur|boots|sweater|helmet|"
    r"raincoat|apron|glasses|hood|gown|kimono|overalls|braids|abrigo|chaqueta|vestido|sombrero|impermeable|trenzas|pelo|barba"
    r"|mantel|jacke|kleid|hut|mütze|haaren?|bart|brille|manteau|veste|robe|chapeau|cheveux|barbe|lunettes"
)
_ADJECTIVE = r"\s+(?:roj[oa]|azul|verde|blanc[oa]|negr[oa]|viej[oa]|joven|pequeñ[oa]|amarill[oa]|herid[oa]|gris|rouge|bleue?|blanche?|noire?|verte?|grise?|jaune)s?"
_AFTER = re.compile(
    rf"^(?:,? \d+(?:-year-old)?)?\s+(?:in|with|wearing|con|de|mit|avec|en)\s+(?:an?\s+|the\s+|una?\s+|eine[mnr]?\s+|une?\s+)?(?:[\w-]+\s+){{0,3}}?(?:{CLOTHES})s?"
    rf"(?:{_ADJECTIVE})?(?:\s+(?:and|y|und|et)\s+(?:an?\s+|una?\s+|eine[mnr]?\s+|une?\s+)?(?:[\w-]+\s+){{0,2}}(?:{CLOTHES})(?:{_ADJECTIVE})?)?\b",
    re.IGNORECASE,
)
_AFTER_ADJECTIVE = re.compile(rf"^{_ADJECTIVE}\b", re.IGNORECASE)


_REACH = 120
"""Characters around a noun that can belong to its phrase."""


def noun_phrase(text: str, start: int, end: int) -> str:
    """The noun phrase around a noun: "an old lighthouse keeper in a yellow raincoat"."""
    before, after = text[max(0, start - _REACH) : start], text[end : end + _REACH]
    lead = _BEFORE.search(before) or _BEFORE_CHINESE.search(before)
    tail = _AFTER.match(after) or _AFTER_ADJECTIVE.match(after)
    phrase = f"{lead[0] if lead else ''}{text[start:end]}{tail[0] if tail else ''}".strip()
    phrase = phrase[:1].lower() + phrase[1:] if lead else phrase
    return re.sub(r"^einen\b", "ein", re.sub(r"^einen ([a-zäöüß]+)en\b", r"ein \1er", phrase))


def as_name(words: str) -> str:
    """Words as the name of something in a look: letters, digits, spaces and hyphens."""
    return re.sub(r"\s+", " ", re.sub(r"[^\w\- ]", "", words)).strip(" -")[:60].strip(" -")


def is_definite(phrase: str) -> bool:
    return bool(
        re.match(
            r"(?:the|el|la|los|las|der|die|das|den|dem|le|les|his|her|their|su|sus|son|sa)\s", phrase, re.I
        )
    )
