"""The protocols a plugin implements, their requests and results, and the one error taxonomy."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, runtime_checkable

from longvid_tui.project.canvas import Canvas
from longvid_tui.project.timing import FPS, SEGMENT_FRAMES

if TYPE_CHECKING:  # a generator's process is asked with a VideoRequest, which needs none of them
    from longvid_tui.project.model import Look, Plan, Segment, Wanted

ANIMATIC_LABEL = "ANIMATIC - placeholder, not AI generated"
"""What every picture, clip and film of the embedded backends says about itself in its metadata."""

Fingerprint = Mapping[str, Any]
"""JSON of all that determines a backend's result besides its request: version, model, steps, quality."""


@dataclass(frozen=True)
class Check:
    """One finding of a preflight: what was looked at, whether it is well, and what to do if it is not."""

    name: str
    ok: bool
    sentence: str


def unheard(*_: object) -> None:
    """The ear of somebody who does not look on."""


@dataclass(frozen=True)
class Spent:
    """One answer that was paid for: what it was for, by whom, and its price (None: unknown)."""

    what: str
    model: str
    cost_usd: float | None
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class PlanRequest:
    """A person's prompt and hard constraints.

    `note`: what the person said when rejecting an earlier plan. `take`: how many plans were made for the same
    wishes before, so that a planner can make another one. `redo`: segments of `previous` to plan anew;
    everything else of it stays as it is. `may_spend` is told what a question will cost about (None: unknown)
    before it is asked, and raises OverCap where that is too much. `on_spent` hears of every paid answer, useful
    or not; `on_wait` why and how many seconds the planner waits before it tries again.
    """

    prompt: str
    wanted: Wanted
    canvas: Canvas
    note: str = ""
    take: int = 0
    previous: Plan | None = None
    redo: tuple[str, ...] = ()
    may_spend: Callable[[float | None], None] = field(default=unheard, compare=False, repr=False)
    on_spent: Callable[[Spent], None] = field(default=unheard, compare=False, repr=False)
    on_wait: Callable[[str, float], None] = field(default=unheard, compare=False, repr=False)


@runtime_checkable
class Planner(Protocol):
    """Turns a prompt into a plan. Constructed with the settings object; must not do I/O when constructed."""

    name: ClassVar[str]

    def fingerprint(self) -> Fingerprint: ...

    async def plan(self, request: PlanRequest, on_partial: Callable[[Plan], None]) -> Plan:
        """Answer a plan that keeps `request.wanted`; `on_partial` gets growing plans.

        Raises BackendError, whose `cost_usd` stays 0: `request.on_spent` has heard of what was paid.
        """
        ...

    def checks(self) -> list[Check]: ...


@runtime_checkable
class Quoting(Protocol):
    """A planner that can say beforehand what a plan will cost."""

    def quote(self, request: PlanRequest) -> float | None:
        """Dollars of a plan by the price list, without what has to be asked again or mended; None: unknown.
        Pure."""
        ...


@dataclass(frozen=True)
class MotionRequest:
    """A segment whose movement is to be written again from its pictures as they came out.

    `first` and `last`: image files of the two. `look`: as much of the film's as they show. `note`, `take`,
    `may_spend`, `on_spent` and `on_wait`: as in PlanRequest, of this segment's movement.
    """

    segment: Segment
    first: Path
    last: Path
    look: Look
    note: str = ""
    take: int = 0
    may_spend: Callable[[float | None], None] = field(default=unheard, compare=False, repr=False)
    on_spent: Callable[[Spent], None] = field(default=unheard, compare=False, repr=False)
    on_wait: Callable[[str, float], None] = field(default=unheard, compare=False, repr=False)


@dataclass(frozen=True)
class Motion:
    """A movement in words, also in Chinese or "", and what was `seen` to differ between the two pictures."""

    prompt: str
    prompt_zh: str = ""
    seen: str = ""


@runtime_checkable
class Seeing(Protocol):
    """A planner that can look at pictures."""

    async def rewrite_motion(self, request: MotionRequest) -> Motion:
        """The movement from the first picture to the last; raises BackendError as `plan` does."""
        ...


@dataclass(frozen=True)
class ImageRequest:
    """One keyframe to paint: complete words, exact canvas, resolved seed (0..2**31-1).

    `references`: pictures whose people and places to keep, most important first. `base`: a picture to paint
    anew; `strength` 0..1 is how far from it. `mask`: the part of `base` to repaint (see `masks`). `note`: what
    the person said about the take before. `count`: how many pictures to answer at most. `on_partial` gets
    encoded unfinished pictures while one forms, `on_wait` why and how many seconds the provider waits before it
    tries again.
    """

    prompt: str
    canvas: Canvas
    seed: int
    negative: str = ""
    references: tuple[Path, ...] = ()
    base: Path | None = None
    mask: Path | None = None
    note: str = ""
    strength: float = 0.6
    count: int = 1
    on_partial: Callable[[bytes], None] | None = field(default=None, compare=False, repr=False)
    on_wait: Callable[[str, float], None] = field(default=unheard, compare=False, repr=False)


@dataclass(frozen=True)
class ImageResult:
    """Encoded picture bytes of any size (normalised by the caller) and what they cost (None: unknown).

    `others`: further pictures of the same request, where more than one was asked for.
    """

    data: bytes
    model: str
    cost_usd: float | None = 0.0
    details: Mapping[str, Any] = field(default_factory=dict)
    others: tuple[bytes, ...] = ()


@dataclass(frozen=True)
class ImageCapabilities:
    """What a provider can be asked for, and how much at once.

    `image_to_image`: paints over a base; `strength`: can be told how far from it; `masks`: within a part of it.
    `candidates`: most pictures that one request answers. `references`: most pictures a request may hold whose
    people and places to keep, the base counted with them. `seconds_per_megapixel`: of one picture on one core,
    where the provider knows; else learned from runs. `placeholder`: no model makes its pictures; films made of
    them say so.
    """

    masks: bool = False
    image_to_image: bool = False
    strength: bool = False
    candidates: int = 1
    references: int = 0
    parallel: int = 1
    seconds_per_megapixel: float | None = None
    placeholder: bool = False


@runtime_checkable
class ImageProvider(Protocol):
    """Paints keyframes. Constructed with the settings object; must not do I/O when constructed."""

    name: ClassVar[str]

    @property
    def capabilities(self) -> ImageCapabilities: ...

    def fingerprint(self) -> Fingerprint: ...

    async def paint(self, request: ImageRequest) -> ImageResult:
        """Paint one picture; raises BackendError."""
        ...

    def checks(self) -> list[Check]: ...


@runtime_checkable
class Priced(Protocol):
    """A provider that can say beforehand what a picture will cost."""

    def price(self, canvas: Canvas, *, edit: bool = False, masked: bool = False) -> float | None:
        """Dollars of one picture, painted, made from others (`edit`) or within a mask, by the price list; None:
        unknown."""
        ...


@runtime_checkable
class Online(Protocol):
    """A backend with a service behind it that can be asked about the set-up for nothing."""

    async def ask(self) -> list[Check]:
        """What the service says, for `doctor`; empty without a key. Never raises."""
        ...


NEWEST_FRAME = "newest.jpg"


@dataclass(frozen=True)
class VideoRequest:
    """One segment to film. `first` and `last` are PNG files of exactly the canvas; `last` may be absent only
    for generators that film open-ended. `out` is the file to write, MP4 or Matroska, with `frames` frames at
    `fps`. `gpus`: UUIDs of the leased GPUs, empty for generators that use none. `rung`: how many rungs of the
    generator's ladder were taken after running out of memory."""

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
        """Where a generator may keep the newest frame it has made, as a JPEG of any size that is whole at any
        moment: the screen shows it while the segment is filmed."""
        return self.out.with_name(NEWEST_FRAME)

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
class Command:
    """A process to run for one attempt: never through a shell, prompts in `args` (a file), not in argv.

    `argv` may hold "{args}", replaced by the path of the 0600 JSON file that `args` is written to.
    `resident`: what has to run before this process starts.
    """

    argv: tuple[str, ...]
    args: Mapping[str, Any] = field(default_factory=dict)
    env: Mapping[str, str] = field(default_factory=dict)
    cwd: Path | None = None
    resident: Resident | None = None

    def line(self, args: Path) -> list[str]:
        """`argv` with the path of that file in its place."""
        return [part.replace("{args}", str(args)) for part in self.argv]


@dataclass(frozen=True)
class Resident:
    """A process that serves attempts one after another, survives them, and ends itself when it idles.

    It holds `gpus` (UUIDs) as long as it lives, and has `model` loaded there (see CostClass.resident). The name
    of `directory`, where it lives, stands for everything that makes two of them exchangeable; the directories
    of all residents lie side by side.
    """

    directory: Path
    gpus: tuple[str, ...]
    model: str
    command: Command


LOADING, SAMPLING, DECODING, SAVING = "load", "sample", "decode", "save"
"""Stages of a generator that the engine knows: loading is not counted when runs are compared; steps of sampling
take equally long, and tell when the run will end; a resident has its GPUs free again when it saves."""


@dataclass(frozen=True)
class Progress:
    """Where an attempt stands: a stage word and `done` of `total` steps of that stage."""

    stage: str
    done: int
    total: int


@dataclass(frozen=True)
class VideoCapabilities:
    """`frames`: counts that can be made. `gpus`: GPU counts one segment may use, (0,) for none.

    `lands_on_keyframes`: least SSIM (0..1) of a clip's ends to its keyframes that counts as having landed.
    `seconds_per_megapixel`: of one segment on one core, where the generator knows; else learned from runs.
    `chinese`: prompts in Chinese are followed better, and used where a segment has one.
    `placeholder`: no model makes its clips; films made of them say so.
    """

    frames: tuple[int, ...] = (SEGMENT_FRAMES,)
    open_ended: bool = False
    gpus: tuple[int, ...] = (0,)
    lands_on_keyframes: float = 0.8
    seconds_per_megapixel: float | None = None
    chinese: bool = False
    placeholder: bool = False


HOST_GB_TO_LOAD = 34.5
"""Host memory for each process of a 14B model while it loads: 27.6 GB for T5 twice and CLIP, before anything is
sharded, and a quarter of that to spare. An estimate."""

_KEPT = 0.5
"""Of that, what a process keeps once it has loaded: T5 once, and CLIP."""


@dataclass(frozen=True)
class CostClass:
    """What a segment's time depends on besides its size: names rows of configs/costs.yaml.

    `heads`: attention heads, which Ulysses must divide. `version` of what runs, where it changes the speed.
    `resident`: names what stays loaded from one segment to the next on the same GPUs, as `Resident.model` does;
    empty for nothing. `host_gb`: host memory that each of its processes needs while it loads. `alone_gb`: what a
    segment on a single GPU needs at least, because there its model waits in host memory.
    """

    backend: str
    model: str
    steps: int
    version: str = ""
    heads: int = 40
    resident: str = ""
    host_gb: float = HOST_GB_TO_LOAD
    alone_gb: float = 0.0

    def host_gb_on(self, gpus: int, *, loaded: bool = False) -> float:
        """Host memory (GB) of a segment on so many GPUs while its processes load, or once they have."""
        of_processes = gpus * self.host_gb * (_KEPT if loaded else 1.0)
        return max(of_processes, self.alone_gb) if gpus == 1 else of_processes


@runtime_checkable
class Weighty(Protocol):
    """A generator that reads large files before it films anything."""

    def weights(self) -> Sequence[Path]:
        """Those files, in the order in which they are read; none if they are not to be read ahead."""
        ...


MORE_GPUS = "more GPUs for the segment"
"""The rung of a ladder that is the engine's to take: it leases the next larger count."""


@runtime_checkable
class VideoGenerator(Protocol):
    """Films segments as processes. Constructed with the settings object; no I/O when constructed."""

    name: ClassVar[str]

    @property
    def capabilities(self) -> VideoCapabilities: ...

    def fingerprint(self, canvas: Canvas, open_ended: bool = False) -> Fingerprint:
        """Of segments of `canvas`; `open_ended`: of those without a last keyframe."""
        ...

    def cost_class(self, canvas: Canvas, *, open_ended: bool = False, rung: int = 0) -> CostClass | None:
        """What its segments cost on GPUs after so many rungs of the ladder; None for a generator without
        GPUs."""
        ...

    def ladder(self) -> tuple[str, ...]:
        """What each further try after running out of GPU memory changes, in words; never the picture."""
        ...

    def command(self, request: VideoRequest) -> Command:
        """The process that films `request` and exits 0 with `request.out` written."""
        ...

    def read_progress(self, line: str) -> Progress | None:
        """What one line of the process's output says about its progress, if anything."""
        ...

    def checks(self) -> list[Check]: ...


@dataclass(frozen=True)
class FinishRequest:
    """A clip to make anew: `out` gets exactly `frames` frames of `width` x `height` at `fps`, evenly timed.

    `clip` is H.264 in an mp4, BT.709 as all that is exported. `out` ends with .mov: write YUV in BT.709 of as
    little loss as possible, for it is encoded again. Of an interpolator the size stays, of an upscaler frames
    and rate do.
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
    """Makes what is exported anew: an interpolator the frames between others, an upscaler larger pictures.

    Constructed with the settings object; no I/O when constructed. What it makes is kept until the film, the
    request or the fingerprint is another. `learned`: a trained model makes it; exports say so.
    """

    name: ClassVar[str]
    learned: ClassVar[bool]

    def fingerprint(self) -> Fingerprint: ...

    def command(self, request: FinishRequest) -> Command:
        """The process that exits 0 with `request.out` written; it has the GPUs that the environment says."""
        ...

    def read_progress(self, line: str) -> Progress | None:
        """What one line of the process's output says about its progress, if anything; a `total` of 0 means the
        frames of the request."""
        ...

    def checks(self) -> list[Check]: ...


class BackendError(Exception):
    """A backend could not do it. `str(error)` is one sentence for the person: the cause and the next step."""

    retry: bool = False
    """Whether the same request may succeed if it is sent again."""

    cost_usd: float | None = 0.0
    """What was paid although nothing came of it (None: perhaps something, unknown)."""


class Refused(BackendError):
    """The service will not make this (moderation, policy): other words are needed."""

    suggestion: str = ""
    """The prompt in milder words, to offer to the person; never sent by itself."""


class BadKey(BackendError):
    """The key is missing, wrong or not allowed to do this."""


class NoQuota(BackendError):
    """The account has no credit left."""


class OverCap(BackendError):
    """The next question would cost more than the person allows: the run stops before it."""


class RateLimited(BackendError):
    """Too many requests; `retry_after` seconds from now it may work (None: unknown)."""

    retry = True

    def __init__(self, sentence: str, retry_after: float | None = None) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after


class Unavailable(BackendError):
    """The service or the network is down for now."""

    retry = True


class BadAnswer(BackendError):
    """The answer is not what was asked for: a broken picture, a truncated plan, a wrong size."""

    retry = True


class OutOfMemory(BackendError):
    """A GPU ran out of memory, where a segment had so many `gpus`."""

    retry = True
    gpus: int = 0


class OutOfHostMemory(BackendError):
    """The machine ran out of memory, where a segment had so many `gpus`: what helps these, models that wait in
    host memory, makes it worse."""

    retry = True
    gpus: int = 0


class Stalled(BackendError):
    """No sign of progress for too long."""

    retry = True


class Crashed(BackendError):
    """The process ended on its own without a result."""

    retry = True


class Misconfigured(BackendError):
    """A setting, path or package is wrong: every further segment would fail the same way."""
