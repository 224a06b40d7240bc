"""Makes a plan of what a model answered, whole or half written. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TypeVar
from unicodedata import category, normalize

from longvid_tui.backends.contract import Motion
from longvid_tui.backends.planners.openai.answers import (
    NOWHERE,
    Beat,
    LookForm,
    MotionAgain,
    MotionSeen,
    Rewrite,
    Shot,
    Still,
    StillAgain,
    Thing,
)
from longvid_tui.project.model import Character, Keyframe, Look, Place, Plan, Prop, Segment
from longvid_tui.project.tongues import CJK

MOST_LETTERS = 4000
"""Most characters of one text. A longer one is a model that repeats itself; lint remarks on texts over 200
words."""

_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff\s]+")
Item = TypeVar("Item", Character, Place, Prop)
Described = TypeVar("Described", bound=Thing)


def text(written: str | None) -> str:
    """The text as one line without control characters and surrogates, with single spaces."""
    return _UNSEEN.sub(" ", written or "")[:MOST_LETTERS].strip()


def name(written: str | None) -> str:
    """The text as a name of the look; "" if it has no letter that a name may have."""
    spelled = "".join(sign if _may_be_in_a_name(sign) else " " for sign in normalize("NFC", text(written)))
    return " ".join(spelled.split())[:64].strip(" -")


def _may_be_in_a_name(sign: str) -> bool:
    return sign == "-" or sign.isdecimal() or category(sign)[0] in "LM"


def look(form: LookForm | None) -> Look:
    """The look, without what has no name or no features, or a name that is taken already."""
    form = form or LookForm()
    return Look(
        style=text(form.style),
        palette=text(form.palette),
        negative=text(form.negative),
        characters=_once(
            Character(id=name(one.name), features=text(one.features), wardrobe=text(one.wardrobe))
            for one in _described(form.characters)
        ),
        places=_once(Place(id=name(one.name), features=text(one.features)) for one in _described(form.places)),
        props=_once(Prop(id=name(one.name), features=text(one.features)) for one in _described(form.props)),
    )


def plan(title: str, reasoning: str, style: Look, beats: Sequence[Beat], shots: Sequence[Shot]) -> Plan:
    """The plan of `beats`, the first of which have `shots`; the others only say what happens, without pictures.

    Keyframes are numbered as they are seen: one at the beginning, one at the end of each segment, and one more
    where a beat cuts. A keyframe that returns to what an earlier segment's camera saw has that segment's last
    one as `view`.
    """
    keyframes: list[Keyframe] = []
    segments: list[Segment] = []
    ends: dict[str, str] = {}
    for index, beat in enumerate(beats):
        shot = shots[index] if index < len(shots) else Shot()
        cut = beat.cut and index > 0
        if cut or not keyframes:
            view = ends.get(text(shot.returns_to)) if text(shot.returns_to) != f"s{index}" else None
            start = _keyframe(f"k{len(keyframes) + 1}", shot.first, style)
            keyframes.append(start.model_copy(update={"view": view}))
        first = keyframes[-1].id
        keyframes.append(_keyframe(f"k{len(keyframes) + 1}", shot.last, style))
        ends[f"s{index + 1}"] = keyframes[-1].id
        segments.append(
            Segment(
                id=f"s{index + 1}",
                first=first,
                last=keyframes[-1].id,
                prompt=text(shot.motion) or text(beat.happens),
                prompt_zh=_chinese(shot.motion_zh),
                scene=text(beat.scene)[:120],
                transition="cut" if cut else "continue",
            )
        )
    return Plan(
        title=text(title)[:120],
        reasoning=text(reasoning),
        look=style,
        keyframes=tuple(keyframes),
        segments=tuple(segments),
    )


def rewritten(whole: Plan, again: Rewrite, targets: Iterable[str]) -> Plan:
    """`whole` with the words of `again` for the `targets`; everything else is the same object."""
    wanted = set(targets)
    stills = {one.id: one for one in again.keyframes or () if one.id in wanted and text(one.picture.shows)}
    motions = {one.id: one for one in again.segments or () if one.id in wanted and text(one.motion)}
    return whole.model_copy(
        update={
            "keyframes": tuple(
                _still_again(keyframe, stills.get(keyframe.id), whole.look) for keyframe in whole.keyframes
            ),
            "segments": tuple(_motion_again(segment, motions.get(segment.id)) for segment in whole.segments),
        }
    )


def motion(form: MotionSeen) -> Motion:
    return Motion(text(form.motion), _chinese(form.motion_zh), text(form.seen))


def _still_again(keyframe: Keyframe, again: StillAgain | None, style: Look) -> Keyframe:
    if again is None:
        return keyframe
    made = _keyframe(keyframe.id, again.picture, style)
    return made.model_copy(update={"seed": keyframe.seed, "view": keyframe.view})


def _motion_again(segment: Segment, again: MotionAgain | None) -> Segment:
    if again is None:
        return segment
    changed = {"prompt": text(again.motion), "prompt_zh": _chinese(again.motion_zh)}
    return segment.model_copy(update=changed)


def _keyframe(keyframe_id: str, still: Still | None, style: Look) -> Keyframe:
    still = still or Still()
    place = name(still.place)
    return Keyframe(
        id=keyframe_id,
        prompt=text(still.shows),
        place=_known(place, style.places) if place and place != NOWHERE else None,
        cast=_all_known(still.cast, style.characters),
        props=_all_known(still.props, style.props),
        camera=text(still.camera),
        light=text(still.light),
    )


def _chinese(written: str | None) -> str:
    """The text if it is Chinese, else "": the generator then takes the English words."""
    return text(written) if re.search(CJK, written or "") else ""


def _all_known(names: Sequence[str] | None, things: Sequence[Character | Place | Prop]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_known(name(one), things) for one in names or () if name(one)))


def _known(named: str, things: Sequence[Character | Place | Prop]) -> str:
    """The look's spelling of a name; a name that the look does not have stays, for lint to remark on."""
    return next((thing.id for thing in things if thing.id.casefold() == named.casefold()), named)


def _described(things: Sequence[Described] | None) -> list[Described]:
    return [one for one in things or () if name(one.name) and text(one.features)]


def _once(items: Iterable[Item]) -> tuple[Item, ...]:
    kept: dict[str, Item] = {}
    for item in items:
        kept.setdefault(item.id.casefold(), item)
    return tuple(kept.values())
