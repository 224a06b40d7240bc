"""Snapshots as the engine sends them (docs/wire.md), made by hand; test_storyboard checks that the engine's have the
same keys."""

from __future__ import annotations

from typing import Any

SHA = "ab" * 32


def item(target: str, status: str = "missing", **more: Any) -> dict[str, Any]:
    """A keyframe of the report; `status` ready gives it a take."""
    made = status == "ready"
    take = {
        "sha": SHA,
        "path": f"keyframes/{target}/{SHA[:12]}.png",
        "bytes": 9,
        "made_at": 0.0,
        "seconds": 1.5,
        "seed": 7,
        "facts": {},
    }
    return {
        "id": target,
        "status": status,
        "reason": "" if made else "not made yet",
        "approved": False,
        "locked": False,
        "take": take if made else None,
        "takes": [SHA[:12]] if made else [],
        "candidates": [],
    } | more


def segment(number: int, status: str = "waiting", **more: Any) -> dict[str, Any]:
    """Segment `number` of the report, between keyframes of the same and the next number."""
    return {
        **item(f"s{number}", status),
        "first": f"k{number}",
        "last": f"k{number + 1}",
        "scene": "",
        "continuity": "keyframes",
        "transition": "continue",
        "motion": None,
        "start_frame": 80 * (number - 1) + (number > 1),
        "frames": 80 + (number == 1),
    } | more


def snapshot(
    segments: list[dict[str, Any]] | int = 3, keyframes: list[dict[str, Any]] | None = None, **more: Any
) -> dict[str, Any]:
    """A project with so many segments; `more` replaces keys of the snapshot, `plan` that of the report."""
    listed = [segment(number) for number in range(1, segments + 1)] if isinstance(segments, int) else segments
    stills = keyframes if keyframes is not None else [item(f"k{n}") for n in range(1, len(listed) + 2)]
    plan = {"made": bool(listed), "sha": SHA, "approved": True, "rejected": None, "prompt_changed": False}
    report = {
        "version": 1,
        "folder": "/films/keeper",
        "title": "The Keeper",
        "canvas": "832x464",
        "fps": 16,
        "frames": 80 * len(listed) + 1,
        "seconds": (80 * len(listed) + 1) / 16,
        "backends": {"planner": "outline", "images": "storyboard", "video": "animatic"},
        "plan": plan | more.pop("plan", {}),
        "masters": [],
        "keyframes": stills,
        "segments": listed,
        "film": {"status": "waiting", "reason": "waits for s1", "path": None, "frames": None},
        "progress": {"done": 0, "total": len(listed) + len(stills) + 1},
        "missing": [],
        "waits_for": None,
        "running": [],
        "order": None,
        "gpu_hours": 0.0,
        "spent_usd": 0.0,
        "unpriced_pictures": 0,
        "costs": {},
    }
    report |= more.pop("report", {})
    document = {
        "prompt": "A keeper climbs a lighthouse.",
        "look": {"characters": [], "places": []},
        "keyframes": [{"id": still["id"], "prompt": f"a still, {still['id']}"} for still in stills],
        "segments": [{"id": shot["id"], "prompt": f"it moves on, {shot['id']}"} for shot in listed],
    }
    return {
        "report": report,
        "document": document | more.pop("document", {}),
        "revision": "c618e62c5c59",
        "findings": [],
        "state": "idle",
        "failed": {},
        "bill": {"pictures": 0, "usd": 0.0, "unpriced": 0, "said": "", "each": ""},
    } | more


def task(target: str, kind: str = "render", done: int = 0, total: int = 0, stage: str = "") -> dict[str, Any]:
    return {"kind": kind, "target": target, "name": f"{kind} {target}", "reason": "", "stage": stage, "done": done, "total": total}  # fmt: skip
