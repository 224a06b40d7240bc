"""The takes of a keyframe or a segment, beside the one that is chosen; a clip is shown by its frame halfway."""

from __future__ import annotations

from pathlib import Path

from textual.app import ComposeResult
from textual.widgets import OptionList

from longvid_tui.screens.asking import Choose
from longvid_tui.view.film import Item
from longvid_tui.widgets.pictures import Pictures, Shown


class Takes(Choose):
    """Answers the place of a take among the takes of the item."""

    def __init__(self, folder: str, item: Item) -> None:
        self._folder, self._item = folder, item
        self._chosen = (item.sha or "")[:12]
        lines = [f"{self._told(take)}  {take}" for take in item.takes]
        at = item.takes.index(self._chosen) if self._chosen in item.takes else 0
        super().__init__(f"Takes of {item.target}", lines, at)

    def compose_more(self) -> ComposeResult:
        yield Pictures(id="compare")

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        highlighted = self._item.takes[event.option_index]
        takes = dict.fromkeys((self._chosen, highlighted)) if self._chosen else (highlighted,)
        self.query_one(Pictures).compare(*(self._shown(take) for take in takes))

    def _told(self, take: str) -> str:
        number = self._item.takes.index(take) + 1
        return f"take {number}, chosen" if take == self._chosen else f"take {number}"

    def _shown(self, take: str) -> Shown:
        path = Path(self._folder, self._item.path_of(take))
        return Shown(self._told(take), "approved" if take == self._chosen else "planned", str(path), take)
