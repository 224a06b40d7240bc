"""What was said of a run, as far as it still matters to whoever comes later."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

MOST_KEPT = 50
"""The newest; each is a sentence that a person reads."""

_LASTING = ("note", "retrying", "failed")


class Notices:
    """Of one project since its run was ordered. What was tried again or failed counts until it is made."""

    def __init__(self) -> None:
        self.kept: list[dict[str, Any]] = []
        """As they were told (docs/wire.md), oldest first."""

    def hear(self, notice: dict[str, Any]) -> None:
        """A notice was told; one that says the same as one before takes its place."""
        if notice["kind"] == "finished":
            self.kept = [each for each in self.kept if _name(each) != _name(notice)]
        elif notice["kind"] in _LASTING:
            others = [each for each in self.kept if _words(each) != _words(notice)]
            self.kept = [*others, notice][-MOST_KEPT:]

    def forget(self) -> None:
        """Another run is ordered."""
        self.kept = []


def _name(notice: Mapping[str, Any]) -> str:
    """Of what it is about; "" of the film as a whole."""
    return notice["task"]["name"] if notice["task"] else ""


def _words(notice: Mapping[str, Any]) -> tuple[str, ...]:
    return notice["kind"], _name(notice), notice["text"]
