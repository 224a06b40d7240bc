"""The prompt editor: words of the film, a keyframe or a segment. What is typed is kept on disk every two
seconds."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static, TextArea

from longvid_tui import drafts, wire
from longvid_tui.client import EngineGone
from longvid_tui.drafts import Draft
from longvid_tui.showing import show
from longvid_tui.view.document import FILM, with_words, words
from longvid_tui.wire import WireError

KEEP_SECONDS = 2.0
"""Between two writings of the draft."""


class Editing(ModalScreen[str | None]):
    """Edits the words of one target; answers what was said when they were saved, None if nothing was.

    `snapshot` gives the newest snapshot, `ask` blocks for an answer of the engine.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "save", "save"),
        Binding("ctrl+d", "discard", "discard"),
        Binding("escape", "leave", "leave"),
    ]

    def __init__(
        self, project: str, target: str, snapshot: Callable[[], dict[str, Any]], ask: Callable[..., Any]
    ) -> None:
        super().__init__()
        self._project, self.target = project, target
        self._snapshot, self._ask = snapshot, ask
        self._base = words(snapshot()["document"], target)
        self._said = ""
        self._overrule = False
        left = drafts.kept(project, target)
        self._start = self._base
        if left and left.text != self._base:
            self._start, self._said = left.text, "Your draft of last time. ctrl+d goes back to what is saved."
            if left.base != self._base:
                self._said = "Your draft; the saved words have changed since. ctrl+d shows them."

    def compose(self) -> ComposeResult:
        title = "The film's prompt" if self.target == FILM else f"Words of {self.target}"
        with Vertical(classes="box editor"):
            yield Static(Content(title), classes="title")
            yield TextArea(self._start, soft_wrap=True, tab_behavior="focus", show_line_numbers=False)
            yield Static(Content(self._said), id="said", classes="warn")
            yield Static("ctrl+s saves   esc leaves and keeps the draft   ctrl+d discards it", classes="hint")

    def on_mount(self) -> None:
        area = self.query_one(TextArea)
        area.move_cursor(area.document.end)
        self.set_interval(KEEP_SECONDS, self.keep)

    @property
    def text(self) -> str:
        return self.query_one(TextArea).text

    def keep(self) -> None:
        """Write the draft, if there is something to lose."""
        if self.is_mounted and self.text != self._base:
            drafts.keep(Draft(self._project, self.target, self.text, self._base))

    def action_leave(self) -> None:
        self.keep()
        self.dismiss(None)

    def action_discard(self) -> None:
        drafts.forget(self._project, self.target)
        self._base = words(self._snapshot()["document"], self.target)
        self.query_one(TextArea).load_text(self._base)
        self._say("")

    def action_save(self) -> None:
        self.keep()
        self.run_worker(self._save(), exclusive=True, group="save")

    async def _save(self) -> None:
        text, snapshot = self.text.rstrip(), self._snapshot()
        now = words(snapshot["document"], self.target)
        if now == text:
            self._done("Nothing to save: these are the words already.")
            return
        if now != self._base and not self._overrule:
            self._overrule = True
            self._say(f"The words were changed meanwhile, to: {now}\nctrl+s again replaces them with yours.")
            return
        try:
            document = with_words(snapshot["document"], self.target, text)
            await asyncio.to_thread(
                self._ask,
                "perform",
                project=self._project,
                command="edit",
                params={"project": document, "base": snapshot["revision"]},
            )
        except KeyError:
            self._say(f"{self.target} is no longer in the film; your words are kept as a draft.")
        except WireError as error:
            changed = error.code == wire.CONFLICT
            self._say("The project has just changed: ctrl+s tries again." if changed else str(error))
        except EngineGone as error:
            self._say(f"{error} Your words are kept.")
        else:
            self._done("saved")

    def _done(self, said: str) -> None:
        drafts.forget(self._project, self.target)
        self.dismiss(said)

    def _say(self, sentence: str) -> None:
        self.query_one("#said", Static).update(Content(show(sentence)))
