"""Follows what running jobs write to their own logs, as far as a person can read along."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from longvid_tui import regular
from longvid_tui.view.log import LogLine

_MOST_BYTES = 64 << 10
"""Read of all logs at one look, shared by them; of what a job says beyond that only the end is shown."""

_ENDS = re.compile(rb"[\r\n]+")
_PROTOCOL = "@LV "
"""Begins what a worker tells the engine and not a person (engine.rendering)."""

_NAME = re.compile(r"[\w-]+")


class JobLogs:
    """Reads the logs of a project's attempts; each line once."""

    def __init__(self, project: str) -> None:
        self._attempts = Path(project, "attempts")
        self._read_to: dict[str, int] = {}
        self._rest: dict[str, bytes] = {}

    def read(self, attempts: Iterable[Mapping[str, Any]]) -> list[LogLine]:
        """Lines since the last call; logs of attempts that are not named any more are left."""
        named = {attempt["attempt"]: attempt["target"] for attempt in attempts}
        most = _MOST_BYTES // max(1, len(named))
        lines = [line for name, target in named.items() for line in self._tail(name, target, most)]
        for name in set(self._read_to) - set(named):
            del self._read_to[name]
            self._rest.pop(name, None)
        return lines

    def _tail(self, name: str, target: str, most: int) -> list[LogLine]:
        if not _NAME.fullmatch(name):
            return []
        try:
            with regular.reading(self._attempts / name / "log") as file:
                size = file.seek(0, 2)
                begun = min(self._read_to.get(name, 0), size)
                start = max(begun, size - most)
                skips = start > begun
                file.seek(start)
                data = file.read(most)
        except OSError:
            return []
        self._read_to[name] = start + len(data)
        before = b"" if skips else self._rest.get(name, b"")
        *lines, rest = _ENDS.split(before + data)
        self._rest[name] = rest[-_MOST_BYTES:]  # some jobs never end a line
        if skips:
            del lines[:1]  # the end of a line
        now = time.time()
        return [
            LogLine(now, "job", target, line)
            for line in b"\n".join(lines).decode(errors="replace").split("\n")
            if line and not line.startswith(_PROTOCOL)
        ]
