"""The canvas, the one picture size of a project, and which sizes Wan2.1 can produce."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

AREA_480P = 832 * 480
AREA_720P = 1280 * 720
"""Pixels of the two trained resolutions; `--size` of generate.py sets only this area."""

OFFERED = (
    "1280x720",
    "720x1280",
    "1168x768",
    "768x1168",
    "960x960",
    "832x464",
    "480x832",
    "768x512",
    "624x624",
)
"""Sizes that Wan2.1 returns unchanged when both keyframes have them, largest tier first."""

_SHAPE = re.compile(r"\s*(\d{2,5})\s*[x×*]\s*(\d{2,5})\s*", re.IGNORECASE)


@dataclass(frozen=True, order=True)
class Canvas:
    """Width and height in pixels; both multiples of 16, 64 to 4096, ratio at most 3.2:1.

    3.2, because the rule of Wan2.1 makes up to 3.14:1 of a wanted 3:1.
    """

    width: int
    height: int

    def __post_init__(self) -> None:
        for edge in (self.width, self.height):
            if edge % 16 or not 64 <= edge <= 4096:
                raise ValueError(f"{self} is not a canvas: both edges must be multiples of 16 from 64 to 4096")
        if max(self.width, self.height) > 3.2 * min(self.width, self.height):
            raise ValueError(f"{self} is not a canvas: one edge is more than 3.2 times the other")

    @classmethod
    def parse(cls, text: str) -> Canvas:
        """Read `1280x720` (also `1280*720`); raises ValueError with one sentence."""
        return cls(*parse_size(text))

    @property
    def size(self) -> tuple[int, int]:
        return self.width, self.height

    def __str__(self) -> str:
        return f"{self.width}x{self.height}"


def parse_size(text: str) -> tuple[int, int]:
    """Read WIDTHxHEIGHT without asking whether it makes a canvas; raises ValueError."""
    match = _SHAPE.fullmatch(text)
    if not match:
        raise ValueError(f"{text!r} is not a size: write WIDTHxHEIGHT, for example 1280x720")
    return int(match[1]), int(match[2])


def wan_output(width: int, height: int, area: int) -> tuple[int, int]:
    """Size of the clip Wan2.1 returns for a first keyframe of width x height.

    The rule of `first_last_frame2video.py` (Wan-Video/Wan2.1@9737cba): the area of `--size`, the aspect of
    the first frame, both edges floored to latent cells of 8 pixels and patches of 2 cells.
    """
    aspect = height / width
    latent_height = round(math.sqrt(area * aspect) // 8 // 2 * 2)
    latent_width = round(math.sqrt(area / aspect) // 8 // 2 * 2)
    return latent_width * 8, latent_height * 8


def is_reachable(canvas: Canvas) -> bool:
    """Whether Wan2.1 returns this canvas unchanged in one of its two resolutions."""
    return any(wan_output(*canvas.size, area) == canvas.size for area in (AREA_480P, AREA_720P))


def draft_of(canvas: Canvas) -> Canvas:
    """The canvas of drafts: Wan2.1's smaller tier in the aspect of this canvas, if this one is larger than
    that."""
    if canvas.width * canvas.height <= AREA_480P:
        return canvas
    return _settled(canvas.size, AREA_480P)


def nearest_reachable(width: int, height: int) -> Canvas:
    """The canvas Wan2.1 settles on for a wanted size: the tier nearest in area, then the rule's fixed point.

    Iterating the rule reaches a fixed point within four rounds for every size divisible by 16 from 256 to
    2048 with a ratio up to 3:1. Raises ValueError for sizes that no canvas is near to.
    """
    if min(width, height) < 1:
        raise ValueError(f"{width}x{height} cannot be filmed: an edge has no length")
    area = min((AREA_480P, AREA_720P), key=lambda tier: abs(math.log(width * height / tier)))
    if wan_output(width, height, area) != (width, height) and max(width, height) > 3 * min(width, height):
        raise ValueError(f"{width}x{height} cannot be filmed: one edge is more than three times the other")
    return _settled((width, height), area)


def _settled(size: tuple[int, int], area: int) -> Canvas:
    """The size at which `wan_output` no longer changes anything."""
    while (settled := wan_output(*size, area)) != size:
        size = settled
    return Canvas(*size)
