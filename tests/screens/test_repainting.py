"""Another picture for a keyframe, ordered at the screen over the real engine."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from textual.widgets import Input

from longvid_tui.app import LongvidApp
from longvid_tui.media.writing import ClipWriter
from longvid_tui.project.folder import Folder
from longvid_tui.screens.changing import Changing
from longvid_tui.screens.takes import Takes
from longvid_tui.view.film import PLAN, Item
from longvid_tui.widgets.masking import Masking, Rectangle, rectangle
from longvid_tui.widgets.pictures import Pictures

SitsDown = Callable[..., AbstractAsyncContextManager[Any]]


async def test_a_keyframe_is_made_again_within_a_rectangle_several_times_and_shows_a_picture_of_ones_own(
    film: Path, sits_down: SitsDown, tmp_path: Path
) -> None:
    Image.new("RGB", (128, 64), "teal").save(tmp_path / "own.png")
    async with sits_down(film) as person:
        await person.presses("R")
        await person.sees(lambda: person.board.film.asking == (PLAN,))
        assert "To pay: 3 pictures, about $0.03 by the price list" in " ".join(person.text_of("card").split())
        await person.presses("a", "j")
        await person.sees(lambda: len(person.board.film.asking) == 3)

        await person.presses("M")
        await person.sees(lambda: person.app.screen.query("#mask"))
        form, mask = person.app.screen, person.app.screen.query_one(Masking)
        await person.types("a green coat")
        await person.sees(lambda: mask.picture_size[1])
        mask.focus()
        await person.presses("l", "l", "J")
        assert form.query_one("#rectangle", Input).value == "30%,25%,50%,55%"
        assert "┌" in mask.plain_text()
        await person.presses("ctrl+s")
        await person.sees(lambda: "cannot change a picture" in str(form.query_one("#said").content))
        assert form.query_one("#note", Input).value == "a green coat"

        await person.presses("ctrl+t")
        form.query_one("#candidates").focus()
        await person.presses("backspace", "2", "enter")
        await person.is_told("k1 to be made again")
        await person.sees(lambda: len(person.board.film.item("k1").takes) == 3)
        assert "a green coat" in (film / "journal.jsonl").read_text()

        await person.presses("b")
        await person.types(str(tmp_path / "own.png"))
        await person.presses("enter")
        await person.is_told("k1 shows own.png")
        assert Folder(film).project.keyframes[0].picture
        await person.presses("b", "enter")
        await person.is_told("k1 is painted from its words")
        await person.presses("j", "M")
        await person.is_told("Go to a keyframe first")
        assert not isinstance(person.app.screen, Changing)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("25%,10%,50%,80%", Rectangle(25, 10, 50, 80)),
        (" 0%, 0%, 100%, 100% ", Rectangle(0, 0, 100, 100)),
        ("60%,0%,50%,50%", None),
        ("1,2,3,4", None),
        ("", None),
    ],
)
def test_a_rectangle_is_read_as_it_is_written(text: str, read: Rectangle | None) -> None:
    assert rectangle(text) == read
    assert read is None or rectangle(str(read)) == read


def test_a_rectangle_stays_within_its_picture() -> None:
    assert Rectangle().moved(100, -100) == Rectangle(50, 0, 50, 50)
    assert Rectangle().grown(-100, 100) == Rectangle(25, 25, 5, 75)


async def test_takes_of_a_segment_are_compared_by_their_frames_halfway(tmp_path: Path) -> None:
    takes = ("ab" * 6, "cd" * 6)
    (tmp_path / "segments" / "s1").mkdir(parents=True)
    for take, level in zip(takes, (40, 200), strict=True):
        with ClipWriter(tmp_path / "segments" / "s1" / f"{take}.mp4", 64, 48, 16, preset="ultrafast") as writer:
            for at in range(81):
                writer.write(np.full((48, 64, 3), level + at % 3, np.uint8))
    item = Item("s1", "segment", 0, "asks", sha="cd" * 32, takes=takes)
    app = LongvidApp("")
    async with app.run_test(size=(80, 24)) as pilot:
        app.push_screen(Takes(str(tmp_path), item))
        await pilot.pause()
        await pilot.press("up")
        compared = app.screen.query_one(Pictures)
        await pilot.app.workers.wait_for_complete()

        def both() -> bool:
            """Whether the bright take and the dark one are drawn."""
            styles = (segment.style for segment in compared.render_line(3) if segment.style)
            grounds = [style.bgcolor.triplet for style in styles if style.bgcolor and style.bgcolor.triplet]
            dark = any(35 < ground.red < 60 and ground.red == ground.blue for ground in grounds)
            return dark and max(ground.red for ground in grounds) > 180

        deadline = time.monotonic() + 60
        while not both():
            assert time.monotonic() < deadline
            await pilot.pause(0.02)
        assert "take 2, chosen" in compared.plain_text()
        assert "take 1" in compared.plain_text()
