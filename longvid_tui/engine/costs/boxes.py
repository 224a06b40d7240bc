"""On how many GPUs of a box a segment may be filmed, by their memory and number, and how long loading takes."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from longvid_tui.backends.contract import HOST_GB_TO_LOAD
from longvid_tui.engine.costs.calibration import Calibration
from longvid_tui.engine.costs.table import CostTable, Estimate, Work

SIZES = (1, 2, 4, 5, 8)
"""GPU counts that divide the 40 attention heads of the 14B models: no ring attention is needed."""

_RESERVED_GB = 2.0
"""Memory of a card that driver, CUDA context and NCCL buffers take. An estimate."""


@dataclass(frozen=True)
class Box:
    """Equal GPUs: how many in each machine (`nodes`), their card, and the memory of each in GB."""

    nodes: tuple[int, ...]
    card: str
    memory_gb: float

    @property
    def gpus(self) -> int:
        return sum(self.nodes)

    def __str__(self) -> str:
        """The form that `box` reads, if the machines are alike."""
        alike = len(set(self.nodes)) == 1
        machines = f"{len(self.nodes)}x" if alike and len(self.nodes) > 1 else ""
        gpus = str(self.nodes[0]) if alike else "+".join(map(str, self.nodes))
        return f"{machines}{gpus}x{self.card}-{self.memory_gb:.0f}"


_BOX = re.compile(r"(?:(\d{1,4})x)?(\d{1,2})x(\w+)-(\d{1,3})(?:GB)?", re.IGNORECASE)


def box(text: str) -> Box:
    """Read `8xH100-80` (GPUs x card - GB) or `2x8xH100-80` (machines first); raises ValueError."""
    match = _BOX.fullmatch(text.strip())
    if not match:
        raise ValueError(f"{text!r} is not a box: write GPUs x card - GB, for example 8xH100-80 or 2x8xH100-80")
    machines, gpus, memory_gb = int(match[1] or 1), int(match[2]), int(match[4])
    if not 1 <= machines <= 64 or not 1 <= gpus <= 16:
        machines_first = f"; for {gpus} in machines of 8 write {gpus // 8}x8x{match[3]}-{memory_gb}" * (
            not gpus % 8
        )
        limits = "a machine has 1 to 16 GPUs, and there are 1 to 64 machines"
        raise ValueError(
            f"{text!r} is not a box: {limits}{machines_first if gpus > 16 and not match[1] else ''}"
        )
    if not memory_gb:
        raise ValueError(f"{text!r} is not a box: its GPUs have no memory; write for example 8xH100-80")
    return Box((gpus,) * machines, match[3].upper(), float(memory_gb))


@dataclass(frozen=True)
class Menu:
    """The estimates for each GPU count that a segment may have, and why the other counts are `refused`.

    `nearest`: the refusal that is easiest to overcome, with what to do about it.
    """

    estimates: Mapping[int, Estimate]
    refused: Mapping[int, str]
    nearest: str = ""

    @property
    def times(self) -> dict[int, float]:
        return {gpus: estimate.seconds for gpus, estimate in self.estimates.items()}


def _published_need(gpus: int) -> float:
    return gpus * HOST_GB_TO_LOAD


def menu(
    table: CostTable,
    work: Work,
    hardware: Box,
    allowed: Sequence[int] = SIZES,
    host_gb: float = math.inf,
    host_need: Callable[[int], float] = _published_need,
) -> Menu:
    """The GPU counts of `allowed` that `work` may have on this box.

    `host_gb`: host memory (GB) available on each machine. `host_need`: how much of it a segment on so many GPUs
    needs.
    """
    offered = {gpus: table.estimate(work, hardware.card, gpus) for gpus in sorted(set(allowed))}
    estimates: dict[int, Estimate] = {}
    refused: dict[int, str] = {}
    of_host = of_gpus = of_machine = ""
    for gpus, estimate in offered.items():
        if gpus > max(hardware.nodes):
            refused[gpus] = f"{gpus} GPUs are more than one machine has ({max(hardware.nodes)})"
            of_machine = of_machine or f"{refused[gpus]}: film on a machine with more"
        elif estimate.peak_gb > hardware.memory_gb - _RESERVED_GB:
            have = f"{hardware.memory_gb:.0f} GB of the {hardware.card}"
            refused[gpus] = f"needs {estimate.peak_gb:.1f} GB on each GPU, too much for the {have}"
            of_gpus = f"on {gpus} it {refused[gpus]}: film on {_where_it_fits(offered, gpus, hardware)}"
        elif host_need(gpus) > host_gb:
            need = f"{gpus} process{'es need' if gpus > 1 else ' needs'} {host_need(gpus):.0f} GB"
            refused[gpus] = f"{need} of host memory, and {host_gb:.0f} GB are available"
            of_host = of_host or f"{refused[gpus]}: close what else uses it, or film on a machine with more"
        else:
            estimates[gpus] = estimate
    return Menu(estimates, refused, of_host or of_gpus or of_machine)


def _where_it_fits(offered: Mapping[int, Estimate], gpus: int, hardware: Box) -> str:
    """Which cards would do, in words: as many of them with more memory, or more of them in one machine."""
    needs = {count: math.ceil(estimate.peak_gb + _RESERVED_GB) for count, estimate in offered.items()}
    larger = f"{gpus} card{'s' * (gpus > 1)} of {needs[gpus]} GB"
    fitting = (count for count, need in needs.items() if need <= hardware.memory_gb)
    more = next(fitting, min(needs, key=lambda count: needs[count]))
    if more <= gpus:
        return larger
    return f"{larger}, or on {more} of {max(needs[more], hardware.memory_gb):.0f} GB in one machine"


LoadProfile = Literal["none", "nvme", "slow"]


def load_key(work: Work, card: str) -> str:
    """Names a kind of load, which takes as long for any segment: what is loaded, on which card."""
    return f"load {work.backend} {work.version} {work.model} {card}"


def load_seconds(
    profile: LoadProfile, widest: int, learned: Calibration | None = None, key: str = "load"
) -> dict[int, float]:
    """Seconds to load by the number of GPUs that load together, 1 to `widest`; empty for `none`.

    The profiles are estimates from Wan2.1#114 and #342: 45+5g seconds from NVMe; from a slow disk 60 on one
    GPU, else 150g. `learned` holds own loads under f"{key} {g}".
    """
    if profile == "none":
        return {}
    figures = {gpus: load_figure(profile, gpus) for gpus in range(1, widest + 1)}
    factor = learned.factor if learned else lambda _: 1.0
    return {gpus: seconds * factor(f"{key} {gpus}") for gpus, seconds in figures.items()}


def load_figure(profile: LoadProfile, gpus: int) -> float:
    """Seconds of a load by this profile, without what own loads taught."""
    if profile == "none":
        return 0.0
    if profile == "nvme":
        return 45.0 + 5.0 * gpus
    return 60.0 if gpus == 1 else 150.0 * gpus
