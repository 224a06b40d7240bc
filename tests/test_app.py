"""The screen as a process on a terminal: what it imports, what it refuses, and how it leaves the terminal."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import select
import shlex
import shutil
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from longvid_tui import client
from longvid_tui.__main__ import is_project
from longvid_tui.cli.app import commands
from longvid_tui.cli.parts import PART_OF, PARTS
from longvid_tui.project.canvas import Canvas
from longvid_tui.project.folder import Folder
from longvid_tui.project.model import Backends, Project, Wanted

HEAVY = (
    "pydantic", "openai", "PIL", "numpy", "pynvml", "av", "httpx2", "ruamel", "typer", "psutil",
    "longvid_tui.engine", "longvid_tui.backends", "longvid_tui.media", "longvid_tui.project", "longvid_tui.cli",
    "longvid_tui.settings",
)  # fmt: skip


@pytest.fixture
def film(tmp_path: Path) -> Path:
    root = tmp_path / "film"
    backends = Backends(planner="counting", images="flat", video="quick")
    wanted = Wanted(segments=2)
    Folder.create(
        root, Project(prompt="A test.", canvas=Canvas(128, 64), wanted=wanted, backends=backends, seed=7)
    )
    return root


@pytest.fixture(autouse=True)
def _sits_here(same_user: None) -> None:
    """Whoever opens the screen has an engine."""


class Terminal:
    """A terminal of 120x40 cells with the screen in it; answers nothing, as the dullest terminals do."""

    def __init__(self, *words: str) -> None:
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
        self.before = termios.tcgetattr(slave)
        self.said = b""
        environment = {k: v for k, v in os.environ.items() if k != "NO_COLOR"} | {"TERM": "xterm-256color"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "longvid_tui", *words],
            stdin=slave, stdout=slave, stderr=slave, env=environment, start_new_session=True,
        )  # fmt: skip
        self._slave = slave

    def reads_until(self, done: Callable[[], bool], seconds: float = 60.0) -> None:
        deadline = time.monotonic() + seconds
        while not done():
            assert time.monotonic() < deadline, self.said[-2000:]
            if select.select([self.master], [], [], 0.05)[0]:
                self.said += os.read(self.master, 65536)

    def shows(self, words: bytes) -> None:
        self.reads_until(lambda: words in self.said)

    def fills(self) -> None:
        """Wait until what is not read grows no more."""
        waiting, before = -1, -2
        while waiting != before or not waiting:
            time.sleep(0.3)
            before, waiting = (
                waiting,
                struct.unpack("i", fcntl.ioctl(self.master, termios.FIONREAD, bytes(4)))[0],
            )

    def reads_until_still(self) -> None:
        while select.select([self.master], [], [], 0.5)[0]:
            self.said += os.read(self.master, 65536)

    def ends(self, seconds: float = 20.0) -> int:
        self.reads_until(lambda: self.process.poll() is not None, seconds)
        while select.select([self.master], [], [], 0.05)[0]:
            self.said += os.read(self.master, 65536)
        return self.process.returncode

    @property
    def modes_left_on(self) -> set[bytes]:
        left: set[bytes] = set()
        for match in re.finditer(rb"\x1b\[\?(\d+)([hl])", self.said):
            (left.add if match[2] == b"h" else left.discard)(match[1])
        return left & {b"1000", b"1002", b"1003", b"1004", b"1006", b"1015", b"1049", b"2004"}

    @property
    def is_as_before(self) -> bool:
        return termios.tcgetattr(self._slave) == self.before

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        for fd in (self.master, self._slave):
            try:
                os.close(fd)
            except OSError:
                continue


@pytest.fixture
def opens() -> Iterator[Callable[..., Terminal]]:
    opened: list[Terminal] = []

    def start(*words: str | Path) -> Terminal:
        opened.append(Terminal(*map(str, words)))
        return opened[-1]

    yield start
    for terminal in opened:
        terminal.close()


def test_the_first_paint_needs_the_standard_library_and_textual_only() -> None:
    look = """
import asyncio, sys
from longvid_tui.app import LongvidApp
async def main():
    async with LongvidApp("").run_test(size=(120, 40)) as pilot:
        print(sorted(sys.modules))
asyncio.run(main())
"""
    said = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    loaded = said.stdout
    assert [name for name in HEAVY if f"'{name}'" in loaded] == []


@pytest.mark.parametrize("words", [[], ["film"], ["--plain"]])
def test_without_a_terminal_it_names_the_commands_that_need_none(words: list[str], film: Path) -> None:
    said = subprocess.run(
        [sys.executable, "-m", "longvid_tui", *words],
        cwd=film.parent,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    assert said.returncode == 2
    assert said.stdout == b""
    assert b"longvid-tui run" in said.stderr


def test_a_terminal_that_cannot_move_its_cursor_is_told_the_same(film: Path) -> None:
    said = subprocess.run(
        [sys.executable, "-m", "longvid_tui", "film"],
        cwd=film.parent,
        env=os.environ | {"TERM": "dumb"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    assert said.returncode == 2
    assert b"TERM says dumb" in said.stderr
    assert b"longvid-tui run film" in said.stderr


def test_every_command_is_known_as_one_before_the_commands_are_loaded(
    film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert {word: part for part in PARTS for word in commands(part).commands} == PART_OF
    monkeypatch.chdir(film.parent)
    assert is_project("film")
    assert not is_project("elsewhere")
    film.rename(film.parent / "status")
    assert not is_project("status")
    assert is_project("./status")


def test_leaving_gives_the_terminal_back(film: Path, opens: Callable[..., Terminal]) -> None:
    terminal = opens(film)
    terminal.shows(b"A test.")
    os.write(terminal.master, b"q")
    assert terminal.ends() == 0
    assert terminal.modes_left_on == set()
    assert terminal.is_as_before
    assert terminal.said.rstrip().endswith(b"\x1b[?1004l") or b"\x1b[?25h" in terminal.said


def test_a_plain_screen_writes_nothing_but_ascii_wherever_one_goes(opens: Callable[..., Terminal]) -> None:
    terminal = opens("--plain")
    terminal.shows(b"makes a new film")
    for keys, words in (
        (b"\x10", b"What every key does here"),  # the palette
        (b"\x1b", b""),
        (b"?", b"The film from left to right"),  # longer than the screen
        (b"\x1b", b""),
        (b"N", b"what does it show?"),
        (b"A line.\r" * 20, b"tab next"),
    ):
        os.write(terminal.master, keys)
        terminal.shows(words)
        terminal.reads_until_still()
    assert terminal.said.isascii(), sorted(set(re.sub(r"[\x00-\x7f]", "", terminal.said.decode())))


def test_a_termination_gives_the_terminal_back(film: Path, opens: Callable[..., Terminal]) -> None:
    terminal = opens(film)
    terminal.shows(b"A test.")
    terminal.process.send_signal(signal.SIGTERM)
    assert terminal.ends() == 128 + signal.SIGTERM
    assert terminal.modes_left_on == set()
    assert terminal.is_as_before


def test_a_hangup_gives_the_terminal_back_and_keeps_what_was_typed(
    film: Path, opens: Callable[..., Terminal]
) -> None:
    terminal = opens(film)
    terminal.shows(b"A test.")
    os.write(terminal.master, b"e")
    terminal.shows(b"The film's prompt")
    os.write(terminal.master, b" Typed.")
    terminal.shows(b"Typed.")
    terminal.process.send_signal(signal.SIGHUP)
    assert terminal.ends() == 129
    assert terminal.modes_left_on == set()
    drafts = list((Path(os.environ["LONGVID_STATE_DIR"]) / "drafts").glob("*.json"))
    assert ["A test. Typed." in draft.read_text() for draft in drafts] == [True]


def test_a_hangup_of_a_terminal_whose_pipe_is_full_still_gives_it_back(
    film: Path, opens: Callable[..., Terminal]
) -> None:
    terminal = opens(film)
    terminal.shows(b"A test.")
    os.write(terminal.master, b"TTTTTT")
    terminal.fills()
    terminal.process.send_signal(signal.SIGHUP)
    assert terminal.ends() == 129
    assert terminal.modes_left_on == set()


def test_a_closed_terminal_ends_the_screen_at_once(film: Path, opens: Callable[..., Terminal]) -> None:
    terminal = opens(film)
    terminal.shows(b"A test.")
    os.close(terminal.master)
    assert terminal.process.wait(10) == 129, "nobody sent it a signal"


def test_words_are_written_in_the_persons_own_editor(
    film: Path, opens: Callable[..., Terminal], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    editor = tmp_path / "editor"
    editor.write_text("#!/bin/sh\nprintf ' And more.' >> \"$1\"\n")
    editor.chmod(0o700)
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", str(editor))
    terminal = opens(film)
    terminal.shows(b"A test.")
    os.write(terminal.master, b"E")
    terminal.shows(b"film: saved")
    assert Folder(film).project.prompt == "A test. And more."


def test_a_crash_tells_one_sentence_and_no_words_of_the_film(
    film: Path, opens: Callable[..., Terminal], tmp_path: Path
) -> None:
    broken = "from longvid_tui.widgets.card import Card\nCard.draw = lambda self, w, h: 1 / 0\n"
    site = tmp_path / "site"
    site.mkdir()
    (site / "sitecustomize.py").write_text(broken)
    os.environ["PYTHONPATH"] = f"{site}:{os.environ['PYTHONPATH']}"
    terminal = opens(film)
    assert terminal.ends(60) == 1
    assert b"work goes on in the engine" in terminal.said
    after = terminal.said.rpartition(b"\x1b[?1049l")[2]
    assert b"A test." not in after
    assert b"ZeroDivisionError" not in after
    assert "ZeroDivisionError" in (Path(os.environ["LONGVID_STATE_DIR"]) / "crash.log").read_text()
    comes_up()


def comes_up() -> None:
    """Wait for the engine that the screen was starting: nobody would end it later."""
    deadline = time.monotonic() + 5
    while (engine := client.connect()) is None and time.monotonic() < deadline:
        time.sleep(0.05)
    if engine is not None:
        engine.close()


@pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed")
def test_in_tmux_a_film_is_approved_stopped_left_found_again_and_exported(film: Path, tmp_path: Path) -> None:
    tmux = ["tmux", "-S", str(tmp_path / "tmux"), "-f", "/dev/null"]
    ours = [name for name in os.environ if name == "PYTHONPATH" or name.startswith("LONGVID_")]
    variables = [f"{name}={os.environ[name]}" for name in ours]
    command = shlex.join(["env", *variables, sys.executable, "-m", "longvid_tui", str(film)])

    def types(*keys: str) -> None:
        subprocess.run([*tmux, "send-keys", "-t", "lv", *keys], check=True)

    def shows(words: str) -> None:
        deadline = time.monotonic() + 60
        while words not in (seen := screen()):
            assert time.monotonic() < deadline, seen
            time.sleep(0.1)

    def at_the_shell() -> None:
        deadline = time.monotonic() + 60
        while not (seen := screen()).rstrip().endswith(("#", "$")):
            assert time.monotonic() < deadline, seen
            time.sleep(0.1)
        assert told("#{alternate_on} #{mouse_any_flag} #{cursor_flag}") == "0 0 1"

    def told(words: str) -> str:
        asked = [*tmux, "display-message", "-p", "-t", "lv", words]
        return subprocess.run(asked, check=True, capture_output=True, text=True).stdout.strip()

    def screen() -> str:
        return subprocess.run(
            [*tmux, "capture-pane", "-p", "-t", "lv"], check=True, capture_output=True, text=True
        ).stdout

    subprocess.run(
        [*tmux, "new-session", "-d", "-s", "lv", "-x", "120", "-y", "40", "sh"],
        check=True,
        env={**os.environ, "LC_ALL": "C.UTF-8"},
    )
    try:
        types(command, "Enter")
        shows("No plan yet: R makes one")
        types("R")
        shows("The plan asks you")
        types("a")
        shows("k1-k3 ask you")
        types("A", "y")
        shows("s1-s2 ask you")
        types("C-z")
        at_the_shell()
        types("fg", "Enter")
        shows("s1-s2 ask you")
        types("q")
        at_the_shell()
        types(command, "Enter")
        shows("s1-s2 ask you")
        types("A", "y")
        shows("film.mp4 is made")
        types("q")
        at_the_shell()
        types(shlex.join([sys.executable, "-m", "longvid_tui", "export", str(film), "--to", "edl"]), "Enter")
        deadline = time.monotonic() + 60
        while not list(film.glob("exports/*.edl")):
            assert time.monotonic() < deadline, screen()
            time.sleep(0.1)
    finally:
        subprocess.run([*tmux, "kill-server"], check=False)


@pytest.mark.parametrize("words", [("show", "film"), ()])
def test_ctrl_c_while_the_program_is_being_imported_is_no_traceback(
    tmp_path: Path, words: tuple[str, ...]
) -> None:
    for name in ("typer", "textual"):
        (tmp_path / f"{name}.py").write_text("raise KeyboardInterrupt")
    environment = {**os.environ, "PYTHONPATH": str(tmp_path), "TERM": "xterm"}
    program = [sys.executable, "-m", "longvid_tui", *words]
    master, terminal = pty.openpty()
    try:
        done = subprocess.run(
            program, env=environment, stdin=terminal, stdout=terminal, stderr=terminal, check=False
        )
    finally:
        os.close(terminal)
    with contextlib.suppress(OSError):  # the end of a terminal nobody writes to any more
        assert b"Traceback" not in os.read(master, 10_000)
    os.close(master)
    assert done.returncode == 130
