"""Segments by a worker that keeps its model loaded: the worker as a resident, and the attempt that asks it."""

from __future__ import annotations

import hashlib
import json
import sys
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

from longvid_tui.backends.contract import Command, Resident, VideoRequest
from longvid_tui.backends.video.wan import checkpoint, launching, repository
from longvid_tui.backends.video.wan.cold import one_line
from longvid_tui.backends.video.wan.ladder import thrift
from longvid_tui.backends.video.wan.places import checkpoint as checkpoint_of
from longvid_tui.backends.video.wan.places import interpreter, places
from longvid_tui.backends.video.wan.places import repository as repository_of
from longvid_tui.backends.video.wan.sampling import FLF2V, I2V, Task, refuse_unreachable, sampling, split
from longvid_tui.settings.sections import WanSettings
from longvid_tui.wire import state_dir

WORKER = Path(__file__).with_name("worker")
RELAY = Path(__file__).with_name("relay.py")


def command(wan: WanSettings, request: VideoRequest) -> Command:
    """The attempt that has `request` filmed; raises Misconfigured if no worker could film it."""
    refuse_unreachable(request.canvas)
    task = FLF2V if request.last else I2V
    resident = _resident(wan, request, task)
    args = {
        "directory": str(resident.directory),
        "request": _wish(wan, request),
        "out": str(request.out),
        "fps": request.fps,
    }
    return Command((sys.executable, "-P", str(RELAY), "{args}"), args=args, resident=resident)


def model(wan: WanSettings, task: Task, rung: int) -> str:
    """Names what a worker has loaded and how it shares memory, whatever GPUs it has."""
    repo, weights = repository_of(wan), checkpoint_of(wan, task)
    content = (
        task.name,
        str(repo),
        str(weights),
        str(interpreter(wan)),
        repository.code_hash(repo) if repo else None,
        checkpoint.fingerprint(weights) if weights else None,
        _own_version(),
        wan.ring,
        [asdict(thrift(wan, gpus, rung)) for gpus in (1, 2)],
    )
    return _digest(content)


def _resident(wan: WanSettings, request: VideoRequest, task: Task) -> Resident:
    """The worker for these GPUs; its name is a digest of all that makes workers exchangeable."""
    paths, loaded = places(wan, task), model(wan, task, request.rung)
    gpus = len(request.gpus)
    ulysses, ring = split(gpus, wan.ring)
    memory = thrift(wan, gpus, request.rung)
    args: dict[str, Any] = {
        "repo": str(paths.repo),
        "checkpoint": str(paths.checkpoint),
        "task": task.name,
        "ulysses": ulysses,
        "ring": ring,
        "dit_fsdp": gpus > 1,
        "t5_fsdp": gpus > 1 and not memory.t5_cpu,
        "t5_cpu": memory.t5_cpu,
        "offload": memory.offload,
        "idle_seconds": wan.idle_minutes * 60,
    }
    name = _digest([loaded, args["idle_seconds"], request.gpus])
    directory = state_dir() / "residents" / f"wan-{name}"
    return Resident(
        directory,
        request.gpus,
        loaded,
        Command(
            launching.argv(paths.python, WORKER / "start.py", gpus, directory / "ranks"),
            args={**args, "directory": str(directory)},
            env=launching.environment(request.gpus),
        ),
    )


def _wish(wan: WanSettings, request: VideoRequest) -> dict[str, Any]:
    chosen = sampling(wan, request.canvas, open_ended=request.last is None)
    return {
        "first": str(request.first),
        "last": str(request.last) if request.last else None,
        "prompt": one_line(request.prompt),
        "negative": one_line(request.negative),
        "width": request.canvas.width,
        "height": request.canvas.height,
        "size": chosen.size(request.canvas),
        "frames": request.frames,
        "steps": chosen.steps,
        "shift": chosen.shift,
        "guide": chosen.guide,
        "solver": chosen.solver,
        "seed": request.seed,
        "frames_to": str(request.out.with_name("frames.rgb")),
    }


def _digest(content: Any) -> str:
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()[:12]


@cache
def _own_version() -> str:
    """The version of the worker's code, so that one of an older version is not asked."""
    parts = sorted(WORKER.rglob("*.py"))
    return hashlib.sha256(b"\0".join(part.read_bytes() for part in parts)).hexdigest()
