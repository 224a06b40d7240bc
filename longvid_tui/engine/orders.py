"""The list of projects whose orders are carried out, from which a new engine goes on."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from longvid_tui import wire


def remember(roots: Iterable[Path]) -> None:
    """Replace the list; what was ordered stands in each project's journal. Raises OSError."""
    path = _path()
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps([str(root) for root in roots]))
    fresh.replace(path)


def remembered() -> list[Path]:
    """The list; empty if it is missing or cannot be read."""
    try:
        return [Path(root) for root in json.loads(_path().read_text())]
    except (OSError, ValueError, TypeError):
        return []


def _path() -> Path:
    return wire.state_dir() / "orders.json"
