"""The kinds of exports by name. Standard library only: command line and screen know them before any pixel."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

Kind = Literal[
    "mp4",
    "web",
    "square",
    "vertical",
    "prores",
    "dnxhr",
    "webp",
    "sheet",
    "frames",
    "html",
    "pdf",
    "otio",
    "edl",
]

WITHOUT_FILM: frozenset[Kind] = frozenset({"html", "pdf", "sheet"})
"""Kinds that are written before there is a film, of what there is."""

KINDS: Mapping[Kind, str] = {
    "mp4": "the film as it is",
    "web": "smaller, for pages",
    "square": "1080x1080, for phones",
    "vertical": "1080x1920, for phones",
    "prores": "ProRes 422 HQ, for editing on a Mac",
    "dnxhr": "DNxHR HQ, for editing elsewhere",
    "webp": "an animated picture of 10 seconds",
    "sheet": "a contact sheet",
    "frames": "every frame as a picture",
    "html": "the storyboard as one page",
    "pdf": "the storyboard on paper",
    "otio": "OpenTimelineIO, for editing programs",
    "edl": "CMX 3600, for all other editing programs",
}
"""Each kind in a few words, for those who choose one."""
