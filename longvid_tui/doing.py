"""What is done to a film, in the words of the commands and of the screen: by the kind of its task."""

from __future__ import annotations

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
