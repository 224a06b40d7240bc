"""A picture with a rectangle on it, which keys move and resize: what is to be painted anew."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from rich.segment import Segment
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.strip import Strip

from longvid_tui.widgets.palette import palette
from longvid_tui.widgets.pictures import Pictures

STEP = 5
"""Percent of the picture that a key moves an edge by."""


@dataclass(frozen=True)
class Rectangle:
    """Whole percents of the picture: from `left` and `top`, `width` and `height`; always within it."""

    left: int = 25
    top: int = 25
    width: int = 50
    height: int = 50

    def __str__(self) -> str:
        return f"{self.left}%,{self.top}%,{self.width}%,{self.height}%"

    def moved(self, right: int, down: int) -> Rectangle:
        left = min(max(0, self.left + right), 100 - self.width)
        return Rectangle(left, min(max(0, self.top + down), 100 - self.height), self.width, self.height)

    def grown(self, wider: int, higher: int) -> Rectangle:
        width = min(max(STEP, self.width + wider), 100 - self.left)
        return Rectangle(self.left, self.top, width, min(max(STEP, self.height + higher), 100 - self.top))


def rectangle(text: str) -> Rectangle | None:
    """The rectangle of `LEFT%,TOP%,WIDTH%,HEIGHT%`; None for all else."""
    parts = [part.strip() for part in text.split(",")]
    if len(parts) != 4 or not all(part.endswith("%") and part[:-1].isdecimal() for part in parts):
        return None
    left, top, width, height = (int(part[:-1]) for part in parts)
    fits = width and height and left + width <= 100 and top + height <= 100
    return Rectangle(left, top, width, height) if fits else None


class Masking(Pictures):
    """Shows one picture and the rectangle; tells by `Drawn` what keys made of it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            Binding(f"{letter},{arrow}", f"move({right}, {down})")
            for letter, arrow, right, down in (
                ("h", "left", -STEP, 0), ("l", "right", STEP, 0), ("k", "up", 0, -STEP), ("j", "down", 0, STEP),
            )
        ),
        *(
            Binding(f"{letter},shift+{arrow}", f"grow({wider}, {higher})")
            for letter, arrow, wider, higher in (
                ("H", "left", -STEP, 0), ("L", "right", STEP, 0), ("K", "up", 0, -STEP), ("J", "down", 0, STEP),
            )
        ),
        Binding("x,backspace", "remove"),
    ]  # fmt: skip

    class Drawn(Message):
        """What keys made of the rectangle; "" for none."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.head("Only within")
        self._rectangle: Rectangle | None = None

    def mark(self, text: str) -> None:
        """Show the rectangle that stands in a text, if it is one in percent."""
        self._rectangle = rectangle(text)
        self.refresh()

    def action_move(self, right: int, down: int) -> None:
        self._draw(self._rectangle.moved(right, down) if self._rectangle else Rectangle())

    def action_grow(self, wider: int, higher: int) -> None:
        self._draw(self._rectangle.grown(wider, higher) if self._rectangle else Rectangle())

    def action_remove(self) -> None:
        self.post_message(self.Drawn(""))

    def _draw(self, wanted: Rectangle) -> None:
        self.post_message(self.Drawn(str(wanted)))

    def render_line(self, y: int) -> Strip:
        line, marked = super().render_line(y), self._rectangle
        columns, rows = self.picture_size
        if marked is None or not rows:
            return line
        # The caption stands above the picture.
        top, bottom = (1 + rows * edge // 100 for edge in (marked.top, marked.top + marked.height))
        left, right = (columns * edge // 100 for edge in (marked.left, marked.left + marked.width))
        bottom, right = max(top, bottom - 1), max(left + 2, right)
        if not top <= y <= bottom:
            return line
        style = self.visual_style.rich_style + palette(self.app.theme)["cursor"]
        if y not in (top, bottom):
            edge = Strip([Segment("│", style)])
            return Strip.join(
                [line.crop(0, left), edge, line.crop(left + 1, right - 1), edge, line.crop(right)]
            )
        ends = "┌┐" if y == top else "└┘"
        side = Strip([Segment(ends[0] + "─" * (right - left - 2) + ends[1], style)])
        return Strip.join([line.crop(0, left), side, line.crop(right)])
