"""Panes drawn on a screen of any size."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from textual.app import App, ComposeResult

from longvid_tui.widgets.palette import THEMES
from longvid_tui.widgets.pane import Pane

Draw = Callable[..., Awaitable[str]]


class _Frame(App[None]):
    def __init__(self, pane: Pane) -> None:
        super().__init__()
        self.pane = pane
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = THEMES[0].name

    def compose(self) -> ComposeResult:
        yield self.pane


@pytest.fixture
def drawn() -> Draw:
    """The text of a pane in so many cells, after `then` has been done to it."""

    async def draw(pane: Pane, width: int, height: int, then: Callable[[], object] = lambda: None) -> str:
        app = _Frame(pane)
        async with app.run_test(size=(width, height)) as pilot:
            then()
            await pilot.pause()
            await app.workers.wait_for_complete()
            await pilot.pause()
            return pane.plain_text()

    return draw
