"""The dialog for making a keyframe again: changed by a note, in whole or within a rectangle, or several to
choose."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from longvid_tui.client import EngineGone
from longvid_tui.showing import show
from longvid_tui.view.film import Item
from longvid_tui.widgets.masking import Masking
from longvid_tui.widgets.pictures import Shown
from longvid_tui.wire import WireError

_WAYS = ("Changes the picture that is there.", "Paints another one.")


class Changing(ModalScreen[str | None]):
    """Orders a retake of a keyframe; answers what the engine said, None if the person left. `ask` blocks for an
    answer of the engine."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "leave"),
        Binding("ctrl+t", "turn", "change it or paint another"),
        Binding("ctrl+s", "order", "order"),
    ]

    def __init__(self, project: str, item: Item, price: str, ask: Callable[..., Any]) -> None:
        super().__init__()
        self._project, self._item, self._ask = project, item, ask
        self._price = f"; {price}" if price else ""
        self._edits = item.sha is not None

    def compose(self) -> ComposeResult:
        with Vertical(classes="box editor"):
            yield Static(Content(show(f"Make {self._item.target} again")), classes="title")
            yield Static("What is to be different, for whoever paints it", classes="hint")
            yield Input(id="note")
            yield Static(f"How many of it, to choose from{self._price}", classes="hint", markup=False)
            yield Input("1", type="integer", id="candidates", classes="short")
            yield Static(_WAYS[not self._edits], id="way", markup=False)
            if self._edits:
                yield Input(
                    placeholder="all of it; only within: LEFT,TOP,WIDTH,HEIGHT in percent", id="rectangle"
                )
                yield Masking(id="mask")
            yield Static("", id="said", classes="warn")
            turn = "^t the other way  " if self._edits else ""
            drawn = (
                "\non the picture: hjkl moves a rectangle, HJKL resizes it, x ends it" if self._edits else ""
            )
            yield Static(
                f"enter orders it  tab next field  {turn}esc leaves{drawn}", classes="hint", markup=False
            )

    def on_mount(self) -> None:
        if self._edits and self._item.path:
            path, sha = str(Path(self._project, self._item.path)), self._item.sha or ""
            self.query_one(Masking).compare(Shown(self._item.target, self._item.status, path, sha))

    def on_input_changed(self, event: Input.Changed) -> None:
        if event.input.id == "rectangle":
            self.query_one(Masking).mark(event.value)

    def on_masking_drawn(self, message: Masking.Drawn) -> None:
        self.query_one("#rectangle", Input).value = message.text

    def on_input_submitted(self) -> None:
        self.action_order()

    def action_turn(self) -> None:
        if self._item.sha is not None:
            self._edits = not self._edits
            self.query_one("#way", Static).update(_WAYS[not self._edits])
            for field in ("#rectangle", "#mask"):
                self.query_one(field).display = self._edits

    def action_leave(self) -> None:
        self.dismiss(None)

    def action_order(self) -> None:
        self.run_worker(self._order(), exclusive=True, group="order")

    async def _order(self) -> None:
        wish = {
            "targets": [self._item.target],
            "note": self.query_one("#note", Input).value.strip(),
            "edit": self._edits,
            "rectangle": self.query_one("#rectangle", Input).value.strip() if self._edits else "",
            "candidates": self.query_one("#candidates", Input).value.strip() or "1",
        }
        try:
            said = await asyncio.to_thread(
                self._ask, "perform", project=self._project, command="retake", params=wish
            )
        except (EngineGone, WireError) as error:
            self._say(str(error))
            return
        if said["absent"]:
            self._say(f"{self._item.target} {said['problem']}")
        else:
            self.dismiss(f"{self._item.target} {said['said']}")

    def _say(self, sentence: str) -> None:
        self.query_one("#said", Static).update(Content(show(sentence)))
