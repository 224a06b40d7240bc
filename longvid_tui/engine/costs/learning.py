"""Own runs, as takes record them, and the cost table that follows from them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from longvid_tui.engine.costs.boxes import LoadProfile, load_figure, load_key
from longvid_tui.engine.costs.calibration import Calibration
from longvid_tui.engine.costs.table import CostTable, Work, run_key
from longvid_tui.project.canvas import Canvas
from longvid_tui.project.history import History

RUN_FACTS = "run"
"""The name of the entry in a take's facts that tells how it was made (costs.Run)."""


@dataclass(frozen=True)
class Run:
    """A segment that was filmed here on `gpus` GPUs of `card` in `seconds`, loading not counted.

    `load_seconds`: what loading took (None: the model was loaded already, or nobody looked).
    """

    work: Work
    card: str
    gpus: int
    seconds: float
    load_seconds: float | None = None

    def to_facts(self) -> dict[str, Any]:
        """JSON for the facts of a take."""
        work = {
            "backend": self.work.backend,
            "version": self.work.version,
            "model": self.work.model,
            "canvas": str(self.work.canvas),
            "frames": self.work.frames,
            "steps": self.work.steps,
        }
        measured = {"seconds": self.seconds, "load_seconds": self.load_seconds}
        return {**work, "card": self.card, "gpus": self.gpus, **measured}

    @classmethod
    def from_facts(cls, facts: Mapping[str, Any]) -> Run | None:
        """Read what `to_facts` wrote; None if it has another form, which does not spoil the take."""
        try:
            work = Work(
                backend=str(facts["backend"]),
                version=str(facts["version"]),
                model=str(facts["model"]),
                canvas=Canvas.parse(facts["canvas"]),
                frames=int(facts["frames"]),
                steps=int(facts["steps"]),
            )
            seconds, load = _positive(facts["seconds"]), _positive(facts["load_seconds"])
            gpus, card = int(facts["gpus"]), str(facts["card"])
        except (ArithmeticError, KeyError, TypeError, ValueError):
            return None
        return (
            cls(work, card, gpus, seconds, load) if seconds and min(gpus, work.frames, work.steps) > 0 else None
        )


def own_runs(history: History) -> list[Run]:
    """The runs that the takes of a project were filmed in, oldest first."""
    takes = (take for record in history.records.values() for take in record.takes)
    facts = (take.facts.get(RUN_FACTS) for take in sorted(takes, key=lambda take: take.made_at))
    runs = (Run.from_facts(fact) for fact in facts if isinstance(fact, Mapping))
    return [run for run in runs if run]


def _positive(value: Any) -> float | None:
    return float(value) if value is not None and 0 < float(value) < math.inf else None


@dataclass(frozen=True)
class Learned:
    """The cost table corrected by own runs, and how own loads compare with the figures of `profile`."""

    table: CostTable
    loads: Calibration = field(default_factory=Calibration)
    profile: LoadProfile = "nvme"


def learned(table: CostTable, runs: Iterable[Run], profile: LoadProfile = "nvme") -> Learned:
    """What `runs`, oldest first, teach; pure."""
    calibration, loads = table.calibration, Calibration()
    kinds: dict[tuple[Work, str, int], tuple[str, float, str]] = {}
    for run in runs:
        kind = (run.work, run.card, run.gpus)
        if kind not in kinds:
            card = table.card(run.card)
            kinds[kind] = (
                run_key(run.work, card, run.gpus),
                table.figure(*kind).seconds,
                load_key(run.work, card),
            )
        key, figure, loading = kinds[kind]
        calibration = calibration.after(key, run.seconds, figure)
        if run.load_seconds is not None and profile != "none":
            loads = loads.after(f"{loading} {run.gpus}", run.load_seconds, load_figure(profile, run.gpus))
    return Learned(replace(table, calibration=calibration), loads, profile)
