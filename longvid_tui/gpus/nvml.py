"""Asks NVML about one GPU at a time. Every call may fail, and any call may never return."""

from __future__ import annotations

import contextlib
import os
import pwd
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any, TypeVar

import pynvml

from longvid_tui.gpus.sample import Link, Process, Sample

_T = TypeVar("_T")

_SLOWED_BY = {
    0x2: "clocks set by hand",
    0x4: "power limit",
    0x8: "hardware",
    0x10: "sync boost",
    0x20: "heat",
    0x40: "heat",
    0x80: "power brake",
    0x100: "display clocks",
    0x200: "board limit",
    0x400: "reliability",
}
"""nvmlClocksEventReason*; bit 1, idle, slows nobody."""

_MOST_XIDS = 16
"""Events read from one GPU at a time, so that a storm of them does not keep its sample from being taken."""


_XID_SECONDS = 600.0
"""How long an Xid is told: most are about a program that is long gone."""


class NoDriver(Exception):
    """There is no NVML to ask; the text says why in one sentence."""


def connect() -> tuple[str | None, int]:
    """Load the driver's library; answers its version and how many GPUs there are. Raises NoDriver."""
    try:
        pynvml.nvmlInit()
        return _told(pynvml.nvmlSystemGetDriverVersion), pynvml.nvmlDeviceGetCount()
    except pynvml.NVMLError as error:
        raise NoDriver(_why_no_driver(error)) from error


def _why_no_driver(error: Any) -> str:
    sentences = {
        pynvml.NVML_ERROR_LIBRARY_NOT_FOUND: "No NVIDIA driver: libnvidia-ml.so.1 was not found.",
        pynvml.NVML_ERROR_DRIVER_NOT_LOADED: "The NVIDIA driver is not loaded: `modprobe nvidia`, or reboot.",
        pynvml.NVML_ERROR_LIB_RM_VERSION_MISMATCH: "The NVIDIA driver was updated while the old one runs: reboot.",
        pynvml.NVML_ERROR_NO_PERMISSION: "The NVIDIA driver may not be used by this account.",
    }
    return sentences.get(error.value, f"The NVIDIA driver does not answer: {error}.")


class Watch:
    """One GPU to be asked again and again: remembers its handle, what never changes, and its last Xid."""

    def __init__(self, index: int) -> None:
        self._fixed = Sample(index)
        self._handle: Any = None
        self._events: Any = None
        self._xid: tuple[float, int] | None = None

    def sample(self) -> Sample:
        """What the GPU says now; a GPU that is lost or fails says so in `fault`."""
        try:
            if self._handle is None:
                self._open()
            self._read_xids()
            return self._ask()
        except pynvml.NVMLError as error:
            # A new handle next time: a GPU that was reset answers to that only.
            self._handle = None
            fault = _fault(error, self._fixed.index)
            return replace(self._fixed, fault=fault, lost=_is_lost(error), xid=self._last_xid())

    def _open(self) -> None:
        handle = pynvml.nvmlDeviceGetHandleByIndex(self._fixed.index)
        self._fixed = Sample(
            index=self._fixed.index,
            uuid=_told(pynvml.nvmlDeviceGetUUID, handle),
            name=_told(pynvml.nvmlDeviceGetName, handle),
            numa=_numa(handle),
            clock_max_mhz=_told(pynvml.nvmlDeviceGetMaxClockInfo, handle, pynvml.NVML_CLOCK_SM),
        )
        self._register(handle)
        self._handle = handle

    def _register(self, handle: Any) -> None:
        if self._events is not None:
            _told(pynvml.nvmlEventSetFree, self._events)
        self._events = None
        with contextlib.suppress(pynvml.NVMLError):
            events = pynvml.nvmlEventSetCreate()
            pynvml.nvmlDeviceRegisterEvents(handle, pynvml.nvmlEventTypeXidCriticalError, events)
            self._events = events

    def _read_xids(self) -> None:
        for _ in range(_MOST_XIDS):
            event = self._events and _told(pynvml.nvmlEventSetWait_v2, self._events, 1)
            if not event:
                return
            self._xid = time.monotonic(), int(event.eventData)

    def _last_xid(self) -> int | None:
        recent = self._xid and time.monotonic() - self._xid[0] < _XID_SECONDS
        return self._xid[1] if self._xid and recent else None

    def _ask(self) -> Sample:
        handle = self._handle
        total, used, free = _memory(handle)
        rates = _told(pynvml.nvmlDeviceGetUtilizationRates, handle)
        mig = _told(pynvml.nvmlDeviceGetMigMode, handle)
        return replace(
            self._fixed,
            memory_total=total,
            memory_used=used,
            memory_free=free,
            utilisation=rates and rates.gpu,
            power_watts=_watts(pynvml.nvmlDeviceGetPowerUsage, handle),
            power_limit_watts=_watts(pynvml.nvmlDeviceGetEnforcedPowerLimit, handle),
            temperature=_told(pynvml.nvmlDeviceGetTemperature, handle, pynvml.NVML_TEMPERATURE_GPU),
            clock_mhz=_told(pynvml.nvmlDeviceGetClockInfo, handle, pynvml.NVML_CLOCK_SM),
            slowed_by=_slowed_by(handle),
            ecc_corrected=_ecc(handle, pynvml.NVML_MEMORY_ERROR_TYPE_CORRECTED),
            ecc_uncorrected=_ecc(handle, pynvml.NVML_MEMORY_ERROR_TYPE_UNCORRECTED),
            xid=self._last_xid(),
            mig=None if mig is None else bool(mig[0]),
            processes=_processes(handle),
        )


def links(gpus: Sequence[int]) -> dict[tuple[int, int], Link]:
    """How every two of these GPUs reach each other, by (lower, higher) index; pairs that do not tell are left out."""
    handles: dict[int, Any] = {}
    for index in gpus:
        with contextlib.suppress(pynvml.NVMLError):
            handles[index] = pynvml.nvmlDeviceGetHandleByIndex(index)
    found: dict[tuple[int, int], Link] = {}
    for (low, handle), (high, other) in combinations(handles.items(), 2):
        with contextlib.suppress(pynvml.NVMLError):
            link = _link(handle, other)
            if link:
                found[low, high] = link
    return found


def _link(handle: Any, other: Any) -> Link | None:
    nvlink = _told(pynvml.nvmlDeviceGetP2PStatus, handle, other, pynvml.NVML_P2P_CAPS_INDEX_NVLINK)
    if nvlink == pynvml.NVML_P2P_STATUS_OK:
        return "nvlink"
    level = _told(pynvml.nvmlDeviceGetTopologyCommonAncestor, handle, other)
    if level is None:
        return None
    if level <= pynvml.NVML_TOPOLOGY_HOSTBRIDGE:
        return "pcie"
    return "node" if level <= pynvml.NVML_TOPOLOGY_NODE else "system"


def _told(call: Callable[..., _T], *about: Any) -> _T | None:
    """What NVML answers, None where the card, the driver or our rights have no answer; raises if it is lost."""
    try:
        return call(*about)
    except pynvml.NVMLError as error:
        if _is_lost(error):
            raise
        return None


def _is_lost(error: Any) -> bool:
    return error.value in (
        pynvml.NVML_ERROR_GPU_IS_LOST,
        pynvml.NVML_ERROR_RESET_REQUIRED,
        pynvml.NVML_ERROR_GPU_NOT_FOUND,
    )


def _fault(error: Any, index: int) -> str:
    if error.value == pynvml.NVML_ERROR_RESET_REQUIRED:
        return f"needs a reset: `nvidia-smi --gpu-reset -i {index}`"
    if _is_lost(error):
        return "lost: it has fallen off the bus; reset it or reboot"
    return f"fails: {str(error).rstrip('.')}"


def _memory(handle: Any) -> tuple[int | None, int | None, int | None]:
    """Bytes in all, used by programs, free; the first question that a card must answer."""
    found = _told(pynvml.nvmlDeviceGetMemoryInfo, handle, pynvml.nvmlMemory_v2)
    if found is None:
        try:
            found = pynvml.nvmlDeviceGetMemoryInfo(handle)
        except pynvml.NVMLError as error:
            # Cards that share the host's memory have none of their own to tell of.
            if error.value != pynvml.NVML_ERROR_NOT_SUPPORTED:
                raise
            return None, None, None
    return found.total, found.used, found.free


def _numa(handle: Any) -> int | None:
    nodes = _told(pynvml.nvmlDeviceGetMemoryAffinity, handle, 4, pynvml.NVML_AFFINITY_SCOPE_NODE)
    bits = sum(word << (64 * at) for at, word in enumerate(nodes)) if nodes else 0
    return (bits & -bits).bit_length() - 1 if bits else None


def _watts(call: Callable[[Any], int], handle: Any) -> float | None:
    milliwatts = _told(call, handle)
    return None if milliwatts is None else milliwatts / 1000


def _slowed_by(handle: Any) -> tuple[str, ...]:
    bits = _told(pynvml.nvmlDeviceGetCurrentClocksThrottleReasons, handle) or 0
    return tuple(dict.fromkeys(words for bit, words in _SLOWED_BY.items() if bits & bit))


def _ecc(handle: Any, kind: int) -> int | None:
    return _told(pynvml.nvmlDeviceGetTotalEccErrors, handle, kind, pynvml.NVML_VOLATILE_ECC)


def _processes(handle: Any) -> tuple[Process, ...] | None:
    found: Sequence[Any] | None = _told(pynvml.nvmlDeviceGetComputeRunningProcesses, handle)
    return None if found is None else tuple(_named(found))


def _named(found: Sequence[Any]) -> Iterator[Process]:
    for each in found:
        memory, uid, owner, name = each.usedGpuMemory, None, None, None
        with contextlib.suppress(OSError):
            uid = Path(f"/proc/{each.pid}").stat().st_uid
            name = os.fsdecode(Path(f"/proc/{each.pid}/comm").read_bytes()).strip()
        if uid is not None:
            owner = _account(uid)
        yield Process(each.pid, memory, uid, owner, name)


def _account(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
