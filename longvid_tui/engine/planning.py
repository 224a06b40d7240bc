"""Makes the plan: asks the planner, refuses what lint cannot accept, writes project.yaml."""

from __future__ import annotations

from longvid_tui.backends.contract import BadAnswer, PlanRequest
from longvid_tui.engine.studio import Notice, Studio
from longvid_tui.engine.tasks import Task
from longvid_tui.project.lint import lint
from longvid_tui.project.model import Plan


async def make_plan(studio: Studio, task: Task) -> None:
    """Plan the project's prompt; raises BackendError. The plan then waits for approval at its gate."""
    project, history = studio.folder.project, studio.folder.history
    request = PlanRequest(
        prompt=project.prompt,
        wanted=project.wanted,
        canvas=project.canvas,
        note=next(reversed(history.plan_rejected.values()), ""),
        take=len(history.plan_rejected),
        previous=project.plan() if history.redo else None,
        redo=history.redo,
        on_spent=lambda spent: studio.spent("plan", spent.cost_usd, spent.model),
        on_wait=lambda why, seconds: studio.tell(
            Notice("note", None, f"The planner waits {seconds:.0f} s: {why}")
        ),
    )

    def on_partial(plan: Plan) -> None:
        studio.tell(Notice("progress", task, "segments", done=len(plan.segments)))

    plan = await studio.planner.plan(request, on_partial)
    errors = [finding for finding in lint(plan, project.wanted) if finding.severity == "error"]
    if errors:
        raise BadAnswer(f"The planner's plan cannot be filmed: {errors[0].target}: {errors[0].sentence}")
    studio.folder.write_plan(plan, studio.planner.fingerprint())
