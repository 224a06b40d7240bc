"""Residents of one engine, and those that are none of its business."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time

from longvid_tui.backends.contract import Command, Resident
from longvid_tui.engine import residents
from longvid_tui.engine.processes import MARK, marked_pids


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


def test_one_that_is_just_being_started_is_left_alone_by_those_who_look_on():
    """Its folder is there, its record is not yet, and its shim has not said who it is."""
    directory = residents.home() / "early"
    directory.mkdir(parents=True)
    (mark,) = residents.marks()
    with subprocess.Popen(["sleep", "60"], env={MARK: mark}) as early:
        while not marked_pids([mark]):
            time.sleep(0.02)
        assert residents.holdings() == []
        assert not residents.lives(Resident(directory, ("GPU-0",), "a model", Command(("sleep", "60"))))
        assert marked_pids([mark]) == {early.pid}
        early.kill()
    residents.dismiss()
