"""Pictures in full resolution: what kitty's protocol is told, and what asks for it."""

from __future__ import annotations

import base64
import io
import os
import pty
import re
import select
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from doubles.snapshots import item, snapshot
from PIL import Image
from rich.cells import cell_len

from longvid_tui.view.film import film
from longvid_tui.widgets.graphics import CELL, placed
from longvid_tui.widgets.pictures import Pictures

Draw = Callable[..., Awaitable[str]]

MESSAGE = re.compile(r"\x1b_G([^;]*);([^\x1b]*)\x1b\\")


def received(messages: str) -> tuple[dict[str, str], Image.Image]:
    """The keys of the first message and the picture that all of them bring, as a terminal reads them."""
    parts = MESSAGE.findall(messages)
    assert "".join(f"\x1b_G{keys};{data}\x1b\\" for keys, data in parts) == messages
    assert all(len(data) <= 4096 for _, data in parts)
    assert [f"m={int(at + 1 < len(parts))}" in keys for at, (keys, _) in enumerate(parts)] == [True] * len(
        parts
    )
    keys = dict(pair.split("=") for pair in parts[0][0].split(","))
    return keys, Image.open(io.BytesIO(base64.b64decode("".join(data for _, data in parts))))


def test_a_picture_is_sent_whole_under_the_number_that_its_cells_bear() -> None:
    cells, messages = placed(Image.effect_noise((640, 360), 80), "k1", 40, 11)
    keys, sent = received(messages)
    assert sent.size == (40 * CELL[0], 11 * CELL[1])
    assert (keys["a"], keys["U"], keys["c"], keys["r"], keys["q"]) == ("T", "1", "40", "11", "2")
    assert [len(row) for row in cells] == [40] * 11
    places = {segment.text for row in cells for segment in row}
    assert len(places) == 440, "every cell is another part of it"
    assert all(cell_len(text) == 1 for text in places)
    red, green, blue = cells[0][0].style.color.triplet  # type: ignore[union-attr,misc]
    assert int(keys["i"]) == red << 16 | green << 8 | blue


async def test_the_pane_tells_the_terminal_before_it_paints(
    drawn: Draw, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Pictures, "full", True)
    monkeypatch.setattr(Pictures, "plain", False)
    path = tmp_path / "keyframes" / "k1" / f"{'ab' * 6}.png"
    path.parent.mkdir(parents=True)
    Image.linear_gradient("L").resize((640, 360)).save(path)
    seen = film(snapshot(1, [item("k1", "ready"), item("k2")], report={"folder": str(tmp_path)}))
    pane = Pictures()
    sent: list[str] = []

    def show() -> None:
        pane.app.send = sent.append  # type: ignore[method-assign]
        pane.show(seen, "k1")

    text = await drawn(pane, 60, 12, show)
    keys, _ = received("".join(sent))
    assert text.count("\U0010eeee") == int(keys["c"]) * int(keys["r"])


@pytest.mark.parametrize(
    ("surroundings", "answer", "takes"),
    [
        ({"TERM": "xterm-kitty"}, b"\x1b_Gi=31;OK\x1b\\\x1bP>|kitty(0.28.1)\x1b\\\x1b[?62;c", True),
        ({"TERM": "xterm-kitty"}, b"\x1b_Gi=31;OK\x1b\\\x1bP>|kitty(0.26.5)\x1b\\\x1b[?62;c", False),
        ({"TERM": "xterm-ghostty"}, b"\x1b[?62;c", False),
        ({"TERM": "xterm-kitty", "TMUX": "/tmp/tmux,1,0"}, b"", False),
        ({"TERM": "xterm-256color"}, b"", False),
    ],
)
def test_a_terminal_is_asked_where_it_may_take_pictures(
    surroundings: dict[str, str], answer: bytes, takes: bool
) -> None:
    master, slave = pty.openpty()
    kept = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "TMUX")}
    asked = "from longvid_tui.terminal import takes_pictures; print('it takes them:', takes_pictures())"
    process = subprocess.Popen(
        [sys.executable, "-c", asked], stdin=slave, stdout=slave, env=kept | surroundings, close_fds=True
    )
    said, deadline = b"", time.monotonic() + 30
    while b"it takes them: " not in said or not said.endswith(b"\n"):
        assert time.monotonic() < deadline, said
        if select.select([master], [], [], 0.1)[0]:
            said += os.read(master, 1024)
        if answer and b"\x1b[c" in said:
            os.write(master, answer)
            answer = b""
    process.wait(10)
    os.close(master)
    os.close(slave)
    assert (b"\x1b_G" in said) is (surroundings["TERM"] != "xterm-256color" and "TMUX" not in surroundings)
    assert f"it takes them: {takes}".encode() in said
