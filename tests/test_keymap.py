"""Keys: every one survives a terminal over SSH, means one thing, and can be changed by the person."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import pytest
from textual.widgets import OptionList

from longvid_tui import keymap, library
from longvid_tui.app import LongvidApp
from longvid_tui.keyfile import chosen, keys_path, read_keys
from longvid_tui.keymap import ACTIONS, conflicts, defaults
from longvid_tui.screens.asking import Choose
from longvid_tui.screens.help import help_text
from longvid_tui.screens.storyboard import Storyboard
from longvid_tui.view.gpus import Gpu
from longvid_tui.widgets import bindings
from longvid_tui.widgets.gpus import Gpus
from longvid_tui.widgets.lines import Footer, Header
from longvid_tui.widgets.log import Log
from longvid_tui.widgets.projects import Projects

SURVIVES = re.compile(
    r"[a-zA-Z0-9]|f([1-9]|1[0-2])|left|right|up|down|home|end|pageup|pagedown|(shift\+)?tab|enter|escape|space|"
    r"ctrl\+[cdefgklnopqrstuvwxyz]|question_mark|colon|comma|slash|(left|right)_(square|curly)_bracket"
)
OWNERS = {"anywhere": LongvidApp, "film": Storyboard, "log": Log, "projects": Projects}


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.name)
def test_an_action_has_keys_that_survive_a_terminal_and_somebody_who_does_it(action: keymap.Action) -> None:
    assert action.keys
    assert all(SURVIVES.fullmatch(key) for key in action.keys)
    assert callable(getattr(OWNERS[action.place], f"action_{action.name}"))


def test_no_default_key_means_two_things_in_one_place() -> None:
    assert list(conflicts(defaults())) == []
    assert len({action.name for action in ACTIONS}) == len(ACTIONS)


def test_help_names_every_action_with_its_keys() -> None:
    text = help_text(defaults() | {"approve": ("ctrl+y",)}, "film", 200)
    assert all(action.help in text for action in ACTIONS)
    assert re.search(r"\^y +Approve it", text)
    narrow = help_text(defaults(), "film", 40).splitlines()
    assert max(map(len, narrow)) <= 40
    assert (
        narrow[narrow.index("  k  ↑         From segments up to") + 1]
        == "               keyframes, masters and"
    )


def written(text: str) -> None:
    keys_path().parent.mkdir(parents=True, exist_ok=True)
    keys_path().write_text(text)


def test_no_file_changes_nothing() -> None:
    assert read_keys() == ({}, [])


def test_keys_are_written_as_they_are_typed() -> None:
    written("approve: [ctrl+y, '+']\nhelp: Z\n")
    assert read_keys() == ({"approve": ("ctrl+y", "plus"), "help": ("Z",)}, [])


def test_an_unknown_action_names_the_nearest_one() -> None:
    assert chosen({"aprove": "y"}) == ({}, ["aprove is no action: did you mean approve?"])


@pytest.mark.parametrize("data", [["a"], {"approve": []}, {"approve": {"a": 1}}, {"approve": None}])
def test_what_is_no_key_is_told(data: Any) -> None:
    keys, problems = chosen(data)
    assert not keys
    assert len(problems) == 1


def test_a_key_that_would_mean_two_things_changes_nothing() -> None:
    keys, problems = chosen({"approve": "x", "theme": "B"})
    assert keys == {"theme": ("B",)}
    assert problems == ["x would mean approve and reject: give one of them another key"]


def test_a_broken_file_is_told_with_its_line() -> None:
    written("approve: [a\n")
    keys, problems = read_keys()
    assert not keys
    assert re.search(r"keys\.yaml:\d+:\d+", problems[0])


async def test_changed_keys_work_and_stand_in_the_footer(tmp_path: Path) -> None:
    written("new_film: ctrl+t\n")
    app = LongvidApp("")
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        await app.workers.wait_for_complete()
        await pilot.press("N")
        assert isinstance(app.screen, Storyboard)
        await pilot.press("ctrl+t")
        assert not isinstance(app.screen, Storyboard)


Opens = Callable[..., AbstractAsyncContextManager[Any]]


@pytest.mark.parametrize(
    ("size", "classes"), [((80, 24), "-narrow"), ((120, 40), "-normal"), ((200, 60), "-wide")]
)
async def test_the_storyboard_fits_its_terminal(size: tuple[int, int], classes: str) -> None:
    app = LongvidApp("")
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        assert app.screen.has_class(classes)
        assert len(list(app.screen.query("*"))) < 60
        panes = [app.screen.query_one(f"#{name}") for name in ("timeline", "card", "pictures", "log")]
        assert all(pane.size.width > 20 and pane.size.height >= 4 for pane in panes)
        assert app.screen.query_one("#projects").display == (size[0] >= 100)


@pytest.mark.parametrize("size", [(59, 24), (100, 14)])
async def test_a_terminal_too_small_is_told_what_is_needed(size: tuple[int, int]) -> None:
    app = LongvidApp("")
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        assert not app.screen.query_one("#main").display
        assert "60x15" in app.screen.query_one("#small").plain_text()  # type: ignore[attr-defined]
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        assert app.screen.query_one("#main").display


async def test_the_chosen_colours_are_there_at_the_next_start() -> None:
    async with LongvidApp("").run_test() as pilot:
        await pilot.press("T")
        chosen_theme = pilot.app.theme
    async with LongvidApp("").run_test() as pilot:
        assert pilot.app.theme == chosen_theme == "longvid-light"


async def test_ctrl_c_leaves_at_the_second_time_only() -> None:
    app = LongvidApp("")
    async with app.run_test() as pilot:
        await pilot.press("ctrl+c")
        assert app.is_running
        assert app._exit is False
        await pilot.press("ctrl+c")
        assert app._exit is True


@pytest.mark.parametrize("keys", ["P", "Yy", "Sy"])
async def test_a_run_that_is_ordered_where_no_project_is_open_is_answered(keys: str) -> None:
    app = LongvidApp("")
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press(*keys)
        await pilot.pause()
        assert "Open a project first" in app.screen.query_one(Footer).plain_text()


async def test_the_palette_offers_what_applies_now(tmp_path: Path) -> None:
    from longvid_tui.screens.palette import Actions

    app = LongvidApp("")
    async with app.run_test() as pilot:
        await pilot.pause()
        offered = [hit.display async for hit in Actions(app.screen).discover()]
    assert any("New film" in str(words) for words in offered)
    assert not any(str(words).startswith("Approve it") for words in offered)


def test_the_manual_lists_the_keys_as_they_are() -> None:
    manual = (Path(__file__).parents[1] / "docs" / "tui.md").read_text()
    for action in ACTIONS:
        keys = " ".join(f"`{bindings.written(key)}`" for key in action.keys)
        assert f"| `{action.name}` | {keys} | {action.help} |" in manual


@pytest.mark.parametrize("pane", ["timeline", "card", "log"])
async def test_a_zoomed_pane_takes_the_whole_screen_and_gives_it_back(pane: str) -> None:
    app = LongvidApp("")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        before = app.screen.query_one(f"#{pane}").outer_size
        await pilot.press({"timeline": "1", "card": "2", "log": "4"}[pane], "z")
        await pilot.pause()
        assert app.screen.query_one(f"#{pane}").outer_size == (80, 22)
        await pilot.press("z")
        await pilot.pause()
        assert app.screen.query_one(f"#{pane}").outer_size == before


async def test_zoomed_gpus_begin_below_the_header_of_a_narrow_screen() -> None:
    app = LongvidApp("")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert isinstance(app.screen, Storyboard)
        app.screen.known.gpus = (Gpu(0),)
        app.screen._learn({"gpus"})
        while not app.screen.query_one(Gpus).display:
            await pilot.pause(0.01)
        await pilot.press("3", "z")
        await pilot.pause()
        assert app.screen.query_one(Gpus).region.y == app.screen.query_one(Header).region.bottom


async def test_a_pane_that_was_hidden_shows_what_came_meanwhile(tmp_path: Path) -> None:
    app = LongvidApp("")
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        listed = app.screen.query_one(Projects)
        assert "None yet" in listed.plain_text()
        await pilot.resize_terminal(80, 40)
        await pilot.pause()
        (tmp_path / "keeper").mkdir()
        (tmp_path / "keeper" / "project.yaml").touch()
        library.remember(tmp_path / "keeper")
        assert isinstance(app.screen, Storyboard)
        app.screen.list_projects()
        while not app.screen._listed:
            await pilot.pause(0.01)
        await pilot.resize_terminal(120, 40)
        await pilot.pause()
        assert "keeper" in listed.plain_text()


async def test_what_is_chosen_among_many_is_seen_on_a_small_terminal() -> None:
    app = LongvidApp("")
    async with app.run_test(size=(60, 15)) as pilot:
        app.push_screen(Choose("Which?", [f"one\n  {at}" for at in range(12)]))
        await pilot.pause()
        await pilot.press("end")
        await pilot.pause()
        shown = app.screen.query_one(OptionList)
        assert shown.scroll_offset.y + shown.size.height == 24
        assert all(widget.region.bottom <= 14 for widget in app.screen.query("*"))


async def test_the_form_of_a_new_film_fits_a_small_terminal() -> None:
    app = LongvidApp("")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("N")
        await pilot.pause()
        assert all(widget.region.bottom <= 23 for widget in app.screen.query("*") if widget.display)
