"""Names of files that are being written. One whose writer was killed stays behind until the engine sweeps it."""

from __future__ import annotations

from pathlib import Path

PART = ".part.mp4"
"""Ending of the names of pieces that are being written."""


def part_name(out: Path) -> str:
    """Beginning of the name of the folder in which a film is made."""
    return f".{out.name}"
