"""Where the person was when the screen was left, so that the next start shows the same place."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from typing import Any

from longvid_tui.wire import state_dir

_MOST = 100
"""Projects of which something is remembered."""


class Place:
    """A small file of remembered things; one that cannot be read or written is as good as none."""

    def __init__(self) -> None:
        self._data = _read()
        self._unwritten = False

    def get(self, name: str, default: Any) -> Any:
        value = self._data.get(name, default)
        return value if isinstance(value, type(default)) else default

    def put(self, name: str, value: Any) -> None:
        """Remember; `write` keeps it."""
        if self._data.get(name) != value:
            self._data[name] = value
            self._unwritten = True

    def put_for(self, name: str, project: str, value: Any) -> None:
        """As `put`, for one of many projects."""
        known = self.get(name, {})
        rest = {folder: known[folder] for folder in list(known)[-_MOST:] if folder != project}
        if known.get(project) != value:
            self.put(name, {**rest, project: value})

    def move(self, old: str, new: str) -> None:
        """A project has another folder: what is remembered for it goes along."""
        for name, known in self._data.items():
            if isinstance(known, dict) and old in known:
                self._data[name] = {new if folder == old else folder: value for folder, value in known.items()}
                self._unwritten = True

    def write(self) -> None:
        """Write to disk what was put since the last time."""
        if not self._unwritten:
            return
        self._unwritten = False
        with suppress(OSError, TypeError):
            path = state_dir() / "screen.json"
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            fresh = path.with_name(f"screen.json.{os.getpid()}")
            try:
                fresh.write_text(json.dumps(self._data), encoding="utf-8")
                fresh.replace(path)
            finally:
                fresh.unlink(missing_ok=True)


def _read() -> dict[str, Any]:
    try:
        data = json.loads((state_dir() / "screen.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return data if isinstance(data, dict) else {}
