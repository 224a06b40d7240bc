"""Third-party backends for tests, found through entry points like any plugin: small, quick, with faults.

Tests tell them (`notes.told`) LONGVID_QUICK_SECONDS, LONGVID_QUICK_FAULT=<name>:<s3>, LONGVID_QUICK_GATE (a file to wait
for), LONGVID_QUICK_CHECK (a file that `checks` waits for), LONGVID_FLAT_SECONDS, LONGVID_FLAT_PRICE before and LONGVID_FLAT_PAID after, LONGVID_QUICK_STEPS in place of a
number; LONGVID_QUICK_RUNS and LONGVID_FLAT_CALLS name files that get a line for each run.
"""

from __future__ import annotations

import asyncio
import io
import sys
import time
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

from longvid_doubles.notes import note, told
from longvid_tui.backends.contract import (
    MORE_GPUS,
    Check,
    Command,
    CostClass,
    Fingerprint,
    ImageCapabilities,
    ImageRequest,
    ImageResult,
    Motion,
    MotionRequest,
    PlanRequest,
    Progress,
    Refused,
    Resident,
    VideoCapabilities,
    VideoRequest,
)
from longvid_tui.backends.video.wan import WarmWanGenerator
from longvid_tui.project.canvas import Canvas
from longvid_tui.project.model import Keyframe, Plan, Segment
from longvid_tui.project.timing import segments_for
from longvid_tui.wire import state_dir


class CountingPlanner:
    """As many segments as asked for, numbered; sees that they move once more."""

    name: ClassVar[str] = "counting"

    def __init__(self, settings: object = None) -> None:
        self._settings = settings

    def fingerprint(self) -> Fingerprint:
        return {"name": self.name}

    async def plan(self, request: PlanRequest, on_partial: Callable[[Plan], None]) -> Plan:
        wanted = request.wanted
        count = wanted.segments or (segments_for(wanted.seconds) if wanted.seconds else 3)
        return Plan(
            title="Counted",
            keyframes=tuple(Keyframe(id=f"k{i}", prompt=f"a still, number {i}") for i in range(1, count + 2)),
            segments=tuple(
                Segment(id=f"s{i}", first=f"k{i}", last=f"k{i + 1}", prompt=f"it moves on, number {i}")
                for i in range(1, count + 1)
            ),
        )

    async def rewrite_motion(self, request: MotionRequest) -> Motion:
        return Motion(f"{request.segment.prompt}, and on", seen="It stands farther on.")

    def checks(self) -> list[Check]:
        return []


class FlatPainter:
    """A gradient whose colour follows from prompt and seed; refuses the word forbidden."""

    name: ClassVar[str] = "flat"
    capabilities: ClassVar[ImageCapabilities] = ImageCapabilities(parallel=4)

    def __init__(self, settings: object = None) -> None:
        self._settings = settings

    def fingerprint(self) -> Fingerprint:
        return {"name": self.name}

    def price(self, canvas: Canvas, *, edit: bool = False, masked: bool = False) -> float:
        return float(told("LONGVID_FLAT_PRICE", "0.01"))

    async def paint(self, request: ImageRequest) -> ImageResult:
        if "forbidden" in request.prompt:
            raise Refused("The painter refuses this picture: choose other words.")
        note("LONGVID_FLAT_CALLS", f"{request.prompt}|{request.seed}")
        await asyncio.sleep(float(told("LONGVID_FLAT_SECONDS", "0")))
        return ImageResult(gradient(request), model="flat-1", cost_usd=float(told("LONGVID_FLAT_PAID", "0.01")))

    def checks(self) -> list[Check]:
        return []


class QuickGenerator:
    """81 frames as fast as they encode, in a process of its own."""

    name: ClassVar[str] = "quick"
    capabilities: ClassVar[VideoCapabilities] = VideoCapabilities(open_ended=True, lands_on_keyframes=0.7)

    def __init__(self, settings: object = None) -> None:
        self._settings = settings

    def fingerprint(self, canvas: Canvas, open_ended: bool = False) -> Fingerprint:
        return {"name": self.name}

    def cost_class(self, canvas: Canvas, *, open_ended: bool = False, rung: int = 0) -> None:
        return None

    def ladder(self) -> tuple[str, ...]:
        return ()

    def command(self, request: VideoRequest) -> Command:
        script = Path(__file__).with_name("quick_generator.py")
        return Command((sys.executable, "-S", str(script), "{args}"), args=request.to_json())

    def read_progress(self, line: str) -> Progress | None:
        if not line.startswith("step "):
            return None
        done, _, total = line.removeprefix("step ").partition("/")
        return Progress("film", int(done), told("LONGVID_QUICK_STEPS") or int(total))

    def checks(self) -> list[Check]:
        awaited = told("LONGVID_QUICK_CHECK")
        while awaited and not Path(awaited).exists():
            time.sleep(0.02)
        return []


class InstantGenerator(QuickGenerator):
    """Copies the clip that LONGVID_INSTANT_CLIP names: a process of ten milliseconds."""

    name: ClassVar[str] = "instant"
    capabilities: ClassVar[VideoCapabilities] = VideoCapabilities(open_ended=True, lands_on_keyframes=-1.0)

    def command(self, request: VideoRequest) -> Command:
        return Command(("cp", told("LONGVID_INSTANT_CLIP"), str(request.out)))


class GpuGenerator(InstantGenerator):
    """Wan2.1 14B as far as its cost, memory and GPU counts go; see gpu_generator.py."""

    name: ClassVar[str] = "gpu"
    capabilities: ClassVar[VideoCapabilities] = VideoCapabilities(gpus=(1, 2, 4, 8), lands_on_keyframes=-1.0)

    def cost_class(self, canvas: Canvas, *, open_ended: bool = False, rung: int = 0) -> CostClass:
        return CostClass("wan21", "14B", 50, host_gb=float(told("LONGVID_GPU_HOST_GB", "0.1")))

    def ladder(self) -> tuple[str, ...]:
        return ("models wait in host memory", MORE_GPUS)

    def command(self, request: VideoRequest) -> Command:
        script = Path(__file__).with_name("gpu_generator.py")
        env = {"CUDA_VISIBLE_DEVICES": ",".join(request.gpus)}
        return Command((sys.executable, "-S", str(script), "{args}"), args=request.to_json(), env=env)

    def read_progress(self, line: str) -> Progress | None:
        if not line.startswith("stage "):
            return None
        done, total = line.split()[2].split("/")
        return Progress(line.split()[1], int(done), int(total))


class SmallWanGenerator(WarmWanGenerator):
    """`wan-warm` with models that load in no memory, as those of the stand-in do."""

    name: ClassVar[str] = "wan-small"

    def cost_class(self, canvas: Canvas, *, open_ended: bool = False, rung: int = 0) -> CostClass:
        cost = super().cost_class(canvas, open_ended=open_ended, rung=rung)
        return replace(cost, host_gb=0.1, alone_gb=0.0)


class WarmGpuGenerator(GpuGenerator):
    """As `gpu`, with a resident that loads once for a group of GPUs; see gpu_resident.py."""

    name: ClassVar[str] = "gpu-warm"

    def cost_class(self, canvas: Canvas, *, open_ended: bool = False, rung: int = 0) -> CostClass:
        cost = super().cost_class(canvas)
        return replace(cost, resident=f"a model after {rung} rungs{' for open ends' * open_ended}")

    def command(self, request: VideoRequest) -> Command:
        model = self.cost_class(request.canvas, open_ended=request.last is None, rung=request.rung).resident
        name = f"{zlib.crc32(repr((model, request.gpus)).encode()):08x}"
        directory = state_dir() / "residents" / name
        env = {"CUDA_VISIBLE_DEVICES": ",".join(request.gpus)}
        script = Path(__file__).with_name("gpu_resident.py")
        loads = Command((sys.executable, "-S", str(script), str(directory)), env=env)
        command = super().command(request)
        return replace(
            command,
            args={**command.args, "asks": str(directory)},
            resident=Resident(directory, request.gpus, model, loads),
        )


def gradient(request: ImageRequest) -> bytes:
    from PIL import Image

    value = zlib.crc32(f"{request.prompt}|{request.seed}".encode())
    colour = tuple(40 + (value >> shift & 0xFF) * 3 // 4 for shift in (0, 8, 16))
    width, height = request.canvas.size
    strip = Image.new("RGB", (2, 1))
    strip.putpixel((0, 0), colour)
    strip.putpixel((1, 0), tuple(level // 3 for level in colour))
    out = io.BytesIO()
    strip.resize((width, height), Image.Resampling.BILINEAR).save(out, "PNG")
    return out.getvalue()


def still_clip(path: Path) -> Path:
    """A clip of 81 frames that only gets brighter, for LONGVID_INSTANT_CLIP."""
    import numpy as np

    from longvid_tui.media.writing import ClipWriter

    with ClipWriter(path, 128, 64, 16, preset="ultrafast") as clip:
        for index in range(81):
            clip.write(np.full((64, 128, 3), 40 + index, np.uint8))
    return path
