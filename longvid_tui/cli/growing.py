"""Tells the segments of a plan while it is written: each once, as soon as the next one has begun. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Segment = Mapping[str, Any]


class Growing:
    """Hears the plan grow (`growing` in docs/wire.md); answers the segments that are new and whole."""

    def __init__(self) -> None:
        self._written: Sequence[Segment] = ()
        self._told: set[str] = set()

    def hear(self, plan: Mapping[str, Any]) -> Iterator[Segment]:
        """The segments that can be told now: all but the last, which may still be half a sentence."""
        shown = {keyframe["id"] for keyframe in plan["keyframes"] if keyframe["prompt"]}
        self._written = [segment for segment in plan["segments"] if segment["last"] in shown]
        yield from self._tell(self._written[:-1])

    def end(self) -> Iterator[Segment]:
        """The plan is finished: what was not told yet."""
        yield from self._tell(self._written)

    def _tell(self, segments: Sequence[Segment]) -> Iterator[Segment]:
        for segment in segments:
            if segment["id"] not in self._told:
                self._told.add(segment["id"])
                yield segment
