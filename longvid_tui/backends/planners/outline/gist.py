"""Which sentences of a passage are worth the five seconds it gets."""

from __future__ import annotations

import re
from collections.abc import Sequence

from longvid_tui.backends.lexicon import Lexicon
from longvid_tui.project.tongues import CJK

MOST_SENTENCES, MOST_WORDS = 2, 45
"""Most that a segment can show; models ignore what comes after some fifty words."""

_SIGN = re.compile(CJK)
_UNSEEN = re.compile(
    r"\b(?:not|never|nobody|nothing|no one|n't|thought|thinks?|believed?|knew|knows|remember\w*|wonder\w*|felt|feels?|because|if"
    r"|would|could|should|might|had been|always|perhaps|maybe|meant|means|years?|ago|every (?:day|year|night)"
    r"|nunca|nadie|pensaba|creía|porque|niemand|nie|dachte|weil|jamais|personne|pensait|parce que)\b|不|没有|觉得|认为|因为|如果",
    re.IGNORECASE,
)
_SEEN = re.compile(
    r"\b(?:\w+ing|\w{3,}ed|\w{3,}s|ran|took|went|fell|found|came|rose|stood|threw|flew|drove|broke|lit|held) "
    r"(?:the|an?|his|her|its|their|up|down|into|out|away|over|across|through|towards?|on|off)\b",
    re.IGNORECASE,
)


def length(text: str) -> int:
    """Words; two Chinese characters count as one."""
    return len(_SIGN.sub(" ", text).split()) + (len(_SIGN.findall(text)) + 1) // 2


def gist(texts: Sequence[str], lexicon: Lexicon) -> list[str]:
    """The sentences with the most to see, in order: as many as a segment can show, at least one."""
    if len(texts) <= MOST_SENTENCES and sum(map(length, texts)) <= MOST_WORDS:
        return list(texts)
    ranked = sorted(range(len(texts)), key=lambda index: -_visible(texts[index], lexicon))
    kept: list[int] = []
    words = 0
    for index in ranked:
        if not kept or (len(kept) < MOST_SENTENCES and words + length(texts[index]) <= MOST_WORDS):
            kept.append(index)
            words += length(texts[index])
    return [texts[index] for index in sorted(kept)]


def _visible(text: str, lexicon: Lexicon) -> float:
    """How much a sentence has to see: things, people, deeds and places count for it, thoughts and denials
    against."""
    things = len(lexicon.subjects.concepts(text)) + 0.7 * len(lexicon.places.concepts(text))
    people = 0.5 * len(
        re.findall(r"(?<=[a-z,] )[A-ZÀ-Þ][a-zà-ÿ]+|^[A-ZÀ-Þ][a-zà-ÿ]+(?= [a-z]+(?:s|ed)\b)", text)
    )
    deeds = len(_SEEN.findall(text))
    unseen = len(_UNSEEN.findall(text))
    return things + min(people, 1.0) + min(deeds, 2) - 1.2 * unseen - (3.0 if length(text) < 4 else 0.0)
