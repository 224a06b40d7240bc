"""A person whose pictures come from the stand-in cloud, through the command line and the real engine."""

from __future__ import annotations

import asyncio
import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
import pytest
from doubles.answer import Answer
from PIL import Image

from longvid_tui import wire
from longvid_tui.cli.app import run
from longvid_tui.cli.context import open_studio
from longvid_tui.engine.reconciler import Outcome, Reconciler
from longvid_tui.project.folder import Folder
from longvid_tui.project.history import Order, Stage
from longvid_tui.project.model import Character, Look, Place


class Buyer:
    """Types commands in this process."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.film = folder / "film"
        self.document = self.film / "project.yaml"
        self._home = os.environ["LONGVID_STATE_DIR"]
        self._capsys = capsys

    def says(self, *words: str | Path) -> Answer:
        self._capsys.readouterr()
        code = run([str(word) for word in words])
        said = self._capsys.readouterr()
        return Answer(code, said.out, said.err)

    def types(self, *words: str | Path) -> Answer:
        """A command that has to succeed."""
        said = self.says(*words)
        assert said.code == 0, said.err
        return said

    def begins(self, segments: int = 1, images: str = "openai") -> None:
        self.types(
            "new", self.film, "-p", "A test.", "--segments", str(segments), "--seed", "7",
            "--planner", "counting", "--images", images, "--video", "quick", "--size", "832x464",
        )  # fmt: skip

    @property
    def buying(self) -> list[str]:
        return ["run", str(self.film), "--yes", "--until", "keyframes"]

    def plans(self) -> None:
        self._runs(until="plan", approve=False)

    def buys(self) -> Outcome:
        """Make the keyframes that are missing, by the engine's loop in this process; none may fail."""
        return self._runs(until="keyframes", approve=True)

    def _runs(self, *, until: Stage, approve: bool) -> Outcome:
        folder = Folder(self.film)
        with folder.writing("test"):
            outcome = asyncio.run(Reconciler(open_studio(folder), Order(until, approve)).run())
        assert not outcome.failed
        return outcome

    def status(self) -> Any:
        return self.types("status", self.film, "--json").json

    def keyframe(self, name: str = "k1") -> Any:
        """What `status --json` says of one."""
        return next(item for item in self.status()["keyframes"] if item["id"] == name)

    def picture(self, name: str = "k1") -> Image.Image:
        return Image.open(self.film / self.keyframe(name)["take"]["path"]).convert("RGB")

    def casts(self, places: dict[str, str]) -> None:
        """Write into the plan that mara is in these keyframes, each at its place."""
        folder = Folder(self.film)
        look = Look(
            characters=(Character(id="mara", features="a woman with grey hair", wardrobe="a red coat"),),
            places=(Place(id="the quay", features="a stone quay"),),
        )
        keyframes = tuple(
            one.model_copy(update={"cast": ("mara",), "place": places[one.id] or None})
            for one in folder.project.keyframes
        )
        folder.write_project(folder.project.model_copy(update={"look": look, "keyframes": keyframes}))

    def edits(self, before: str, after: str) -> None:
        """Change project.yaml by hand."""
        text = self.document.read_text()
        assert before in text, text
        self.document.write_text(text.replace(before, after, 1))

    def events(self, kind: str) -> list[Any]:
        """What the journal says happened."""
        journal = self.film / "journal.jsonl"
        lines = journal.read_text().splitlines() if journal.exists() else []
        events = [json.loads(line[:-9]) for line in lines if len(line) > 9 and line[-10:-8] == "} "]
        return [event for event in events if event["k"] == kind]

    def painted(self) -> list[Any]:
        """What the journal says was bought."""
        return self.events("painted")

    def spent(self) -> float:
        return sum(event["cost_usd"] for event in self.painted())

    def kills(self) -> None:
        """kill -9 of everything this person started; where no engine ran there is nothing."""
        if not wire.run_dir().exists():
            return
        for process in psutil.process_iter():
            with suppress(psutil.Error):
                if process.environ().get("LONGVID_STATE_DIR") == self._home and process.pid != os.getpid():
                    process.kill()
                    process.wait(10)
