"""What is done to a film, in the words of the commands and of the screen: by the kind of its task."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

DOING = {
    "plan": "planning",
    "motion": "rewriting",
    "paint": "painting",
    "render": "filming",
    "conform": "fitting",
    "mend": "mending",
    "assemble": "joining",
}
"""While it is done; to fit is to encode such that segments join."""

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
"""When it is done."""


def placed(attempt: Mapping[str, Any]) -> str:
    """Where an attempt of `status --json` is made and why there, in words; "" where no GPU has a part in it."""
    count = len(attempt.get("gpus") or ())
    where = f"on {count} GPU{'s' * (count > 1)}, {attempt['why']}" if count and attempt.get("why") else ""
    if attempt.get("behind"):
        where = f"next after {attempt['behind'].rpartition('-')[0]}"
    again = f"try {attempt['tries']} after this: {attempt['failure']}" if attempt.get("tries", 1) > 1 else ""
    said = (where, ", ".join(attempt.get("changes") or ()), again)
    return "; ".join(part for part in said if part)
