"""What is known of the GPUs at one moment, and what is wrong with them: plain data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal, TypeAlias

STALE_SECONDS = 5.0
"""A GPU that was asked every second and has said nothing for so long does not answer."""

NOT_YET = "has not answered yet"

Link: TypeAlias = Literal["nvlink", "pcie", "node", "system"]
"""How two GPUs reach each other: NVLink, a PCIe bridge, memory of one NUMA node, or another node's."""

_XIDS = {
    13: "a program went wrong on it",
    31: "a program touched memory that is not its own",
    43: "it stopped working for a program",
    45: "a program was stopped on it",
    48: "memory error that could not be corrected",
    62: "its microcontroller halted",
    63: "a row of memory is to be replaced at the next reset",
    64: "a bad row of memory could not be replaced",
    74: "NVLink error",
    79: "it has fallen off the bus",
    94: "memory error, one program was stopped",
    95: "memory error, it must be reset",
    119: "its firmware does not answer",
    120: "its firmware failed",
}
"""The frequent ones, after NVIDIA's list of Xid errors."""

BROKEN_XIDS = frozenset({48, 62, 64, 74, 79, 95, 119, 120})
"""Those that are about the GPU and not about a program on it: the next program would fail as well."""

_ORDINARY_SLOWING = frozenset({"power limit", "clocks set by hand", "sync boost", "display clocks"})
"""Reasons that say nothing is wrong: a card under load runs at its power limit."""


@dataclass(frozen=True)
class Process:
    """A program that computes on a GPU. None is what cannot be seen from here (another container, no right)."""

    pid: int
    memory: int | None = None
    uid: int | None = None
    owner: str | None = None
    name: str | None = None


@dataclass(frozen=True)
class Sample:
    """What one GPU said `age` seconds ago; None is what the card or its driver does not tell.

    `fault` says why it answered nothing, `lost` that only a reset or a reboot brings it back. Memory in bytes,
    without what the driver keeps for itself; `utilisation` 0..100; `temperature` in degrees Celsius.
    `slowed_by`: why its clocks are below what they could be. ECC errors count since the driver was loaded,
    `xid` is the last error the driver told within ten minutes.
    """

    index: int
    age: float = 0.0
    fault: str = ""
    lost: bool = False
    uuid: str | None = None
    name: str | None = None
    numa: int | None = None
    mig: bool | None = None
    memory_total: int | None = None
    memory_used: int | None = None
    memory_free: int | None = None
    utilisation: int | None = None
    power_watts: float | None = None
    power_limit_watts: float | None = None
    temperature: int | None = None
    clock_mhz: int | None = None
    clock_max_mhz: int | None = None
    slowed_by: tuple[str, ...] = ()
    ecc_corrected: int | None = None
    ecc_uncorrected: int | None = None
    xid: int | None = None
    processes: tuple[Process, ...] | None = None

    @property
    def stale(self) -> bool:
        return self.age > STALE_SECONDS

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "age": round(self.age, 1), "problems": problems(self)}


@dataclass(frozen=True)
class Group:
    """GPUs (by index) that reach each other better than they reach the rest."""

    gpus: tuple[int, ...]
    link: Link


@dataclass(frozen=True)
class Reading:
    """All that is known at one moment. `problem`: why there are no GPUs to speak of, "" where there are."""

    gpus: tuple[Sample, ...] = ()
    problem: str = ""
    driver: str | None = None
    groups: tuple[Group, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return {
            "driver": self.driver,
            "problem": self.problem,
            "gpus": [sample.to_json() for sample in self.gpus],
            "groups": [asdict(group) for group in self.groups],
        }


def problems(sample: Sample) -> list[str]:
    """What is wrong with a GPU, one phrase each; nothing for a healthy one."""
    return list(_problems(sample))


def _problems(sample: Sample) -> Iterator[str]:
    if sample.stale:
        yield f"stale {sample.age:.0f} s: its driver does not answer"
    elif sample.fault:
        yield sample.fault
    reasons = [reason for reason in sample.slowed_by if reason not in _ORDINARY_SLOWING]
    if reasons:
        yield f"slowed by {' and '.join(reasons)}"
    if sample.ecc_uncorrected:
        yield f"{sample.ecc_uncorrected} uncorrected memory errors"
    if sample.xid:
        yield xid_told(sample.xid)
    if sample.mig:
        yield "split into MIG slices"


def xid_told(xid: int) -> str:
    return f"Xid {xid}: {_XIDS.get(xid, 'see the kernel log')}"


def groups(gpus: Sequence[int], links: Mapping[tuple[int, int], Link]) -> tuple[Group, ...]:
    """The GPUs by how they hang together: NVLink islands; those on none, by NUMA node. `links` by (low,
    high)."""
    islands = [Group(each, "nvlink") for each in _joined(gpus, links, {"nvlink"}) if len(each) > 1]
    on_islands = {gpu for island in islands for gpu in island.gpus}
    rest = [gpu for gpu in gpus if gpu not in on_islands]
    nodes = [Group(each, "node") for each in _joined(rest, links, {"nvlink", "pcie", "node"})]
    return tuple(sorted(islands + nodes, key=lambda group: group.gpus))


def _joined(
    gpus: Sequence[int], links: Mapping[tuple[int, int], Link], near: set[Link]
) -> Iterator[tuple[int, ...]]:
    """The sets of GPUs that chains of `near` links join."""
    left = list(gpus)
    while left:
        found = [left.pop(0)]
        for gpu in found:
            reached = [other for other in left if links.get((min(gpu, other), max(gpu, other))) in near]
            found.extend(reached)
            left = [other for other in left if other not in reached]
        yield tuple(sorted(found))
