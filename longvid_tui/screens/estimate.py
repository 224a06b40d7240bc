"""How long the film would take and which strategy suits, before anything is started."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from longvid_tui.errands import ErrandFailed, told
from longvid_tui.screens.asking import AskWords
from longvid_tui.view.forecast import forecast
from longvid_tui.widgets.forecast import Estimates


class Estimate(ModalScreen[str | None]):
    """Answers the strategy to start with now ("" where no GPU has a part in it), None to start nothing."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("h,left,k,up", "turn(-1)", "strategy before"),
        Binding("l,right,j,down,tab", "turn(1)", "next strategy"),
        Binding("b", "box", "another box"),
        Binding("R", "start", "start so"),
        Binding("escape,q,F", "leave", "leave"),
    ]

    def __init__(self, project: str, places: Mapping[str, int], money: str = "") -> None:
        """`money`: what is to be paid and was, in words."""
        super().__init__()
        self._project, self._places, self._money = project, places, money
        self._box = ""

    def compose(self) -> ComposeResult:
        with Vertical(classes="box whole"):
            yield Static("Estimate", classes="title")
            if self._money:
                yield Static(self._money, classes="warn", markup=False)
            yield Estimates(id="estimates")
            yield Static(
                "h l strategy   b another box of GPUs   R starts the run so   esc leaves",
                classes="hint",
                markup=False,
            )

    def on_mount(self) -> None:
        self._ask()

    def action_turn(self, step: int) -> None:
        self.query_one(Estimates).turn(step)

    def action_box(self) -> None:
        def asked(box: str | None) -> None:
            if box is not None:
                self._box = box.strip()
                self._ask()

        hint = "8xH100-80, 2x8xH100-80 for two machines; nothing for this machine"
        self.app.push_screen(AskWords("Film on which box?", self._box, hint), asked)

    def action_start(self) -> None:
        self.dismiss(self.query_one(Estimates).strategy)

    def action_leave(self) -> None:
        self.dismiss(None)

    def _ask(self) -> None:
        self.query_one(Estimates).say("Estimating ...")
        self.run_worker(self._estimate(), exclusive=True, exit_on_error=False)

    async def _estimate(self) -> None:
        words = ("--gpus", self._box) if self._box else ()
        pane = self.query_one(Estimates)
        try:
            pane.show(forecast(await told("estimate", "--json", *words, self._project)), self._places)
        except ErrandFailed as error:
            pane.say(str(error))
