"""Reads the log of a job that may be adding to it, cutting it, or flooding it."""

from __future__ import annotations

import os
import re
from pathlib import Path

from longvid_tui import regular
from longvid_tui.regular import NotRegular

_BOUND = 256 << 10
"""Most bytes read at once: a job that writes more between two looks cannot be followed line by line."""
_LONGEST = 64 << 10
"""Bytes after which a line counts as complete; also how far back last_lines() looks."""
_ENDS = re.compile(rb"[\r\n]+")


class LogTail:
    """The lines a log gains, each once, in order.

    Progress bars put the line end before their text and not after it. So a last line without an end counts as
    complete once the log has not grown between two calls.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._offset = 0
        self._pending = b""

    def read(self) -> list[str]:
        """Lines that were completed since the last call; none while there is no log.

        Split at CR and LF, without empty ones, undecodable bytes replaced. When too much was added, a line
        says how many bytes were skipped; when the log was cut, a line says so.
        """
        try:
            with regular.reading(self._path) as file:
                notices = self._skip(os.fstat(file.fileno()).st_size)
                file.seek(self._offset)
                added = file.read(_BOUND)
        except (FileNotFoundError, NotRegular):
            return []
        self._offset += len(added)
        return notices + self._lines(added)

    def _skip(self, size: int) -> list[str]:
        if size < self._offset:
            self._offset, self._pending = size, b""
            return ["[the log was cut: output in between is not shown]"]
        if size - self._offset <= _BOUND:
            return []
        skipped = size - _BOUND - self._offset
        self._offset, self._pending = size - _BOUND, b""
        return [f"[{skipped} bytes of output skipped]"]

    def _lines(self, added: bytes) -> list[str]:
        *complete, rest = _ENDS.split(self._pending + added)
        if not added or len(rest) > _LONGEST:
            complete.append(rest)
            rest = b""
        self._pending = rest
        return [line.decode(errors="replace") for line in complete if line]


def last_lines(path: Path, count: int) -> list[str]:
    """At most `count` last lines of a log's last 64 KiB, split as LogTail does; none without a log."""
    try:
        with regular.reading(path) as file:
            file.seek(max(0, os.fstat(file.fileno()).st_size - _LONGEST))
            lines = _ENDS.split(file.read(_LONGEST))
    except (FileNotFoundError, NotRegular):
        return []
    return [line.decode(errors="replace") for line in lines if line][-count:]
