"""Says where to open the film in a browser while it is made; it is served as long as this dialog stands."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from longvid_tui.errands import ErrandFailed, lasting
from longvid_tui.showing import show

if TYPE_CHECKING:
    from longvid_tui.app import LongvidApp


class Playing(ModalScreen[None]):
    """Has `longvid-tui play` serve the film, and ends it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "copy", "copy the address"),
        Binding("escape,q,w", "leave", "end it"),
    ]

    app: LongvidApp

    def __init__(self, project: str) -> None:
        super().__init__()
        self._project, self._address = project, ""

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Static("The film, as far as it is made", classes="title", markup=False)
            yield Static("Starting ...", id="address", markup=False)
            yield Static("", id="forward", classes="hint")
            yield Static("", id="said", classes="warn")
            yield Static("It grows while the rest is made.\ny copies the address, esc ends it", classes="hint")

    def on_mount(self) -> None:
        self.run_worker(self._serve(), exit_on_error=False)

    async def _serve(self) -> None:
        try:
            async with lasting("play", self._project, "--json") as said:
                self._address = said["address"]
                self._say("#address", f"Open in a browser: {self._address}")
                self._say("#forward", f"From another machine first: {said['forward']}")
                await asyncio.Event().wait()  # until the screen is left
        except ErrandFailed as error:
            self._say("#address", str(error))

    def _say(self, where: str, sentence: str) -> None:
        self.query_one(where, Static).update(Content(show(sentence)))

    def action_copy(self) -> None:
        if self._address:
            self._say("#said", self.app.copy(self._address))

    def action_leave(self) -> None:
        self.dismiss(None)
