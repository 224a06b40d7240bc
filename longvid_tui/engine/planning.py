"""Makes the plan: asks the planner, refuses what lint cannot accept, writes project.yaml."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from functools import partial

from longvid_tui.backends.contract import BadAnswer, PlanRequest
from longvid_tui.engine.studio import Notice, Studio
from longvid_tui.engine.tasks import Task
from longvid_tui.project.history import History
from longvid_tui.project.lint import lint
from longvid_tui.project.model import Plan, Segment


async def make_plan(studio: Studio, task: Task, may_spend: Callable[[float | None], None]) -> None:
    """Write the plan of the project's prompt, which then waits for approval; raises BackendError.

    `may_spend`: see PlanRequest.
    """
    project = studio.folder.project
    request = replace(
        plan_request(studio),
        may_spend=may_spend,
        on_spent=lambda spent: studio.spent("plan", spent.cost_usd, spent.model),
        on_wait=partial(studio.note_wait, "The planner"),
    )

    def on_partial(plan: Plan) -> None:
        studio.tell(Notice("progress", task, "segments", written(plan), project.wanted.count or 0, plan))

    plan = await studio.planner.plan(request, on_partial)
    if request.previous:
        plan = only_redone(request.previous, plan, request.redo)
    errors = [finding for finding in lint(plan, project.wanted) if finding.severity == "error"]
    if errors:
        raise BadAnswer(f"The planner's plan cannot be filmed: {errors[0].target}: {errors[0].sentence}")
    await studio.room.for_(lambda: studio.folder.write_plan(plan, studio.planner.fingerprint()))


def plan_request(studio: Studio) -> PlanRequest:
    """What the planner is asked now, without callbacks."""
    project, history = studio.folder.project, studio.folder.history
    return PlanRequest(
        prompt=project.prompt,
        wanted=project.wanted,
        canvas=project.canvas,
        note=_note(history, project.plan()),
        take=len(history.plan_rejected),
        previous=project.plan() if history.redo else None,
        redo=history.redo,
    )


def _note(history: History, plan: Plan) -> str:
    """What the person said of the last rejected plan; if a part is planned again, of the present plan only."""
    said = history.plan_rejected
    return said.get(plan.sha(), "") if history.redo else next(reversed(said.values()), "")


def written(plan: Plan) -> int:
    """How many segments of a growing plan are written: those whose last keyframe has words or a picture."""
    told = {keyframe.id for keyframe in plan.keyframes if keyframe.prompt or keyframe.picture}
    return sum(segment.last in told for segment in plan.segments)


def only_redone(before: Plan, again: Plan, redo: Collection[str]) -> Plan:
    """`before` with the words of `again` for the segments `redo` and the keyframes that only they show. Pure.

    Everything else stays as it was, byte for byte, whatever the planner answered.
    """
    written = {segment.id: segment for segment in again.segments if segment.id in redo}
    pictures = {
        ours: again.keyframe(theirs)
        for segment in before.segments
        if (new := written.get(segment.id))
        for ours, theirs in ((segment.first, new.first), (segment.last, new.last))
        if ours and theirs
    }
    free = before.keyframes_of(redo)
    return before.model_copy(
        update={
            "keyframes": tuple(
                pictures.get(keyframe.id, keyframe).model_copy(
                    update={"id": keyframe.id, "seed": keyframe.seed, "view": keyframe.view}
                )
                if keyframe.id in free
                else keyframe
                for keyframe in before.keyframes
            ),
            "segments": tuple(_words_of(segment, written.get(segment.id)) for segment in before.segments),
        }
    )


def _words_of(segment: Segment, again: Segment | None) -> Segment:
    if again is None:
        return segment
    return segment.model_copy(update={"prompt": again.prompt, "prompt_zh": again.prompt_zh})
