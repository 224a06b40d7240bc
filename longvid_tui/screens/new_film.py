"""A new film: what it shows, where it lives, how long it is. The command line makes it, in a process of its
own."""

from __future__ import annotations

import re
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static, TextArea

from longvid_tui import drafts
from longvid_tui.drafts import Draft
from longvid_tui.errands import ErrandFailed, done
from longvid_tui.showing import show

_DRAFT = "new film"


class NewFilm(ModalScreen[str | None]):
    """Answers the folder of the project that was made."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "make", "make it"),
        Binding("escape", "leave", "leave"),
    ]

    def __init__(self, beside: Path) -> None:
        super().__init__()
        self._beside = beside

    def compose(self) -> ComposeResult:
        left = drafts.kept("", _DRAFT)
        with Vertical(classes="box editor"):
            yield Static("New film: what does it show?", classes="title")
            yield TextArea(
                left.text if left else "", soft_wrap=True, tab_behavior="focus", show_line_numbers=False
            )
            yield Static("Folder", classes="hint")
            yield Input(placeholder="named after the first words", id="folder")
            with Horizontal(classes="fields"):
                with Vertical():
                    yield Static("Seconds", classes="hint")
                    yield Input("60", type="number", id="seconds")
                with Vertical():
                    yield Static("Language", classes="hint")
                    yield Input(placeholder="the prompt's", id="language")
                with Vertical():
                    yield Static("Dialogue", classes="hint")
                    yield Input(placeholder="as it comes; y, n", restrict="|y|ye|yes|n|no", id="dialogue")
            yield Static("", id="said", classes="warn")
            yield Static("tab next field   ctrl+s makes it   esc leaves and keeps the words", classes="hint")

    def on_mount(self) -> None:
        self.set_interval(2.0, self.keep)

    def keep(self) -> None:
        """Write the words to disk, so that they survive a lost link."""
        text = self.query_one(TextArea).text
        if text.strip():
            drafts.keep(Draft("", _DRAFT, text, ""))

    def on_input_submitted(self) -> None:
        self.action_make()

    def action_leave(self) -> None:
        self.keep()
        self.dismiss(None)

    def action_make(self) -> None:
        self.run_worker(self._make(), exclusive=True)

    async def _make(self) -> None:
        prompt = self.query_one(TextArea).text.strip()
        if not prompt:
            self._say("Write what the film shows first.")
            return
        self.keep()
        folder = self._folder(prompt)
        try:
            await done("new", "-f", "-", *self._wishes(), "--", str(folder), given=prompt)
        except ErrandFailed as error:
            self._say(str(error))
            return
        drafts.forget("", _DRAFT)
        self.dismiss(str(folder))

    def _wishes(self) -> list[str]:
        """As options of `new`; a field left empty is no wish."""
        wishes = [
            word
            for name in ("seconds", "language")
            if (value := self._typed(name))
            for word in (f"--{name}", value)
        ]
        return wishes + {"": [], "y": ["--dialogue"], "n": ["--no-dialogue"]}[self._typed("dialogue")[:1]]

    def _typed(self, name: str) -> str:
        return self.query_one(f"#{name}", Input).value.strip().casefold()

    def _folder(self, prompt: str) -> Path:
        typed = self.query_one("#folder", Input).value.strip()
        if typed:
            return self._beside / Path(typed).expanduser()
        name = "-".join(re.findall(r"[^\W_]+", prompt.casefold())[:4])[:40] or "film"
        taken = [self._beside / name, *(self._beside / f"{name}-{at}" for at in range(2, 1000))]
        return next(folder for folder in taken if not folder.exists())

    def _say(self, sentence: str) -> None:
        self.query_one("#said", Static).update(Content(show(sentence)))
