"""How long a film would take, as `longvid-tui estimate --json` says it: work by kind, and strategies to film
it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from longvid_tui.gantt import Bar


@dataclass(frozen=True)
class Work:
    """Things of one kind that are missing; `each` seconds, None if unknown."""

    kind: str
    count: int
    each: float | None
    at_once: int
    source: str


@dataclass(frozen=True)
class Way:
    """One strategy of using the GPUs. Seconds from now: half of the cases take less than `seconds`, 4 of 5 between
    `low` and `high`; `planned` if every run takes what is expected; no plan could take less than `at_least`. `idle`
    is 0..1."""

    name: str
    seconds: float
    low: float
    high: float
    planned: float
    at_least: float
    gpu_hours: float
    idle: float
    gpu_usd: float | None
    bars: tuple[Bar, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True)
class Forecast:
    """`seconds` in all, None if unknown; `ways` are empty where no GPU has a part in it; `strategy`: the way a
    run goes."""

    seconds: float | None = None
    work: tuple[Work, ...] = ()
    ways: tuple[Way, ...] = ()
    box: str = ""
    gpus: tuple[int, ...] = ()
    filmed_by: str = ""
    strategy: str = ""
    remarks: tuple[str, ...] = ()


def forecast(said: Mapping[str, Any]) -> Forecast:
    """The forecast in the answer of `longvid-tui estimate --json`."""
    work = said.get("work") or {}
    ways = said.get("strategies") or {}
    left_out = said.get("left_out") or {}
    return Forecast(
        seconds=said.get("seconds"),
        work=tuple(
            Work(kind, row["count"], row["seconds_each"], row["at_once"], row["source"])
            for kind, row in work.items()
        ),
        ways=tuple(_way(name, way) for name, way in ways.items()),
        box=said.get("box") or "",
        gpus=tuple(said.get("gpus") or ()),
        filmed_by=f"{said['filmed_by']} in {said['steps']} steps" if ways else "",
        strategy=said.get("strategy") or "",
        remarks=(*said.get("assumed", ()), *(f"not on GPU {index}: {why}" for index, why in left_out.items())),
    )


def _way(name: str, said: Mapping[str, Any]) -> Way:
    bars = (
        Bar(each["segment"], tuple(each["gpus"]), each["start"], each["loaded"], each["end"])
        for each in said["gantt"]
    )
    figures = {key: said[key] for key in ("seconds", "low", "high", "planned", "at_least", "gpu_hours", "idle")}
    return Way(name, **figures, gpu_usd=said.get("gpu_usd"), bars=tuple(bars), sources=tuple(said["sources"]))
