"""Lines of the log, from journal events and from what the engine says while it works."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

from longvid_tui.doing import DOING

Level = Literal["info", "warn", "error", "job"]


class LogLine(NamedTuple):
    """A line of the log: seconds since 1970, how grave, whose ("" of the film as a whole), what."""

    time: float
    level: Level
    target: str
    text: str


_EVENTS = {
    "run": "a run was ordered",
    "plan": "planned",
    "motion": "another movement is proposed",
    "painted": "painted",
    "take": "a take was made",
    "approve": "approved",
    "reject": "rejected",
    "retake": "to be made again",
    "choose": "another take was chosen",
    "lock": "locked",
    "unlock": "unlocked",
    "edit": "project.yaml was edited",
    "pause": "paused",
    "resume": "goes on",
    "assemble": "the film was joined",
    "undo": "undone",
    "redo": "redone",
}


def event_line(event: Mapping[str, Any]) -> LogLine | None:
    """A journal event in words; None for those that only a machine cares for."""
    kind, data = event["kind"], event["data"]
    target = str(data.get("target", ""))
    if kind == "end" and data.get("how") not in (None, "done", "published"):
        how, detail = str(data["how"]), str(data.get("detail") or "")
        told = detail if detail.startswith(how) else f"{how}: {detail}".rstrip(": ")
        return LogLine(event["t"], "warn", target, f"attempt {told}")
    if kind == "rest":
        told = f"the run rests: {data.get('how', '')}"
        return (
            LogLine(event["t"], "error", "", f"{told}, {data['why']}")
            if data.get("why")
            else LogLine(event["t"], "info", "", told)
        )
    if kind not in _EVENTS:
        return None
    note = data.get("note")
    return LogLine(event["t"], "info", target, _EVENTS[kind] + (f': "{note}"' if note else ""))


def notice_line(notice: Mapping[str, Any], now: float) -> LogLine | None:
    """What the engine says while it works; None for what the journal says as well."""
    task, kind, text = notice["task"] or {}, notice["kind"], notice["text"]
    target = task.get("target", "")
    if kind == "started":
        return LogLine(
            now, "info", target, f"{DOING.get(str(task.get('kind')), 'working')} ({task.get('reason', '')})"
        )
    if kind == "retrying":
        return LogLine(now, "warn", target, f"{text} (tried again)")
    if kind == "failed":
        return LogLine(now, "error", target, text)
    return LogLine(now, "warn", target, text) if kind == "note" else None
