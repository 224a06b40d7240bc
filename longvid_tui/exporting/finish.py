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
    """What a model is asked for: to make `out` from `clip`, with exactly `frames` frames of `size` at `fps`."""

    clip: Path
    out: Path
    frames: int
    fps: int
    size: Size


@dataclass(frozen=True)
class Model:
    """A plugin that makes a clip of another, which may take hours, so that its results are kept.

    `fingerprint` determines its results. `make` calls back with how many frames are done. `learned`: it was
    trained, so what it makes is told to be made by a model.
    """

    name: str
    fingerprint: Mapping[str, Any]
    make: Callable[[Wanted, Callable[[int], None]], None]
    learned: bool = True


@dataclass(frozen=True)
class Finish:
    """How an export differs from the film: `size` and `fps` (None: as the film), sound, cards, brightness
    stilled.

    `between` makes frames between others, `larger` makes larger pictures; None: ffmpeg does. `whole`: it shows
    the whole film, which alone has cards. `label` stands at the foot of the film's pictures and is drawn again
    where they are cropped.
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
        """The cards that are shown before and after the pictures."""
        return (self.title, self.end) if self.whole else (None, None)

    def sign(self, shots: ShotList) -> Sign | None:
        """What signs an export of these shots, where wanted."""
        return partial(self.seal.sign, shots) if self.seal else None
