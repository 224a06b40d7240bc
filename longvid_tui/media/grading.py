"""Judges how visible a measured seam is, and says it in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import exp, log
from typing import Literal

_STANDS = "a frame stands still or is shown twice"
_FAR = 1000
"""Percent beyond which a step of sharpness is not counted: beside an even surface it may be millions."""

Colour = Literal["green", "yellow", "red"]


@dataclass(frozen=True)
class Seam:
    """How the pair of frames at a seam differs from the pairs around it; each has a limit in LIMITS.

    `colour`: CIEDE2000 beyond the usual. `light`: L* of the second above the first, beyond the usual. `jump`:
    difference once motion is taken out, as a multiple of the usual or, if that is more, of what every start of
    a group shows. `raw`: difference with motion, as a multiple of the usual; far below 1 a frame is shown
    twice. `jerk`: change of motion, likewise. `sharp`: step of sharpness, as |ln ratio|.
    """

    colour: float
    light: float
    jump: float
    raw: float
    jerk: float
    sharp: float


@dataclass(frozen=True)
class Grade:
    """`score` <= 1 is green, <= 2 yellow, else red; `reason` says what shows most, or that nothing does."""

    colour: Colour
    score: float
    reason: str


LIMITS = Seam(colour=0.5, light=0.8, jump=1.5, raw=0.5, jerk=3.0, sharp=0.3)
"""What a seam may measure without being seen."""


def grade(seam: Seam) -> Grade:
    """Judge a measured seam by what stands out most."""
    findings = list(_findings(seam))
    score, reason = max(findings)
    if score <= 1:
        return Grade("green", score, "nothing shows")
    return Grade("yellow" if score <= 2 else "red", score, reason)


def remedies(seam: Seam, transition: str) -> Iterator[str]:
    """What the person could ask for instead to make the seam show less, where both clips landed on their
    keyframes."""
    if seam.jerk > LIMITS.jerk and transition == "continue":
        yield "`transition: retime` evens out the pace, at the cost of some detail"


def _findings(seam: Seam) -> Iterator[tuple[float, str]]:
    """How far each measure goes towards its limit, with what one would see."""
    yield (
        seam.colour / LIMITS.colour,
        f"its colours change at once (CIEDE2000 {seam.colour:.1f} more than around it)",
    )
    brighter = "brighter" if seam.light > 0 else "darker"
    yield abs(seam.light) / LIMITS.light, f"it gets {brighter} at once (by {abs(seam.light):.1f} L*)"
    jumps = f"the picture jumps ({seam.jump:.1f} times the change around it)"
    yield abs(log(seam.jump)) / log(LIMITS.jump), jumps if seam.jump > 1 else _STANDS
    yield (
        log(seam.jerk) / log(LIMITS.jerk) if seam.jerk > 0 else 0.0,
        (f"the motion jerks ({seam.jerk:.1f} times the unevenness around it)"),
    )
    steps = 100 * (exp(seam.sharp) - 1)
    said = f"{steps:.0f} %" if steps < _FAR else f"more than {_FAR} %"
    yield seam.sharp / LIMITS.sharp, f"its sharpness steps (by {said})"
    if seam.raw < LIMITS.raw:
        yield LIMITS.raw / max(seam.raw, 0.1), _STANDS
