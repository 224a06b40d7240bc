"""The GPUs as the screen shows them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

_LEAST_SHARE = 0.05
"""Share of a segment that must be done before its pace tells when it ends."""


@dataclass(frozen=True)
class Gpu:
    """One GPU at one moment; None is what it does not tell. Shares are 0..1, power in watts, degrees
    Celsius."""

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
    began: float | None = None
    """When the segment at work there was begun, in seconds since 1970."""
    ready: float | None = None
    """When that will be done at its pace so far, to ten seconds; None while that is unknown."""
    again: bool = False
    """Whether that segment has been tried before."""


@dataclass(frozen=True)
class ToCome:
    """A segment that is planned for these GPUs (indices) and not started; seconds since 1970, until `loaded` the
    model is loaded."""

    segment: str
    gpus: tuple[int, ...]
    starts: float
    loaded: float
    ends: float


def to_come(said: Mapping[str, Any], project: str) -> tuple[ToCome, ...]:
    """What is planned of a project, from the engine's answer to `gpus`."""
    index = {sample.get("uuid") or str(sample["index"]): sample["index"] for sample in said.get("gpus") or ()}
    return tuple(
        ToCome(
            each["segment"],
            tuple(index[gpu] for gpu in each["gpus"] if gpu in index),
            each["starts"],
            each["loaded"],
            each["ends"],
        )
        for each in said.get("to_come") or ()
        if each["project"] == project and any(gpu in index for gpu in each["gpus"])
    )


Term = tuple[float, float | None, bool]
"""Of an attempt: when it began, when it is expected to end, and whether its segment was tried before."""


def gpus(
    said: Mapping[str, Any],
    history: Mapping[int, Sequence[float]] | None = None,
    terms: Mapping[str, Term] | None = None,
) -> tuple[Gpu, ...]:
    """GPUs from the engine's answer to `gpus`; keys it lacks are unknown, not wrong. `terms` by attempt."""
    return tuple(
        _gpu(sample, (history or {}).get(sample["index"], ()), (terms or {}).get(str(sample.get("attempt"))))
        for sample in said.get("gpus") or ()
    )


def terms(
    running: Iterable[Mapping[str, Any]], tasks: Iterable[Mapping[str, Any]], now: float
) -> dict[str, Term]:
    """When each attempt began and will end, from how far it is; unknown until a twentieth is done."""
    shares = {task["target"]: task["done"] / task["total"] for task in tasks if task.get("total")}
    found: dict[str, Term] = {}
    for attempt in running:
        began, share = float(attempt["started"]), shares.get(attempt["target"], 0.0)
        ends = began + (now - began) / share if share >= _LEAST_SHARE else None
        again = attempt.get("tries", 1) > 1
        found[attempt["attempt"]] = began, ends if ends is None else round(ends, -1), again
    return found


def look_alike(before: Gpu, after: Gpu) -> bool:
    """Whether two samples of a GPU look the same. A load that never changed looks the same however long it
    lasts."""
    if len({*before.history, *after.history}) > 1:
        return before == after
    return bool(before.history) == bool(after.history) and replace(before, history=after.history) == after


def _gpu(sample: Mapping[str, Any], history: Sequence[float], term: Term | None) -> Gpu:
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
        began=term[0] if term else None,
        ready=term[1] if term else None,
        again=bool(term and term[2]),
    )


def _spoken(process: Mapping[str, Any]) -> str:
    name = str(process.get("name") or f"pid {process.get('pid')}")
    return f"{name} of {process['owner']}" if process.get("owner") else name
