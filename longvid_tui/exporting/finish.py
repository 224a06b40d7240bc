"""What a finished copy has that the film has not, and who makes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from longvid_tui.exporting.beside import Sign
from longvid_tui.exporting.cards import Card
from longvid_tui.exporting.clips import Framing, Size
from longvid_tui.exporting.seal import Seal
from longvid_tui.exporting.shots import ShotList


@dataclass(frozen=True)
class Wanted:
    """A clip to be made anew from `clip`: `out` gets exactly `frames` frames of `size` at `fps`."""

    clip: Path
    out: Path
    frames: int
    fps: int
    size: Size


@dataclass(frozen=True)
class Model:
    """Who makes clips anew, for minutes or hours: what it makes is kept. `fingerprint` determines its results.

    `make` hears how many frames are done. `learned`: it was trained.
    """

    name: str
    fingerprint: Mapping[str, Any]
    make: Callable[[Wanted, Callable[[int], None]], None]
    learned: bool = True


@dataclass(frozen=True)
class Finish:
    """None: as the film. `between` makes frames between others and `larger` larger pictures, None: ffmpeg does.

    `whole`: of the whole film, which alone shows its cards. `label`: what stands at the foot of the film's
    pictures, to be put there again where they are cropped.
    """

    framing: Framing
    size: Size | None = None
    fps: int | None = None
    audio: Path | None = None
    title: Card | None = None
    end: Card | None = None
    whole: bool = True
    deflicker: bool = False
    between: Model | None = None
    larger: Model | None = None
    label: str = ""
    seal: Seal | None = None

    @property
    def cards(self) -> tuple[Card | None, Card | None]:
        """Those that are shown before and after the pictures."""
        return (self.title, self.end) if self.whole else (None, None)

    def sign(self, shots: ShotList) -> Sign | None:
        """What signs an export of these shots, where wanted."""
        return partial(self.seal.sign, shots) if self.seal else None
