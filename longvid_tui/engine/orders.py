"""Which projects have an order to run: so that a new engine knows where to go on."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from longvid_tui import wire


def remember(roots: Iterable[Path]) -> None:
    """Write the list anew; each project's own journal says what was ordered."""
    path = _path()
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps([str(root) for root in roots]))
    fresh.replace(path)


def remembered() -> list[Path]:
    try:
        return [Path(root) for root in json.loads(_path().read_text())]
    except (OSError, ValueError, TypeError):
        return []


def _path() -> Path:
    return wire.state_dir() / "orders.json"
