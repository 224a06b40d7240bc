"""A person at the command line: every step goes through the commands, in the folder of the test."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from doubles.answer import Answer

from longvid_tui import keys
from longvid_tui.backends.rehearsal.cloud.server import Cloud
from longvid_tui.cli.app import run


class Person:
    """Types commands; `film` is the project most tests work on."""

    def __init__(
        self,
        folder: Path,
        shelf: Path,
        capsys: pytest.CaptureFixture[str],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        self.folder, self._shelf, self._capsys, self._monkeypatch = folder, shelf, capsys, monkeypatch
        self.film = folder / "film"
        self.document = self.film / "project.yaml"

    def types(self, *words: str | Path) -> Answer:
        self._capsys.readouterr()
        code = run([str(word) for word in words])
        said = self._capsys.readouterr()
        return Answer(code, said.out, said.err)

    def starts(self, segments: int = 3, *more: str) -> None:
        """A small project of quick stand-in backends."""
        made = self.types(
            "new", self.film, "-p", "A test.", "--segments", str(segments), "--seed", "7", "--planner", "counting",
            "--images", "flat", "--video", "quick", *more,
        )  # fmt: skip
        assert made.code == 0, made.err
        self.edits("canvas: 1280x720", "canvas: 128x64")

    def finishes(self, segments: int = 3) -> None:
        """A film of so many segments that was made the usual way, once for all tests that begin with it."""
        kept = self._shelf / f"film-of-{segments}"
        if kept.exists():
            shutil.copytree(kept, self.film)
            assert self.types("status", self.film).code == 0
            return
        self.starts(segments)
        done = self.types("run", self.film, "--yes")
        assert done.code == 0, done.err
        copied = shutil.copytree(self.film, self.folder / "copy")
        with contextlib.suppress(OSError):  # another worker was quicker
            copied.rename(kept)

    def edits(self, before: str, after: str) -> None:
        """Change project.yaml by hand."""
        text = self.document.read_text()
        assert before in text, text
        self.document.write_text(text.replace(before, after, 1))

    def settles(self, settings: str) -> None:
        """Put settings into project.yaml by hand, as one line of YAML."""
        self.document.write_text(f"{self.document.read_text()}\nsettings: {{{settings}}}\n")

    def prefers(self, **settings: str | Path) -> None:
        """Change the settings of all films, as `planner__model="x"`: an engine that runs heeds them for the next film."""
        for name, value in settings.items():
            assert self.types("config", "set", name.replace("__", "."), value).code == 0

    def has_no_engine(self) -> None:
        """From now on none runs; that of the tests before is somebody else's."""
        self._monkeypatch.setenv("LONGVID_STATE_DIR", str(self.folder / "state"))

    def has_keys(self, *services: str) -> None:
        """In a file, which an engine that runs heeds, too."""
        path = keys.credentials_path()
        path.touch(0o600)
        path.write_text("".join(f"{service}: sk-stand-in-0123456789\n" for service in services))

    def status(self) -> Any:
        return self.types("status", self.film, "--json").json

    def runs(self, *more: str) -> Any:
        return self.types("run", self.film, "--yes", "--json", *more).json


@pytest.fixture
def person(
    tmp_path: Path,
    shelf: Path,
    same_user: None,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Person:
    monkeypatch.chdir(tmp_path)
    return Person(tmp_path, shelf, capsys, monkeypatch)


@pytest.fixture
def cloud(person: Person) -> Iterator[Cloud]:
    """A stand-in for the language model that this person's films are planned by."""
    with Cloud() as cloud:
        person.prefers(planner__base_url=f"{cloud.url}/v1")
        person.has_keys("planner")
        yield cloud
