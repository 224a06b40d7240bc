"""The words of project.yaml, read and changed in its JSON form; a document given is never changed itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

FILM = "film"
"""The target whose words are the film's prompt."""

Document = dict[str, Any]


def words(document: Mapping[str, Any], target: str) -> str:
    """The prompt of the film, a keyframe or a segment, the features of a master; "" where there is none."""
    if target == FILM:
        return str(document["prompt"])
    field = _field(target)
    return next((item[field] for item in _things(document, target) if item["id"] == _id(target)), "")


def with_words(document: Mapping[str, Any], target: str, text: str) -> Document:
    """The document with other words for a target; raises KeyError if it is gone."""
    if target == FILM:
        return {**document, "prompt": text}
    items, name = _things(document, target), _id(target)
    if all(item["id"] != name for item in items):
        raise KeyError(target)
    fresh = [{**item, _field(target): text} if item["id"] == name else item for item in items]
    if target.startswith("@"):
        return {**document, "look": {**document["look"], _listed(document, target): fresh}}
    return {**document, _listed(document, target): fresh}


def _things(document: Mapping[str, Any], target: str) -> list[Any]:
    home = document["look"] if target.startswith("@") else document
    return list(home[_listed(document, target)])


def _listed(document: Mapping[str, Any], target: str) -> str:
    if target.startswith("@"):
        characters = {item["id"] for item in document["look"]["characters"]}
        return "characters" if _id(target) in characters else "places"
    return "keyframes" if target.startswith("k") else "segments"


def _id(target: str) -> str:
    return target.removeprefix("@")


def _field(target: str) -> str:
    return "features" if target.startswith("@") else "prompt"
