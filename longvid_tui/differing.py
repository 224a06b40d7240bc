"""What differs between two texts, word by word."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import TypeAlias

Word: TypeAlias = tuple[str, bool]
"""A word with the space after it, and whether only this text has it there."""

_WORD = r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]|\S[^\s\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]*\s*|\s+"


def differing(before: str, after: str) -> tuple[list[Word], list[Word]]:
    """Both texts in words; each Chinese or Japanese sign is one."""
    old, new = (re.findall(_WORD, text) for text in (before, after))
    gone, come = [True] * len(old), [True] * len(new)
    was, now = ([word.strip() for word in words] for words in (old, new))
    for at, to, length in SequenceMatcher(None, was, now, autojunk=False).get_matching_blocks():
        gone[at : at + length] = come[to : to + length] = [False] * length
    return list(zip(old, gone, strict=True)), list(zip(new, come, strict=True))
