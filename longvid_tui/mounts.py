"""What kind of file system holds a path. Standard library only."""

from __future__ import annotations

import os
import re
from pathlib import Path


def kind_of(path: Path) -> str:
    """Type of the file system under a path, as the kernel names it (`ext4`, `nfs4`); "" where it does not
    tell."""
    try:
        table = Path("/proc/self/mountinfo").read_bytes()
    except OSError:
        return ""
    return mounted_kind(path.resolve(), os.fsdecode(table))


def mounted_kind(place: Path, mountinfo: str) -> str:
    """Type of the filesystem that holds an absolute path, after /proc/self/mountinfo (see proc(5)).

    The longest mount point that leads to the path counts; of two at one place the later covers the earlier.
    """
    best, kind = -1, ""
    for line in filter(None, mountinfo.split("\n")):
        before, _, after = line.partition(" - ")
        mount = Path(re.sub(r"\\([0-7]{3})", lambda octal: chr(int(octal[1], 8)), before.split(" ")[4]))
        if (place == mount or mount in place.parents) and len(mount.parts) >= best:
            best, kind = len(mount.parts), after.split(" ")[0]
    return kind
