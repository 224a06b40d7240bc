"""What was said of a run, as far as it still matters to whoever comes later."""

from __future__ import annotations

from typing import Any

MOST_KEPT = 50
"""The newest; each is a sentence that a person reads."""

_LASTING = ("note", "retrying", "failed")


class Notices:
    """Of one project since its run was ordered. What was tried again or failed counts until it is made."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str, str], dict[str, Any]] = {}
        """By kind, task and what is said of that."""

    def kept(self) -> list[dict[str, Any]]:
        """As they were told (docs/wire.md), oldest first."""
        return list(self._kept.values())

    def hear(self, notice: dict[str, Any], about: str = "") -> None:
        """A notice was told; it takes the place of one that said the same, or was news `about` the same."""
        name = notice["task"]["name"] if notice["task"] else ""
        if notice["kind"] == "finished":
            self._kept = {said: each for said, each in self._kept.items() if said[1] != name}
        elif notice["kind"] in _LASTING:
            said = notice["kind"], name, about or notice["text"]
            self._kept.pop(said, None)
            self._kept[said] = notice
            if len(self._kept) > MOST_KEPT:
                del self._kept[next(iter(self._kept))]

    def forget(self) -> None:
        """Another run is ordered."""
        self._kept.clear()
