"""Cuts text into sentences, in any script."""

from __future__ import annotations

import re

LONGEST_SENTENCE = 600
"""Most characters of a sentence: a text without any full stop must not take minutes."""

_SHORTENED = (
    r"(?<!\bMr\.)(?<!\bMrs\.)(?<!\bMs\.)(?<!\bDr\.)(?<!\bSt\.)(?<!\bvs\.)(?<!\bINT\.)(?<!\bEXT\.)(?<!\b[A-Z]\.)"
)
_END = re.compile(
    rf"(?:(?<=[!?…])|{_SHORTENED}(?<=\.))(?P<closing>[\"”“’')»\]]*)\s+(?=[^\sa-zß-öø-ÿ])"
    r"|(?<=[。！？])(?P<closed>[”」』]?)\s*(?=\S)"
)


def sentences(text: str) -> list[str]:
    """The sentences of a paragraph, of any script, stripped; quotation marks stay with their sentence."""
    joined = re.sub(r"(?<=[\u3000-\u9fff\uff00-\uffef])\s*\n\s*", "", text)
    joined = re.sub(r"\s+", " ", joined)
    parts: list[str] = []
    start = 0
    for end in _END.finditer(joined):
        parts.append(joined[start : end.start()] + (end["closing"] or end["closed"] or ""))
        start = end.end()
    parts.append(joined[start:])
    return [piece for part in parts for piece in _pieces(part.strip()) if re.search(r"\w", piece)]


def _pieces(sentence: str) -> list[str]:
    """A sentence that is too long to be one, cut after a comma or a word."""
    pieces: list[str] = []
    while len(sentence) > LONGEST_SENTENCE:
        cut = max(sentence.rfind(sign, 200, LONGEST_SENTENCE) for sign in (", ", "; ", "，", "；"))
        cut = cut if cut > 0 else max(sentence.rfind(" ", 200, LONGEST_SENTENCE), 0) or LONGEST_SENTENCE - 1
        pieces.append(sentence[: cut + 1].strip())
        sentence = sentence[cut + 1 :].strip()
    return [*pieces, sentence]
