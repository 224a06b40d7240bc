"""Fewer bytes, the same picture: what a terminal shows of a frame and of its thrifty form."""

from __future__ import annotations

import io
import re

from hypothesis import given
from hypothesis import strategies as st
from rich.color import Color
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from longvid_tui.thrift import Spans, thrifty

Cell = tuple[str, str, tuple[str, ...]]
TOKENS = re.compile(r"\x1b\[([\d;]*)m|\x1b\[(\d+);(\d+)H|(.)", re.DOTALL)

COLOURS = st.none() | st.sampled_from(["red", "bright_blue", "color(208)", "#123456", "#ffffff", "default"])
STYLES = st.builds(
    lambda writing, ground, flags: Style(
        color=writing and Color.parse(writing), bgcolor=ground and Color.parse(ground), **flags
    ),
    COLOURS,
    COLOURS,
    st.fixed_dictionaries(
        {}, optional={name: st.just(True) for name in ("bold", "dim", "underline", "reverse", "blink2")}
    ),
)
STRIPS = st.lists(st.builds(Segment, st.text(" ab▀│中", min_size=1, max_size=4), STYLES), max_size=6).map(Strip)


CONSOLE = Console(file=io.StringIO(), force_terminal=True, color_system="truecolor", legacy_windows=False)


def shown(frame: str) -> dict[tuple[int, int], Cell]:
    """What stands where: sign, ground, and all of the style that can be seen on it."""
    cells: dict[tuple[int, int], Cell] = {}
    x = y = 0
    writing = ground = ""
    on: set[str] = set()
    for style, row, column, sign in TOKENS.findall(frame):
        if sign == "\n":
            x, y = 0, y + 1
        elif sign:
            swapped = on & {"4", "7"}
            told = tuple(sorted(on | {writing})) if sign != " " or swapped else ()
            cells[x, y] = (sign, ground, told)
            x += 1
        elif row:
            x, y = int(column) - 1, int(row) - 1
        else:
            parts = style.split(";")
            while parts:
                part = parts.pop(0)
                if part in ("38", "48"):
                    count = {"5": 1, "2": 3}[parts[0]]
                    colour, parts = ";".join(parts[: count + 1]), parts[count + 1 :]
                    writing, ground = (colour, ground) if part == "38" else (writing, colour)
                elif part in ("", "0"):
                    writing, ground, on = "", "", set()
                elif part in ("22", "23", "24", "25", "27", "29"):
                    on -= {part[1]} | ({"1"} if part == "22" else set())
                elif int(part) in (*range(30, 38), *range(90, 98), 39):
                    writing = "" if part == "39" else part
                elif int(part) in (*range(40, 48), *range(100, 108), 49):
                    ground = "" if part == "49" else part
                else:
                    on.add(part)
    cells[-1, -1] = ("", ground, tuple(sorted(on | {writing})))
    return cells


def frame_of(strips: list[Strip]) -> str:
    return "".join(f"\x1b[{row + 1};1H{strip.render(CONSOLE)}\n" for row, strip in enumerate(strips))


@given(st.lists(STRIPS, max_size=3))
def test_a_thrifty_frame_shows_the_same(strips: list[Strip]) -> None:
    frame = frame_of(strips)
    assert shown(thrifty(frame)) == shown(frame)
    assert len(thrifty(frame)) <= len(frame)


def test_only_what_differs_is_sent() -> None:
    black = Color.parse("#121212")
    row = Strip([
        Segment("a", Style(color="#56B4E9", bgcolor=black)),
        Segment("  ", Style(color="#d0d0d0", bgcolor=black)),
        Segment("b", Style(color="#56B4E9", bgcolor=black)),
    ])  # fmt: skip
    assert thrifty(row.render(CONSOLE)) == "\x1b[38;2;86;180;233;48;2;18;18;18ma  b\x1b[0m"


def test_what_is_no_style_stays_as_it_is() -> None:
    sent = "\x1b[?1049h\x1b[>1u\x1b]2;title\x07\x1b[6n\x1b[2J"
    assert thrifty(sent) == sent
    assert thrifty(f"\x1b[31m{sent}\x1b[0m") == f"\x1b[31m{sent}\x1b[0m"


def test_a_partial_update_paints_its_cells_and_no_others() -> None:
    row = Strip(
        [Segment("│ ", Style(color="red")), Segment("left", Style(bold=True)), Segment(" rest ", Style())]
    )
    spans = Spans([{0: row, 12: Strip([Segment("other", Style())])}], [(0, 3, 7), (0, 13, 14)], [[12, 17]])
    cells = shown(spans.render_segments(CONSOLE))
    assert {place: cell[0] for place, cell in cells.items() if place[0] >= 0} == {
        (3, 0): "e", (4, 0): "f", (5, 0): "t", (6, 0): " ", (13, 0): "t",
    }  # fmt: skip
