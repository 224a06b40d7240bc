"""What the screen says of a film, in words: what is next, what it costs, what is missing, how long."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

from longvid_tui.doing import DOING, efficiency
from longvid_tui.spans import spans
from longvid_tui.view.film import PLAN, Film
from longvid_tui.view.gpus import ToCome


def needs(film: Film) -> str:
    """The one thing that goes on next, in a sentence for the person."""
    if film.opening:
        return "It opens by itself as soon as it can" if film.trouble else ""
    asking = film.asking
    if asking == (PLAN,):
        return "The plan asks you: a approves it, x sends it back, e changes it"
    if film.failing:
        return f"{spans(film.failing, 2)} failed: }} shows the next, R tries again"
    if asking:
        verb = "asks" if len(asking) == 1 else "ask"
        return f"{spans(asking, 2)} {verb} you: ] shows the next, a approves, x rejects"
    if film.failed and not film.tasks:
        return "The run failed: the card of the plan says why, R tries again"
    if film.state == "paused":
        return "Paused: R goes on"
    if film.tasks:
        return f"At work: {at_work(film.tasks)}"
    if film.state == "working":
        return "The run goes on: the log says what it waits for"
    if not film.planned:
        return "No plan yet: R makes one"
    if film.ready:
        return f"{film.path} is made: w shows it, O exports it"
    return f"{to_make(film.missing).capitalize()}: R starts" if film.missing else "Nothing to do"


def money(film: Film) -> str:
    """What is still to be paid and what was, in a sentence or two; "" where nothing costs anything."""
    due = f"To pay: {film.to_pay}." if film.to_pay else ""
    return f"{due} Spent so far: ${film.spent:.2f}.".strip() if due or film.spent else ""


_MOST_NAMED = 6
"""Spans such as `k1-k3` that a line has room for."""

_TO_MAKE = {"paint": ("keyframe", "to paint"), "render": ("segment", "to film")}
"""Kinds of work that a person counts; what comes after them is the joining."""


def to_make(missing: Sequence[str]) -> str:
    """What is missing, by the kinds of its work: `3 keyframes to paint, 24 segments to film, the film to
    join`."""
    counted = [
        f"{missing.count(kind)} {name}{'s' * (missing.count(kind) != 1)} {verb}"
        for kind, (name, verb) in _TO_MAKE.items()
        if kind in missing
    ]
    rest = ["the plan to make"] if "plan" in missing else ["the film to join"] if missing else []
    return ", ".join(counted + rest)


def at_work(tasks: Sequence[tuple[str, str]]) -> str:
    """`filming s1-s8, painting k9 and joining` of (kind, target)."""
    doing: dict[str, list[str]] = {}
    for kind, target in tasks:
        doing.setdefault(DOING.get(kind, "working"), []).append(target)
    told = [
        f"{verb} {spans(sorted(targets, key=_place), 3)}" if targets[0][1:].isdecimal() else verb
        for verb, targets in doing.items()
    ]
    return ", ".join(told)


def _place(target: str) -> tuple[str, int]:
    return target[:1], int(target[1:]) if target[1:].isdecimal() else 0


def named(targets: Sequence[str]) -> str:
    """`k1-k3, k7`, as many of them as a line has room for."""
    return spans(targets, _MOST_NAMED)


def turn(planned: ToCome) -> str:
    """When and where a segment that waits is to be filmed: `planned for GPU 4, 5, at about 14:32`."""
    gpus = sorted(planned.gpus)
    at = time.strftime("%H:%M", time.localtime(planned.starts))
    return f"planned for GPU {', '.join(map(str, gpus))}, at about {at}"


def lost(running: Sequence[Mapping[str, Any]], now: float) -> str:
    """`34 GPU-minutes of filming are lost.` if these attempts (`status --json`) end `now`; "" if they have no GPUs."""
    minutes = sum(len(each["gpus"]) * (now - each["started"]) for each in running) / 60
    return f"{minutes:.0f} GPU-minutes of filming are lost." if minutes >= 1 else ""


def ending(eta: Mapping[str, Any]) -> str:
    """`done 14:32 (14:25 to 14:51), 1.4 % over the least time possible, 3 % idle, 9.1 GPU-hours to go`."""
    made = eta["at"] - eta["seconds"]
    low, end, high = (
        None if seconds is None else time.strftime("%H:%M", time.localtime(made + seconds))
        for seconds in (eta["low"], eta["seconds"], eta["high"])
    )
    parts = (f"done {end}" + (f" ({low} to {high})" if low != high else ""), efficiency(eta))
    return ", ".join(part for part in parts if part)


def roughly(seconds: float) -> str:
    """`40 s`, `12 min` or `2.5 h`: as exact as a forecast is."""
    if seconds < 90:
        return f"{max(10, round(seconds, -1)):.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def clock(seconds: float) -> str:
    """`7.5 s`, `2:05` or `1h42`."""
    if seconds < 60:
        return f"{seconds:.1f} s"
    if seconds < 3600:
        return f"{int(seconds) // 60}:{int(seconds) % 60:02}"
    return f"{int(seconds) // 3600}h{int(seconds) % 3600 // 60:02}"
