"""Names of what is being written: where its writer was killed it stays, and whoever comes next sweeps it."""

from __future__ import annotations

from pathlib import Path

PART = ".part.mp4"
"""How the names end of pieces that are being written: where their writer was killed, they stay."""


def part_name(out: Path) -> str:
    """How the name starts of the folder in which a film is made: where its maker was killed, it stays."""
    return f".{out.name}"
