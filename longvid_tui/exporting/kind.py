"""The kinds of exports by name. Standard library only: the command line knows them before any pixel."""

from __future__ import annotations

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

WITHOUT_FILM: frozenset[Kind] = frozenset({"html", "pdf"})
"""Kinds that are written before there is a film, of what there is."""
