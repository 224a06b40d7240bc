"""What a person does at the screen, over the real engine: every order reaches the journal."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import urlopen

from doubles.snapshots import item, segment, snapshot
from doubles.telling import tell
from textual.widgets import OptionList, Static

from longvid_tui import client
from longvid_tui.project.folder import Folder
from longvid_tui.project.model import Backends
from longvid_tui.screens.asking import Choose
from longvid_tui.screens.new_film import Maker, NewFilm
from longvid_tui.screens.storyboard import Storyboard
from longvid_tui.view.film import PLAN
from longvid_tui.widgets.pane import Pane

SitsDown = Callable[..., AbstractAsyncContextManager[Any]]


def journal(film: Path) -> list[tuple[str, str]]:
    """(kind, target) of all that happened."""
    lines = (film / "journal.jsonl").read_text().splitlines()
    events = [json.loads(line.rpartition(" ")[0]) for line in lines]
    return [(event["k"], event.get("target", "")) for event in events]


def ordered(board: Storyboard) -> Any:
    return board.known.snapshot["report"]["order"]


def read(address: str) -> bytes:
    """What a browser gets there; nothing where nobody answers."""
    try:
        with urlopen(address) as answer:
            page: bytes = answer.read()
            return page
    except URLError:
        return b""


def colours(pane: Pane) -> set[str]:
    """Grounds of the cells of a pane: a picture has many."""
    strips = (pane.render_line(y) for y in range(pane.size.height))
    styles = (segment.style for strip in strips for segment in strip if segment.style)
    return {style.bgcolor.name for style in styles if style.bgcolor}


async def test_a_film_is_made_with_five_keys(film: Path, sits_down: SitsDown) -> None:
    async with sits_down(film) as person:
        await person.presses("R")
        await person.sees(lambda: person.board.film.asking == (PLAN,))
        await person.presses("a")
        await person.sees(lambda: person.board.film.asking == ("k1", "k2", "k3"))
        await person.presses("n", "n", "n", "n")
        await person.sees(lambda: person.board.film.asking == ("s1", "s2"))
        await person.presses("A")
        more = person.app.screen.query_one("#more")
        await person.sees(lambda: "Making all of it takes about" in str(more.content))
        await person.presses("y")
        await person.sees(lambda: person.board.film.ready)
        assert "film.mp4 is made" in str(person.board.query_one("#timeline").border_subtitle)
        await person.presses("O", "enter")
        exported = film / "exports" / "film.mp4"
        await person.sees(lambda: [toast.message for toast in person.app._notifications] == [str(exported)])
        assert exported.read_bytes() == (film / "film.mp4").read_bytes()
        await person.presses("w")
        said = lambda name: str(person.app.screen.query_one(name, Static).content)  # noqa: E731
        await person.sees(lambda: "http://127.0.0.1:" in said("#address"))
        address = said("#address").rpartition(" ")[2]
        assert b"<video" in await asyncio.to_thread(read, address)
        assert f"ssh -L {urlsplit(address).port}:" in said("#forward")
        await person.presses("escape")
        await person.sees(lambda: not read(address))
        person.board.select(PLAN)
        await person.presses("W")
        await person.sees(lambda: person.board.film.asking == ("s1", "s2"))
        person.board.select("s1")
        await person.sees(lambda: "m1 from its pictures" in person.text_of("card"))
        await person.presses("a")
        await person.is_told("approved m1")
        person.board.select("s2")
        await person.presses("x", "enter")
        await person.sees(lambda: person.board.film.asking == ())
    words = [segment.prompt for segment in Folder(film).project.segments]
    assert words == ["it moves on, number 1, and on", "it moves on, number 2"]
    approved = [target for kind, target in journal(film) if kind == "approve"]
    assert approved == ["plan", "k1", "k2", "k3", "s1", "s2", "m1", "plan"]
    assert (film / "film.mp4").stat().st_size > 0


async def test_what_is_wrong_is_rejected_made_again_and_chosen(film: Path, sits_down: SitsDown) -> None:
    async with sits_down(film) as person:
        await person.presses("R")
        await person.sees(lambda: person.board.film.asking == (PLAN,))
        await person.presses("a")
        await person.sees(lambda: len(person.board.film.asking) == 3)
        await person.presses("right_square_bracket", "x")
        await person.types("too dark")
        await person.presses("enter")
        await person.sees(lambda: len(person.board.film.keyframes[0].takes) == 2)
        assert ("reject", "k1") in journal(film)
        assert "too dark" in (film / "journal.jsonl").read_text()
        await person.sees(lambda: person.board.film.keyframes[0].status == "asks")
        await person.presses("c", "up")
        compared = person.app.screen.query_one("#compare")
        await person.sees(lambda: "take 2, chosen" in compared.plain_text() and len(colours(compared)) > 4)
        assert "take 1" in compared.plain_text()
        await person.presses("enter")
        await person.is_told("k1 is take")
        assert ("choose", "k1") in journal(film)
        await person.sees(
            lambda: person.board.film.keyframes[0].sha.startswith(person.board.film.keyframes[0].takes[0])
        )
        await person.presses("L")
        await person.is_told("k1 locked")
        await person.sees(lambda: person.board.film.keyframes[0].locked)
        await person.presses("u")
        await person.is_told("the lock of k1 is taken back")
        await person.presses("u", "u")
        await person.is_told("the rejection of k1 is taken back")
        first = person.board.film.keyframes[0].takes[0]
        await person.sees(lambda: person.board.film.keyframes[0].sha.startswith(first))
        assert person.board.film.keyframes[0].status == "asks"
        await person.presses("ctrl+r")
        await person.is_told("the rejection of k1 holds again")
        await person.sees(lambda: not person.board.film.keyframes[0].sha.startswith(first))


async def test_an_approval_of_what_has_changed_meanwhile_is_refused_and_taken_back(
    film: Path, sits_down: SitsDown
) -> None:
    async with sits_down(film) as person:
        await person.presses("R")
        await person.sees(lambda: person.board.film.asking == (PLAN,))
        text = (film / "project.yaml").read_text()
        (film / "project.yaml").write_text(text.replace("it moves on, number 1", "it stands still"))
        await person.presses("a")
        await person.is_told("plan has changed since you looked at it")
        await person.sees(lambda: person.board.film.asking == (PLAN,))
    assert ("approve", "plan") not in journal(film)


async def test_words_are_edited_kept_as_a_draft_and_saved(film: Path, sits_down: SitsDown) -> None:
    async with sits_down(film) as person:
        await person.presses("e")
        await person.types(" And more.")
        await person.presses("escape")
        assert Folder(film).project.prompt == "A test."
    async with sits_down(film) as person:
        await person.presses("e")
        assert person.app.screen.text == "A test. And more."
        await person.presses("ctrl+s")
        await person.is_told("saved")
        await person.sees(lambda: person.board.film.prompt == "A test. And more.")
        await person.presses("e")
        assert person.app.screen.text == "A test. And more."
    assert Folder(film).project.prompt == "A test. And more."


async def test_words_that_were_changed_meanwhile_are_shown_before_they_are_replaced(
    film: Path, sits_down: SitsDown
) -> None:
    async with sits_down(film) as person:
        await person.presses("e")
        await person.types(" Mine.")
        text = (film / "project.yaml").read_text()
        (film / "project.yaml").write_text(text.replace("A test.", "Theirs."))
        await person.sees(lambda: person.board.film.prompt == "Theirs.")
        await person.presses("ctrl+s")
        await person.sees(lambda: "Theirs." in str(person.app.screen.query_one("#said").render()))
        assert Folder(film).project.prompt == "Theirs."
        await person.presses("ctrl+s")
        await person.is_told("saved")
    assert Folder(film).project.prompt == "A test. Mine."


async def test_segments_are_inserted_moved_and_deleted(film: Path, sits_down: SitsDown) -> None:
    async with sits_down(film) as person:
        await person.presses("R")
        await person.sees(lambda: person.board.film.segments)
        await person.presses("j", "j", "i")
        await person.sees(lambda: person.board.selected == "s3")
        assert [(s.target, s.first, s.last) for s in person.board.film.segments] == [
            ("s1", "k1", "k2"), ("s3", "k2", "k4"), ("s2", "k4", "k3"),
        ]  # fmt: skip
        await person.presses("J")
        await person.sees(lambda: [s.target for s in person.board.film.segments] == ["s1", "s2", "s3"])
        await person.presses("d", "y")
        await person.sees(lambda: [s.target for s in person.board.film.segments] == ["s1", "s2"])
    assert [segment.id for segment in Folder(film).project.segments] == ["s1", "s2"]


async def test_a_run_is_paused_resumed_and_stopped(film: Path, sits_down: SitsDown) -> None:
    tell(FLAT_SECONDS=20)
    async with sits_down(film) as person:
        await person.presses("Y", "y")
        await person.sees(
            lambda: person.board.film.keyframes and person.board.film.keyframes[0].status == "running"
        )
        await person.presses("P")
        await person.sees(lambda: person.board.film.state == "paused")
        await person.presses("R")
        await person.sees(lambda: person.board.film.state == "working")
        with client.engine() as engine:
            engine.ask("run", project=str(film), until="film", approve=True, most_usd=5.0)
        await person.sees(lambda: (ordered(person.board) or {}).get("most_usd") == 5.0)
        await person.presses("R")
        await person.sees(lambda: (ordered(person.board) or {}).get("approve") is False)
        assert ordered(person.board)["most_usd"] == 5.0, "what it may cost goes on to hold"
        await person.presses("S", "y")
        await person.is_told("stopped")
        await person.sees(lambda: person.board.film.state == "idle")


async def test_an_engine_that_was_killed_is_started_again_under_the_open_screen(
    film: Path, sits_down: SitsDown, kill_engine: Callable[[], None]
) -> None:
    async with sits_down(film) as person:
        kill_engine()
        await person.sees(lambda: person.board.known.link)
        await person.sees(lambda: not person.board.known.link)
        await person.presses("R")
        await person.sees(lambda: person.board.film.asking == (PLAN,))


async def test_who_sits_down_later_reads_what_was_said_before(film: Path, sits_down: SitsDown) -> None:
    document = film / "project.yaml"
    document.write_text(document.read_text().replace("video: quick", "video: wan-small"))
    with client.engine(for_work=True) as engine:
        engine.ask("subscribe", project=str(film))
        engine.ask("run", project=str(film), until="film")
        assert next(message for message in engine.notices() if message["method"] == "rested")
    async with sits_down(film) as person:
        await person.sees(lambda: "Filming is not ready here" in person.text_of("log"))
        assert person.text_of("log").count("Filming is not ready here") == 1


async def test_leaving_lets_work_go_on_and_coming_back_shows_the_same_place(
    film: Path, sits_down: SitsDown
) -> None:
    async with sits_down(film) as person:
        await person.presses("Y", "y")
        await person.sees(lambda: person.board.film.segments)
        await person.presses("j", "j", "right")
        selected = person.board.selected
        assert selected == "s2"
        await person.presses("q")
    async with sits_down(film) as person:
        await person.sees(lambda: person.board.film.ready)
        assert person.board.selected == selected


async def test_a_new_film_is_made_from_the_form(tmp_path: Path, sits_down: SitsDown, monkeypatch: Any) -> None:
    monkeypatch.chdir(tmp_path)
    async with sits_down() as person:
        assert "No film yet" in person.text_of("timeline")
        await person.presses("N")
        await person.types("A red boat at sea")
        await person.presses("tab", "tab", "tab", "d", "e", "tab", "x", "n", "o", "tab")
        planner = person.app.screen.query_one("#planner", Maker)
        await person.sees(lambda: planner.default == "outline")
        await person.presses("enter")
        await person.sees(lambda: isinstance(person.app.screen, Choose) and person.app.screen.query(OptionList))
        listed = person.app.screen.query_one(OptionList)
        offered = [str(option.prompt) for option in listed.options]
        await person.sees(lambda: offered[listed.highlighted or 0].startswith("outline"))
        assert "openai  not ready\n  There is no key for OpenAI" in offered[-1]
        listed.highlighted = next(at for at, said in enumerate(offered) if said.startswith("counting"))
        await person.presses("enter")
        await person.sees(lambda: isinstance(person.app.screen, NewFilm))
        await person.sees(lambda: planner.chosen == "counting")
        await person.presses("escape")
        await person.sees(lambda: person.app.screen is person.board)
        await person.presses("N")
        await person.sees(lambda: len(person.app.screen.query(Maker)) == 3)
        planner = person.app.screen.query_one("#planner", Maker)
        await person.sees(lambda: (planner.default, planner.chosen) == ("outline", "counting"))
        await person.presses("ctrl+s", "ctrl+s")
        await person.sees(lambda: person.board.film.folder == str(tmp_path / "a-red-boat-at"))
    made = Folder(tmp_path / "a-red-boat-at").project
    assert made.prompt == "A red boat at sea"
    assert (made.wanted.seconds, made.wanted.language, made.wanted.dialogue) == (60.0, "de", False)
    assert made.backends == Backends(planner="counting", images="storyboard", video="animatic")


async def test_the_demo_film_is_one_key_away(tmp_path: Path, sits_down: SitsDown, monkeypatch: Any) -> None:
    monkeypatch.chdir(tmp_path)
    async with sits_down() as person:
        await person.presses("D")
        await person.sees(lambda: person.board.film.folder == str(tmp_path / "demo-film"))
        await person.sees(lambda: person.board.film.segments)


async def test_the_engine_sends_what_the_tests_of_the_view_build_on(film: Path) -> None:
    with client.engine() as engine:
        sent = engine.ask("subscribe", project=str(film))["snapshot"]
        engine.ask("run", project=str(film), until="plan", approve=False)
        while engine.heard.get(timeout=30)["method"] != "rested":
            pass
        planned = engine.ask("subscribe", project=str(film))["snapshot"]
    built = snapshot(1)
    assert set(built) <= set(sent)
    assert set(built["report"]) <= set(sent["report"])
    assert set(item("k1")) <= set(planned["report"]["keyframes"][0])
    assert set(segment(1)) <= set(planned["report"]["segments"][0])
