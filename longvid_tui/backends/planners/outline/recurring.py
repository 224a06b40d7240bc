"""Things that an English story introduces and comes back to: they must look the same every time."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from longvid_tui.backends.lexicon import Lexicon

MOST = 6
"""Most things in a look; more would not help to tell them apart."""

_SMALL = frozenset(
    [
        "that",
        "which",
        "who",
        "and",
        "or",
        "of",
        "on",
        "in",
        "at",
        "to",
        "with",
        "into",
        "from",
        "by",
        "was",
        "is",
        "were",
        "are",
        "had",
        "has",
        "over",
        "under",
        "behind",
        "beside",
        "through",
        "as",
        "when",
        "while",
        "for",
        "up",
        "down",
        "off",
        "out",
        "again",
        "but",
        "before",
        "after",
        "than",
        "like",
        "it",
        "he",
        "she",
        "they",
        "them",
        "him",
        "her",
        "one",
        "any",
        "some",
        "very",
        "only",
    ]
)
_NOUN_AGAIN = re.compile(r"\b[Tt]he (?P<noun>[a-z]{3,})\b(?=[.,;:!?'’]|$| (?P<after>[a-z]+))")
_NO_THINGS = frozenset(
    re.findall(
        r"\w+",
        "time moment day night morning evening dawn end beginning way side top bottom middle left right rest same other first "
        "last next camera film shot scene world air light dark darkness water sky sun wind rain snow ground floor wall window "
        "door street city town village forest field sea beach house room table sound music silence distance front back centre "
        "center edge corner whole inside outside year week hour minute second thing man woman boy girl people crowd one two "
        "storm shade heat cold picture frame line screen only very most few sand others",
    )
)


def things(texts: Sequence[str], lexicon: Lexicon) -> dict[str, str]:
    """What is introduced with "a" and called "the" later: its noun and the phrase it is introduced with."""
    whole = " | ".join(texts)
    again = [match for match in _NOUN_AGAIN.finditer(whole) if _is_noun(match)]
    last = {match["noun"]: match.start() for match in again}
    found: dict[str, str] = {}
    for noun, _ in Counter(match["noun"] for match in again).most_common():
        if noun in _NO_THINGS or lexicon.places.first(noun) or lexicon.living.first(noun):
            continue
        first = re.search(rf"\b[Aa]n? (?:[a-z'’-]+ ){{0,3}}?{noun}\b", whole)
        if first and first.start() < last[noun] and not _SMALL & set(first[0].split()):
            found[noun] = first[0][:1].lower() + first[0][1:]
    return dict(list(found.items())[:MOST])


def _is_noun(match: re.Match[str]) -> bool:
    """Whether what follows shows that the word after "the" is a noun, and no adjective."""
    after = match["after"]
    return (
        match["noun"] not in _SMALL
        and not match["noun"].endswith("ing")
        and (after is None or after in _SMALL or after.endswith(("s", "ed", "ly")))
    )
