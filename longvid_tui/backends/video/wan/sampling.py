"""What determines a Wan2.1 segment besides words and pictures: task, area, steps, shift, guidance, solver."""

from __future__ import annotations

from dataclasses import dataclass

from longvid_tui.backends.contract import Misconfigured
from longvid_tui.project.canvas import AREA_480P, AREA_720P, Canvas, is_reachable, nearest_reachable
from longvid_tui.settings.sections import WanSettings

HEADS = 40
"""Attention heads of the 14B models (config.json), which Ulysses splits evenly over GPUs."""

GPU_COUNTS = range(1, 17)
"""How many GPUs of one machine may share a segment."""

_SIZES = {
    AREA_720P: ("1280*720", "720*1280"),
    AREA_480P: ("832*480", "480*832"),
}
"""`--size` of generate.py for landscape and portrait; only its area counts when there are keyframes."""


@dataclass(frozen=True)
class Task:
    """A task of generate.py with the published settings of its model.

    `model_type`: as in the checkpoint's config.json. `shift_480p`: the shift for the smaller of the two areas.
    """

    name: str
    model_type: str
    steps: int
    shift: float
    shift_480p: float
    guide: float


FLF2V = Task("flf2v-14B", "flf2v", steps=50, shift=16.0, shift_480p=16.0, guide=5.5)
I2V = Task("i2v-14B", "i2v", steps=40, shift=5.0, shift_480p=3.0, guide=5.0)
"""Steps and shift are generate.py's defaults, guidance that of the classes' generate() (Wan2.1@9737cba)."""


@dataclass(frozen=True)
class Sampling:
    """The part of a segment's recipe that the settings determine; `area` in pixels."""

    task: Task
    area: int
    steps: int
    shift: float
    guide: float
    solver: str

    def size(self, canvas: Canvas) -> str:
        landscape, portrait = _SIZES[self.area]
        return landscape if canvas.width >= canvas.height else portrait


def sampling(wan: WanSettings, canvas: Canvas, *, open_ended: bool) -> Sampling:
    task = I2V if open_ended else FLF2V
    area = _area(canvas)
    published = task.shift if area == AREA_720P else task.shift_480p
    return Sampling(
        task=task,
        area=area,
        steps=wan.steps or task.steps,
        shift=published if wan.shift is None else wan.shift,
        guide=task.guide if wan.guide is None else wan.guide,
        solver=wan.solver,
    )


def refuse_unreachable(canvas: Canvas) -> None:
    """Raise Misconfigured for a canvas that Wan2.1 does not return unchanged."""
    if not is_reachable(canvas):
        nearest = nearest_reachable(*canvas.size)
        raise Misconfigured(f"Wan cannot film {canvas}: make the project in {nearest}, the nearest it can.")


def gpu_counts(ring: int) -> tuple[int, ...]:
    """The GPU counts that a segment can be split over: ring x Ulysses, where Ulysses divides the heads."""
    return tuple(count for count in GPU_COUNTS if count == 1 or _ulysses(count, ring))


def split(gpus: int, ring: int) -> tuple[int, int]:
    """The Ulysses and ring degrees for so many GPUs; raises Misconfigured if there are none."""
    if gpus == 1:
        return 1, 1
    ulysses = _ulysses(gpus, ring)
    if ulysses is None:
        counts = ", ".join(map(str, gpu_counts(ring)))
        raise Misconfigured(
            f"Wan cannot split a segment over {gpus} GPUs with wan.ring {ring}: use one of {counts}."
        )
    return ulysses, ring


def _ulysses(gpus: int, ring: int) -> int | None:
    ulysses, rest = divmod(gpus, ring)
    return ulysses if ulysses and not rest and HEADS % ulysses == 0 else None


def _area(canvas: Canvas) -> int:
    """The trained area nearest to the canvas: a fixed point of one is never nearer to the other."""
    width, height = canvas.size
    return min(_SIZES, key=lambda area: abs(area - width * height))
