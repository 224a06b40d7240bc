"""What is done for filming while its pictures come first: what it lacks here is told, its weights are read."""

from __future__ import annotations

import asyncio
from collections.abc import Collection

from longvid_tui.backends.contract import Weighty
from longvid_tui.engine.prefetching import Prefetch
from longvid_tui.engine.studio import Studio
from longvid_tui.engine.tasks import Task
from longvid_tui.project.state import ProjectState

CHECK_SECONDS = 5.0
"""How long a run that is done waits for the last of what filming lacks: asking Wan's interpreter takes a
second."""


class Ahead:
    """Does for one run what can be done before its segments can be filmed."""

    def __init__(self, studio: Studio, prefetch: Prefetch) -> None:
        self._studio = studio
        self._prefetch = prefetch
        self._checking: asyncio.Task[None] | None = None

    def look(self, state: ProjectState, to_film: Collection[Task]) -> None:
        """Begin what can be done by now for the segments that are still `to_film`; each thing is done once."""
        if self._checking is None and any(task.waits_for for task in to_film):
            # Before pictures are bought that nobody here could film.
            self._checking = asyncio.create_task(self._say_what_is_lacking())
        if to_film and state.plan_approved:
            self._read_weights()

    async def finish(self) -> None:
        """Wait for what is still to be told, a few seconds at most."""
        if self._checking is not None:
            await asyncio.wait({self._checking}, timeout=CHECK_SECONDS)

    def cancel(self) -> None:
        if self._checking is not None:
            self._checking.cancel()

    async def _say_what_is_lacking(self) -> None:
        for check in await asyncio.to_thread(self._studio.video.checks):
            if not check.ok:
                self._studio.note(f"Filming is not ready here: {check.sentence}.")

    def _read_weights(self) -> None:
        studio, video = self._studio, self._studio.video
        cost = video.cost_class(studio.canvas)
        if cost is None or not isinstance(video, Weighty):
            return
        size = self._prefetch.begin(video.weights(), cost.host_gb * 2**30)
        if size:
            studio.note(f"Reading {size / 1e9:.1f} GB of weights into free memory meanwhile.")
