"""Rows of styled text: made safe, cut, wrapped and filled by the cells they take."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import takewhile

from rich.cells import cell_len, chop_cells, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from longvid_tui.showing import show
from longvid_tui.widgets.palette import Palette

Row = Sequence[tuple[str, str]]
"""One line: (text, role in the palette; "" for plain) from left to right."""

_FLAT = str.maketrans({"\n": " ", "\t": " ", "\r": " "})


def safe(text: str) -> str:
    """Foreign text as one line of visible characters."""
    if text.isascii() and text.isprintable():
        return text
    return _shown(text)


@lru_cache(maxsize=2048)
def _shown(text: str) -> str:
    return show(text.translate(_FLAT))


def cut(text: str, width: int) -> str:
    """`text`, made safe, in at most `width` cells, with an ellipsis where something is missing."""
    text = safe(text)
    if cell_len(text) <= width:
        return text
    return set_cell_size(text, width - 1).rstrip() + "…" if width > 0 else ""


def wrap(text: str, width: int, most: int = 1000) -> list[str]:
    """`text` in lines of at most `width` cells, broken between words where it can be; an ellipsis ends the last
    of `most` lines where more would follow."""
    return list(_wrapped(text, width, most))


def hang(lead: str, text: str, width: int) -> str:
    """`lead` and behind it `text`, whose further lines begin below its first."""
    indent = cell_len(lead)
    return lead + ("\n" + " " * indent).join(wrap(text, max(1, width - indent)))


@lru_cache(maxsize=512)
def _wrapped(text: str, width: int, most: int) -> list[str]:
    """Cached: the words of a keyframe stand beside two segments, and whoever walks along a film comes back."""
    if width < 1 or most < 1:
        return []
    lines: list[str] = []
    for paragraph in show(text[: width * (most + 4)]).expandtabs(4).split("\n"):
        lines.extend(_wrap_paragraph(paragraph, width))
        if len(lines) > most:
            break
    if len(lines) <= most:
        return lines
    return [*lines[: most - 1], cut(f"{lines[most - 1]} …", width)]


def _wrap_paragraph(paragraph: str, width: int) -> list[str]:
    lines, line = [], ""
    for word in paragraph.split(" "):
        joined = f"{line} {word}" if line else word
        if cell_len(joined) <= width:
            line = joined
            continue
        if line:
            lines.append(line)
        *full, line = chop_cells(word, width) or [""]
        lines.extend(full)
    return [*lines, line]


def strip(row: Row, width: int, palette: Palette, base: Style) -> Strip:
    """A row as the screen paints it: safe, exactly `width` cells wide, on the widget's own ground."""
    segments, left = [], width
    for said, role in row:
        text = safe(said)
        size = cell_len(text)
        if size > left:
            text, size = set_cell_size(text, left), left
        if text:
            segments.append(Segment(text, base + palette[role] if role else base))
            left -= size
        if left <= 0:
            break
    if left > 0:
        segments.append(Segment(" " * left, base))
    return Strip(segments, width)


def spread(left: Row, right: Row, width: int) -> Row:
    """`left` and `right` at the two ends of a line; where both do not fit, the right one stays."""
    room = width - cells(right)
    return [*clip(left, room - 1), (" " * max(1, room - cells(clip(left, room - 1))), ""), *right]


def clip(row: Row, width: int) -> list[tuple[str, str]]:
    """As much of a row as fits `width` cells."""
    kept, left = [], width
    for text, role in row:
        if left <= 0:
            break
        fitting = cut(text, left)
        kept.append((fitting, role))
        left -= cell_len(fitting)
    return kept


def cells(row: Iterable[tuple[str, str]]) -> int:
    """How many cells a row takes."""
    return sum([_size(text) for text, _ in row])


@lru_cache(maxsize=4096)
def _size(text: str) -> int:
    """Cached: rows are compared at every key, and most of their texts recur."""
    return cell_len(safe(text))


def changed_cells(old: Row, new: Row, width: int) -> tuple[int, int] | None:
    """Cells (from, to) in which two rows of that width may look different; None where they are the same."""
    before, after = list(old), list(new)
    if before == after:
        return None
    same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(before, after, strict=False)))
    left = cells(before[:same])
    if cells(before) != cells(after):
        return min(left, width - 1), width
    rest = before[same:][::-1], after[same:][::-1]
    alike = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(*rest, strict=False)))
    right = cells(after[: len(after) - alike])
    return (left, min(right, width)) if left < min(right, width) else None


def bar(share: float | None, width: int, role: str, ascii_only: bool = False) -> Row:
    """A bar of `width` cells in half steps; only its ground where nothing is known."""
    full, half, ground = ("#", "", ".") if ascii_only else ("━", "╸", "─")
    halves = round(min(max(share or 0.0, 0.0), 1.0) * width * 2)
    filled = full * (halves // 2) + half * (halves % 2)
    return [(filled, role), (ground * (width - len(filled)), "dim")]
