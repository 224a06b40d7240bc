"""The GPUs: load, memory, power, temperature, who uses them and what is wrong, one row each."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from longvid_tui.view.gpus import Gpu, ToCome
from longvid_tui.widgets.palette import colour_role
from longvid_tui.widgets.pane import FocusPane
from longvid_tui.widgets.writing import Row, bar, cut, wrap

if TYPE_CHECKING:
    from longvid_tui.gantt import Bar

_SPARKS = "▁▂▃▄▅▆▇█"
_WIDTH_FOR_WATTS = 34
"""Cells of the pane from which on there is room for the power."""

LEAST_HOURS = 0.05
"""GPU-hours below which none are told."""

_LANE_ROWS = 4
"""Rows of the chart besides one for each GPU: a heading, two for the clock, and when the film is done."""


class Gpus(FocusPane):
    """One row a GPU; all of them in one line where there is only one."""

    HELP = "The GPUs of this machine, sampled every second. Use by others is named, and so is what is wrong."

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.head("3 GPUs")
        self._gpus: tuple[Gpu, ...] = ()
        self._problem = ""
        self._to_come: tuple[ToCome, ...] = ()
        self._ending = ""

    def spent(self, hours: float) -> None:
        """Tell the GPU time that the film has taken so far."""
        self.head(self._titles[0], f"{hours:.1f} GPU-hours so far" if hours >= LEAST_HOURS else "")

    def show(
        self, gpus: tuple[Gpu, ...], problem: str, to_come: tuple[ToCome, ...] = (), ending: str = ""
    ) -> None:
        """`to_come`: what is planned for them; `ending`: when the film will be done, in words."""
        if (gpus, problem, to_come, ending) != (self._gpus, self._problem, self._to_come, self._ending):
            self._gpus, self._problem, self._to_come, self._ending = gpus, problem, to_come, ending
            names = {gpu.name for gpu in gpus if gpu.name}
            name = names.pop() if len(names) == 1 else ""
            self.head(f"3 GPUs  {len(gpus)} x {name}".rstrip(" x") if gpus else "3 GPUs", self._titles[1])
            self.redraw()

    def draw(self, width: int, height: int) -> list[Row]:
        if not self._gpus:
            return [[(cut(self._problem or "No GPU is known here.", width), "dim")]]
        if height == 1:
            return [self._in_one_line(width)]
        spare = height - 2 * len(self._gpus) - _LANE_ROWS
        lanes = self._lanes(width, 2 if spare else 1) if spare >= 0 else []
        sparks = height >= 2 * len(self._gpus) + len(lanes) and self.has_focus
        rows: list[Row] = []
        for gpu in self._gpus:
            rows.append(self._row(gpu, width))
            if gpu.problems and height >= len(self._gpus) + 2:
                rows.append([(cut(f"  ! {'; '.join(gpu.problems)}", width), "error")])
            elif sparks and gpu.history:
                rows.append([(cut("  " + _sparkline(gpu.history, self.plain), width), "dim")])
        room = height - len(rows) - len(lanes)
        return rows + ([[]] if room else []) + lanes if lanes and room >= 0 else rows

    def _lanes(self, width: int, most: int) -> list[Row]:
        """What each GPU films, against the clock, and when the film is done in at most so many lines."""
        from longvid_tui.gantt import chart

        bars = self._bars()
        if not bars:
            return []
        origin = min(bar.start for bar in bars)
        bars = [
            replace(bar, start=bar.start - origin, loaded=bar.loaded - origin, end=bar.end - origin)
            for bar in bars
        ]
        names = {gpu.index: str(gpu.index) for gpu in self._gpus}
        lines = chart(bars, names, width, ascii_only=self.plain, now=time.time() - origin)
        moment = time.strftime("%H:%M", time.localtime(origin))
        rows: list[Row] = [[(cut(f"filmed until when, from {moment} on; thin: planned", width), "dim")]]
        rows += [[(span.text, _colour(span.segment)) for span in line] for line in lines]
        return rows + [[(line, "dim")] for line in wrap(self._ending, width, most) if line]

    def _bars(self) -> list[Bar]:
        """What is at work, and what is planned after that; seconds since 1970."""
        from longvid_tui.gantt import Bar

        timed = {gpu.user: gpu for gpu in self._gpus if gpu.began is not None and gpu.ready is not None}
        at_work = [
            Bar(
                segment,
                tuple(each.index for each in self._gpus if each.user == segment),
                gpu.began or 0.0,
                gpu.began or 0.0,
                gpu.ready or 0.0,
                again=gpu.again,
            )
            for segment, gpu in timed.items()
        ]
        planned = [
            Bar(each.segment, each.gpus, each.starts, each.loaded, each.ends, to_come=True)
            for each in self._to_come
        ]
        return at_work + planned

    def on_focus(self) -> None:
        self.redraw()

    def on_blur(self) -> None:
        self.redraw()

    def _row(self, gpu: Gpu, width: int) -> Row:
        state = "error" if gpu.problems else "warn" if gpu.foreign else "running" if gpu.user else ""
        room = max(3, min(12, width - 30))
        row: list[tuple[str, str]] = [
            (f"{gpu.index} ", "strong"),
            *bar(gpu.load, room, state or "approved", self.plain),
            (_percent(gpu.load), ""),
            (_memory(gpu), "info"),
            (f" {gpu.watts:.0f}W" if gpu.watts is not None and width >= _WIDTH_FOR_WATTS else "", "dim"),
            (
                f" {gpu.degrees}C" if gpu.degrees is not None else "",
                "warn" if (gpu.degrees or 0) >= 85 else "dim",
            ),
            (f" {gpu.user}" if gpu.user else "", "warn" if gpu.foreign else "running"),
        ]
        return row

    def _in_one_line(self, width: int) -> Row:
        room = max(2, min(6, width // max(1, len(self._gpus)) - 6))
        row: list[tuple[str, str]] = []
        for gpu in self._gpus:
            role = "error" if gpu.problems else "warn" if gpu.foreign else "running" if gpu.user else "approved"
            row += [
                (f"{gpu.index}", "strong"),
                *bar(gpu.load, room, role, self.plain),
                (_percent(gpu.load).strip() + ("!" if gpu.problems or gpu.foreign else "") + " ", ""),
            ]
        used = [gpu.used_gb for gpu in self._gpus if gpu.used_gb is not None]
        total = [gpu.total_gb for gpu in self._gpus if gpu.total_gb is not None]
        return [*row, (f" {sum(used):.0f}/{sum(total):.0f} GB" if used and total else "", "dim")]


def _colour(segment: str) -> str:
    return colour_role(int(segment[1:]) - 1) if segment[1:].isdecimal() else "dim"


def _percent(share: float | None) -> str:
    return "   ? " if share is None else f"{share:4.0%} "


def _memory(gpu: Gpu) -> str:
    return "" if gpu.used_gb is None else f"{gpu.used_gb:.0f}/{gpu.total_gb or 0:.0f}G"


def _sparkline(history: tuple[float, ...], ascii_only: bool) -> str:
    steps = "_.-~=+*#" if ascii_only else _SPARKS
    return "".join(steps[min(7, int(min(max(share, 0), 1) * 8))] for share in history)
