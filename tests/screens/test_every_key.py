"""Keys that the other stories do not press, over the real engine."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

from doubles.telling import tell

from longvid_tui import client
from longvid_tui.screens.editing import Editing
from longvid_tui.view.film import PLAN

SitsDown = Callable[..., AbstractAsyncContextManager[Any]]


async def test_a_person_goes_back_and_forth_cancels_and_stops_it_all(film: Path, sits_down: SitsDown) -> None:
    tell(QUICK_SECONDS=60)
    async with sits_down(film) as person:
        await person.presses("R")
        await person.sees(lambda: person.board.film.asking == (PLAN,))
        await person.presses("p")
        assert isinstance(person.app.screen, Editing)
        assert person.app.screen.target == "film"
        await person.presses("escape", "a")
        await person.sees(lambda: len(person.board.film.asking) == 3)
        await person.presses("left_square_bracket")
        assert person.board.selected == "k3"
        await person.presses("j", "K")
        order = lambda: [segment.target for segment in person.board.film.segments]  # noqa: E731
        await person.sees(lambda: order() == ["s2", "s1"])
        await person.presses("u")
        await person.sees(lambda: order() == ["s1", "s2"])
        await person.presses("ctrl+r")
        await person.sees(lambda: order() == ["s2", "s1"])
        await person.presses("u")
        await person.sees(lambda: order() == ["s1", "s2"])

        await person.presses("3")
        await person.is_told("No NVIDIA driver")
        await person.presses("ctrl+p")
        await person.sees(lambda: person.app.screen.query("CommandInput"))
        await person.types("all that ask")
        await person.sees(lambda: "Approve all that ask" in str(person.app.screen.query_one("CommandList").get_option_at_index(0).prompt))  # fmt: skip
        await person.presses("enter", "y")
        await person.sees(lambda: any(s.status == "running" for s in person.board.film.segments))
        person.board.select("s1")
        await person.sees(lambda: person.board.film.item("s1").status == "running")
        await person.presses("X", "y")
        await person.is_told("s1 was cancelled")
        await person.presses("ctrl+l", "Q", "y")
        await person.sees(lambda: client.connect() is None)
