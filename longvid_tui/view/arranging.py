"""The order of segments and how they hang together, changed in the JSON form of project.yaml.

A document given is never changed itself. Functions that change a segment raise KeyError if there is no such
segment.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from longvid_tui.view.document import Document

TRANSITIONS = {
    "continue": "goes on from the picture before",
    "retime": "goes on, at a pace that is evened out",
    "cut": "is there at once",
    "dissolve": "one picture turns into the other",
    "fade": "through black",
}
"""How the film can come to a segment; the first two go on from the one before."""

_UNFOLLOWED = "That would leave a chained segment without the one it follows."


class Impossible(Exception):
    """Why a change cannot be made, in a sentence."""


def with_segment_after(document: Mapping[str, Any], target: str) -> tuple[Document, str]:
    """The document with a new segment behind `target`, and its id; what came next goes on from the new one."""
    segments, at = _found(document, target)
    before, after = segments[at], segments[at + 1 : at + 2]
    name = _fresh("s", segments)
    fresh = {"id": name, "prompt": "", "scene": before["scene"]}
    if before["last"] is None:
        return _put(
            document, [*segments[: at + 1], {**fresh, "continuity": "chain"}, *segments[at + 1 :]]
        ), name
    keyframes = list(document["keyframes"])
    still = _new_still(keyframes, before["last"])
    fresh |= {"first": before["last"], "last": still}
    after = [{**each, "first": still} if each["first"] == before["last"] else each for each in after]
    changed = [*segments[: at + 1], fresh, *after, *segments[at + 2 :]]
    return _put({**document, "keyframes": keyframes}, changed), name


def without_segment(document: Mapping[str, Any], target: str) -> Document:
    """The document without a segment; what comes next goes on from where it began.

    Raises Impossible if it would leave an open-ended one without any to follow.
    """
    segments, at = _found(document, target)
    gone, rest = segments[at], [*segments[:at], *segments[at + 1 :]]
    if at < len(rest) and gone["first"] is not None:
        following = rest[at]
        if following["continuity"] == "chain" and at == 0:
            if following["last"] is None:
                raise Impossible(_UNFOLLOWED)
            following = {**following, "continuity": "keyframes", "first": gone["first"]}
        elif following["first"] is not None and following["first"] == gone["last"]:
            following = {**following, "first": gone["first"]}
        rest[at] = following
    return _put(document, rest)


def with_segment_moved(document: Mapping[str, Any], target: str, step: int) -> Document:
    """The document with a segment so many places further; it keeps its keyframes, so cuts stand where it was
    and is.

    Raises Impossible if it would leave a chained segment without one to follow.
    """
    segments, at = _found(document, target)
    to = min(max(at + step, 0), len(segments) - 1)
    moved = [*segments[:at], *segments[at + 1 :]]
    moved.insert(to, segments[at])
    if to != at and any(each["continuity"] == "chain" for each in moved[min(at, to) : max(at, to) + 2]):
        raise Impossible(_UNFOLLOWED)
    return _put(document, moved)


def split(document: Mapping[str, Any], target: str) -> tuple[Document, str]:
    """The document with a segment in two, and the id of the second half; both have its words."""
    segments, at = _found(document, target)
    whole, keyframes = segments[at], list(document["keyframes"])
    name = _fresh("s", segments)
    second = {**whole, "id": name, "transition": "continue", "seed": None}
    if whole["last"] is None:
        second |= {"continuity": "chain", "first": None}
        return _put(document, [*segments[: at + 1], second, *segments[at + 1 :]]), name
    still = _new_still(keyframes, whole["first"] or whole["last"], before=whole["first"] is None)
    second |= {"continuity": "keyframes", "first": still}
    changed = [*segments[:at], {**whole, "last": still}, second, *segments[at + 1 :]]
    return _put({**document, "keyframes": keyframes}, changed), name


def merge(document: Mapping[str, Any], target: str) -> Document:
    """The document with a segment and the next as one: from where the first begins to where the second ends.

    Raises Impossible for the last one.
    """
    segments, at = _found(document, target)
    if at + 1 == len(segments):
        raise Impossible("It is the last one: there is nothing after it to merge it with.")
    first, second = segments[at : at + 2]
    prompts = dict.fromkeys(filter(None, (first["prompt"].strip(), second["prompt"].strip())))
    open_ended = second["last"] is None and first["continuity"] != "chain"
    last = first["last"] if open_ended else second["last"]
    one = {**first, "prompt": " ".join(prompts), "last": last}
    return _put(document, [*segments[:at], one, *segments[at + 2 :]])


def with_continuity_turned(document: Mapping[str, Any], target: str) -> Document:
    """The document with a segment chained to the one before, or between keyframes of its own again.

    Raises Impossible for the first one.
    """
    segments, at = _found(document, target)
    if not at:
        raise Impossible("The first segment has none before it to be chained to.")
    if segments[at]["continuity"] != "chain":
        segments[at] |= {"continuity": "chain", "first": None, "transition": "continue"}
        return _put(document, segments)
    return _between_keyframes(document, segments, at, shared=True)


def with_transition(document: Mapping[str, Any], target: str, transition: str) -> Document:
    """The document with another way to come to a segment; a break gives it a first keyframe of its own.

    Raises Impossible for the first one, and to go on from one that has no last keyframe.
    """
    segments, at = _found(document, target)
    if not at:
        raise Impossible("The film begins with it: there is nothing to come from.")
    before, segment = segments[at - 1], segments[at]
    segment["transition"] = transition
    if transition not in ("continue", "retime"):
        shared = segment["continuity"] == "chain" or segment["first"] == before["last"]
        return _between_keyframes(document, segments, at, shared=False) if shared else _put(document, segments)
    if segment["continuity"] != "chain":
        if before["last"] is None:
            raise Impossible(
                f"{before['id']} has no last keyframe to go on from: chain {target} to it instead."
            )
        segment["first"] = before["last"]
        if segment["first"] == segment["last"]:
            raise Impossible(f"{target} would begin and end with {segment['first']}.")
    return _put(document, segments)


def _between_keyframes(
    document: Mapping[str, Any], segments: list[dict[str, Any]], at: int, *, shared: bool
) -> Document:
    """The document with that segment between keyframes: it starts at the last keyframe of the segment before if
    `shared`, else at a new one."""
    before, segment, keyframes = segments[at - 1], segments[at], list(document["keyframes"])
    segment["continuity"] = "keyframes"
    if shared and before["last"] is None:
        raise Impossible(f"{before['id']} has no last keyframe to begin with: give it one first.")
    began = before["last"] or segment["last"]
    segment["first"] = before["last"] if shared else _new_still(keyframes, began)
    if segment["last"] is None:
        segment["last"] = _new_still(keyframes, segment["first"])
    return _put({**document, "keyframes": keyframes}, segments)


def _new_still(keyframes: list[dict[str, Any]], beside: str | None, *, before: bool = False) -> str:
    """Put a keyframe without words behind (or before) another, or last; answers its id."""
    name = _fresh("k", keyframes)
    places = [place for place, keyframe in enumerate(keyframes) if keyframe["id"] == beside]
    place = places[0] + (not before) if places else len(keyframes)
    keyframes.insert(place, {"id": name, "prompt": ""})
    return name


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
    """The document with these segments. Where one does not go on from the one before there is a cut, and
    keyframes that were used before and are not any more are dropped."""
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
