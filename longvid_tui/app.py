"""The window onto the engine: `longvid-tui [DIR]`. Leaving it never stops work."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import sys
import time
from contextlib import nullcontext
from pathlib import Path
from typing import Any, ClassVar

from rich.console import RenderableType
from textual._compositor import ChopsUpdate
from textual.app import App
from textual.binding import BindingsMap, BindingType
from textual.command import CommandPalette
from textual.dom import DOMNode
from textual.screen import Screen
from textual.scrollbar import ScrollBar
from textual.theme import Theme

from longvid_tui import crashes, keymap, library
from longvid_tui.errands import end_lasting
from longvid_tui.place import Place
from longvid_tui.screens.storyboard import Storyboard
from longvid_tui.showing import one_line
from longvid_tui.terminal import PICTURE_TERMINALS, PacedDriver, on_hangup, takes_pictures
from longvid_tui.thrift import Spans
from longvid_tui.view.film import Film
from longvid_tui.widgets.bindings import bindings_for
from longvid_tui.widgets.palette import THEMES, add_palette, use_few_colours
from longvid_tui.widgets.pane import Pane, WholeCells
from longvid_tui.widgets.pictures import Pictures

TWICE_SECONDS = 1.5
"""A second Ctrl-C within this long leaves."""

SETTLED_SECONDS = 1.0
"""Seconds from the first paint until the film, its pictures and the projects are usually there."""


def _palette() -> Any:
    from longvid_tui.screens.palette import Actions

    return Actions


class LongvidApp(App[None]):
    """One storyboard at a time; opening another project replaces it."""

    CSS_PATH = "longvid.textual.css"
    TITLE = "longvid-tui"
    BINDINGS: ClassVar[list[BindingType]] = bindings_for("anywhere")
    COMMANDS = {_palette}  # noqa: RUF012
    COMMAND_PALETTE_BINDING = "ctrl+p"
    PAUSE_GC_ON_SCROLL = True
    ESCAPE_TO_MINIMIZE = True

    def __init__(self, project: str = "", *, plain: bool = False) -> None:
        # A driver named in the environment (a web gateway, a test) must win over ours.
        super().__init__(driver_class=None if "TEXTUAL_DRIVER" in os.environ else PacedDriver)
        self.keys = keymap.defaults()
        self.place = Place()
        self._project = project
        self._asked_to_leave = 0.0
        self.called = ""
        """What the person was last called for."""
        self._title = ""
        self.own_themes: list[Theme] = []
        for theme in THEMES:
            self.register_theme(theme)
        theme = self.place.get("theme", THEMES[0].name)
        self.theme = theme if theme in self.available_themes else THEMES[0].name
        if plain:
            self.add_class("plain")

    def get_default_screen(self) -> Screen[Any]:
        """The storyboard itself: a blank screen below it would be styled, laid out and painted first."""
        board = Storyboard(self._project).fit(self.size)
        board._push_result_callback(self, None)  # which `switch_screen` takes off again
        return board

    def refresh_css(self, animate: bool = True) -> None:
        """Before any screen stands, the style sheet is only told the colours: Textual would read it twice
        more."""
        if self.screen_stack:
            super().refresh_css(animate)
            return
        self.stylesheet.set_variables(self.get_css_variables())
        self.stylesheet.update(self, animate=animate)

    def action_command_palette(self) -> None:
        """Show the palette; Textual's words for it end with a sign that is not ASCII."""
        if not CommandPalette.is_open(self):  # type: ignore[arg-type]
            self.push_screen(CommandPalette(placeholder="Search for commands", id="--command-palette"))

    def on_mount(self) -> None:
        self._guard_terminal()
        self.call_after_refresh(self.run_worker, self._take_up_keys, thread=True, exit_on_error=False)
        self.set_timer(SETTLED_SECONDS, self._collect)

    def open_project(self, folder: str) -> None:
        """Show a project; the one shown before goes on by itself."""
        board = Storyboard(str(Path(folder).resolve())).fit(self.size)
        if isinstance(self.screen, Storyboard):
            self.switch_screen(board)
        else:
            self.push_screen(board)

    def terminal_is_behind(self) -> bool:
        """Whether the terminal has not yet shown what it was sent; other drivers than ours never are."""
        behind = getattr(self._driver, "behind", None)
        return bool(behind and behind())

    def link_delay(self) -> int:
        """Milliseconds to the terminal and back, if slow enough to be worth telling."""
        delay = getattr(self._driver, "round_trip", 0.0)
        return round(delay * 1000) if delay > 0.02 else 0

    def show_title(self, film: Film) -> None:
        """Tell the terminal's title bar how far the film is, and whether somebody is needed."""
        asks = f"{len(film.asking)} ask you, " if film.asking else ""
        title = f"longvid-tui: {asks}{film.done}/{film.total} {one_line(film.title, 40)}"
        if self._driver and title != self._title and not self.is_headless:
            self._title = title
            self._driver.write(f"\x1b]2;{title}\x07")

    def call(self, sentence: str) -> None:
        """Call the person to the terminal: the bell, and a notification where the terminal has them (OSC 9)."""
        self.called = one_line(sentence, 120)
        if self._driver and not self.is_headless:
            self.bell()
            self._driver.write(f"\x1b]9;{self.called}\x07")

    def copy(self, text: str) -> str:
        """Put it on the person's clipboard; answers what to say of it."""
        self.copy_to_clipboard(text)
        return f"Copied: {text}{' (tmux: set -g set-clipboard on)' if 'TMUX' in os.environ else ''}"

    def send(self, message: str) -> None:
        """Tell the terminal something that is not painted."""
        if self._driver:
            self._driver.write(message)

    def post_display_hook(self) -> None:
        ping = getattr(self._driver, "ping", None)
        if ping:
            ping()

    def action_detach(self) -> None:
        self.exit()

    def action_help_quit(self) -> None:
        """Ctrl-C: once explains, twice leaves."""
        now = time.monotonic()
        if now - self._asked_to_leave < TWICE_SECONDS:
            self.exit()
        self._asked_to_leave = now
        self.notify("Ctrl-C again leaves; work goes on.", markup=False, timeout=2)

    def action_palette(self) -> None:
        self.action_command_palette()

    def action_help(self) -> None:
        from longvid_tui.screens.help import Help

        focused = self.screen.focused
        place: Any = focused.id if focused and focused.id in ("log", "gpus", "projects") else "film"
        self.push_screen(Help(self.keys, place, getattr(focused, "HELP", None) or ""))

    def action_settings(self) -> None:
        from longvid_tui.screens.settings import Settings

        self.push_screen(Settings())

    def action_doctor(self) -> None:
        from longvid_tui.screens.doctor import Doctor

        self.push_screen(Doctor(Path.cwd()))

    def action_theme(self) -> None:
        names = [theme.name for theme in (*THEMES, *self.own_themes)]
        at = names.index(self.theme) if self.theme in names else -1
        self.theme = names[(at + 1) % len(names)]
        self.place.put("theme", self.theme)
        self.place.write()

    def action_repaint(self) -> None:
        self.screen.refresh(repaint=True, layout=True)

    def action_shell(self) -> None:
        self.action_suspend_process()

    def keep_drafts(self) -> None:
        """Write down what is being typed; called when the terminal is lost."""
        self.place.write()
        keep = getattr(self.screen, "keep", None)
        if keep:
            keep()

    def _guard_terminal(self) -> None:
        # fg after Ctrl-Z brings modes back, not the picture (Textual 8.2.8).
        self.app_resume_signal.subscribe(self, lambda _: self.action_repaint())
        if self.is_headless:
            return
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, self._leave_on_signal)
        on_hangup(self._lose_terminal)

    def _lose_terminal(self) -> None:
        self.keep_drafts()
        end_lasting()

    def _leave_on_signal(self) -> None:
        self.keep_drafts()
        self.exit(return_code=128 + signal.SIGTERM)

    async def _check_bindings(self, key: str, priority: bool = False) -> bool:
        """On the storyboard nobody types into a widget, so the action of a key is looked up at once instead of
        after it has passed the message queue of every widget around the focused one."""
        if not (priority and isinstance(self.screen, Storyboard)):
            return await super()._check_bindings(key, priority)
        chain = self.screen._binding_chain
        return await self._acts(key, chain[::-1], priority=True) or await self._acts(key, chain, priority=False)

    async def _acts(self, key: str, chain: list[tuple[DOMNode, BindingsMap]], *, priority: bool) -> bool:
        for namespace, bindings in chain:
            for binding in bindings.key_to_bindings.get(key, ()):
                if binding.priority == priority and await self.run_action(binding.action, namespace):
                    return True
        return False

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        if isinstance(renderable, ChopsUpdate):
            renderable = Spans(renderable.chops, renderable.spans, renderable.chop_ends)
        at_once = self._driver.at_once if isinstance(self._driver, PacedDriver) else nullcontext
        with at_once():
            super()._display(screen, renderable)

    def _collect(self) -> None:
        """Turn the garbage collector on, which was off until the screen stood, and exempt what is there by now.
        A twentieth of that is garbage, but looking for it would hold up keys longer than anything else does."""
        gc.freeze()
        gc.enable()

    def _take_up_keys(self) -> None:
        from longvid_tui.keyfile import read_keys, themes_folder

        keys, problems = read_keys()
        self.call_from_thread(self._use_keys, keys, problems)
        if themes_folder().is_dir():
            self._take_up_themes()

    def _take_up_themes(self) -> None:
        from longvid_tui.themefile import read_themes

        themes, problems = read_themes()
        self.call_from_thread(self._use_themes, themes, problems)

    def _use_themes(self, themes: list[tuple[Theme, dict[str, str]]], problems: list[str]) -> None:
        for problem in problems:
            self.notify(problem, title="themes", severity="warning", markup=False, timeout=10)
        for theme, roles in themes:
            like = roles.pop("like")
            add_palette(theme.name, like, roles)
            self.register_theme(theme)
            self.own_themes.append(theme)
        chosen = self.place.get("theme", self.theme)
        if chosen != self.theme and chosen in self.available_themes:
            self.theme = chosen

    def _use_keys(self, keys: dict[str, tuple[str, ...]], problems: list[str]) -> None:
        for problem in problems:
            self.notify(problem, title="keys.yaml", severity="warning", markup=False, timeout=10)
        if keys:
            self.keys |= keys
            self.set_keymap({name: ",".join(held) for name, held in self.keys.items()})

    def _fatal_error(self) -> None:
        """Leave with one sentence. Textual's own page prints local variables, and prompts and keys are among
        them."""
        path = crashes.kept("screen")
        self.keep_drafts()
        self.exit(return_code=1, message=f"The screen broke; work goes on in the engine. Details: {path}")
        self._close_messages_no_wait()


def main(folder: str = "", *, plain: bool = False) -> int:
    """Open the screen on a project, or on the last one; answers the exit code. The terminal was checked
    before."""
    project = str(Path(folder).resolve() if folder else next(iter(library.recent()), ""))
    Pane.plain = plain or (sys.stdout.encoding or "").lower().replace("-", "") != "utf8"
    if os.environ.get("TERM") in PICTURE_TERMINALS:
        # Which ssh does not pass on; a picture's number, too, is told as a colour of 24 bits.
        os.environ.setdefault("COLORTERM", "truecolor")
        Pictures.full = not Pane.plain and takes_pictures()
    if Pane.plain:
        ScrollBar.renderer = WholeCells
    app = LongvidApp(project, plain=Pane.plain)
    if app.console.color_system == "standard":
        app.register_theme(use_few_colours())
    app.run()
    return app.return_code or 0
