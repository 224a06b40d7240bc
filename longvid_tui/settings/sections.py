"""Every setting there is, by section: its type, its range and what it is for. Defaults are in configs/default.yaml."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

Count = Annotated[int, Field(ge=0, le=64)]

_LARGEST = 8192
"""The longest edge of a picture that H.264 has a level for: ITU-T H.264, level 6.2."""


def _exportable(size: str) -> str:
    edges = (
        [int(edge) for edge in size.split("x")]
        if re.fullmatch(r"[1-9]\d{1,4}x[1-9]\d{1,4}", size, re.ASCII)
        else []
    )
    if not edges or any(edge % 2 or edge > _LARGEST for edge in edges):
        raise ValueError(f"must be WIDTHxHEIGHT, both even and at most {_LARGEST}, not {size!r}")
    return size


def _placed(path: str) -> str:
    if not path.startswith(("/", "~")):
        raise ValueError(f"must begin with / or ~, not {path!r}: the engine stands elsewhere than you")
    return path


Place = Annotated[str, AfterValidator(_placed)]
"""Path of a file or folder, from wherever it is looked for."""

WebAddress = Annotated[str, Field(pattern=r"^https?://")]


class Section(BaseModel):
    """One section of settings.yaml, its values typed; unknown names are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class BackendSettings(Section):
    planner: str
    """Who plans a new project."""
    images: str
    """Who paints the keyframes of a new project."""
    video: str
    """Who films the segments of a new project."""


class CanvasSettings(Section):
    size: str
    """Picture size of a new project, WIDTHxHEIGHT."""
    fit: Literal["fill", "fit", "blur"]
    """How pictures of another aspect are fitted to the canvas of a new project."""


class RunSettings(Section):
    keyframes_parallel: Count
    """Keyframes painted at once; 0: as many as the provider allows."""
    segments_parallel: Count
    """Segments filmed at once by generators that use no GPU; 0: one per core."""
    retries: Annotated[int, Field(ge=0, le=10)]
    """Further tries after a failure that may pass."""
    retakes: Annotated[int, Field(ge=0, le=10)]
    """How often a segment that is remarked on is filmed again with another seed, before anybody looks at it."""
    stall_minutes: Annotated[float, Field(gt=0, le=1440)]
    """A generator that says nothing for so long is stopped and started again."""


class GpuSettings(Section):
    strategy: Literal["auto", "wide", "parallel"]
    """auto: the film soonest; wide: the first segment soonest; parallel: least GPU time."""
    allow_foreign: bool
    """Whether to share GPUs that programs of others use."""
    usd_per_hour: Annotated[float, Field(ge=0, le=1000)] | None
    """Dollars that an hour of one GPU costs; null: nothing."""


class FilmSettings(Section):
    crf: Annotated[int, Field(ge=0, le=51)]
    """x264 constant rate factor of the film; lower is better and larger."""
    preset: Literal["veryfast", "faster", "fast", "medium", "slow", "slower"]
    """x264 preset of the film."""
    audio: str | None
    """Sound of what is exported: a file in the project."""
    fps: Literal[16, 24, 30, 60]
    """Frames per second of what is exported; more than 16 are made from their neighbours."""
    size: Annotated[str, AfterValidator(_exportable)] | None
    """Size of what is exported, WIDTHxHEIGHT, both even and at most 8192."""
    interpolator: str | None
    """The plugin that makes the frames between; null: ffmpeg."""
    upscaler: str | None
    """The plugin that makes larger pictures; null: ffmpeg."""
    deflicker: bool
    """Whether brightness that trembles from frame to frame is stilled in what is exported."""
    title: str | None
    """Words on a card before what is exported; the first line is large."""
    end: str | None
    """Words on a card after it."""
    card_seconds: Annotated[float, Field(gt=0, le=60)]
    """How long each card is shown."""
    font: str | None
    """Letters of the cards: a font file in the project; null: one that has them."""


class StoryboardSettings(Section):
    clean: bool
    """Whether to leave the ANIMATIC label out of the pictures."""


class PlannerSettings(Section):
    """The planner `openai`. `deadline_seconds` is for one plan, with every wait and retry."""

    model: str
    base_url: WebAddress
    key_command: str | None
    """For a server other than OpenAI's, which never gets OpenAI's key."""
    mode: Literal["json_schema", "json", "text"]
    """How a model is made to answer in JSON: by an enforced schema, as any JSON object, or by words alone."""
    deadline_seconds: Annotated[float, Field(gt=0, le=86_400)]
    segments_at_once: Annotated[int, Field(ge=1, le=50)]
    """Segments written by one request; fewer for models with short answers."""
    instructions: Place | None
    """A folder with instructions of your own."""
    parameters: dict[str, Any]
    """Sent with every request as they are, such as temperature or reasoning_effort."""


class FfmpegSettings(Section):
    path: str | None
    """The ffmpeg to use; null: a capable one on PATH, else the bundled one."""


class WanCheckpoints(Section):
    flf2v: Place | None
    """Folder of Wan2.1-FLF2V-14B-720P: between two keyframes."""
    i2v: Place | None
    """Folder of Wan2.1-I2V-14B: segments without a last keyframe."""


class WanSettings(Section):
    """Wan2.1 on this machine, for `wan` and `wan-warm`; null: as the model was published."""

    repo: Place | None
    """Checkout of Wan-Video/Wan2.1."""
    python: Place | None
    """The interpreter Wan is installed for; null: .venv/bin/python in the checkout."""
    checkpoints: WanCheckpoints
    steps: Annotated[int, Field(ge=1, le=200)] | None
    draft_steps: Annotated[int, Field(ge=1, le=200)]
    """Sampling steps of `run --draft`."""
    shift: Annotated[float, Field(gt=0, le=100)] | None
    guide: Annotated[float, Field(ge=0, le=50)] | None
    solver: Literal["unipc", "dpm++"]
    offload: bool | Literal["auto"]
    """Whether models wait in host memory while they are not needed; auto: on one GPU only."""
    t5_cpu: bool
    """Whether the text encoder works on the processor."""
    ring: Annotated[int, Field(ge=1, le=16)]
    """Ring attention: the GPUs of a segment are ring x Ulysses, and Ulysses divides the 40 heads."""
    prefetch: bool
    """Whether weights are read into the page cache while keyframes are painted and approved."""
    idle_minutes: Annotated[float, Field(gt=0, le=1440)]
    """How long `wan-warm` keeps models on GPUs that nobody asks anything of."""


class ServiceSettings(Section):
    """A service that is asked over HTTP. `deadline_seconds` is for one picture, with every wait and retry."""

    model: str
    base_url: WebAddress
    key_command: str | None
    deadline_seconds: Annotated[float, Field(gt=0, le=3600)]
    parallel: Annotated[int, Field(ge=1, le=64)]


class OpenAiSettings(ServiceSettings):
    quality: Literal["auto", "low", "medium", "high", "xhigh", "max"]
    partial_images: Annotated[int, Field(ge=0, le=3)]
    """Unfinished pictures to show while one forms, where somebody looks on; each costs 100 output tokens."""


class GeminiSettings(ServiceSettings):
    resolution: Literal["1K", "2K", "4K"]


class C2paSettings(Section):
    """Content Credentials: what is exported is signed where both are set."""

    certificate: str | None
    """Your certificate with the chain it hangs on, a PEM file."""
    key: str | None
    """Its private key, a PEM file without a passphrase."""


class NotifySettings(Section):
    command: tuple[str, ...] | None
    """A program and its arguments, run with one sentence more when a gate waits, a film is ready, a run
    failed."""
    webhook: WebAddress | None
    """An address that then gets a POST of JSON: text, project, how."""
