"""The GPUs as the screen shows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Gpu:
    """One GPU at one moment; None is what it does not tell. Shares are 0..1, power in watts, degrees Celsius."""

    index: int
    name: str = ""
    load: float | None = None
    used_gb: float | None = None
    total_gb: float | None = None
    watts: float | None = None
    degrees: int | None = None
    user: str = ""
    """The segment at work there, or who else uses it (`foreign`)."""
    foreign: bool = False
    problems: tuple[str, ...] = ()
    history: tuple[float, ...] = ()


def gpus(said: Mapping[str, Any], history: Mapping[int, Sequence[float]] | None = None) -> tuple[Gpu, ...]:
    """GPUs from the engine's answer to `gpus`; keys it lacks are unknown, not wrong."""
    return tuple(_gpu(sample, (history or {}).get(sample["index"], ())) for sample in said.get("gpus") or ())


def _gpu(sample: Mapping[str, Any], history: Sequence[float]) -> Gpu:
    used, total, load = (sample.get(key) for key in ("memory_used", "memory_total", "utilisation"))
    attempt = sample.get("attempt")
    others = [] if attempt else [_spoken(process) for process in sample.get("processes") or ()]
    return Gpu(
        index=sample["index"],
        name=str(sample.get("name") or "").removeprefix("NVIDIA "),
        load=None if load is None else load / 100,
        used_gb=None if used is None else used / 2**30,
        total_gb=None if total is None else total / 2**30,
        watts=sample.get("power_watts"),
        degrees=sample.get("temperature"),
        user=str(attempt).rpartition("-")[0] if attempt else ", ".join(others),
        foreign=bool(others),
        problems=tuple(str(problem) for problem in sample.get("problems") or ()),
        history=tuple(history),
    )


def _spoken(process: Mapping[str, Any]) -> str:
    name = str(process.get("name") or f"pid {process.get('pid')}")
    return f"{name} of {process['owner']}" if process.get("owner") else name
