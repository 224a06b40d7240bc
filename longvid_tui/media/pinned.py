"""The encoder parameters every conformed piece shares; nothing heavy is imported to know them.

`stitchable` makes the parameter sets independent of the CRF; everything else they depend on is pinned here,
so two pieces of one canvas always have equal headers and join by their bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

GOP = 16
"""Frames from one key frame to the next; groups are closed."""

TICKS_PER_FRAME = 1000
"""Ticks of the track's clock for each frame."""

THREADS = 2
"""Encoder threads per clip: several clips are worked on side by side, and x264's bytes depend on it."""

X264 = (
    f"stitchable=1:keyint={GOP}:min-keyint={GOP}:scenecut=0:open-gop=0:ref=1:bframes=2:b-pyramid=2:"
    f"b-adapt=1:weightp=1:partitions=i4x4,i8x8:me=dia:subme=3:level=4.0:threads={THREADS}"
)
"""Encoder options. Blocks of frames between key frames are not divided, as that took a fifth of the time for
0.1 dB. One reference frame and a short search in it save another quarter, for 0.1 dB as well. The table is in
benchmarks/README.md."""


@dataclass(frozen=True)
class Quality:
    """How a piece is encoded. Pieces of one film share size, fps and preset, or their bytes do not join."""

    width: int
    height: int
    fps: int
    crf: int
    preset: str


def seam_fingerprint() -> Mapping[str, Any]:
    """All that decides how a seam is mended and judged besides its pieces and its transition."""
    return {"version": 6}


def fingerprint(*, crf: int, preset: str) -> Mapping[str, Any]:
    """All that decides the bytes of a conformed piece besides its take and canvas."""
    return {"x264": X264, "crf": crf, "preset": preset, "av": _av_version(), "version": 9}


@cache
def _av_version() -> str:
    """The version of PyAV. Cached: it is read from a file, and asked for at every look at a film."""
    from importlib.metadata import version  # a hand encodes without it

    return version("av")
