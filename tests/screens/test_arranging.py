"""Cutting a film anew from the keyboard, orders for all that are marked, and the projects beside the film."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

from textual.widgets import Input, OptionList

from longvid_tui import drafts, library
from longvid_tui.drafts import Draft
from longvid_tui.project.folder import Folder

SitsDown = Callable[..., AbstractAsyncContextManager[Any]]


def shots(film: Path) -> list[tuple[str, str | None, str | None, str, str]]:
    return [
        (each.id, each.first, each.last, each.continuity, each.transition)
        for each in Folder(film).project.segments
    ]


def undone(film: Path) -> int:
    return (film / "journal.jsonl").read_text().count('"k":"undo"')


async def planned(person: Any) -> None:
    await person.presses("R")
    await person.sees(lambda: person.board.film.asking == ("plan",))
    await person.presses("down", "down")
    await person.sees(lambda: person.board.selected == "s1")


async def test_segments_are_split_chained_cut_and_merged_and_all_of_it_undone(
    film: Path, sits_down: SitsDown
) -> None:
    async with sits_down(film) as person:
        await planned(person)
        before = shots(film)
        await person.presses("s")
        await person.sees(lambda: person.board.selected == "s3")
        assert shots(film) == [
            ("s1", "k1", "k4", "keyframes", "continue"),
            ("s3", "k4", "k2", "keyframes", "continue"),
            ("s2", "k2", "k3", "keyframes", "continue"),
        ]
        await person.presses("C")
        await person.is_told("s3 is chained to the one before")
        assert shots(film)[1] == ("s3", None, "k2", "chain", "continue")
        await person.sees(lambda: person.board.film.item("s3").continuity == "chain")
        await person.presses("C")
        await person.is_told("s3 is between keyframes")
        assert shots(film)[1] == ("s3", "k4", "k2", "keyframes", "continue")
        await person.sees(lambda: person.board.film.item("s3").continuity == "keyframes")
        await person.presses("t")
        await person.sees(lambda: person.app.screen.query(OptionList))
        await person.presses("j", "j", "enter")
        await person.is_told("s3 begins with: cut")
        assert shots(film)[1] == ("s3", "k5", "k2", "keyframes", "cut")
        await person.sees(lambda: person.board.film.item("s3").transition == "cut")
        await person.presses("m")
        await person.presses("y")
        await person.is_told("s3 holds both")
        assert shots(film)[1:] == [("s3", "k5", "k3", "keyframes", "cut")]
        for times in range(1, 6):
            await person.presses("u")
            await person.sees(lambda times=times: undone(film) == times)
        assert shots(film) == before


async def test_what_cannot_be_arranged_is_told(film: Path, sits_down: SitsDown) -> None:
    async with sits_down(film) as person:
        await planned(person)
        await person.presses("C")
        await person.is_told("none before it to be chained to")
        await person.presses("l", "m", "y")
        await person.is_told("nothing after it to merge")


async def test_an_order_is_for_all_that_are_marked(film: Path, sits_down: SitsDown) -> None:
    async with sits_down(film) as person:
        await planned(person)
        await person.presses("k", "k", "a", "j")
        await person.sees(lambda: person.board.film.asking == ("k1", "k2", "k3"))
        await person.presses("g", "space", "space")
        assert "marked: k1-k2" in str(person.board.query_one("#timeline").border_title)
        await person.presses("a")
        await person.sees(lambda: person.board.film.asking[:1] == ("k3",))
        assert not person.board.marked
        await person.presses("space", "U")
        assert not person.board.marked
        assert "your approval of the keyframes" in person.app.called
        await person.presses("u")
        await person.is_told("the approval of k1-k2 is taken back")
        await person.sees(lambda: person.board.film.asking[:3] == ("k1", "k2", "k3"))  # s1 may be filmed by now
        await person.presses("u")
        await person.is_told("the approval of plan is taken back")
        await person.sees(lambda: person.board.film.asking[0] == "plan")
        await person.presses("ctrl+r", "ctrl+r")
        await person.sees(lambda: person.board.film.asking[:1] == ("k3",))


async def test_going_to_a_target_by_number_time_and_words(film: Path, sits_down: SitsDown) -> None:
    async with sits_down(film) as person:
        await planned(person)
        for words, target in (("k3", "k3"), ("2", "s2"), ("0:01", "s1"), ("number 2", "s2"), ("plan", "plan")):
            await person.presses("ctrl+o")
            await person.sees(lambda: person.app.screen.query(Input))
            await person.types(words)
            await person.presses("enter")
            await person.sees(lambda target=target: person.board.selected == target)
        await person.presses("ctrl+o")
        await person.types("s99")
        await person.presses("enter")
        await person.is_told("There is no s99")


async def test_a_project_is_renamed_with_its_drafts_and_taken_off_the_list(
    film: Path, sits_down: SitsDown
) -> None:
    other = film.with_name("other")
    Folder.create(other, Folder(film).project)
    for root in (other, film):
        library.remember(root)
    drafts.keep(Draft(str(film), "film", "half a sentence", ""))
    async with sits_down(film) as person:
        await person.presses("5")
        await person.sees(lambda: "other" in person.text_of("projects"))
        await person.presses("r")
        await person.sees(lambda: person.app.screen.query(Input))
        await person.types("lighthouse")
        await person.presses("enter")
        new = film.with_name("lighthouse")
        await person.sees(lambda: person.board.film.folder == str(new))
        assert library.recent()[0] == new
        draft = drafts.kept(str(new), "film")
        assert draft is not None
        assert draft.text == "half a sentence"
        # what is still being counted would be put in the place of ours
        await person.sees(lambda: str(other) in person.app.place.get("counted", {}))
        person.app.place.put_for("share", str(other), 0.5)
        await person.presses("5")
        await person.sees(lambda: "other" in person.text_of("projects"))
        await person.presses("j", "r")
        await person.sees(lambda: person.app.screen.query(Input))
        await person.types("third")
        await person.presses("enter")
        await person.sees(lambda: re.search("third +50%", person.text_of("projects")))
        await person.presses("x", "y")
        await person.sees(lambda: "third" not in person.text_of("projects"))
        assert library.recent() == [new]
    assert other.with_name("third").exists()
    assert not film.exists()  # noqa: ASYNC240


async def test_a_click_opens_the_project_under_it_also_far_down_the_list(
    film: Path, sits_down: SitsDown
) -> None:
    for number in range(20, 0, -1):
        library.remember(Folder.create(film.with_name(f"film-{number}"), Folder(film).project).root)
    async with sits_down(film, size=(120, 20)) as person:
        await person.presses("5")
        await person.sees(lambda: "film-1" in person.text_of("projects"))
        await person.presses(*["j"] * 20)
        await person.sees(lambda: "film-20" in person.text_of("projects"))
        topmost = person.text_of("projects").splitlines()[0].split()[0]
        assert topmost != ">film"
        await person.pilot.click("#projects", offset=(5, 1))
        await person.sees(lambda: Path(person.board.film.folder).name == topmost)
