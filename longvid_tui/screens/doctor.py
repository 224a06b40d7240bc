"""What this machine has and lacks: the checks of `longvid-tui doctor`."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from longvid_tui.errands import ErrandFailed, told
from longvid_tui.showing import one_line, show
from longvid_tui.widgets.writing import hang


class Doctor(ModalScreen[None]):
    """Lists the checks, those that failed first; `r` looks again."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "look", "look again"),
        Binding("escape,q,H", "leave", "leave"),
    ]

    def __init__(self, beside: Path) -> None:
        """`beside`: the folder where projects are kept."""
        super().__init__()
        self._beside = beside

    def compose(self) -> ComposeResult:
        with VerticalScroll(classes="box whole"):
            yield Static("Doctor", classes="title")
            yield Static(id="checks", markup=False)
            yield Static("r looks again   esc leaves", classes="hint", markup=False)

    def on_mount(self) -> None:
        self.action_look()

    def action_look(self) -> None:
        self.query_one("#checks", Static).update(Content("Looking ..."))
        self.run_worker(self._look(), exclusive=True, exit_on_error=False)

    def action_leave(self) -> None:
        self.dismiss(None)

    async def _look(self) -> None:
        try:
            checks = await told("doctor", "--json", str(self._beside))
        except ErrandFailed as error:
            said = Content(show(str(error)))
        else:
            # The command looks from a pipe, and this screen is on a terminal.
            checks = sorted(
                (each for each in checks if each["name"] != "terminal"), key=lambda each: each["ok"]
            )
            width = self.query_one("#checks", Static).content_size.width
            lines = (
                Content.assemble(*_line(check["ok"], check["name"], check["sentence"], width))
                for check in checks
            )
            said = Content("\n").join(lines)
        self.query_one("#checks", Static).update(said)


def _line(ok: bool, name: str, sentence: str, width: int) -> tuple[tuple[str, str], ...]:
    mark, named = ("ok   ", "$success") if ok else ("BAD  ", "bold $error"), f"{one_line(name):18} "
    lead = mark[0] + named
    return mark, (named, "bold"), (hang(lead, one_line(sentence), width).removeprefix(lead), "")
