"""Charts of which segment is filmed when on which GPU, as plain text of known width; colours are the caller's."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_LABEL_GAP = 1
_TICK_SECONDS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400)
_TICK_CELLS = 12
"""Least distance in characters of two marks of the axis, so that their words do not touch."""


@dataclass(frozen=True)
class Bar:
    """A segment on its GPUs from `start` to `end`; until `loaded` the model is loaded. Seconds from now, or from
    where a chart begins. `to_come`: it has not been started, in a chart of what is at work; `again`: it has been
    tried before."""

    segment: str
    gpus: tuple[int, ...]
    start: float
    loaded: float
    end: float
    to_come: bool = False
    again: bool = False


@dataclass(frozen=True)
class Span:
    """A stretch of one line: its text, and the segment it belongs to ("" for what belongs to none)."""

    text: str
    segment: str = ""


Line = list[Span]


@dataclass(frozen=True)
class _Signs:
    load: str
    run: str
    end: str
    edge: str
    tick: str
    now: str
    run_to_come: str
    end_to_come: str


_UNICODE = _Signs("░", "━", "╸", "│", "╵", "▲", "─", "╴")
_ASCII = _Signs(".", "=", "|", "|", "'", "^", "-", "|")


def lanes(bars: Sequence[Bar], gpus: Sequence[int], most: int) -> dict[int, str]:
    """Names of the rows of a chart, by the first GPU of each: one for each GPU or, where that would be more
    than `most`, one for neighbours that film the same. These may still be more than `most`."""
    if len(gpus) <= most:
        return {gpu: f"GPU {gpu}" for gpu in gpus}
    films = {gpu: [bar for bar in bars if gpu in bar.gpus] for gpu in gpus}
    rows: list[list[int]] = []
    for gpu in gpus:
        if rows and gpu == rows[-1][-1] + 1 and films[gpu] == films[rows[-1][0]]:
            rows[-1].append(gpu)
        else:
            rows.append([gpu])
    return {row[0]: f"GPU {row[0]}-{row[-1]}" if len(row) > 1 else f"GPU {row[0]}" for row in rows}


def chart(
    bars: Sequence[Bar],
    names: Mapping[int, str],
    width: int,
    *,
    ascii_only: bool = False,
    now: float | None = None,
) -> list[Line]:
    """A line for each GPU and two for the axis, each exactly `width` characters; `names` of the GPUs drawn. `now`
    is marked on the axis.

    A bar too short for a character vanishes, one too short for its name goes without.
    """
    signs = _ASCII if ascii_only else _UNICODE
    margin = max((len(name) for name in names.values()), default=0) + _LABEL_GAP
    cells = max(1, width - margin - 1)
    until = max((bar.end for bar in bars), default=0.0) or 1.0
    rows = [
        [
            Span(f"{name:{margin}}{signs.edge}"),
            *_row([bar for bar in bars if gpu in bar.gpus], until, cells, signs),
        ]
        for gpu, name in names.items()
    ]
    return [*rows, *_axis(until, margin + 1, cells, signs, now)]


def _row(bars: Sequence[Bar], until: float, cells: int, signs: _Signs) -> Line:
    line: Line = []
    at = 0
    for bar in sorted(bars, key=lambda bar: bar.start):
        start, loaded, end = (
            max(at, round(cells * moment / until)) for moment in (bar.start, bar.loaded, bar.end)
        )
        if end <= start:
            continue
        if start > at:
            line.append(Span(" " * (start - at)))
        line.append(Span(_bar(bar, loaded - start, end - start, signs), bar.segment))
        at = end
    return [*line, Span(" " * (cells - at))] if at < cells else line


def _bar(bar: Bar, load: int, whole: int, signs: _Signs) -> str:
    name, run = bar.segment + "!" * bar.again, whole - load
    line, end = (signs.run_to_come, signs.end_to_come) if bar.to_come else (signs.run, signs.end)
    if run > len(name):
        return signs.load * load + name + line * (run - len(name) - 1) + end
    return signs.load * load + line * (run - 1) + end if run else signs.load * load


def _axis(until: float, margin: int, cells: int, signs: _Signs, now: float | None) -> list[Line]:
    step = next((step for step in _TICK_SECONDS if cells * step / until >= _TICK_CELLS), _TICK_SECONDS[-1])
    marks, words = [" "] * cells, [" "] * cells
    for tick in range(math.floor(until / step) + 1):
        at = round(cells * tick * step / until)
        seconds = tick * step
        text = f"{seconds} s" if seconds % 60 else "1 min" if seconds == 60 else spoken(seconds)
        if at + len(text) <= cells:
            marks[at] = signs.tick
            words[at : at + len(text)] = text
    if now is not None and 0 <= now <= until:
        marks[min(cells - 1, round(cells * now / until))] = signs.now
    return [[Span(" " * margin + "".join(line))] for line in (marks, words)]


def nearness(seconds: float, at_least: float) -> str:
    """How near a plan that takes `seconds` is to what no plan can beat, in words."""
    over = f"{100 * (seconds / at_least - 1):.1f}" if at_least > 0 else "0.0"
    return (
        "takes the least time possible"
        if over == "0.0"
        else f"takes {over} % more than the least time possible"
    )


def spoken(seconds: float) -> str:
    """`45 s`, `12 min`, `1 h 05 min`."""
    whole = round(seconds)
    if whole < 90:
        return f"{whole} s" if whole else "0"
    minutes = round(whole / 60)
    if minutes < 60:
        return f"{minutes} min"
    hours, rest = divmod(minutes, 60)
    return f"{hours} h {rest:02} min" if rest else f"{hours} h"
