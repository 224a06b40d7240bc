"""Starting, pausing and stopping a run from the storyboard, and how long it would take."""

from __future__ import annotations

import time
from collections.abc import Coroutine
from typing import Any

from longvid_tui.client import LEAVE_SECONDS
from longvid_tui.screens.board import Board
from longvid_tui.view.phrases import lost, money


class Running(Board):
    """The actions of the storyboard that are about the run as a whole, or about the engine."""

    def action_estimate(self) -> None:
        from longvid_tui.screens.estimate import Estimate

        def looked(strategy: str | None) -> None:
            if strategy is not None:
                self.action_run(strategy)

        places = {segment.target: segment.position for segment in self.film.segments}
        self.app.push_screen(Estimate(self.project, places, money(self.film)), looked)

    def action_run(self, strategy: str = "") -> None:
        if self.known.snapshot is None:
            return
        if self.film.state == "paused" and not strategy:
            self._order(self.ask("resume"), "goes on")
        else:
            self._order(self._run(approve=False, strategy=strategy or None), "runs")

    def action_run_all(self) -> None:
        question = "Run to the end, approving plan, keyframes and segments as they come?"
        self._if_yes(
            question,
            self._what_follows(),
            lambda: self._order(self._run(approve=True), "runs to the end"),
            self._how_long,
        )

    def action_pause(self) -> None:
        self._order(self.ask("pause"), "paused: what is at work is finished")

    def action_cancel(self) -> None:
        target = self.selected
        question = f"Stop the work on {target}? The rest goes on."
        self._if_yes(question, self._lost(target), lambda: self._order(self._cancel(target), ""))

    def action_stop(self) -> None:
        details = f"Everything that is being made stops; what was finished is kept. {self._lost()}".rstrip()
        self._if_yes("Stop the run?", details, lambda: self._order(self._stop(), ""))

    def action_stop_engine(self) -> None:
        details = "Every run of every project stops; what was finished is kept."
        self._if_yes("Stop the engine and leave?", details, lambda: self._order(self._stop_engine(), ""))

    def _lost(self, target: str = "") -> str:
        """What stopping the work on a target costs, or on all of them."""
        running = self.known.snapshot["report"]["running"] if self.known.snapshot else ()
        return lost([each for each in running if target in ("", each["target"])], time.time())

    def _run(self, **wish: Any) -> Coroutine[Any, Any, Any]:
        """Order all of the film. What a run that is under way may cost goes on to hold."""
        order = self.known.snapshot["report"]["order"] if self.known.snapshot else None
        caps = {name: order[name] for name in ("most_usd", "most_gpu_hours")} if order else {}
        return self.ask("run", until="film", **wish, **caps)

    async def _cancel(self, target: str) -> None:
        said = await self.ask("cancel", target=target)
        if said:
            self._tell(
                f"{target} was cancelled" if said["cancelled"] else f"Nothing works on {target} just now."
            )

    async def _stop(self) -> None:
        said = await self.ask("stop", within=60.0)
        if said is not None:
            self._tell(" ".join(said.get("undying", ())) or "stopped")

    async def _stop_engine(self) -> None:
        said = await self.ask("leave", keep_jobs=False, within=LEAVE_SECONDS)
        if said is not None:
            self.app.exit(message="\n".join(said.get("undying", ())) or None)
