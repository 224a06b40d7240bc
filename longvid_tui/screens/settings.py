"""The person's settings: each with its value and where that comes from; changed as `config set` changes
them."""

from __future__ import annotations

import json
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static

from longvid_tui.errands import ErrandFailed, done, told
from longvid_tui.screens.asking import AskWords, Lines
from longvid_tui.showing import one_line, show


class Settings(ModalScreen[None]):
    """The list of all settings, with what the highlighted one is for; enter changes it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,comma", "leave", "leave"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._known: dict[str, dict[str, Any]] = {}

    def compose(self) -> ComposeResult:
        with Vertical(classes="box whole"):
            yield Static("Settings", classes="title")
            yield Lines(markup=False)
            yield Static("", id="about", markup=False)
            yield Static("Reading them ...", id="said", classes="warn", markup=False)
            yield Static("enter changes one   esc leaves", classes="hint", markup=False)

    def on_mount(self) -> None:
        self.run_worker(self._read(), exclusive=True, exit_on_error=False)

    def action_leave(self) -> None:
        self.dismiss(None)

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        known = list(self._known.values())[event.option_index]
        self.query_one("#about", Static).update(Content(show(f"{known['about']} ({known['origin']})")))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        name = list(self._known)[event.option_index]

        def typed(value: str | None) -> None:
            if value is not None:
                self.run_worker(self._change(name, value), exclusive=True, exit_on_error=False)

        self.app.push_screen(
            AskWords(name, _written(self._known[name]["value"]), "YAML: 18, true, [a, b]"), typed
        )

    async def _change(self, name: str, value: str) -> None:
        try:
            await done("config", "set", "--", name, value)
        except ErrandFailed as error:
            self._say(str(error))
            return
        await self._read()
        origin = self._known[name]["origin"]
        self._say(
            f"{name} is saved in your settings" + ("." if "settings.yaml" in origin else f"; {origin} wins.")
        )

    async def _read(self) -> None:
        try:
            self._known = await told("config", "show", "--json")
        except ErrandFailed as error:
            self._say(str(error))
            return
        listed = self.query_one(OptionList)
        at = listed.highlighted or 0
        longest = max(map(len, self._known), default=0)
        listed.clear_options()
        listed.add_options(
            Content(
                show(f"{name:{longest}}  {one_line(_written(each['value']), 24):24}  {_short(each['origin'])}")
            )
            for name, each in self._known.items()
        )
        listed.highlighted = at
        self._say("")

    def _say(self, sentence: str) -> None:
        self.query_one("#said", Static).update(Content(show(sentence)))


def _short(origin: str) -> str:
    """Where a value comes from, without folders and the name of the variable, which would not fit beside it."""
    return "environment" if origin.startswith("environment ") else one_line(origin.rpartition("/")[2], 40)


def _written(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
