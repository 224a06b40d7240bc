"""What a clip's numbers say against it: each remark one phrase with its number, for the person's review.

A clip that is remarked on is a clip all the same; what cannot be used at all is refused before
(`verifying.verify_clip`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from statistics import median
from typing import Any

STILL_MOTION = 0.15
"""Median change of 8-bit luma between neighbouring frames, below which nothing seems to move: an animatic that
pushes in slowly has 0.5, one whose camera stands still 0.001. Where a still clip of Wan's lies (Wan2.1#372) is
an estimate."""

FLASH = 8.0
"""Levels of 8-bit luma by which the mean jumps and comes back at an end. An estimate: grain has less than 1."""

FAR_SSIM = 0.6
"""SSIM to its keyframe under which an end shows something else. Wan lands near its keyframes, not on them: an
estimate, to be calibrated on real clips."""

BLACK_SHARE = 0.1
"""Share of the frames that may be black: values that are not numbers become black ones."""

NEAR_END = 8
"""Frames at each end in which Wan's artefacts lie: the first few, and the last latent's four (Wan2.2#233)."""


def numbers(means: Sequence[float], changes: Sequence[float], black_level: float) -> dict[str, float]:
    """The facts of a take that `remarks` reads, from the mean luma of each frame and the mean change to the
    next."""
    bends = [abs(a - 2 * b + c) / 2 for a, b, c in zip(means, means[1:], means[2:], strict=False)]
    return {
        "motion": round(median(changes), 3) if changes else 0.0,
        "black": round(sum(mean < black_level for mean in means) / max(1, len(means)), 3),
        "flash_first": round(max(bends[:NEAR_END], default=0.0), 2),
        "flash_last": round(max(bends[-NEAR_END:], default=0.0), 2),
    }


def remarks(facts: Mapping[str, Any]) -> list[str]:
    """What there is to say against a take with these facts, worst first; nothing for facts that are not
    there."""
    return list(_remarks(facts))


def _remarks(facts: Mapping[str, Any]) -> Iterator[str]:
    if facts.get("black", 0.0) > BLACK_SHARE:
        yield f"{facts['black']:.0%} of its frames are black"
    if facts.get("motion", STILL_MOTION) < STILL_MOTION:
        yield f"hardly anything moves (change {facts['motion']:.2f}, usually above {STILL_MOTION})"
    for end in ("first", "last"):
        if facts.get(f"ssim_{end}", 1.0) < FAR_SSIM:
            yield f"its {end} frame is far from its keyframe (SSIM {facts[f'ssim_{end}']:.2f})"
    for end, words in (("first", "start"), ("last", "end")):
        if facts.get(f"flash_{end}", 0.0) > FLASH:
            yield f"it flashes near its {words} ({facts[f'flash_{end}']:.0f} levels)"
