"""What all actions of the storyboard stand on: what is selected, questions, and orders to the engine."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from textual._context import NoActiveAppError
from textual.screen import Screen
from textual.timer import Timer
from textual.worker import WorkerCancelled

from longvid_tui.client import EngineGone
from longvid_tui.errands import ErrandFailed, told
from longvid_tui.view.film import Film
from longvid_tui.view.known import Known
from longvid_tui.view.phrases import clock, money, named, roughly, to_make
from longvid_tui.widgets.lines import Footer
from longvid_tui.wire import WireError

if TYPE_CHECKING:
    from longvid_tui.app import LongvidApp
    from longvid_tui.link import Link


class Board(Screen[None]):
    """A screen that shows one project. Each kind of action is a class of its own on top of this one, and the
    storyboard is all of them."""

    app: LongvidApp
    known: Known
    link: Link | None
    """None where no project is open."""
    project: str
    selected: str
    marked: set[str]
    wanted: str = ""
    """A target to go to as soon as it is there."""
    _quiet: Timer | None = None
    """Takes what was told out of the last line."""

    def select(self, target: str | None) -> None:
        """Go to a keyframe, a segment or the plan; None stays."""
        raise NotImplementedError

    def show_changes(self) -> None:
        """Draw at once what a key has changed."""
        raise NotImplementedError

    @property
    def film(self) -> Film:
        return self.known.film

    @property
    def targets(self) -> tuple[str, ...]:
        """What an order is for: the marked ones in the order of the film, else the selected one."""
        marked = [item.target for item in self.film.items if item.target in self.marked] if self.marked else []
        return tuple(marked) or (self.selected,)

    def action_unmark(self) -> None:
        self.marked.clear()
        self.show_changes()

    async def ask(self, method: str, **params: Any) -> Any:
        """The engine's answer, or None after telling the person why there is none."""
        assert self.link is not None
        asked: Callable[..., Any] = self.link.work if method in ("run", "resume") else self.link.ask
        try:
            return await asyncio.to_thread(asked, method, project=self.project, **params)
        except (EngineGone, WireError) as error:
            self._tell(str(error), "error")
        except WorkerCancelled:
            pass
        return None

    def _perform(self, command: str, **params: Any) -> None:
        self._order(self._performed(command, params), "")

    async def _performed(self, command: str, params: dict[str, Any]) -> None:
        said = await self.ask("perform", command=command, params=params)
        if said is None:
            return
        if said["absent"]:
            self._tell(f"{named(said['absent'])} {said['problem']}", "warning")
        else:
            self._tell(f"{' '.join(params.get('targets', ()))} {said['said']}".strip())

    def _what_follows(self) -> str:
        film = self.film
        length = f"{clock(film.seconds)} of film with {film.backends}." if film.planned else ""
        left = f"Still to come: {to_make(film.missing)}." if film.missing else ""
        return " ".join(filter(None, (left, length, money(film))))

    async def _how_long(self) -> str:
        """How long all that is missing will take, as the command says it."""
        try:
            seconds = (await told("estimate", "--json", self.project))["seconds"]
        except ErrandFailed:
            seconds = None
        return "" if seconds is None else f"Making all of it takes about {roughly(seconds)}."

    def _if_yes(
        self, question: str, details: str, do: Any, more: Callable[[], Coroutine[Any, Any, str]] | None = None
    ) -> None:
        """`more` finds out what else there is to say, while the question stands."""
        from longvid_tui.screens.asking import Confirm

        def answered(yes: bool | None) -> None:
            if yes:
                do()

        self.app.push_screen(Confirm(question, details, more if self.link else None), answered)

    def _order(self, order: Coroutine[Any, Any, Any], said: str) -> None:
        """Carry out an order beside the event loop; `said` tells that it was given."""

        async def carry_out() -> None:
            answer = await order
            if answer is not None and said:
                self._tell(said)

        if self.link is None:
            order.close()
            self._tell("Open a project first: N makes a new film.")
            return
        self.run_worker(carry_out(), group="orders", exit_on_error=False)

    def _tell(self, sentence: str, severity: str = "information") -> None:
        """Say it in the last line of the screen, for as long as it takes to read."""
        role = {"information": "strong", "warning": "warn"}.get(severity, "error")
        self.query_one(Footer).say(sentence, role)
        if self._quiet:
            self._quiet.stop()
        self._quiet = self.set_timer(2.5 + len(sentence) / 20, lambda: self.query_one(Footer).say("", ""))

    def _soon(self, told: Callable[..., object], *what: object) -> None:
        """From a thread: call it in the loop, unless the screen is gone by then."""
        with suppress(NoActiveAppError):
            self.call_later(told, *what)
