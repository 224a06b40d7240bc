"""How many cores and how much memory we may use. A container is mostly given less than its machine has, which
only its control groups tell: cgroups(7), version 2, or 1 where that is still in use."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path

import psutil

_OWN, _GROUPS = Path("/proc/self/cgroup"), Path("/sys/fs/cgroup")


@cache
def cores(own: Path = _OWN, groups: Path = _GROUPS) -> int:
    """Processor cores we may use, 1 or more; a fraction is rounded up. Cached."""
    quotas: list[float] = [len(os.sched_getaffinity(0))]
    for folder in _folders("cpu", own, groups):
        with suppress(OSError, ValueError):
            quota, period = (folder / "cpu.max").read_text().split()
            quotas.append(int(quota) / int(period))
        with suppress(OSError, ValueError):
            quota, period = (_read(folder, name) for name in ("cpu.cfs_quota_us", "cpu.cfs_period_us"))
            quotas += [int(quota) / int(period)] if int(quota) > 0 else []
    return max(1, math.ceil(min(quotas)))


def memory(own: Path = _OWN, groups: Path = _GROUPS) -> int:
    """Bytes of memory we may still use: free ones, and those that only cache files."""
    left = [psutil.virtual_memory().available]
    for folder in _folders("memory", own, groups):
        for limit, used in (
            ("memory.max", "memory.current"),
            ("memory.limit_in_bytes", "memory.usage_in_bytes"),
        ):
            with suppress(OSError, ValueError):
                left.append(int(_read(folder, limit)) - int(_read(folder, used)) + _of_files(folder))
    return max(0, min(left))


def _folders(controller: str, own: Path, groups: Path) -> Iterator[Path]:
    """Folders of the control groups we are in and of those around them, whose limits bind us as well.

    Where a container sees its group under the host's name for it, its own group is the root.
    """
    with suppress(OSError, ValueError):
        for line in own.read_text().splitlines():
            _, controllers, path = line.split(":", 2)
            root = groups / controller if controllers else groups
            if not controllers or controller in controllers.split(","):
                innermost = root / path.lstrip("/")
                yield from (folder for folder in (innermost, *innermost.parents) if folder.is_relative_to(root))


def _of_files(folder: Path) -> int:
    told = dict(line.split() for line in _read(folder, "memory.stat").splitlines())
    whole = "total_" if "total_inactive_file" in told else ""
    return int(told[f"{whole}inactive_file"]) + int(told[f"{whole}active_file"]) if told else 0


def _read(folder: Path, name: str) -> str:
    return (folder / name).read_text()
