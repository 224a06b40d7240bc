"""What a service answers: a whole reply, a stream of events, and how long it asks to wait."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

LONGEST_WAIT = 86_400.0
_TRY_AGAIN_IN = re.compile(r"(?:[Tt]ry again|[Rr]etry) in (\d+(?:\.\d+)?)(ms|s|m)\b")
"""How OpenAI and Google say in words how long to wait."""

_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0}


@dataclass(frozen=True)
class Reply:
    """A whole answer; `content` is empty if it came as a stream of events."""

    status: int
    headers: Mapping[str, str]
    """Names in lower case."""
    content: bytes
    url: str

    @property
    def kind(self) -> str:
        """The media type without parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    def json(self) -> dict[str, Any]:
        """The JSON object that the content is, or an empty one."""
        return object_or_none(self.content) or {}


def wait(reply: Reply, now: datetime | None = None) -> float | None:
    """Seconds that the service asks to wait, by `retry-after-ms`, `Retry-After` or its words; None if it does
    not."""
    seconds = _asked_to_wait(reply, now or datetime.now(UTC))
    return None if seconds is None else min(max(0.0, seconds), LONGEST_WAIT)


def _asked_to_wait(reply: Reply, now: datetime) -> float | None:
    after = reply.headers.get("retry-after", "")
    for text, unit in ((reply.headers.get("retry-after-ms", ""), 0.001), (after, 1.0)):
        with suppress(ValueError):
            return float(text) * unit
    with suppress(TypeError, ValueError):
        return (parsedate_to_datetime(after) - now).total_seconds()
    words = _TRY_AGAIN_IN.search(reply.content.decode(errors="replace"))
    return float(words[1]) * _UNITS[words[2]] if words else None


class EventReader:
    """Calls `hear` with the JSON objects in a stream of server-sent events; a last event that is cut off is not
    one."""

    def __init__(self, hear: Callable[[dict[str, Any]], None]) -> None:
        self._hear = hear
        self._line = bytearray()
        self._data: list[bytes] = []

    def read(self, piece: bytes) -> None:
        first, *rest = piece.split(b"\n")
        self._line += first
        for following in rest:
            self._end_line(bytes(self._line).rstrip(b"\r"))
            self._line = bytearray(following)

    def _end_line(self, line: bytes) -> None:
        if line.startswith(b"data:"):
            self._data.append(line[5:].strip())
        elif not line:
            event = object_or_none(b"\n".join(self._data))
            self._data = []
            if event is not None:
                self._hear(event)


def object_or_none(data: bytes) -> dict[str, Any] | None:
    """The JSON object that `data` is; None if it is something else."""
    with suppress(ValueError, RecursionError):
        found = json.loads(data)
        return found if isinstance(found, dict) else None
    return None
