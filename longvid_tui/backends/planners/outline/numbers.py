"""Reads durations and counts as people write them, in digits or words."""

from __future__ import annotations

import re
from collections.abc import Iterator

_IN_WORDS: dict[str, float] = {
    word: value
    for value, words in {
        0.5: "half halbe media demi 半",
        1: "one a an un una uno une ein eine einer 一",
        2: "two dos deux zwei 二 两 兩",
        3: "three tres trois drei 三",
        4: "four cuatro quatre vier 四",
        5: "five cinco cinq fünf 五",
        6: "six seis sechs 六",
        7: "seven siete sept sieben 七",
        8: "eight ocho huit acht 八",
        9: "nine nueve neuf neun 九",
        10: "ten diez dix zehn 十",
        12: "twelve doce douze zwölf",
        15: "fifteen quince quinze fünfzehn",
        20: "twenty veinte vingt zwanzig",
        25: "twenty-five veinticinco vingt-cinq fünfundzwanzig",
        30: "thirty treinta trente dreißig dreissig",
        40: "forty cuarenta quarante vierzig",
        45: "forty-five quarante-cinq fünfundvierzig",
        50: "fifty cincuenta cinquante fünfzig",
        60: "sixty sesenta soixante sechzig",
        90: "ninety noventa neunzig",
    }.items()
    for word in words.split()
}
_SPELLED = "|".join(
    sorted((word for word in _IN_WORDS if word.isascii() or len(word) > 1), key=len, reverse=True)
)
_NUMBER = rf"(?:\d{{1,4}}(?:[.,]\d{{1,2}})?|\b(?:{_SPELLED})\b|[一二两兩三四五六七八九十半]{{1,4}})"
_MINUTES = r"(?:(?:minutes?|mins?|minutos?|minuten|minuti|m)\b|m(?=\d)|分钟|分鐘|分|минут\w*)"
_SECONDS = r"(?:(?:seconds?|secs?|segundos?|secondes?|sekunden?|secondi|sek|s)\b|秒钟|秒鐘|秒|секунд\w*)"
_JOIN = r"[\s-]*(?:and|y|und|et)?[\s-]*"
_DURATION = re.compile(
    rf"(?P<minutes>{_NUMBER})[\s-]*(?:an?\s+)?{_MINUTES}(?:{_JOIN}(?P<more>{_NUMBER})(?:[\s-]*{_SECONDS})?)?"
    rf"|(?<!\d)(?!(?:1[89]|20)\d0s)(?P<seconds>{_NUMBER})[\s-]*{_SECONDS}"
    r"|(?<![\d:])(?P<clock>\d{1,2}:[0-5]\d)(?![\d:])",
    re.IGNORECASE,
)
_COUNTED = (
    r"(?:shots?|segments?|scenes?|clips?|beats?|tomas?|planos?|escenas?|segmentos?"
    r"|einstellungen|szenen|segmente|plans|scènes)\b"
)
_COUNTED_IN_CHINESE = r"(?:镜头|分镜|段|场景|片段)"
_PARTS = re.compile(
    rf"({_NUMBER})\s*(?:\w+\s+)?{_COUNTED}|([一二两兩三四五六七八九十\d]{{1,4}})个?{_COUNTED_IN_CHINESE}",
    re.IGNORECASE,
)
_FORMAT = r"\b(?:16:9|9:16|4:3|1:1|21:9|[12]\.\d{1,2}:1|4k|8k|u?hd|1080p|720p|480p|\d{2,3} ?fps)\b"
_AROUND = r"(?:exactly|about|around|roughly|approximately|approx\.?|circa|ca\.|~|≈|unos?|unas|etwa|rund|environ|约|大约|共)"
NUMBERED = re.compile(
    rf"(?:\b(?:in|of|de|von|d['’e]|en|über|with|lasting|that lasts|for)\s+)?{_AROUND}?\s*"
    rf"(?:{_FORMAT}|{_DURATION.pattern.replace('?P<minutes>', '?:').replace('?P<more>', '?:').replace('?P<seconds>', '?:').replace('?P<clock>', '?:')}"
    rf"|{_PARTS.pattern})(?:[\s-]*(?:long|lang|in total|total|max|左右))?",
    re.IGNORECASE,
)
"""A length, a count or a format with the small words around it."""

_MEASURE = re.compile(
    rf"{_FORMAT}|\d:\d|(?<![a-zß-ÿ])(?:{_MINUTES}|{_SECONDS}|{_COUNTED})|{_COUNTED_IN_CHINESE}", re.IGNORECASE
)
"""A part that each of these has, for a quick test; a unit follows a number and not the end of a word."""


def unnumbered(text: str) -> str:
    """The text without its lengths, counts and formats; quick for a sentence that has none."""
    return NUMBERED.sub("", text) if _MEASURE.search(text) else text


def lengths_in(text: str) -> Iterator[float]:
    """The durations that `text` names, in seconds (0 < s <= 1800)."""
    for match in _DURATION.finditer(re.sub(_FORMAT, " ", text, flags=re.IGNORECASE)):
        if match["clock"]:
            minutes, seconds = match["clock"].split(":")
            total = int(minutes) * 60.0 + int(seconds)
        elif match["minutes"]:
            total = _value(match["minutes"]) * 60 + (_value(match["more"]) if match["more"] else 0)
        else:
            total = _value(match["seconds"])
        if 0 < total <= 1800:
            yield total


def parts_in(text: str) -> int | None:
    """How many shots, scenes or segments `text` asks for (1..400)."""
    for match in _PARTS.finditer(text):
        count = _value(match[1] or match[2])
        if count == int(count) and 1 <= count <= 400:
            return int(count)
    return None


def _value(number: str) -> float:
    """The value of digits or of a word; Chinese up to 99."""
    plain = number.lower().replace(",", ".")
    if plain[0].isdigit():
        return float(plain)
    if plain in _IN_WORDS:
        return _IN_WORDS[plain]
    tens, ten, ones = plain.partition("十")
    units = _IN_WORDS.get(ones[:1], 0) if ones else 0
    return (_IN_WORDS.get(tens[-1:], 1) * 10 if ten else 0) + (units if ten else _IN_WORDS.get(tens[:1], 0))
