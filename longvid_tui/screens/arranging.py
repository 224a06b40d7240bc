"""Rearranging the film from the storyboard: segments are inserted, deleted, moved, split, merged and chained."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from longvid_tui.screens.board import Board
from longvid_tui.view.arranging import (
    TRANSITIONS,
    Impossible,
    merge,
    split,
    with_continuity_turned,
    with_segment_after,
    with_segment_moved,
    with_transition,
    without_segment,
)


class Arranging(Board):
    """The actions of the storyboard that change how segments hang together; all of them can be undone."""

    def action_insert(self) -> None:
        self._rearrange(with_segment_after, "is new: e writes its words")

    def action_delete(self) -> None:
        if self.selected.startswith("s"):
            details = "Its takes stay on disk; u brings it back."
            self._if_yes(
                f"Delete {self.selected}?", details, lambda: self._rearrange(without_segment, "deleted")
            )

    def action_split(self) -> None:
        self._rearrange(split, "is the second half: e writes its words")

    def action_merge(self) -> None:
        details = "It goes on to where the next one ends, with the words of both; u brings them back."
        if self.selected.startswith("s"):
            question = f"Merge {self.selected} with the segment after it?"
            self._if_yes(question, details, lambda: self._rearrange(merge, "holds both"))

    def action_continuity(self) -> None:
        item = self.film.item(self.selected)
        chained = item is not None and item.continuity == "chain"
        said = "is between keyframes" if chained else "is chained to the one before"
        self._rearrange(with_continuity_turned, said)

    def action_transition(self) -> None:
        from longvid_tui.screens.asking import Choose

        item = self.film.item(self.selected)
        if item is None or item.kind != "segment":
            self._tell("Select a segment first.")
            return

        names = list(TRANSITIONS)

        def choose(place: int | None) -> None:
            if place is not None:
                name = names[place]
                self._rearrange(partial(with_transition, transition=name), f"begins with: {name}")

        at = names.index(item.transition) if item.transition in names else 0
        lines = [f"{name:9} {said}" for name, said in TRANSITIONS.items()]
        self.app.push_screen(Choose(f"How the film comes to {item.target}", lines, at), choose)

    def action_move_on(self) -> None:
        self._rearrange(partial(with_segment_moved, step=1), "moved")

    def action_move_back(self) -> None:
        self._rearrange(partial(with_segment_moved, step=-1), "moved")

    def action_undo(self) -> None:
        self._perform("undo")

    def action_redo(self) -> None:
        self._perform("redo")

    def _rearrange(self, change: Callable[..., Any], said: str) -> None:
        """Change the order of segments; goes to the segment that is new."""
        snapshot, target = self.known.snapshot, self.selected
        if snapshot is None or not target.startswith("s"):
            self._tell("Select a segment first.")
            return
        try:
            changed = change(snapshot["document"], target)
        except Impossible as error:
            self._tell(str(error), "warning")
            return
        document, name = changed if isinstance(changed, tuple) else (changed, target)
        self._order(self._rearranged(document, snapshot["revision"], name, said), "")

    async def _rearranged(self, document: dict[str, Any], base: str, name: str, said: str) -> None:
        params = {"project": document, "base": base}
        if await self.ask("perform", command="edit", params=params) is not None:
            self._tell(f"{name} {said}")
            self.wanted = name
