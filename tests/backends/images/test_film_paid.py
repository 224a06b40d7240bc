"""A film whose keyframes are bought: what is spent is what was billed, and nothing is bought twice."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
import pytest
from painters import KEYS

from longvid_tui.backends.rehearsal.cloud.server import Cloud, Request

PICTURES = "/v1/images/generations"
KEYFRAMES = 8


class Buyer:
    """A person whose pictures come from the stand-in; commands are processes of their own, as is the engine."""

    def __init__(self, folder: Path, cloud: Cloud) -> None:
        self.film = folder / "film"
        self._home = str(folder / ".state")
        self._env = {
            **os.environ,
            **KEYS,
            "LONGVID_STATE_DIR": self._home,
            "LONGVID_OPENAI__BASE_URL": f"{cloud.url}/v1",
            "LONGVID_OPENAI__QUALITY": "low",
        }

    def starts(self, *words: str) -> subprocess.Popen[bytes]:
        argv = [sys.executable, "-m", "longvid_tui", *words]
        return subprocess.Popen(
            argv, env=self._env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
        )

    def types(self, *words: str) -> None:
        process = self.starts(*words)
        _, err = process.communicate(timeout=120)
        assert process.returncode == 0, err.decode()

    def begins(self) -> None:
        self.types(
            "new", str(self.film), "-p", "A test.", "--segments", str(KEYFRAMES - 1), "--seed", "7",
            "--planner", "counting", "--images", "openai", "--video", "quick", "--size", "832x480",
        )  # fmt: skip

    @property
    def buying(self) -> list[str]:
        return ["run", str(self.film), "--yes", "--until", "keyframes"]

    def painted(self) -> list[Any]:
        """What the journal says was bought."""
        journal = self.film / "journal.jsonl"
        lines = journal.read_text().splitlines() if journal.exists() else []
        events = [json.loads(line[:-9]) for line in lines if len(line) > 9 and line[-10:-8] == "} "]
        return [event for event in events if event["k"] == "painted"]

    def kills(self) -> None:
        """kill -9 of everything this person started."""
        for process in psutil.process_iter():
            with suppress(psutil.Error):
                if process.environ().get("LONGVID_STATE_DIR") == self._home and process.pid != os.getpid():
                    process.kill()
                    process.wait(10)


@pytest.fixture
def buyer(tmp_path: Path, cloud: Cloud) -> Iterator[Buyer]:
    person = Buyer(tmp_path, cloud)
    yield person
    person.kills()


def test_what_is_spent_is_what_was_billed(buyer: Buyer, cloud: Cloud) -> None:
    buyer.begins()
    buyer.types(*buyer.buying)
    bought = buyer.painted()
    assert len(bought) == len(cloud.calls(PICTURES)) == KEYFRAMES
    assert sum(event["cost_usd"] for event in bought) == pytest.approx(cloud.billed())
    assert all("usage" in event["details"] for event in bought)
    assert not any(key in (buyer.film / "journal.jsonl").read_text() for key in KEYS.values())


def test_kill_9_while_pictures_are_bought_buys_none_of_them_twice(buyer: Buyer, cloud: Cloud) -> None:
    def slowly(_: Request) -> None:
        time.sleep(0.5)

    cloud.always(slowly, path=PICTURES)
    buyer.begins()
    run = buyer.starts(*buyer.buying)
    deadline = time.monotonic() + 60
    while len(buyer.painted()) < 2 and time.monotonic() < deadline:
        time.sleep(0.02)
    buyer.kills()
    run.communicate()
    bought = {event["target"] for event in buyer.painted()}
    before = [prompt_of(request) for request in cloud.calls(PICTURES)]
    assert 2 <= len(bought) < KEYFRAMES
    buyer.types(*buyer.buying)
    after = [prompt_of(request) for request in cloud.calls(PICTURES)[len(before) :]]
    assert len(after) == len(set(after)) == KEYFRAMES - len(bought)
    assert len({*before, *after}) == KEYFRAMES


def prompt_of(request: Request) -> str:
    return str(request.json["prompt"])
