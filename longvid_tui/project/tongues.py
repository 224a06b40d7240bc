"""Which language a text may be in, from its script and its small words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from operator import itemgetter
from typing import Literal

Tongue = Literal["en", "zh", "es", "de", "fr"]
"""The languages that can be told apart by their small words."""

CJK = r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]"
"""A regular expression for one Chinese or Japanese character."""

_HAN, _LATIN = "Chinese or Japanese", "Latin"
_SCRIPTS: Mapping[str, str] = {
    _HAN: CJK,
    _LATIN: r"[A-Za-z\u00c0-\u024f]",
    "Cyrillic": r"[\u0400-\u04ff]",
    "Greek": r"[\u0370-\u03ff]",
    "Arabic": r"[\u0600-\u06ff]",
    "Hebrew": r"[\u0590-\u05ff]",
    "Devanagari": r"[\u0900-\u097f]",
    "Korean": r"[\uac00-\ud7af]",
    "Thai": r"[\u0e00-\u0e7f]",
}
"""Regular expressions for one letter of each script; not compiled here, because all together that takes a
while."""

LANGUAGES: Mapping[str, tuple[str, str]] = {
    "en": ("English", _LATIN),
    "zh": ("Chinese", _HAN),
    "es": ("Spanish", _LATIN),
    "de": ("German", _LATIN),
    "fr": ("French", _LATIN),
    "it": ("Italian", _LATIN),
    "pt": ("Portuguese", _LATIN),
    "nl": ("Dutch", _LATIN),
    "pl": ("Polish", _LATIN),
    "cs": ("Czech", _LATIN),
    "sv": ("Swedish", _LATIN),
    "da": ("Danish", _LATIN),
    "no": ("Norwegian", _LATIN),
    "fi": ("Finnish", _LATIN),
    "hu": ("Hungarian", _LATIN),
    "ro": ("Romanian", _LATIN),
    "tr": ("Turkish", _LATIN),
    "vi": ("Vietnamese", _LATIN),
    "id": ("Indonesian", _LATIN),
    "ru": ("Russian", "Cyrillic"),
    "uk": ("Ukrainian", "Cyrillic"),
    "el": ("Greek", "Greek"),
    "ar": ("Arabic", "Arabic"),
    "he": ("Hebrew", "Hebrew"),
    "hi": ("Hindi", "Devanagari"),
    "ja": ("Japanese", _HAN),
    "ko": ("Korean", "Korean"),
    "th": ("Thai", "Thai"),
}
"""Languages a person may want a film told in, by their codes (ISO 639-1): name and script."""

_KANA = r"[\u3040-\u30ff]"
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
_EVIDENCE, _SHARE = 3, 0.15
"""How many small words, and which share of all words, make a text count as in their language: half of the share
in running text."""

_SMALL: Mapping[Tongue, frozenset[str]] = {tongue: frozenset(words.split()) for tongue, words in _SMALL_WORDS}


def possible_tongues(text: str) -> tuple[Tongue, ...]:
    """The languages `text` may be in: the one its small words are from, else all of the Latin script, or
    none."""
    letters = [letter for letter in text if letter.isalpha()]
    if len(re.findall(CJK, text)) > 0.3 * len(letters):
        return () if re.search(_KANA, text) else ("zh",)
    if sum(letter < "\u0250" for letter in letters) < 0.7 * len(letters):
        return ()
    said = _small_words(text)
    best = max(_SMALL, key=said.__getitem__)
    return (best,) if said[best] else tuple(_SMALL)


def begins_cjk(text: str) -> bool:
    """Whether it begins in Chinese or Japanese, whose signs and punctuation stand from U+2E80 on."""
    return text[:1] > "\u2e80"


def script_of(text: str) -> str:
    """The script of most letters, in words; "" for a text without any."""
    counts = {name: len(re.findall(letters, text)) for name, letters in _SCRIPTS.items()}
    most = max(counts, key=counts.__getitem__)
    return most if counts[most] else ""


def other_language(text: str, wanted: str) -> str:
    """The language or script that `text` is evidently in instead of the `wanted` code of LANGUAGES; else "".

    All scripts can be told apart; languages only where the small words of one of them are known (Tongue),
    English from all others.
    """
    script = LANGUAGES[wanted][1]
    if not _mostly(text, script):
        return script_of(text)
    if script == _HAN:
        return LANGUAGES["ja"][0] if wanted == "zh" and re.search(_KANA, text) else ""
    said = _small_words(text)
    best, most = max(((tongue, said[tongue]) for tongue in said if tongue != wanted), key=itemgetter(1))
    if script != _LATIN or (wanted not in said and best != "en"):
        return ""
    least = max(_EVIDENCE, _SHARE * len(_words(text)), 2 * said.get(wanted, 0))
    return LANGUAGES[best][0] if most >= least else ""


def _mostly(text: str, script: str) -> bool:
    """Whether a text is in a script, even if it holds names in another one."""
    return len(re.findall(_SCRIPTS[script], text)) >= 0.3 * sum(letter.isalpha() for letter in text)


def _small_words(text: str) -> dict[str, int]:
    words = _words(text)
    return {tongue: sum(word in small for word in words) for tongue, small in _SMALL.items()}


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+", text.lower())
