"""Four-legged animals by their measures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from longvid_tui.backends.images.storyboard.sheet import Point

Ear = Literal["pointed", "round", "floppy", "long", "none"]


@dataclass(frozen=True)
class Beast:
    """Measures in heights of the animal: body length, leg, girth, neck (ahead, up), head radius, snout, ear,
    tail."""

    coat: str
    belly: str
    long: float = 0.55
    leg: float = 0.36
    girth: float = 0.24
    neck: tuple[float, float] = (0.16, 0.16)
    head: float = 0.105
    snout: float = 0.13
    ear: Ear = "pointed"
    ear_size: float = 0.12
    tail: tuple[Point, ...] = ((-0.10, -0.02), (-0.2, -0.10), (-0.26, -0.22))
    bushy: float = 0.05
    antlers: bool = False
    horns: bool = False
    mane: str = ""
    trunk: bool = False
    marks: Literal["", "stripes", "spots", "wool"] = ""


BEASTS = {
    "fox": Beast("d8692f", "f6ede0", long=0.62, leg=0.32, girth=0.19, neck=(0.15, 0.15), head=0.115, snout=0.17, ear_size=0.19,
                 tail=((-0.16, -0.04), (-0.38, -0.10), (-0.58, 0.0)), bushy=0.17),
    "wolf": Beast("6f7683", "c3c8cf", long=0.62, leg=0.38, girth=0.22, head=0.115, snout=0.17, ear_size=0.14,
                  tail=((-0.12, -0.06), (-0.26, -0.2), (-0.34, -0.3)), bushy=0.10),
    "dog": Beast("b07a44", "ead4b0", long=0.52, leg=0.36, girth=0.22, neck=(0.13, 0.2), head=0.125, snout=0.12, ear="floppy", ear_size=0.17,
                 tail=((-0.08, 0.08), (-0.15, 0.2), (-0.13, 0.32)), bushy=0.05),
    "cat": Beast("55505c", "d8d2cc", long=0.50, leg=0.30, girth=0.20, neck=(0.10, 0.17), head=0.135, snout=0.035, ear_size=0.15,
                 tail=((-0.12, 0.05), (-0.22, 0.22), (-0.15, 0.42)), bushy=0.055),
    "lion": Beast("d2a052", "ecd3a0", long=0.62, leg=0.34, girth=0.25, neck=(0.12, 0.14), head=0.135, snout=0.08, ear="round", ear_size=0.06,
                  tail=((-0.12, -0.04), (-0.24, -0.2), (-0.36, -0.14)), bushy=0.03, mane="8a4f24"),
    "tiger": Beast("dd8a35", "f4e8d6", long=0.64, leg=0.33, girth=0.24, neck=(0.13, 0.11), head=0.13, snout=0.07, ear="round", ear_size=0.06,
                   tail=((-0.14, 0.0), (-0.28, -0.12), (-0.4, 0.02)), bushy=0.05, marks="stripes"),
    "horse": Beast("7a4a2a", "7a4a2a", long=0.58, leg=0.44, girth=0.25, neck=(0.17, 0.30), head=0.085, snout=0.19, ear_size=0.09,
                   tail=((-0.08, 0.0), (-0.15, -0.16), (-0.14, -0.36)), bushy=0.09, mane="2a1a12"),
    "deer": Beast("a8703f", "ead9c0", long=0.48, leg=0.44, girth=0.19, neck=(0.13, 0.28), head=0.075, snout=0.12, ear_size=0.12,
                  tail=((-0.04, 0.0), (-0.07, -0.03), (-0.08, -0.07)), bushy=0.05, antlers=True),
    "cow": Beast("e9e4da", "f1d8cc", long=0.66, leg=0.30, girth=0.32, neck=(0.16, 0.06), head=0.105, snout=0.13, ear="floppy", ear_size=0.09,
                 tail=((-0.05, -0.02), (-0.09, -0.2), (-0.09, -0.36)), bushy=0.03, horns=True, marks="spots"),
    "sheep": Beast("efe9de", "efe9de", long=0.50, leg=0.24, girth=0.40, neck=(0.14, 0.06), head=0.10, snout=0.09, ear="floppy", ear_size=0.09,
                   tail=((-0.03, 0), (-0.07, -0.02), (-0.09, -0.05)), bushy=0.09, marks="wool"),
    "bear": Beast("5b4230", "7a5c44", long=0.62, leg=0.26, girth=0.38, neck=(0.14, 0.04), head=0.155, snout=0.10, ear="round", ear_size=0.06,
                  tail=((-0.02, 0), (-0.05, 0), (-0.06, -0.02))),
    "rabbit": Beast("b8a890", "efe8dc", long=0.34, leg=0.16, girth=0.30, neck=(0.10, 0.16), head=0.145, snout=0.05, ear="long", ear_size=0.38,
                    tail=((-0.02, 0), (-0.06, 0.02), (-0.09, 0.02)), bushy=0.13),
    "squirrel": Beast("b5602f", "f2e2cc", long=0.32, leg=0.15, girth=0.26, neck=(0.10, 0.18), head=0.13, snout=0.06, ear_size=0.10,
                      tail=((-0.16, 0.0), (-0.30, 0.25), (-0.20, 0.56)), bushy=0.20),
    "mouse": Beast("9a938f", "e6ded8", long=0.44, leg=0.12, girth=0.36, neck=(0.12, 0.06), head=0.17, snout=0.13, ear="round", ear_size=0.15,
                   tail=((-0.14, -0.1), (-0.34, -0.14), (-0.56, -0.02)), bushy=0.02),
    "elephant": Beast("7f848c", "8c9199", long=0.58, leg=0.34, girth=0.46, neck=(0.13, 0.07), head=0.18, snout=0.02, ear="none", ear_size=0.0,
                      tail=((-0.03, 0), (-0.07, -0.12), (-0.08, -0.24)), bushy=0.02, trunk=True),
}  # fmt: skip


def head_of(kind: Beast) -> Point:
    """The middle of its head."""
    return kind.long / 2 - 0.05 + kind.neck[0], kind.leg + kind.girth * 0.8 + kind.neck[1]
