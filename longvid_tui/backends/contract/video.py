"""Video generators: two keyframes become a clip, filmed by a process that the generator names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, ClassVar, Protocol, runtime_checkable

from longvid_tui.backends.contract.amounts import at_least
from longvid_tui.backends.contract.backend import Check, Fingerprint
from longvid_tui.backends.contract.processes import Command, Progress
from longvid_tui.project.canvas import Canvas
from longvid_tui.project.timing import FPS, SEGMENT_FRAMES

_NEWEST_FRAME = "newest.jpg"

HOST_GB_TO_LOAD = 34.5
"""Host memory (GB) of each process of a 14B model while it loads: 27.6 for T5 twice and CLIP, before anything
is sharded, and a quarter of that to spare. An estimate."""

_KEPT_ONCE_LOADED = 0.5
"""Share of that which a process keeps once it has loaded: T5 once, and CLIP."""

MORE_GPUS = "more GPUs for the segment"
"""The rung of a ladder that the engine takes itself, by leasing the next larger count of GPUs."""


@dataclass(frozen=True)
class VideoRequest:
    """One segment to film. `first` and `last` are PNG files of exactly the canvas.

    `last` may be None only for generators that film open-ended. `out`: the file to write, MP4 or Matroska, with
    `frames` frames at `fps`. `gpus`: UUIDs of the leased GPUs, empty for generators that use none. `rung`: how
    many rungs of the generator's ladder were taken after running out of memory.
    """

    first: Path
    last: Path | None
    prompt: str
    canvas: Canvas
    seed: int
    out: Path
    negative: str = ""
    frames: int = SEGMENT_FRAMES
    fps: int = FPS
    gpus: tuple[str, ...] = ()
    rung: int = 0

    @property
    def newest(self) -> Path:
        """Where a generator may keep the newest frame it has made, for the screen to show: a JPEG of any size,
        replaced as a whole."""
        return self.out.with_name(_NEWEST_FRAME)

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "first": str(self.first), "last": str(self.last) if self.last else None,
                "canvas": str(self.canvas), "out": str(self.out)}  # fmt: skip

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> VideoRequest:
        paths = {"first": Path(data["first"]), "last": Path(data["last"]) if data["last"] else None,
                 "out": Path(data["out"])}  # fmt: skip
        given = {"canvas": Canvas.parse(data["canvas"]), "gpus": tuple(data["gpus"])}
        return cls(**{**data, **paths, **given})


@dataclass(frozen=True)
class VideoCapabilities:
    """`frames`: the lengths it can film. `gpus`: the GPU counts one segment may use, (0,) for none.

    `open_ended`: it films without a last keyframe. `lands_on_keyframes`: the least SSIM (0..1) between an end
    of a clip and its keyframe that counts as having landed. `seconds_per_megapixel`: of one segment on one
    core, where the generator knows it; None: learned from runs. `chinese`: it follows Chinese prompts better,
    so they are used where a segment has one. `placeholder`: no model makes its clips, and films made of them
    say so. `writes_raw`: until they are encoded its frames lie beside the clip, 3 bytes a pixel.
    """

    frames: tuple[int, ...] = (SEGMENT_FRAMES,)
    open_ended: bool = False
    gpus: tuple[int, ...] = (0,)
    lands_on_keyframes: float = 0.8
    seconds_per_megapixel: float | None = None
    chinese: bool = False
    placeholder: bool = False
    writes_raw: bool = False

    def __post_init__(self) -> None:
        at_least(self, frames=1, gpus=0, lands_on_keyframes=-1, seconds_per_megapixel=0)


@dataclass(frozen=True)
class CostClass:
    """What the time of a segment depends on besides its size; names rows of configs/costs.yaml.

    `heads`: attention heads, which the Ulysses degree must divide. `version`: of the software, where it changes
    the speed. `resident`: names what stays loaded between segments on the same GPUs, as `Resident.model` does;
    "" for nothing. `host_gb`: host memory that each process needs while it loads. `alone_gb`: what a segment on
    a single GPU needs at least, because its model then waits in host memory.
    """

    backend: str
    model: str
    steps: int
    version: str = ""
    heads: int = 40
    resident: str = ""
    host_gb: float = HOST_GB_TO_LOAD
    alone_gb: float = 0.0

    def __post_init__(self) -> None:
        at_least(self, steps=1, heads=1, host_gb=0, alone_gb=0)

    def host_gb_on(self, gpus: int, *, loaded: bool = False) -> float:
        """Host memory (GB) of a segment on `gpus` GPUs while its processes load, or once they have `loaded`."""
        of_processes = gpus * self.host_gb * (_KEPT_ONCE_LOADED if loaded else 1.0)
        return max(of_processes, self.alone_gb) if gpus == 1 else of_processes


@runtime_checkable
class VideoGenerator(Protocol):
    """Films segments as processes. Constructed with the settings object; must not do I/O when constructed."""

    name: ClassVar[str]

    @property
    def capabilities(self) -> VideoCapabilities: ...

    def fingerprint(self, canvas: Canvas, open_ended: bool = False) -> Fingerprint:
        """For segments of `canvas`; `open_ended`: for those without a last keyframe."""
        ...

    def cost_class(self, canvas: Canvas, *, open_ended: bool = False, rung: int = 0) -> CostClass | None:
        """What its segments cost on GPUs after `rung` rungs of the ladder; None if it films without GPUs."""
        ...

    def ladder(self) -> tuple[str, ...]:
        """What each further try changes after GPU memory ran out, in words. A rung never changes the
        picture."""
        ...

    def command(self, request: VideoRequest) -> Command:
        """The process that films `request` and exits 0 with `request.out` written."""
        ...

    def read_progress(self, line: str) -> Progress | None:
        """What one line of the process's output says about its progress; None if nothing."""
        ...

    def checks(self) -> list[Check]: ...


@runtime_checkable
class Weighty(Protocol):
    """A generator that reads large files before it films anything."""

    def weights(self) -> Sequence[Path]:
        """Those files, in the order in which they are read; none if they are not to be read ahead."""
        ...
