"""A new film: what it shows, where it lives, how long it is, who makes it. The command line makes the project,
in a process of its own."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static, TextArea

from longvid_tui import drafts
from longvid_tui.drafts import Draft
from longvid_tui.errands import ErrandFailed, done, told
from longvid_tui.screens.asking import Choose
from longvid_tui.showing import show
from longvid_tui.widgets.writing import hang

_DRAFT = "new film"
_ANSWERS = "answers for a new film"

_MAKERS = {"planner": "Planner", "images": "Image provider", "video": "Video generator"}
"""Who makes the film, by the options of `new`."""

_KEYS = "tab next   ctrl+s makes it   esc keeps it all"
_MAKERS_KEYS = "enter lists who there is   tab next   ctrl+s makes it"


class Maker(Static, can_focus=True):
    """The field for who plans, paints or films; by default whom the settings name."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter,space,down", "screen.choose", "choose")]

    def __init__(self, kind: str) -> None:
        super().__init__("...", id=kind, markup=False)
        self.default = self.chosen = ""

    def choose(self, name: str) -> None:
        self.chosen = name
        self.update(show(name))

    def on_click(self) -> None:
        self.focus()
        self.app.call_later(self.run_action, "screen.choose")


class NewFilm(ModalScreen[str | None]):
    """Answers the folder of the project that was made."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "make", "make it"),
        Binding("escape", "leave", "leave"),
    ]

    VERTICAL_BREAKPOINTS = [(0, "-low"), (20, "-short")]  # noqa: RUF012

    def __init__(self, beside: Path) -> None:
        super().__init__()
        self._beside = beside
        self._choices: list[dict[str, Any]] = []
        """The answer of `longvid-tui backends`, once somebody asked who there is."""
        self._making = False

    def compose(self) -> ComposeResult:
        left = drafts.kept("", _DRAFT)
        with Vertical(classes="box form"):
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
            with Horizontal(classes="fields"):
                for kind, does in _MAKERS.items():
                    with Vertical():
                        yield Static(does, classes="hint")
                        yield Maker(kind)
            yield Static("", id="said", classes="warn")
            yield Static(_KEYS, id="keys", classes="hint")

    def on_mount(self) -> None:
        self._answer()
        self.set_interval(2.0, self.keep)
        self.run_worker(self._show_defaults(), group="defaults", exit_on_error=False)

    def on_descendant_focus(self) -> None:
        self.query_one("#keys", Static).update(_MAKERS_KEYS if isinstance(self.focused, Maker) else _KEYS)

    def keep(self) -> None:
        """Write all that was said to disk, so that it survives a lost link."""
        drafts.keep(Draft("", _DRAFT, self.query_one(TextArea).text, ""))
        answers = {str(field.id): field.value for field in self.query(Input)}
        chosen = {str(maker.id): maker.chosen for maker in self.query(Maker) if maker.chosen != maker.default}
        drafts.keep(Draft("", _ANSWERS, json.dumps({**answers, **chosen}), ""))

    def _answer(self) -> None:
        """Fill the fields as they were left."""
        left = drafts.kept("", _ANSWERS)
        answers = json.loads(left.text) if left else {}
        for field in self.query(Input):
            field.value = answers.get(field.id, field.value)
        for maker in self.query(Maker):
            if maker.id in answers:
                maker.choose(answers[maker.id])

    def on_input_submitted(self) -> None:
        self.action_make()

    def action_leave(self) -> None:
        self.keep()
        self.dismiss(None)

    def action_choose(self) -> None:
        """Choose who does what the field is for."""
        if isinstance(self.focused, Maker):
            self.run_worker(self._choose(self.focused), group="makers", exclusive=True, exit_on_error=False)

    def action_make(self) -> None:
        if not self._making:
            self._making = True
            self.run_worker(self._make())

    async def _make(self) -> None:
        try:
            await self._made()
        finally:
            self._making = False

    async def _made(self) -> None:
        prompt = self.query_one(TextArea).text.strip()
        if not prompt:
            self._say("Write what the film shows first.")
            return
        self.keep()
        self._say("Making it ...")
        folder = self._folder(prompt)
        try:
            await done("new", "-f", "-", *self._wishes(), "--", str(folder), given=prompt)
        except ErrandFailed as error:
            self._say(str(error))
            return
        drafts.forget("", _DRAFT)
        drafts.forget("", _ANSWERS)
        self.dismiss(str(folder))

    async def _show_defaults(self) -> None:
        try:
            named = await told("config", "get", "backends", "--json")
        except ErrandFailed as error:
            self._say(str(error))
            return
        for maker in self.query(Maker):
            maker.default = named[maker.id]
            maker.choose(maker.chosen or maker.default)

    async def _choose(self, maker: Maker) -> None:
        if not self._choices:
            self._say("Looking who there is ...")
            try:
                self._choices = await told("backends", "--json")
            except ErrandFailed as error:
                self._say(str(error))
                return
            self._say("")
            if self.focused is not maker:  # the person has gone on meanwhile
                return
        offered = sorted(
            (choice for choice in self._choices if choice["kind"] == maker.id),
            key=lambda choice: not choice["ready"],
        )
        width = min(90, self.app.size.width * 9 // 10) - 6
        names = [choice["name"] for choice in offered]
        at = names.index(maker.chosen) if maker.chosen in names else 0
        lines = [_told(choice, width) for choice in offered]

        place = await self.app.push_screen_wait(Choose(_MAKERS[str(maker.id)], lines, at))
        if place is not None:
            maker.choose(names[place])
            chosen = offered[place]
            self._say("" if chosen["ready"] else f"{names[place]}: {chosen['sentence']}")

    def _wishes(self) -> list[str]:
        """What was filled in, as options of `new`; a field left empty is none."""
        wishes = [
            word
            for name in ("seconds", "language")
            if (value := self._typed(name))
            for word in (f"--{name}", value)
        ]
        for maker in self.query(Maker):
            if maker.chosen != maker.default:
                wishes += [f"--{maker.id}", maker.chosen]
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


def _told(choice: dict[str, Any], width: int) -> str:
    """A backend as a line of the list: its name, and below it what it runs with or lacks."""
    lacking = "" if choice["ready"] else "  not ready"
    return f"{choice['name']}{lacking}\n{hang('  ', choice['sentence'], width)}"
