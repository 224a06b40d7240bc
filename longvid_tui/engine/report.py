"""The state of a project as JSON: what `status --json` prints (docs/status-json.md) and faces draw."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from longvid_tui.engine.tasks import missing_work, open_gate
from longvid_tui.media.quality import remarks
from longvid_tui.project.film import Seam
from longvid_tui.project.folder import FILM
from longvid_tui.project.history import History, OpenAttempt, Order, Stage, Take
from longvid_tui.project.items import Item, is_draft
from longvid_tui.project.masters import masters
from longvid_tui.project.model import Character
from longvid_tui.project.motions import target_of
from longvid_tui.project.state import ProjectState
from longvid_tui.project.timing import SEGMENT_FRAMES, STEP_FRAMES

VERSION = 1

SEAM_FACTS = ("grade", "score", "reason", "colour", "light", "jump", "raw", "jerk", "sharp")
"""What is told of a mended seam; None for each of a transition that is meant to be seen."""


def report(root: Path, state: ProjectState, until: Stage = "film") -> dict[str, Any]:
    """Everything a script needs to know, and what is missing `until` a stage.

    Keys are only ever added within a version. What is None or a fixed value here, because only a running engine
    knows it (`held_up`, `eta`, `growing`, the `progress` of attempts), is filled in by whoever asked one.
    """
    project, history = state.project, state.history
    work = missing_work(state, until)
    gate = open_gate(state, until)
    return {
        "version": VERSION,
        "folder": str(root),
        "title": project.title,
        "canvas": str(project.canvas),
        "fps": project.fps,
        "frames": project.frames(),
        "seconds": project.frames() / project.fps,
        "backends": project.backends.model_dump(mode="json"),
        "plan": _plan(state),
        "masters": _masters(state),
        "keyframes": [_item(item) for item in state.keyframes.values()],
        "segments": _segments(state),
        "seams": [_seam(seam) for seam in state.film.seams],
        "film": _film(state),
        "progress": _progress(state),
        "missing": [{"kind": task.kind, "target": task.target, "reason": task.reason} for task in work],
        "waits_for": {"stage": gate.stage, "targets": list(gate.targets)} if gate else None,
        "running": [_running(attempt, history) for attempt in history.open_attempts.values()],
        "order": _order(history.order) if history.order else None,
        "broke_off": history.broke_off or None,
        "held_up": None,
        "eta": None,
        "growing": None,
        "gpu_hours": round(history.gpu_seconds / 3600, 4),
        "spent_usd": round(history.spent_usd, 6),
        "unpriced_pictures": history.unpriced,
        "costs": {target: asdict(cost) for target, cost in history.costs.items()},
    }


def _plan(state: ProjectState) -> dict[str, Any]:
    return {
        "made": state.planned,
        "sha": state.plan_sha if state.planned else None,
        "approved": state.plan_approved,
        "rejected": state.plan_rejected,
        "prompt_changed": state.prompt_changed,
    }


def _film(state: ProjectState) -> dict[str, Any]:
    made = state.history.film
    return {
        "status": state.film.status,
        "reason": state.film.reason,
        "path": FILM if state.film.status == "ready" else None,
        "frames": made["frames"] if made else None,
        "drafts": list(made.get("drafts", ())) if made else [],
    }


def _running(attempt: OpenAttempt, history: History) -> dict[str, Any]:
    waits = attempt.behind in history.open_attempts
    return {
        "attempt": attempt.id,
        "target": attempt.target,
        "started": attempt.started,
        "gpus": [] if waits else list(attempt.gpus),
        "behind": attempt.behind if waits else None,
        "why": attempt.why,
        "changes": list(attempt.changes),
        "tries": attempt.tries,
        "failure": attempt.failure,
        "progress": None,
    }


def _order(order: Order) -> dict[str, Any]:
    return {
        "until": order.until,
        "approve": order.approve,
        "paused": order.paused,
        "draft": order.draft,
        "probe": order.probe,
        "strategy": order.strategy,
        "most_usd": order.most_usd,
        "most_gpu_hours": order.most_gpu_hours,
    }


def _masters(state: ProjectState) -> list[dict[str, Any]]:
    return [
        {
            **_item(state.masters[master.target]),
            "of": "character" if isinstance(master.thing, Character) else "place",
            "keyframes": list(master.keyframes),
        }
        for master in masters(state.project)
        if master.target in state.masters
    ]


def _segments(state: ProjectState) -> list[dict[str, Any]]:
    timed = zip(state.project.segments, state.project.starts(), state.project.cuts(), strict=True)
    return [
        {
            **_item(state.segments[segment.id]),
            "first": segment.first,
            "last": segment.last,
            "scene": segment.scene,
            "continuity": segment.continuity,
            "transition": segment.transition,
            "motion": _motion(state, target_of(segment.id)),
            "start_frame": start,
            "frames": SEGMENT_FRAMES if start == 0 or cut else STEP_FRAMES,
        }
        for segment, start, cut in timed
    ]


def _motion(state: ProjectState, target: str) -> dict[str, str] | None:
    found = state.proposals.get(target)
    if found is None:
        return None
    return {"target": target, "sha": found.sha, "prompt": found.prompt, "prompt_zh": found.prompt_zh,
            "seen": found.seen}  # fmt: skip


def _seam(seam: Seam) -> dict[str, Any]:
    shows = seam.mended.shows if seam.mended and seam.made else None
    return {
        "before": seam.before,
        "after": seam.after,
        "transition": seam.transition,
        "made": seam.made,
        **{name: shows.get(name) if shows else None for name in SEAM_FACTS},
    }


def _item(item: Item) -> dict[str, Any]:
    return {
        "id": item.target,
        "status": item.status,
        "reason": item.reason,
        "approved": item.approved,
        "locked": item.locked,
        "take": _take(item.chosen) if item.chosen else None,
        "takes": list(dict.fromkeys(take.short for take in item.record.takes)),
        "candidates": [take.short for take in item.candidates],
    }


def _take(take: Take) -> dict[str, Any]:
    return {
        "sha": take.sha,
        "path": take.path,
        "bytes": take.bytes,
        "made_at": take.made_at,
        "seconds": take.seconds,
        "seed": take.recipe.get("seed"),
        "draft": is_draft(take.recipe),
        "probe": take.probe,
        "remarks": remarks(take.facts),
        "facts": dict(take.facts),
    }


def _progress(state: ProjectState) -> dict[str, int]:
    items = (*state.stills.values(), *state.segments.values())
    done = sum(item.status == "ready" for item in items) + (state.film.status == "ready")
    return {"done": done, "total": len(items) + 1}
