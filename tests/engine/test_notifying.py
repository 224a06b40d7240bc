"""A person who watches no terminal is told, and by nothing that a project of somebody else wrote."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from longvid_tui.engine.notifying import notify, sentence
from longvid_tui.settings.sections import NotifySettings

DONE = {"how": "done", "made": ["s1"]}


def test_a_title_is_neither_an_option_nor_control_characters_to_the_command(tmp_path: Path) -> None:
    command = (
        "sh",
        "-c",
        f'printf %s "$1" > {tmp_path}/said.new; mv {tmp_path}/said.new {tmp_path}/said',
        "sh",
    )
    settings = NotifySettings(command=command, webhook=None)
    notify(settings, "/film", DONE, sentence("--icon=x\x1b[2J\0", DONE))
    while not (tmp_path / "said").exists():
        time.sleep(0.01)
    assert (tmp_path / "said").read_text() == "icon=x␛[2J␀ is ready."


@pytest.mark.filterwarnings("error")
def test_an_address_that_is_none_is_logged_without_the_address(caplog: pytest.LogCaptureFixture) -> None:
    before = {*threading.enumerate()}
    notify(NotifySettings(command=None, webhook="https://host:token"), "/film", DONE, "Film is ready.")
    for thread in {*threading.enumerate()} - before:
        thread.join()
    assert "notify.webhook failed" in caplog.text
    assert "token" not in caplog.text
