"""What the screen has the command line say: estimates, settings, checks of the machine."""

from __future__ import annotations

import asyncio
import gc
import json
import time
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import pytest
from doubles.answer import typed
from textual.widgets import Input, OptionList, Static

from longvid_tui.errands import ErrandFailed, begun, done, told
from longvid_tui.screens.estimate import Estimate
from longvid_tui.screens.settings import Settings
from longvid_tui.widgets.forecast import Estimates

SitsDown = Callable[..., AbstractAsyncContextManager[Any]]


def command(*words: str | Path) -> str:
    """What a command prints."""
    answer = typed(*words)
    assert answer.code == 0, answer.err
    return answer.out


def test_what_is_begun_goes_on_when_the_screen_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("longvid_tui.errands._PROGRAM", ("sh", "-c", 'sleep 1; touch "$1"', "sh"))

    async def screen() -> None:
        begun(str(tmp_path / "done"))

    asyncio.run(screen())
    gc.collect()
    assert not (tmp_path / "done").exists()
    while not (tmp_path / "done").exists():
        time.sleep(0.05)


async def test_the_estimate_compares_strategies_on_a_box_and_starts_the_run(
    film: Path, sits_down: SitsDown
) -> None:
    command("run", film, "--until", "plan", "--yes")
    async with sits_down(film, size=(120, 60)) as person:
        await person.presses("F")
        pane = person.app.screen.query_one(Estimates)
        await person.sees(lambda: "to film" in pane.plain_text() or "In all" in pane.plain_text())
        await person.presses("b")
        await person.sees(lambda: person.app.screen.query(Input))
        await person.types("nonsense")
        await person.presses("enter")
        await person.sees(lambda: "'nonsense' is not a box" in pane.plain_text())
        assert "--" not in pane.plain_text()
        await person.presses("b")
        await person.sees(lambda: person.app.screen.query(Input))
        await person.types("8xH100-80")
        await person.presses("enter")
        await person.sees(lambda: "parallel" in pane.plain_text())
        said = json.loads(command("estimate", film, "--gpus", "8xH100-80", "--json"))
        assert list(said["strategies"]) == ["auto", "wide", "parallel"]
        shown = pane.plain_text()
        assert "> auto" in shown
        assert "GPU 7" in shown
        for way in said["strategies"].values():
            assert f"{way['gpu_hours']:.1f}" in shown
        await person.presses("l")
        assert "> wide" in pane.plain_text()
        await person.presses("R")
        await person.sees(lambda: not isinstance(person.app.screen, Estimate))
        await person.sees(lambda: person.board.film.asking or person.board.film.tasks)
    assert '"strategy":"wide"' in (film / "journal.jsonl").read_text()


async def test_settings_are_shown_with_their_origin_and_changed_as_the_command_changes_them(
    sits_down: SitsDown,
) -> None:
    async with sits_down() as person:
        await person.presses("comma")
        screen = person.app.screen
        assert isinstance(screen, Settings)
        listed = screen.query_one(OptionList)
        await person.sees(lambda: listed.option_count)
        names = [str(option.prompt).split()[0] for option in listed.options]
        assert "default" in str(listed.options[names.index("film.crf")].prompt)

        async def change(value: str) -> str:
            listed.highlighted = names.index("film.crf")
            await person.presses("enter")
            await person.sees(lambda: person.app.screen.query(Input))
            await person.types(value)
            before = said()
            await person.presses("enter")
            await person.sees(lambda: said() not in ("", before))
            return said()

        def said() -> str:
            return str(screen.query_one("#said", Static).content)

        assert "must be at most 51" in await change("99")
        assert "x264 quality" in str(screen.query_one("#about", Static).content)
        assert "saved" in await change("18")
        assert "settings.yaml" in str(listed.options[names.index("film.crf")].prompt)
        assert json.loads(command("config", "get", "film.crf", "--json")) == 18


async def test_the_doctor_says_what_the_command_says(sits_down: SitsDown) -> None:
    checks = json.loads(await asyncio.to_thread(command, "doctor", "--json"))
    async with sits_down(size=(160, 60)) as person:
        await person.presses("H")
        shown = person.app.screen.query_one("#checks", Static)
        await person.sees(lambda: "python" in str(shown.content))
        for check in checks:
            assert check["name"] in str(shown.content) or check["name"] == "terminal"


async def test_an_errand_that_fails_says_what_the_command_said(tmp_path: Path) -> None:
    with pytest.raises(ErrandFailed, match="project"):
        await told("status", "--json", str(tmp_path))
    with pytest.raises(ErrandFailed, match="film"):
        await done("config", "set", "film.nonsense", "1")


async def test_a_film_whose_folder_holds_modules_runs_none_of_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "typer.py").write_text("open('ran', 'w')")
    monkeypatch.chdir(tmp_path)
    assert await told("config", "get", "film.crf", "--json")
    assert not (tmp_path / "ran").exists()
