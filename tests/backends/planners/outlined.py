"""Plans of the outline planner through its public door, for its tests."""

from __future__ import annotations

import asyncio
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from longvid_tui.backends.contract import PlanRequest
from longvid_tui.backends.planners.outline import OutlinePlanner
from longvid_tui.project.canvas import Canvas
from longvid_tui.project.model import Plan, Wanted

HD = Canvas(1280, 720)
EXAMPLES = sorted((Path(__file__).parents[3] / "docs" / "plans").glob("*.yaml"))


@cache
def read(example: Path) -> dict[str, Any]:
    """What stands in one of them; reading the long ones takes longer than planning them."""
    told: dict[str, Any] = YAML(typ="safe").load(example.read_text(encoding="utf-8"))
    return told


def plan_of(prompt: str, note: str = "", **wanted: float) -> Plan:
    return partials_of(prompt, note, **wanted)[-1]


def partials_of(prompt: str, note: str = "", **wanted: float) -> list[Plan]:
    """All that the planner shows while it plans; the last is the plan."""
    grown: list[Plan] = []
    request = PlanRequest(prompt, Wanted(**wanted), HD, note)
    plan = asyncio.run(OutlinePlanner().plan(request, grown.append))
    return [*grown, plan]


def motions(plan: Plan) -> list[str]:
    return [segment.prompt for segment in plan.segments]


def stills(plan: Plan) -> list[str]:
    return [keyframe.prompt for keyframe in plan.keyframes]


def features(plan: Plan) -> dict[str, str]:
    return {character.id: character.features for character in plan.look.characters}


def all_words(plan: Plan) -> str:
    return "\n".join([*motions(plan), *stills(plan)])
