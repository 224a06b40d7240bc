"""Words for what is done to a film, by the kind of the task; the commands and the screen use the same."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

TO_DO = {
    "plan": "plan",
    "motion": "rewrite",
    "paint": "paint",
    "render": "film",
    "conform": "fit",
    "mend": "mend",
    "assemble": "join",
}
"""For a task that is still to be done. To fit a clip is to encode it so that it joins its neighbours by bytes."""

DOING = {
    "plan": "planning",
    "motion": "rewriting",
    "paint": "painting",
    "render": "filming",
    "conform": "fitting",
    "mend": "mending",
    "assemble": "joining",
}
"""For a task that is at work."""

STAGES = {
    "load": "loading the model",
    "encode": "reading the words",
    "sample": "filming",
    "render": "filming",
    "decode": "decoding the frames",
    "save": "saving",
}
"""Stages of generators in words; others stand as the generator says them."""

DONE = {
    "plan": "planned",
    "motion": "rewritten",
    "paint": "painted",
    "render": "filmed",
    "conform": "fitted",
    "mend": "mended",
    "assemble": "joined",
}
"""For a task that is done."""


def waits(attempt: Mapping[str, Any]) -> bool:
    """Whether an attempt of `status --json` only stands behind another so far."""
    return bool(attempt.get("behind")) and not (attempt.get("progress") or {}).get("stage")


def placed(attempt: Mapping[str, Any]) -> str:
    """Where an attempt of `status --json` is made and why there, in words; "" where no GPU has a part in it."""
    count = len(attempt.get("gpus") or ())
    where = f"on {count} GPU{'s' * (count > 1)}, {attempt['why']}" if count and attempt.get("why") else ""
    if waits(attempt):
        where = f"next after {attempt['behind'].rpartition('-')[0]}"
    again = f"try {attempt['tries']} after this: {attempt['failure']}" if attempt.get("tries", 1) > 1 else ""
    said = (where, ", ".join(attempt.get("changes") or ()), again)
    return "; ".join(part for part in said if part)


def efficiency(eta: Mapping[str, Any]) -> str:
    """How good the plan behind an `eta` of `status --json` is: `1.4 % over the least time possible, 3 % idle, 9.1
    GPU-hours to go`; "" where nothing is planned for GPUs."""
    if eta.get("over") is None:
        return ""
    hours = eta["gpu_hours"]
    to_go = f"{hours:.1f}" if hours >= 1 else f"{hours:.2f}"
    over = f"{100 * eta['over']:.1f} % over the least time possible"
    return f"{over}, {100 * eta['idle']:.0f} % idle, {to_go} GPU-hours to go"
