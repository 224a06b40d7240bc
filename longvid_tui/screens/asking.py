"""Small questions on top of the storyboard: words to type, a yes or no, one of several."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from longvid_tui.showing import show


class AskWords(ModalScreen[str | None]):
    """One line of words; None if the person leaves with escape."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "leave")]

    def __init__(self, title: str, words: str = "", hint: str = "") -> None:
        super().__init__()
        self._title, self._words, self._hint = title, words, hint

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Static(Content(show(self._title)), classes="title")
            yield Input(self._words, placeholder=self._hint, select_on_focus=True)
            yield Static("enter does it, esc leaves", classes="hint", markup=False)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        self.dismiss(event.value)

    def action_leave(self) -> None:
        self.dismiss(None)


class Confirm(ModalScreen[bool]):
    """A question that is answered with y or n."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y,enter", "answer(True)", "yes"),
        Binding("n,escape,q", "answer(False)", "no"),
    ]

    def __init__(
        self, question: str, details: str = "", more: Callable[[], Coroutine[Any, Any, str]] | None = None
    ) -> None:
        """`more` answers further details, which may take a moment."""
        super().__init__()
        self._question, self._details, self._more = question, details, more

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Static(Content(show(self._question)), classes="title")
            if self._details:
                yield Static(Content(show(self._details)))
            if self._more:
                yield Static("Estimating the time ...", id="more", markup=False)
            yield Static("y yes   n no", classes="hint", markup=False)

    def on_mount(self) -> None:
        if self._more:
            self.run_worker(self._say_more(self._more()), exit_on_error=False)

    async def _say_more(self, more: Coroutine[Any, Any, str]) -> None:
        said = self.query_one("#more", Static)
        said.update(Content(show(await more)))
        said.display = bool(said.content)

    def action_answer(self, yes: bool) -> None:
        self.dismiss(yes)


class Lines(OptionList):
    """A list that `j` and `k` go through as well as the arrows."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "cursor_down", "next"),
        Binding("k", "cursor_up", "before"),
    ]


class Choose(ModalScreen[int | None]):
    """One of several lines; answers its place."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "leave", "leave"),
    ]

    VERTICAL_BREAKPOINTS = [(0, "-low"), (24, "-high")]  # noqa: RUF012

    def __init__(self, title: str, lines: Sequence[str], at: int = 0) -> None:
        super().__init__()
        self._title, self._lines, self._at = title, lines, at

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Static(Content(show(self._title)), classes="title")
            yield Lines(*(Option(Content(show(line))) for line in self._lines), markup=False)
            yield from self.compose_more()
            yield Static("enter chooses, esc leaves", classes="hint", markup=False)

    def compose_more(self) -> ComposeResult:
        """What stands below the lines."""
        yield from ()

    def on_mount(self) -> None:
        self.query_one(OptionList).highlighted = self._at

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(event.option_index)

    def action_leave(self) -> None:
        self.dismiss(None)
