"""What the stand-in's language model answers: the film that `outline` finds in the person's words.

It reads the questions of `planners.openai.passes` as a model would, by their words and their schema.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from longvid_tui.backends.contract import PlanRequest, Refused
from longvid_tui.backends.planners.outline.author import outline
from longvid_tui.backends.rehearsal.cloud import chat
from longvid_tui.backends.rehearsal.cloud.server import Answer, Request
from longvid_tui.project.canvas import Canvas
from longvid_tui.project.model import Character, Keyframe, Place, Plan, Prop, Segment, Wanted

SECONDS = 1.0
"""How long an answer takes: enough to see the plan grow."""

ANY_CANVAS = Canvas(1280, 720)
"""Any canvas will do, because outlines do not depend on it."""

_WORDS = re.compile(r"# The person's words\n\n(.*?)\n\n#", re.DOTALL)
_PLANNED = re.compile(r"# The movement as it was planned\n\n(.*?)\n\n", re.DOTALL)
_COUNT = re.compile(r"exactly (\d+) segments")


def answer(request: Request, seconds: float = SECONDS) -> Answer:
    """Handles a request for chat completions; the answer takes `seconds`."""
    return chat.answered(request, lambda schema: _filled(request, schema), seconds)


def _filled(request: Request, schema: Mapping[str, Any]) -> Any:
    question = chat.words_of(request.json["messages"][1])
    if planned := _PLANNED.search(question):
        return _motion(planned[1])
    words, count = _WORDS.search(question), _COUNT.search(question)
    assert words
    wanted = Wanted(segments=int(count[1])) if count else Wanted()
    try:
        plan = outline(PlanRequest(words[1], wanted, ANY_CANVAS))
    except Refused:
        plan = outline(PlanRequest("An empty stage.", wanted, ANY_CANVAS))
    return {name: _field(name, plan, _asked(schema, name)) for name in schema["properties"]}


def _motion(planned: str) -> dict[str, str]:
    """The answer about a movement; the stand-in cannot see, so it keeps the planned words."""
    words, *chinese = planned.split("\n")
    return {
        "seen": "This is a rehearsal: nobody has looked at the pictures.",
        "motion": f"Static camera. From the first picture to the last: {words}",
        "motion_zh": f"固定镜头。{chinese[0]}" if chinese else "",
    }


def _field(name: str, plan: Plan, asked: list[str]) -> Any:
    segments = [segment for segment in plan.segments if segment.id in asked]
    if name == "look":
        return _look(plan)
    if name == "beats":
        return [_beat(plan, segment) for segment in segments]
    if name == "shots":
        return [_shot(plan, segment) for segment in segments]
    if name == "parts":
        return [_part(plan, number, len(asked)) for number in range(len(asked))]
    if name == "keyframes":
        known = {keyframe.id: keyframe for keyframe in plan.keyframes}
        return [{"id": one, "picture": _still(known.get(one, plan.keyframes[-1]))} for one in asked]
    if name == "segments":
        return [{"id": one.id, "motion": one.prompt, "motion_zh": one.prompt_zh} for one in segments]
    return {"title": plan.title, "reasoning": plan.reasoning}.get(name, "The story goes on.")


def _asked(schema: Mapping[str, Any], field: str) -> list[str]:
    """The ids a list is asked for, or a number for each of its items."""
    listed = schema["properties"][field]
    form = schema.get("$defs", {}).get(listed.get("items", {}).get("$ref", "").rpartition("/")[2], {})
    ids = form.get("properties", {}).get("id", {}).get("enum")
    return list(ids or map(str, range(listed.get("minItems", 0))))


def _look(plan: Plan) -> dict[str, Any]:
    look = plan.look
    return {
        "style": look.style,
        "palette": look.palette,
        "negative": look.negative,
        "characters": [{**_thing(one), "wardrobe": one.wardrobe} for one in look.characters],
        "places": [_thing(one) for one in look.places],
        "props": [_thing(one) for one in look.props],
    }


def _thing(one: Character | Place | Prop) -> dict[str, str]:
    return {"name": one.id, "features": one.features}


def _beat(plan: Plan, segment: Segment) -> dict[str, Any]:
    cut = segment.transition == "cut"
    seen = plan.keyframe(segment.last).cast if segment.last else ()
    told = {"scene": segment.scene, "cut": cut, "happens": segment.prompt}
    return {"id": segment.id, **told, "speaks": seen[0] if seen else "somebody"}


def _shot(plan: Plan, segment: Segment) -> dict[str, Any]:
    starts = segment is plan.segments[0] or segment.transition == "cut"
    return {
        "id": segment.id,
        "first": _still(plan.keyframe(segment.first)) if starts and segment.first else None,
        "last": _still(plan.keyframe(segment.last or plan.keyframes[-1].id)),
        "motion": segment.prompt,
        "motion_zh": segment.prompt_zh,
    }


def _still(keyframe: Keyframe) -> dict[str, Any]:
    return {
        "shows": keyframe.prompt,
        "cast": list(keyframe.cast),
        "place": keyframe.place or "none",
        "props": list(keyframe.props),
        "camera": keyframe.camera,
        "light": keyframe.light,
    }


def _part(plan: Plan, number: int, parts: int) -> str:
    told = plan.segments[len(plan.segments) * number // parts :]
    return " ".join(segment.prompt for segment in told[: max(1, len(plan.segments) // parts)])
