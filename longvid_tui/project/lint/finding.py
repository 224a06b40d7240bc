"""One remark about a plan, and the length of a text in words whatever its script."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from longvid_tui.project.model import Plan
from longvid_tui.project.tongues import CJK

Severity = Literal["error", "warning", "note"]

CJK_CHARACTERS_PER_WORD = 1.7
"""A Chinese word has one and a half to two characters; with this, one set of limits serves all scripts."""

_SIGN = re.compile(CJK)
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")


@dataclass(frozen=True)
class Finding:
    """One remark. `target`: `plan`, a segment (`s7`) or a keyframe (`k3`). With an error, filming makes no
    sense."""

    target: str
    severity: Severity
    rule: str
    sentence: str


Rule = Callable[[Plan], Iterator[Finding]]


def error(target: str, rule: str, sentence: str) -> Finding:
    return Finding(target, "error", rule, sentence)


def warning(target: str, rule: str, sentence: str) -> Finding:
    return Finding(target, "warning", rule, sentence)


def note(target: str, rule: str, sentence: str) -> Finding:
    return Finding(target, "note", rule, sentence)


def spoken_length(text: str) -> int:
    """Words of a text; Chinese and Japanese are counted by characters and converted."""
    words = len(_WORD.findall(_SIGN.sub(" ", text)))
    return words + round(len(_SIGN.findall(text)) / CJK_CHARACTERS_PER_WORD)
