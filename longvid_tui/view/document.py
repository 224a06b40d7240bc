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


def with_segment_after(document: Mapping[str, Any], target: str) -> tuple[Document, str]:
    """The document with a new segment behind `target`, and its id; what came next goes on from the new one.

    Raises KeyError if there is no such segment.
    """
    segments, at = _found(document, target)
    before, after = segments[at], segments[at + 1 : at + 2]
    name = _fresh("s", segments)
    fresh = {"id": name, "prompt": "", "scene": before["scene"]}
    if before["last"] is None:
        return _put(
            document, [*segments[: at + 1], {**fresh, "continuity": "chain"}, *segments[at + 1 :]]
        ), name
    keyframes = list(document["keyframes"])
    still = {"id": _fresh("k", keyframes), "prompt": ""}
    place = next(index for index, keyframe in enumerate(keyframes) if keyframe["id"] == before["last"])
    keyframes.insert(place + 1, still)
    fresh |= {"first": before["last"], "last": still["id"]}
    after = [{**each, "first": still["id"]} if each["first"] == before["last"] else each for each in after]
    changed = [*segments[: at + 1], fresh, *after, *segments[at + 2 :]]
    return _put({**document, "keyframes": keyframes}, changed), name


def without_segment(document: Mapping[str, Any], target: str) -> Document:
    """The document without a segment; what comes next goes on from where it began.

    Raises KeyError if there is no such segment, or if it would leave an open-ended one without any to follow.
    """
    segments, at = _found(document, target)
    gone, rest = segments[at], [*segments[:at], *segments[at + 1 :]]
    if at < len(rest) and gone["first"] is not None:
        following = rest[at]
        if following["continuity"] == "chain" and at == 0:
            if following["last"] is None:
                raise KeyError(target)
            following = {**following, "continuity": "keyframes", "first": gone["first"]}
        elif following["first"] is not None and following["first"] == gone["last"]:
            following = {**following, "first": gone["first"]}
        rest[at] = following
    return _put(document, rest)


def with_segment_moved(document: Mapping[str, Any], target: str, step: int) -> Document:
    """The document with a segment so many places further; it keeps its keyframes, so cuts stand where it was and is.

    Raises KeyError if there is no such segment, or if it would leave a chained segment without one to follow.
    """
    segments, at = _found(document, target)
    to = min(max(at + step, 0), len(segments) - 1)
    moved = [*segments[:at], *segments[at + 1 :]]
    moved.insert(to, segments[at])
    if to != at and any(each["continuity"] == "chain" for each in moved[min(at, to) : max(at, to) + 2]):
        raise KeyError(target)
    return _put(document, moved)


def _found(document: Mapping[str, Any], target: str) -> tuple[list[dict[str, Any]], int]:
    segments = [
        {"first": None, "last": None, "continuity": "keyframes", "scene": ""} | each
        for each in document["segments"]
    ]
    at = next((index for index, each in enumerate(segments) if each["id"] == target), None)
    if at is None:
        raise KeyError(target)
    return segments, at


def _put(document: Mapping[str, Any], segments: list[dict[str, Any]]) -> Document:
    """With these segments: cuts where one does not go on from the last, no keyframe that none of them names."""
    mended = []
    for before, each in zip([None, *segments], segments, strict=False):
        breaks = (
            before is not None and each.get("continuity") != "chain" and each.get("first") != before.get("last")
        )
        goes_on = each.get("transition", "continue") in ("continue", "retime")
        mended.append({**each, "transition": "cut"} if breaks and goes_on else each)
    used = {each.get(end) for each in mended for end in ("first", "last")}
    dropped = {each.get(end) for each in document["segments"] for end in ("first", "last")} - used
    keyframes = [keyframe for keyframe in document["keyframes"] if keyframe["id"] not in dropped]
    return {**document, "keyframes": keyframes, "segments": mended}


def _fresh(letter: str, items: list[dict[str, Any]]) -> str:
    return f"{letter}{max((int(item['id'][1:]) for item in items), default=0) + 1}"


def _listed(target: str) -> str:
    return "keyframes" if target.startswith("k") else "segments"
