"""Which language a text may be in, from its script and its small words."""

from __future__ import annotations

import re

from longvid_tui.backends.lexicon.table import Tongue

_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
_KANA = re.compile(r"[\u3040-\u30ff]")
_SMALL_WORDS: tuple[tuple[Tongue, str], ...] = (
    (
        "en",
        "the and a an of to in is are with on at his her its their into from as it he she they then by over under through",
    ),
    (
        "es",
        "el la los las un una unos y de que en con su sus sobre se del al por hasta es está para cuando sin",
    ),
    (
        "de",
        "der die das ein eine einen einem einer und mit im auf den dem des sich zu vom von über nach ihr sein ist wird in",
    ),
    (
        "fr",
        "le la les un une des et de dans avec sur sa son ses du au aux qui se elle il vers est puis d l sous",
    ),
)
_SMALL = {tongue: frozenset(words.split()) for tongue, words in _SMALL_WORDS}


def possible_tongues(text: str) -> tuple[Tongue, ...]:
    """The languages `text` may be in: one, where its small words say so; all of the Latin script; or none."""
    letters = [letter for letter in text if letter.isalpha()]
    if len(_CJK.findall(text)) > 0.3 * len(letters):
        return () if _KANA.search(text) else ("zh",)
    if sum(letter < "\u0250" for letter in letters) < 0.7 * len(letters):
        return ()
    words = re.findall(r"[^\W\d_]+", text.lower())
    said = {tongue: sum(word in small for word in words) for tongue, small in _SMALL.items()}
    best = max(said, key=said.__getitem__)
    return (best,) if said[best] else tuple(_SMALL)
