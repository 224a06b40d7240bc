"""Finishers: an export is made anew by a process, with frames between others or with larger pictures."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, ClassVar, Protocol, runtime_checkable

from longvid_tui.backends.contract.backend import Check, Fingerprint
from longvid_tui.backends.contract.processes import Command, Progress


@dataclass(frozen=True)
class FinishRequest:
    """A clip to make anew: `out` gets exactly `frames` frames of `width` x `height` at `fps`, evenly timed.

    `clip` is H.264 in an MP4, tagged BT.709. `out` ends with .mov: write YUV in BT.709 with as little loss as
    possible, because it is encoded again. An interpolator is never asked for another size, an upscaler never for
    another number of frames or rate.
    """

    clip: Path
    out: Path
    frames: int
    fps: int
    width: int
    height: int

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "clip": str(self.clip), "out": str(self.out)}


@runtime_checkable
class Finisher(Protocol):
    """An interpolator, which makes frames between others, or an upscaler, which makes larger pictures.

    Constructed with the settings object; must not do I/O when constructed. What it makes is kept until the film,
    the request or the fingerprint changes. `learned`: a trained model makes it, and exports say so.
    """

    name: ClassVar[str]
    learned: ClassVar[bool]

    def fingerprint(self) -> Fingerprint: ...

    def command(self, request: FinishRequest) -> Command:
        """The process that exits 0 with `request.out` written; the environment says which GPUs it may use."""
        ...

    def read_progress(self, line: str) -> Progress | None:
        """What one line of the process's output says about its progress; None if nothing. A `total` of 0 stands
        for the frames of the request."""
        ...

    def checks(self) -> list[Check]: ...
