"""What every pane has in common: it draws itself anew only when what it shows, or its size, has changed."""

from __future__ import annotations

from itertools import zip_longest
from typing import ClassVar

from rich.segment import Segment
from textual.content import Content
from textual.geometry import Region
from textual.scrollbar import ScrollBarRender
from textual.strip import Strip
from textual.widget import Widget

from longvid_tui.showing import one_line
from longvid_tui.widgets.palette import palette
from longvid_tui.widgets.writing import Row, changed_cells, strip


class WholeCells(ScrollBarRender):
    """A scroll bar that begins and ends with whole cells, as parts of one are not ASCII."""

    VERTICAL_BARS: ClassVar[list[str]] = [" "] * 8
    HORIZONTAL_BARS: ClassVar[list[str]] = VERTICAL_BARS


class Pane(Widget):
    """A widget of the line API. Subclasses answer `draw`; whoever changes what it shows calls `redraw`."""

    ALLOW_MAXIMIZE = True
    plain: ClassVar[bool] = False
    """Whether only ASCII is drawn (--plain, and terminals without UTF-8)."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  Textual's name
        super().__init__(id=id)
        self._rows: list[Row] = []
        self._strips: dict[int, Strip] = {}
        self._drawn_for: object = None
        self._titles = ("", "")

    def draw(self, width: int, height: int) -> list[Row]:
        """The rows of the pane, top to bottom, for that many cells; fewer or more rows than `height` are
        fine."""
        raise NotImplementedError

    def redraw(self) -> None:
        """What is shown has changed: paint the lines that look different, no others."""
        width, height = self.size
        if self._drawn_for is None or not width:
            self._drawn_for = None
            self.refresh()
            return
        before, self._rows = self._rows, self.draw(width, height)[:height]
        pairs = enumerate(zip_longest(before, self._rows, fillvalue=()))
        changed = {y: span for y, (old, new) in pairs if (span := changed_cells(old, new, width))}
        for y in changed:
            self._strips.pop(y, None)
        if changed:
            # As `refresh` in the end does, which first forgets what is known of the widget's styles and waits its turn.
            self._set_dirty(*(Region(left, y, right - left, 1) for y, (left, right) in changed.items()))
            self.screen._dirty_widgets.add(self)
            self.screen.check_idle()

    def head(self, title: str, subtitle: str = "") -> None:
        """Titles in the border; foreign text in them is text."""
        if (title, subtitle) != self._titles:
            self._titles = title, subtitle
            self.border_title = Content(one_line(title))
            self.border_subtitle = Content(one_line(subtitle))

    def render_line(self, y: int) -> Strip:
        width, height = self.size
        base, theme = self.visual_style.rich_style, self.app.theme
        if self._drawn_for != (width, height, theme, base):
            self._drawn_for = (width, height, theme, base)
            self._rows, self._strips = self.draw(width, height)[:height], {}
        if y not in self._strips:
            row: Row = self._rows[y] if y < len(self._rows) else []
            if self.plain:
                row = [(text.replace("…", "~"), role) for text, role in row]
            self._strips[y] = strip(row, width, palette(theme), base)
        return self._strips[y]

    def render_lines(self, crop: Region) -> list[Strip]:
        """Lines within the border are drawn without it: Textual pads, styles and frames each of them anew."""
        strips = self.render_spans([(y, crop.x, crop.right) for y in crop.line_range])
        if strips is not None:
            return strips
        framed = super().render_lines(crop)
        return [_ascii_ellipsis(strip) for strip in framed] if self.plain else framed

    def render_spans(self, spans: list[tuple[int, int, int]]) -> list[Strip] | None:
        """Cells (line, first, end), counted from the corner of the border; None where some are of the
        border."""
        inside = self.region.reset_offset.shrink(self.gutter)
        left, top, right, bottom = inside.corners
        if not all(top <= y < bottom and left <= first and end <= right for y, first, end in spans):
            return None
        strips = [self.render_line(y - top).crop(first - left, end - left) for y, first, end in spans]
        background = self.background_colors[1]
        for line_filter in self.get_line_filters():
            strips = [strip.apply_filter(line_filter, background) for strip in strips]
        return strips

    def plain_text(self) -> str:
        """What is shown, as text: for tests and for people who paste it into a report."""
        return "\n".join(self.render_line(y).text.rstrip() for y in range(self.size.height))


def _ascii_ellipsis(strip: Strip) -> Strip:
    """Textual cuts titles in a border with an ellipsis of its own."""
    return Strip(
        [Segment(text.replace("…", "~"), style, control) for text, style, control in strip], strip.cell_length
    )


class FocusPane(Pane, can_focus=True):
    """A pane that can be entered with tab or its number."""
