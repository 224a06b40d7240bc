"""How keys look, and how they are kept out of texts. Standard library only."""

from __future__ import annotations

import re
from collections.abc import Iterable

_SHAPES = (
    r"\bsk-[\w-]*(?=[\w-]*\d)[\w-]{20,}",
    r"\bAIza[\w-]{35}",
    r"\bhf_[A-Za-z0-9]{30,}",
    r"\br8_[A-Za-z0-9]{30,}",
    r"\bgh[pousr]_[A-Za-z0-9]{36,}",
    r"\bAKIA[A-Z0-9]{16}\b",
    r"\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}:[0-9a-f]{32}\b",
)
"""Keys of OpenAI, Stability and their kin; Google; Hugging Face; Replicate; GitHub; AWS; fal."""

_NAMED = re.compile(
    r"\b\w*(?:api|access|secret)[_-]?(?:key|token)[\"']?\s*[:=]\s*[\"']?(?P<key>[\w.+/-]{20,})", re.IGNORECASE
)
"""`stability_api_key: 0123...`: told by its name, whatever its shape."""

_SHAPED = re.compile("|".join(_SHAPES))
_SPOKEN = re.compile(
    r"(?P<before>\b(?:Bearer|Authorization: Key)\s+|\b(?:x-key|x-goog-api-key|(?<=[?&])key)[=:]\s*)[^\s\"',;&]{8,}",
    re.I,
)
"""Keys as requests carry them."""


def key_shaped(text: str) -> str | None:
    """The first thing in `text` that looks like a key, cut to what may be shown; None if there is nothing."""
    found = _SHAPED.search(text)
    named = None if found else _NAMED.search(text)
    key = found[0] if found else named["key"] if named else ""
    return f"{key[:4]}..{key[-4:]}" if key else None


def redacted(text: str, secrets: Iterable[str] = ()) -> str:
    """`text` without the known secrets and without anything that looks like a key.

    A service's refusal can hold the very key it refuses.
    """
    for secret in filter(None, secrets):
        text = text.replace(secret, "[key]")
    return _SPOKEN.sub(r"\g<before>[key]", _SHAPED.sub("[key]", text))
