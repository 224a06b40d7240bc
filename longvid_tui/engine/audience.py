"""Who listens to a project, and what they know of it: nothing is told twice, and nothing to nobody."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from longvid_tui import wire
from longvid_tui.project.folder import Folder
from longvid_tui.project.journal import Event
from longvid_tui.project.model import Plan

Tell = Callable[[str, Mapping[str, Any], bool], None]
"""Sends (method, params, whether it may be dropped) to every listener of the project."""


class Audience:
    """The listeners of one project; all of them know the same."""

    def __init__(self, tell: Tell, seq: int) -> None:
        self.listeners = 0
        self.onlookers = 0
        """Those of the listeners who can show pictures."""
        self.seq = seq
        """Number of the last event that they have been told."""
        self.snapshot: Mapping[str, Any] = {}
        """What they know, which the next `changed` is relative to; empty if nothing was told yet."""
        self._tell = tell
        self._snapshot_of: tuple[Any, ...] = ()
        self._progress: Mapping[str, Any] = {}
        self._growing: Plan | None = None

    def join(self, *, looks: bool, seq: int) -> None:
        """One listener more, who `looks` if it can show pictures; `seq`: the last event of what it is sent
        first."""
        if not self.listeners:
            self.seq = seq
        self.listeners += 1
        self.onlookers += looks

    def leave(self, *, looks: bool) -> None:
        self.listeners -= 1
        self.onlookers -= looks

    def events_after(self, folder: Folder, seq: int, most: int) -> list[dict[str, Any]]:
        """The events after number `seq` that listeners have been told, oldest first, at most `most` of them."""
        return [_event(event) for event in folder.events_after(seq)[: max(0, self.seq - seq)][:most]]

    def tell(self, method: str, params: Mapping[str, Any]) -> None:
        """Tell what happened just now, which arrives in any case."""
        self._tell(method, params, False)

    def tell_progress(self, progress: Mapping[str, Any]) -> None:
        """Tell where everything at work stands, as a whole, because it may be dropped."""
        if progress != self._progress:
            self._progress = progress
            self._tell("progress", progress, True)

    def tell_growing(self, plan: Plan) -> None:
        """Tell the plan that is being written, as far as it is."""
        if self.listeners and plan is not self._growing:
            self._growing = plan
            self._tell("growing", {"plan": plan.model_dump(mode="json")}, True)

    def tell_events(self, events: Sequence[Event]) -> None:
        if events:
            self.seq = events[-1].seq
            self.tell("events", {"events": [_event(event) for event in events]})

    def tell_change(self, snapshot: Callable[[], Mapping[str, Any]], of: tuple[Any, ...]) -> None:
        """Tell how the snapshot differs from the one they know; it is made only if what it is `of` has
        changed."""
        if of == self._snapshot_of:
            return
        fresh = snapshot()
        if self.snapshot:
            self.tell("changed", {"change": wire.difference(self.snapshot, fresh)})
        self.snapshot, self._snapshot_of = fresh, of


def _event(event: Event) -> dict[str, Any]:
    return {"seq": event.seq, "t": event.time, "kind": event.kind, "data": dict(event.data)}
