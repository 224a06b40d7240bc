"""`status` of a project that something is done with meanwhile: copied while it is filmed, asked about while it waits."""

from __future__ import annotations

import shutil
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from doubles.telling import tell

from longvid_tui import __version__, wire


class StandIn(threading.Thread):
    """Answers as an engine does that has one project open; `asked` counts what it was asked."""

    def __init__(self, project: Path) -> None:
        super().__init__(daemon=True)
        self.asked = Counter[str]()
        self._project = project
        wire.private_dir(wire.run_dir())
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._listener.bind(str(wire.socket_path()))
        self._listener.listen()

    def run(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            for line in connection.makefile("rb"):
                message = wire.decode(line)
                self.asked[message["method"]] += 1
                connection.sendall(
                    wire.encode({"id": message["id"], "result": self._answer(message["method"])})
                )

    def _answer(self, method: str) -> dict[str, Any]:
        if method == "hello":
            return {"protocol": wire.PROTOCOL, "version": __version__, "pid": 0, "surroundings": ""}
        project = {"folder": str(self._project), "state": "waiting", "progress": [], "growing": None}
        return {"projects": [{**project, "eta": None, "held_up": ""}]}

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()


@pytest.fixture
def waiting(person: Any) -> Iterator[StandIn]:
    """An engine in which the person's film waits for the approval of its plan."""
    person.starts(1)
    assert person.types("run", person.film).code == 3
    person.has_no_engine()
    engine = StandIn(person.film)
    engine.start()
    yield engine
    engine.close()


def test_status_asks_the_engine_once(person: Any, waiting: StandIn) -> None:
    said = person.types("status", person.film)
    assert "the run goes on once that is answered" in said.out
    assert waiting.asked == {"hello": 1, "status": 1}


def test_nothing_is_filmed_in_a_copy_that_is_made_while_the_original_is(person: Any, tmp_path: Path) -> None:
    tell(QUICK_GATE=tmp_path / "gate")
    person.starts(1)
    assert person.types("run", person.film, "--yes", "--detach").code == 0
    deadline = time.monotonic() + 30
    while not list(person.film.glob("attempts/*/shim.json")):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    copy = shutil.copytree(person.film, tmp_path / "copy")
    assert "filming s1" in person.types("status", person.film).out
    said = person.types("status", copy)
    assert "filming" not in said.out
    assert "to film s1" in said.out
    assert person.types("status", copy, "--json").json["running"] == []
    assert person.types("run", copy, "--until", "segments", "--detach").code == 0
    assert person.types("stop", copy).code == 0
    assert "filming s1" in person.types("status", person.film).out, "what ends in the copy is none of its own"
    (tmp_path / "gate").touch()
    assert person.types("status", person.film, "--watch").code == 0
    assert person.status()["film"]["status"] == "ready"
    assert len(list(person.film.glob("attempts/*"))) == 1
