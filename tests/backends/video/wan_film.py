"""What the tests of Wan share: keyframes, requests, settings of the stand-in, attempts under real shims."""

from __future__ import annotations

import io
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from longvid_tui.backends.contract import BackendError, Progress, VideoGenerator, VideoRequest
from longvid_tui.engine import attempts
from longvid_tui.engine.attempts import Lost, Standing
from longvid_tui.engine.failures import Ended, failure
from longvid_tui.engine.logtail import last_lines
from longvid_tui.engine.processes import sweep
from longvid_tui.project.canvas import Canvas
from longvid_tui.settings import Settings
from longvid_tui.settings.sections import WanSettings

sys.path.insert(0, str(Path(__file__).parents[2] / "doubles" / "wan"))

import wan_double

__all__ = ["CANVAS", "Attempt", "keyframe", "request", "until", "wan_double", "wan_settings"]

CANVAS = Canvas(832, 464)
"""The smallest that Wan returns unchanged."""


@cache
def _defaults() -> Settings:
    return Settings.load()


def wan_settings(installed: Mapping[str, str | None], **more: Any) -> Settings:
    """The defaults with what is installed, three steps, and more of the section `wan`."""
    defaults = _defaults()
    paths = {name.removeprefix("wan."): value for name, value in installed.items()}
    checkpoints = {task: paths.pop(f"checkpoints.{task}") for task in ("flf2v", "i2v")}
    section = {**defaults.wan.model_dump(), **paths, "checkpoints": checkpoints, "steps": 3, **more}
    return defaults.model_copy(update={"wan": WanSettings.model_validate(section)})


def keyframe(path: Path, seed: int, canvas: Canvas = CANVAS) -> Path:
    """A picture with soft shapes of its own."""
    path.write_bytes(_picture(seed, canvas))
    return path


@cache
def _picture(seed: int, canvas: Canvas) -> bytes:
    coarse = np.random.default_rng(seed).integers(40, 200, (8, 14, 3), np.uint8)
    out = io.BytesIO()
    Image.fromarray(coarse).resize(canvas.size, Image.Resampling.BICUBIC).save(out, "PNG", compress_level=1)
    return out.getvalue()


def request(
    directory: Path, *, gpus: int | tuple[str, ...] = 1, last: bool = True, **more: Any
) -> VideoRequest:
    """A segment to film into `directory`, which is an attempt's; `gpus`: their UUIDs, or how many."""
    return VideoRequest(
        **{
            "first": keyframe(directory.parent / "k1.png", 1),
            "last": keyframe(directory.parent / "k2.png", 2) if last else None,
            "prompt": "a fox crosses the snow",
            "canvas": CANVAS,
            "seed": 7,
            "out": directory / "out.mp4",
            "gpus": tuple(f"GPU-{at}" for at in range(gpus)) if isinstance(gpus, int) else gpus,
            **more,
        }
    )


def until(holds: Callable[[], Any], what: Callable[[], Any], seconds: float = 30.0) -> Any:
    """Wait until it holds and answer what it answered."""
    deadline = time.monotonic() + seconds
    while not (found := holds()):
        assert time.monotonic() < deadline, what()
        time.sleep(0.03)
    return found


class Attempt:
    """One attempt of a generator under a real shim, as the engine runs it."""

    def __init__(self, root: Path, target: str = "s1") -> None:
        self.id = attempts.new_attempt_id(target)
        self.directory = root / self.id
        self.directory.mkdir(mode=0o700)
        self.started = time.time()
        self.shim: subprocess.Popen[bytes] | None = None
        self._generator: VideoGenerator | None = None

    def film(self, generator: VideoGenerator, grace: float = 5.0, **more: Any) -> Attempt:
        self._generator = generator
        return self.film_request(generator, request(self.directory, **more), grace)

    def film_request(self, generator: VideoGenerator, asked: VideoRequest, grace: float = 5.0) -> Attempt:
        self._generator = generator
        self.shim = attempts.spawn(self.directory, generator.command(asked), grace=grace)
        return self

    def end(self, seconds: float = 60.0) -> Ended:
        found = until(self._final, lambda: self.log, seconds)
        assert isinstance(found, Ended), self.log
        return found

    def _final(self) -> Standing | None:
        standing = attempts.look(self.directory, self.id, self.started)
        return standing if isinstance(standing, Ended | Lost) else None

    def says(self, text: str) -> None:
        until(lambda: text in self.log, lambda: self.log)

    def stop(self) -> None:
        attempts.stop(self.directory)

    def clean_up(self) -> None:
        while sweep(self.id):
            time.sleep(0.01)
        if self.shim:
            self.shim.wait()

    @property
    def out(self) -> Path:
        return self.directory / "out.mp4"

    @property
    def lines(self) -> list[str]:
        return last_lines(self.directory / "log", 10_000)

    @property
    def log(self) -> str:
        return "\n".join(self.lines)

    @property
    def progress(self) -> list[Progress]:
        assert self._generator
        found = map(self._generator.read_progress, self.lines)
        return [progress for progress in found if progress]

    def failure(self) -> BackendError:
        return failure(self.end(), self.lines[-200:])
