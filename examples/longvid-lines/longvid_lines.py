"""A planner for longvid-tui: every line of the prompt is a segment."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import ClassVar

from longvid_tui.backends.contract import Check, Fingerprint, PlanRequest, Refused
from longvid_tui.project.model import Keyframe, Look, Plan, Segment
from longvid_tui.project.timing import segments_for
from longvid_tui.settings import Settings


class LinesPlanner:
    """A poem, a song, a list: what stands in a line happens in a segment."""

    name: ClassVar[str] = "lines"

    def __init__(self, settings: Settings) -> None:
        self._style = str(settings.plugins.get("lines", {}).get("style", "plain, calm, evenly lit"))

    def fingerprint(self) -> Fingerprint:
        return {"name": self.name, "version": 1, "style": self._style}

    async def plan(self, request: PlanRequest, on_partial: Callable[[Plan], None]) -> Plan:
        lines = [line.strip() for line in request.prompt.splitlines() if line.strip()]
        if not lines:
            raise Refused("The prompt has no line: write one for every segment.")
        told = spread(lines, wanted_segments(request, len(lines)))
        plan = Plan(
            title=lines[0][:60],
            reasoning=f"{len(lines)} lines in {len(told)} segments.",
            look=Look(style=self._style),
            keyframes=(Keyframe(id="k1", prompt=f"Before it begins. {told[0]}"),),
        )
        for number, line in enumerate(told, 1):
            last = Keyframe(id=f"k{number + 1}", prompt=line)
            segment = Segment(id=f"s{number}", first=f"k{number}", last=last.id, prompt=line)
            plan = plan.model_copy(
                update={"keyframes": (*plan.keyframes, last), "segments": (*plan.segments, segment)}
            )
            on_partial(plan)
        return plan

    def checks(self) -> list[Check]:
        return []


def wanted_segments(request: PlanRequest, lines: int) -> int:
    """The number of segments that the person set, else one for each line."""
    wanted = request.wanted
    return wanted.segments or (segments_for(wanted.seconds) if wanted.seconds else lines)


def spread(lines: list[str], count: int) -> list[str]:
    """`count` texts: lines share a segment where there are more of them, and last for several where there are
    fewer."""
    if count <= len(lines):
        edges = [round(part * len(lines) / count) for part in range(count + 1)]
        return [" ".join(lines[start:end]) for start, end in pairwise(edges)]
    shown = [part * len(lines) // count for part in range(count)]
    return [
        lines[line] if line not in shown[:part] else f"{lines[line]} (moment {part - shown.index(line) + 1})"
        for part, line in enumerate(shown)
    ]
