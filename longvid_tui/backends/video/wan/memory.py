"""Whether the 14B models fit on the GPUs and into the machine, by the published peaks of configs/costs.yaml."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources

from longvid_tui.backends.contract import HOST_GB_TO_LOAD, Check
from longvid_tui.backends.video.wan.ladder import thrift
from longvid_tui.settings.sections import WanSettings
from longvid_tui.strict_yaml import parse

_GB = 2**30
"""The unit of the memory of cards and of the published peaks."""

_OFFLOADED_GB = 80.0
"""Host memory of a process whose models all wait there, as they do before a clip is decoded: 82e9 bytes, the
model in fp32, and some to spare. With several GPUs each process has its share of the model only."""


def gpu_check(memories: Sequence[int], problem: str) -> Check:
    """`memories`: bytes of each GPU that can be seen; `problem`: why none can."""
    if not memories:
        return Check("wan GPUs", False, problem)
    smallest = min(memories) / _GB
    peaks = published_peaks()
    fitting = [count for count in peaks if count <= len(memories) and peaks[count] <= smallest]
    have = f"{len(memories)} GPU{'s' * (len(memories) > 1)} of {smallest:.0f} GB"
    if fitting:
        counts = ", ".join(map(str, fitting))
        return Check("wan GPUs", True, f"{have}: a segment of 1280x720 fits on {counts} of them at once")
    needs = ", ".join(f"{peak:.0f} GB on {count}" for count, peak in peaks.items())
    return Check("wan GPUs", False, f"{have}: 1280x720 needs {needs}; take larger ones, or more of them")


def alone_gb(wan: WanSettings, rung: int) -> float:
    """Host memory (GB) that a segment on a single GPU needs at least, after `rung` rungs of the ladder."""
    return _OFFLOADED_GB if thrift(wan, 1, rung).offload else 0.0


def host_check(available: int, gpus: int, alone_gb: float) -> Check:
    """`available`: bytes of host memory; `gpus`: how many there are to load for; `alone_gb`: see above."""
    gigabytes = available / _GB
    ranks = min(int(gigabytes / HOST_GB_TO_LOAD), max(gpus, 1))
    have = f"{gigabytes:.0f} GB of host memory available"
    alone = f"a segment on one GPU needs {alone_gb:.0f} GB, where its model waits"
    if not ranks or (ranks == 1 and gigabytes < alone_gb):
        needs = alone if ranks else f"each process needs {HOST_GB_TO_LOAD:.0f} GB to load"
        return Check(
            "wan host memory", False, f"{have}, and {needs}: free some, or film on a machine with more"
        )
    enough = "" if ranks >= gpus else f" at once, of {gpus}"
    besides = f", and {alone}" if gigabytes < alone_gb else ""
    return Check(
        "wan host memory", True, f"{have}: {ranks} process{'es' * (ranks > 1)} can load{enough}{besides}"
    )


@cache
def published_peaks() -> Mapping[int, float]:
    """Peak GB on each GPU by the number of GPUs, of a segment of 1280x720: the worst of all cards that were
    measured with several."""
    text = resources.files("longvid_tui.configs").joinpath("costs.yaml").read_bytes()
    peaks: dict[int, float] = {}
    for row in parse(text, "costs.yaml").data["rows"]:
        names = (row["backend"], row["model"], row["canvas"])
        if names == ("wan21", "14B", "1280x720") and len(row["peak_gb"]) > 1:
            for count, peak in row["peak_gb"].items():
                peaks[int(count)] = max(peak, peaks.get(int(count), 0.0))
    return dict(sorted(peaks.items()))
