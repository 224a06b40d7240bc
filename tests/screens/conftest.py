"""A person at the screen: the real app over the real engine, with quick stand-in backends."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot

from longvid_tui import client
from longvid_tui.app import LongvidApp
from longvid_tui.project.canvas import Canvas
from longvid_tui.project.folder import Folder
from longvid_tui.project.model import Backends, Project, Wanted
from longvid_tui.screens.storyboard import Storyboard

PATIENCE = 60.0


class Person:
    """Looks at the screen, presses keys, waits for what must come."""

    def __init__(self, app: LongvidApp, pilot: Pilot[None]) -> None:
        self.app, self.pilot = app, pilot

    @property
    def board(self) -> Storyboard:
        return next(screen for screen in reversed(self.app.screen_stack) if isinstance(screen, Storyboard))

    async def presses(self, *keys: str) -> None:
        await self.pilot.press(*keys)

    async def types(self, text: str) -> None:
        await self.pilot.press(*("space" if sign == " " else sign for sign in text))

    async def sees(self, what: Callable[[], object], why: str = "") -> None:
        """Wait until it is so."""
        deadline = time.monotonic() + PATIENCE
        while not what():
            assert time.monotonic() < deadline, why or f"it never came; now: {self.board.film}"
            await self.pilot.pause(0.05)

    async def is_told(self, words: str) -> None:
        await self.sees(
            lambda: words in self.last_line, f"{words!r} was not said; the last line is {self.last_line!r}"
        )

    @property
    def last_line(self) -> str:
        return self.board.query_one("#footer").plain_text()  # type: ignore[attr-defined]

    def text_of(self, pane: str) -> str:
        return self.board.query_one(f"#{pane}").plain_text()  # type: ignore[attr-defined]


@pytest.fixture
def film(tmp_path: Path) -> Path:
    """A project of two segments that nobody has planned yet."""
    root = tmp_path / "film"
    backends = Backends(planner="counting", images="flat", video="quick")
    project = Project(
        prompt="A test.", canvas=Canvas(128, 64), wanted=Wanted(segments=2), backends=backends, seed=7
    )
    Folder.create(root, project)
    return root


@pytest.fixture
def sits_down() -> Callable[..., contextlib.AbstractAsyncContextManager[Person]]:
    """Opens the screen; leaving the block detaches."""

    @contextlib.asynccontextmanager
    async def open_screen(folder: Path | str = "", size: tuple[int, int] = (120, 40)) -> AsyncIterator[Person]:
        app = LongvidApp(str(folder))
        async with app.run_test(size=size) as pilot:
            person = Person(app, pilot)
            await pilot.pause()
            if folder:
                await person.sees(lambda: person.board.film.folder)
            yield person

    return open_screen


@pytest.fixture(autouse=True)
def _sits_here(same_user: None) -> None:
    """Whoever looks at the screen has an engine."""


@pytest.fixture
def kill_engine() -> Callable[[], None]:
    def kill() -> None:
        running = client.connect()
        assert running is not None
        with running:
            os.kill(running.engine["pid"], signal.SIGKILL)

    return kill
