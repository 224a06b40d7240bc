"""Spoken words become visible speaking: no model films sound."""

from __future__ import annotations

import re
from collections.abc import Sequence

_SAID = (
    r"(?:says?|said|asks?|asked|whispers?|whispered|shouts?|shouted|replies|replied|answers?|answered|murmurs?|murmured|"
    r"calls?|called|cries|cried|mutters?|muttered|yells?|yelled|dice|dijo|pregunta|preguntó|susurra|susurró|grita|responde"
    r"|sagt|sagte|fragt|fragte|flüstert|flüsterte|ruft|rief|antwortet|dit|demande|demanda|murmure|murmura|crie|répond)"
)
_QUOTE = r"(?:[\"“][^\"”]{2,}[\"”]|[「『][^」』]{2,}[」』]|«[^»]{2,}»|„[^“”]{2,}[“”])"
_WHO = r"(?:(?:[A-ZÀ-Þ][\w'’-]+(?: [A-ZÀ-Þ][\w'’-]+)?|(?:the|his|her|my|their|el|la|der|die|das|le) (?:\w+ )?\w+)|he|she|it|they|I)"
_QUOTE_THEN_SAID = re.compile(
    rf"{_QUOTE}[,.]?\s*(?:{_SAID}\s+(?P<after>{_WHO})|(?P<before>{_WHO})\s+{_SAID})\b(?: (?:softly|quietly|slowly|back))?"
)
_SAID_THEN_QUOTE = re.compile(rf"\b{_SAID}\b\s*[,:]?\s*{_QUOTE}", re.IGNORECASE)
_CHINESE_SAID = re.compile(rf"(?:低声|小声|大声|轻声|笑着)?(?:说道|说|问道|问|喊道|喊|回答)[，：:]\s*{_QUOTE}")
_NAMED = re.compile(
    r"(?<![,:：，.!?])(?P<space>^|\s|(?<=[\u4e00-\u9fff]))[\"“「『«„](?P<name>[^\"”」』»“.!?。！？,，]{1,40})[\"”」』»“](?=[\s,.;:)。，]|[\u4e00-\u9fff]|$)"
)
_ANY_QUOTE = re.compile(rf"[,:：，]?\s*{_QUOTE}")
_LONGEST_NAME = 4
"""Most words in quotation marks that are a name or a sign; more words are speech."""  # fmt: skip


def without_speech(sentence: str, speaking: Sequence[str]) -> str:
    """The sentence with somebody `speaking` instead of quoted speech; a quoted name stays."""
    way = speaking[len(sentence) % len(speaking)]
    shown = _NAMED.sub(_unquoted, sentence)
    shown = _QUOTE_THEN_SAID.sub(
        lambda match: f"{_capital(match['before'] or match['after'])} {way},", shown, count=1
    )
    shown = _SAID_THEN_QUOTE.sub(way, shown)
    shown = _CHINESE_SAID.sub(way, shown)
    shown = _ANY_QUOTE.sub("", shown).strip(' ,，:："“”')
    shown = re.sub(r",\s*(?=[,.;]|$)", "", re.sub(r"\s+([,.;])", r"\1", shown))
    return _capital(shown)


def quoted_name(text: str) -> str:
    """The first name in quotation marks, or ""."""
    match = _NAMED.search(text)
    return match["name"].strip() if match and len(match["name"].split()) <= _LONGEST_NAME else ""


def _unquoted(match: re.Match[str]) -> str:
    if len(match["name"].split()) > _LONGEST_NAME:
        return match[0]
    return f"{match['space']}{match['name']}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
