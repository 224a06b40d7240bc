"""What decides the pixels besides the project: the fingerprints of whoever makes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from longvid_tui.project.canvas import Canvas


@dataclass(frozen=True)
class Draft:
    """How a segment is filmed for a first look: its canvas, and the fingerprints as in Makers."""

    canvas: Canvas
    video: Mapping[str, Any]
    video_open: Mapping[str, Any]


@dataclass(frozen=True)
class Makers:
    """What the chosen backends and the film encoder say determines their results (their fingerprints).

    `references`: how many pictures whose people and places to keep the painter takes; 0: there are no masters.
    `draft`: a segment that lacks its take gets a draft instead.
    `video_open`: of segments without a last keyframe. `chinese`: the generator heeds Chinese prompts better.
    """

    images: Mapping[str, Any] = field(default_factory=dict)
    video: Mapping[str, Any] = field(default_factory=dict)
    video_open: Mapping[str, Any] = field(default_factory=dict)
    chinese: bool = False
    draft: Draft | None = None
    film: Mapping[str, Any] = field(default_factory=dict)
    seams: Mapping[str, Any] = field(default_factory=dict)
    references: int = 0
