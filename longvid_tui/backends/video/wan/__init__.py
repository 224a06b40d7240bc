"""Wan2.1: `wan` films each segment by a run of generate.py, `wan-warm` by a worker that keeps the model
loaded."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import ClassVar

from longvid_tui.backends.contract import (
    Check,
    Command,
    CostClass,
    Fingerprint,
    Progress,
    VideoCapabilities,
    VideoRequest,
)
from longvid_tui.backends.video.wan import checkpoint, cold, memory, preflight, progress, repository, warm
from longvid_tui.backends.video.wan.ladder import ladder
from longvid_tui.backends.video.wan.places import checkpoint as checkpoint_of
from longvid_tui.backends.video.wan.places import repository as repository_of
from longvid_tui.backends.video.wan.sampling import FLF2V, HEADS, I2V, Sampling, gpu_counts, sampling
from longvid_tui.project.canvas import Canvas
from longvid_tui.settings import Settings


class WanGenerator:
    """Films with FLF2V between two keyframes, with I2V without a last one; loads the models for every
    segment."""

    name: ClassVar[str] = "wan"
    lands_on_keyframes: ClassVar[float] = 0.5
    """Low, because Wan starts and ends near its keyframes and not on them, and a clip that is refused for
    nothing costs twenty minutes. Not calibrated on a GPU."""
    writes_raw: ClassVar[bool] = False

    def __init__(self, settings: Settings) -> None:
        self._wan = settings.wan

    @property
    def capabilities(self) -> VideoCapabilities:
        return VideoCapabilities(
            open_ended=self._wan.checkpoints.i2v is not None,
            gpus=gpu_counts(self._wan.ring),
            lands_on_keyframes=self.lands_on_keyframes,
            chinese=True,  # trained mostly on Chinese captions (model card of Wan2.1-FLF2V-14B-720P)
            writes_raw=self.writes_raw,
        )

    def fingerprint(self, canvas: Canvas, open_ended: bool = False) -> Fingerprint:
        """See `VideoGenerator`; without the number of GPUs and how memory is shared, which change nothing
        visible."""
        chosen = self._sampling(canvas, open_ended)
        code, weights = repository_of(self._wan), checkpoint_of(self._wan, chosen.task)
        return {
            "name": self.name,
            "task": chosen.task.name,
            "code": repository.code_hash(code) if code else None,
            "checkpoint": checkpoint.fingerprint(weights) if weights else None,
            "steps": chosen.steps,
            "shift": chosen.shift,
            "guide": chosen.guide,
            "solver": chosen.solver,
        }

    def cost_class(self, canvas: Canvas, *, open_ended: bool = False, rung: int = 0) -> CostClass:
        """See `VideoGenerator`. FLF2V and I2V are the same model but for 257 tokens of CLIP, and differ in
        their steps.

        Times after a rung of the ladder are learned together with the others.
        """
        steps = self._sampling(canvas, open_ended).steps
        return CostClass("wan21", "14B", steps, heads=HEADS, alone_gb=memory.alone_gb(self._wan, rung))

    def _sampling(self, canvas: Canvas, open_ended: bool) -> Sampling:
        return sampling(self._wan, canvas, open_ended=open_ended)

    def ladder(self) -> tuple[str, ...]:
        return ladder(self._wan)

    def command(self, request: VideoRequest) -> Command:
        preflight.refuse_unready(self._wan, FLF2V if request.last else I2V)
        return cold.command(self._wan, request)

    def read_progress(self, line: str) -> Progress | None:
        return progress.read_progress(line)

    def weights(self) -> list[Path]:
        folder = checkpoint_of(self._wan, FLF2V)
        return checkpoint.files(folder) if folder and self._wan.prefetch else []

    def checks(self) -> list[Check]:
        return preflight.checks(self._wan)


class WarmWanGenerator(WanGenerator):
    """Films by a worker that keeps the model loaded.

    Its takes differ from those of `wan`: it heeds the negative prompt, for which generate.py has no flag, and
    encodes its frames tagged, rounded and with less loss.
    """

    name: ClassVar[str] = "wan-warm"
    writes_raw: ClassVar[bool] = True

    def cost_class(self, canvas: Canvas, *, open_ended: bool = False, rung: int = 0) -> CostClass:
        task = self._sampling(canvas, open_ended).task
        return replace(
            super().cost_class(canvas, open_ended=open_ended), resident=warm.model(self._wan, task, rung)
        )

    def command(self, request: VideoRequest) -> Command:
        preflight.refuse_unready(self._wan, FLF2V if request.last else I2V)
        return warm.command(self._wan, request)
