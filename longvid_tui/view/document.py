"""The words of project.yaml, read and changed in its JSON form; a document given is never changed itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

FILM = "film"
"""The target whose words are the film's prompt."""

Document = dict[str, Any]


def words(document: Mapping[str, Any], target: str) -> str:
    """The prompt of the film, a keyframe or a segment; "" where there is none."""
    if target == FILM:
        return str(document["prompt"])
    return next((item["prompt"] for item in document[_listed(target)] if item["id"] == target), "")


def with_words(document: Mapping[str, Any], target: str, text: str) -> Document:
    """The document with other words for a target; raises KeyError if it is gone."""
    if target == FILM:
        return {**document, "prompt": text}
    items = document[_listed(target)]
    if all(item["id"] != target for item in items):
        raise KeyError(target)
    fresh = [{**item, "prompt": text} if item["id"] == target else item for item in items]
    return {**document, _listed(target): fresh}


def _listed(target: str) -> str:
    return "keyframes" if target.startswith("k") else "segments"
