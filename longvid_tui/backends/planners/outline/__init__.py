"""`outline`: plans without a model, from how the prompt is laid out; takes milliseconds, always the same
result."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from longvid_tui.backends.contract import Check, Fingerprint, PlanRequest
from longvid_tui.project.model import Plan
from longvid_tui.settings import Settings

VERSION = 4


class OutlinePlanner:
    """Reads scenes, shot lists, screenplays, bullets, paragraphs and clauses; any number of segments."""

    name: ClassVar[str] = "outline"

    def __init__(self, settings: Settings | None = None) -> None:
        del settings  # it has none

    def fingerprint(self) -> Fingerprint:
        return {"name": self.name, "version": VERSION}

    async def plan(self, request: PlanRequest, on_partial: Callable[[Plan], None]) -> Plan:
        """See `Planner`. Raises Refused if the prompt holds nothing that could be shown."""
        from longvid_tui.backends.planners.outline.author import outline

        plan = outline(request)
        for done in range(1, len(plan.segments)):
            last = plan.segments[done - 1].last
            upto = next(index for index, keyframe in enumerate(plan.keyframes) if keyframe.id == last)
            on_partial(
                plan.model_copy(
                    update={"segments": plan.segments[:done], "keyframes": plan.keyframes[: upto + 1]}
                )
            )
        on_partial(plan)
        return plan

    def checks(self) -> list[Check]:
        return [Check(self.name, True, "divides your own words, on this machine: no key")]
