"""Fewer bytes for the same picture: only the cells that changed, only the colours that differ from those
before.

Rich ends every stretch of text with a reset and begins the next with all of its style, and Textual 8.2.8 paints
a changed stretch from the left edge of its widget; over a slow link that is most of a frame.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from rich.console import Console
from rich.control import Control
from textual._compositor import ChopsUpdate

_RESET = "\x1b[0m"
_STYLES = re.compile(r"((?:\x1b\[[\d;]*m)+)")
_MOVES = re.compile(r"(?:\x1b\[\d+;\d+H|[\r\n])*")
"""Moves of the cursor, which paint nothing, so that the style before them does not matter."""

_COLOURS = {str(code): 1 for code in (*range(30, 38), *range(90, 98))} | {
    str(code): 2 for code in (*range(40, 48), *range(100, 108))
}
_DEEP = {"38": 1, "48": 2}
_DEFAULTS = {"39": 1, "49": 2}
_PARTS = {"5": 3, "2": 5}
"""Parameters of a colour by its kind: 38;5;n of a palette, 38;2;r;g;b (ECMA-48, ISO 8613-6)."""
_ENDS = {"1": "22", "2": "22", "3": "23", "4": "24", "5": "25", "7": "27", "9": "29"}
"""The SGR code that ends each attribute; 22 ends both bold and faint."""
_SEEN_ON_BLANKS = frozenset(("4", "7", "9", "21", "53"))
"""Underlined, swapped, struck out, underlined twice, overlined."""


class _Style(NamedTuple):
    """What of an SGR sequence stays in force: attributes in their order, and the two colours; "" for none."""

    attributes: tuple[str, ...] = ()
    writing: str = ""
    ground: str = ""


_NONE = _Style()


class Spans(ChopsUpdate):
    """A partial update of exactly the cells that are to be painted."""

    def render_segments(self, console: Console) -> str:
        parts: list[str] = []
        for y, left, right in self.spans:
            for end, (x, strip) in zip(self.chop_ends[y], self.chops[y].items(), strict=False):
                first, last = max(x, left), min(end, right)
                if strip is not None and first < last:
                    parts += (
                        Control.move_to(first, y).segment.text,
                        strip.crop(first - x, last - x).render(console),
                    )
        return "".join(parts)


def thrifty(frame: str) -> str:
    """`frame`, which begins and ends in the terminal's own style, in fewer bytes; everything else in it
    stays."""
    if _RESET not in frame:
        return frame
    told = wanted = _NONE
    kept: list[str] = []
    for at, part in enumerate(_STYLES.split(frame)):
        if at % 2:
            wanted = _after(_NONE if _RESET in part else wanted, part)
        elif part:
            needed = wanted
            if part[0] in " \x1b\r\n":
                needed = told if _MOVES.fullmatch(part) else wanted if part.strip(" ") else _blank(told, wanted)
            if needed != told:
                kept.append(_change(told, needed))
                told = needed
            kept.append(part)
    if wanted != told:
        kept.append(_change(told, wanted))
    return "".join(kept)


def _blank(told: _Style, wanted: _Style) -> _Style:
    """What spaces need: writing leaves no mark on them, unless a line goes through or the two colours are
    swapped."""
    if _SEEN_ON_BLANKS.isdisjoint((*told.attributes, *wanted.attributes)):
        return told._replace(ground=wanted.ground)
    return wanted


@lru_cache(maxsize=4096)
def _after(style: _Style, sequences: str) -> _Style:
    """The style in force after some SGR sequences."""
    for sequence in sequences.split("m")[:-1]:
        style = _with(style, sequence.removeprefix("\x1b[").split(";"))
    return style


def _with(style: _Style, parts: list[str]) -> _Style:
    at = 0
    while at < len(parts):
        part, taken = parts[at], 1
        if part in _DEEP:
            taken = _PARTS.get(parts[at + 1] if at + 1 < len(parts) else "", 1)
            style = _painted(style, _DEEP[part], ";".join(parts[at : at + taken]))
        elif part in _COLOURS:
            style = _painted(style, _COLOURS[part], part)
        elif part in _DEFAULTS:
            style = _painted(style, _DEFAULTS[part], "")
        elif part.strip("0"):
            style = style._replace(attributes=(*style.attributes, part))
        else:
            style = _NONE
        at += taken
    return style


def _painted(style: _Style, place: int, colour: str) -> _Style:
    return style._replace(writing=colour) if place == 1 else style._replace(ground=colour)


@lru_cache(maxsize=4096)
def _change(told: _Style, wanted: _Style) -> str:
    """The shortest sequence that makes one style of another."""
    whole = ["0", *wanted.attributes, *filter(None, (wanted.writing, wanted.ground))]
    ends = [_ENDS.get(attribute, "0") for attribute in told.attributes if attribute not in wanted.attributes]
    left = [attribute for attribute in told.attributes if _ENDS.get(attribute) not in ends]
    parts = [*dict.fromkeys(ends), *(attribute for attribute in wanted.attributes if attribute not in left)]
    parts += [wanted.writing or "39"] if wanted.writing != told.writing else []
    parts += [wanted.ground or "49"] if wanted.ground != told.ground else []
    shortest = whole if "0" in ends else min(parts, whole, key=lambda held: len(";".join(held)))
    return f"\x1b[{';'.join(shortest)}m"
