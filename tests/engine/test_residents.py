"""Residents of one engine, and those that are none of its business."""

from __future__ import annotations

import json
import os
import signal
import time

from longvid_tui.backends.contract import Command, Resident
from longvid_tui.engine import residents
from longvid_tui.engine.processes import marked_pids


def asleep() -> Resident:
    """One of the engine whose state directory is set now."""
    resident = Resident(residents.home() / "asleep", ("GPU-0",), "a model", Command(("sleep", "60")))
    residents.keep(resident)
    end = time.monotonic() + 30
    while not residents.lives(resident):
        assert time.monotonic() < end
        time.sleep(0.02)
    return resident


def test_what_is_left_of_a_resident_is_ended_and_another_engines_of_the_same_name_lives_on(
    tmp_path, monkeypatch
):
    monkeypatch.setenv("LONGVID_STATE_DIR", str(tmp_path / "elsewhere"))
    theirs = asleep()
    monkeypatch.setenv("LONGVID_STATE_DIR", str(tmp_path / "here"))
    ours = asleep()
    os.kill(json.loads((ours.directory / "shim.json").read_text())["pid"], signal.SIGKILL)
    while residents.lives(ours) or marked_pids(residents.marks()):
        time.sleep(0.02)
    assert residents.lives(theirs)
    residents.dismiss()
    monkeypatch.setenv("LONGVID_STATE_DIR", str(tmp_path / "elsewhere"))
    residents.dismiss()
    assert not residents.lives(theirs)
