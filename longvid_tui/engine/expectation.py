"""How long missing work takes on processor cores and at services, one kind of job at a time.

Films on GPUs are planned instead (forecast), and a run under way is judged from both (outlook).
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Mapping
from statistics import median
from typing import Any

from longvid_tui.engine.outlook import Outlook
from longvid_tui.engine.pools import places
from longvid_tui.engine.studio import Studio
from longvid_tui.engine.tasks import Kind, missing_work
from longvid_tui.project.history import Stage
from longvid_tui.project.state import ProjectState

CONFORM_SECONDS_PER_MEGAPIXEL = 5.0
"""To conform one segment on one core with x264's preset `faster`; 3.5 to 8 on machines of 2020 to 2026, busy
ones included."""

MEND_SECONDS_PER_MEGAPIXEL = 2.0
"""To mend one seam on such a core: a take is decoded and one group of it encoded. Most seams need nothing."""

MEASURE_SECONDS = 1.2
"""To measure one seam, which is done on small pictures whatever the canvas."""


def expect(studio: Studio, state: ProjectState, until: Stage = "film", probe: str = "") -> dict[str, Any]:
    """What is missing until a stage: {"work": {kind: {count, seconds_each, source, at_once}}, "seconds": all}.

    Seconds are None while unknown. They come from this project's own takes (their median) once there are three,
    else from the backend's own figure. Work that a plan will ask for is not counted before there is one.
    """
    counts = Counter[Kind](task.kind for task in missing_work(state, until, probe))
    each = _seconds_each(studio, state)
    room = places(studio)
    work = {
        kind: {"count": count, "seconds_each": each[kind][0], "source": each[kind][1], "at_once": room[kind]}
        for kind, count in counts.items()
    }
    return {"work": work, "seconds": _whole(work) if state.planned else None}


def outlook(
    studio: Studio, state: ProjectState, until: Stage, probe: str, begun: Iterable[tuple[Kind, float]]
) -> Outlook | None:
    """When a run that films on no GPU will be done; None while the seconds of some kind of work are unknown.

    `begun`: the kinds of the tasks at work, and the seconds since they started.
    """
    said = expect(studio, state, until, probe)
    if said["seconds"] is None:
        return None
    work = said["work"]
    done = sum(
        min(seconds, work[kind]["seconds_each"]) / work[kind]["at_once"]
        for kind, seconds in begun
        if kind in work
    )
    return Outlook(max(0.0, said["seconds"] - done), time.time())


def _seconds_each(studio: Studio, state: ProjectState) -> Mapping[Kind, tuple[float | None, str]]:
    megapixels = studio.folder.project.canvas.width * studio.folder.project.canvas.height / 1e6
    conform = CONFORM_SECONDS_PER_MEGAPIXEL * megapixels
    return {
        "plan": (None, "depends on the planner"),
        "motion": (None, "depends on the planner"),
        "paint": _one(state, "k", studio.images.capabilities.seconds_per_megapixel, megapixels),
        "render": _one(state, "s", studio.video.capabilities.seconds_per_megapixel, megapixels),
        "conform": (conform, "typical of a core"),
        "mend": (MEND_SECONDS_PER_MEGAPIXEL * megapixels + MEASURE_SECONDS, "typical of a core"),
        "assemble": (0.05 * conform * len(state.segments), "typical of a core"),
    }


def _one(
    state: ProjectState, letter: str, typical: float | None, megapixels: float
) -> tuple[float | None, str]:
    records = (record for target, record in state.history.records.items() if target.startswith(letter))
    taken = [take.seconds for record in records for take in record.takes if take.seconds]
    if len(taken) >= 3:
        return median(taken), f"median of {len(taken)} takes here"
    if typical is None:
        return None, "unknown until a few are made"
    return typical * megapixels, "typical of a core"


def _whole(work: Mapping[Any, Mapping[str, Any]]) -> float | None:
    """Seconds of all work, as if one kind came after the other."""
    if any(row["seconds_each"] is None for row in work.values()):
        return None
    return float(sum(row["count"] * row["seconds_each"] / row["at_once"] for row in work.values()))
