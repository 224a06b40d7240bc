"""What determines the pixels besides the project: the fingerprints of the backends and the film encoder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from longvid_tui.project.canvas import Canvas


@dataclass(frozen=True)
class Draft:
    """How drafts are filmed: their canvas, and the generator's fingerprints as in Makers."""

    canvas: Canvas
    video: Mapping[str, Any]
    video_open: Mapping[str, Any]


@dataclass(frozen=True)
class Makers:
    """The fingerprints of the chosen backends and the film encoder, and what else recipes depend on.

    `images`: of the image provider. `references`: how many reference pictures it takes; 0: there are no
    masters. `video`: of the generator, and `video_open` for segments without a last keyframe. `chinese`: it
    follows Chinese prompts better. `draft`: if set, a segment that lacks its take gets a draft instead. `film`,
    `seams`: of how pieces are encoded and seams mended.
    """

    images: Mapping[str, Any] = field(default_factory=dict)
    video: Mapping[str, Any] = field(default_factory=dict)
    video_open: Mapping[str, Any] = field(default_factory=dict)
    chinese: bool = False
    draft: Draft | None = None
    film: Mapping[str, Any] = field(default_factory=dict)
    seams: Mapping[str, Any] = field(default_factory=dict)
    references: int = 0
