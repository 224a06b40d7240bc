"""Less work for the same picture: a repaint asks only the widgets that it shows, and those only for what
changed.

Textual 8.2.8 asks every widget that touches the box around all that changed, containers included, for all of
its lines; a key that moves the selection changes the top and the last line of the screen, so that is all of
them.
"""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console
from textual._compositor import Compositor, CompositorUpdate
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

Span = tuple[int, int, int]
"""Cells of a line: its number, the first one, the one after the last."""


class Pieces(CompositorUpdate):
    """What is to be painted where: (column, line, strip), none over another."""

    def __init__(self, pieces: list[tuple[int, int, Strip]]) -> None:
        self.pieces = pieces

    def render_segments(self, console: Console) -> str:
        return "".join([f"\x1b[{y + 1};{x + 1}H{strip.render(console)}" for x, y, strip in self.pieces])


class Repaints(Compositor):
    """What is in front is asked first, and what is behind only for what is left. For screens with nothing
    behind them."""

    def render_partial_update(self) -> Pieces | None:  # type: ignore[override]
        left, screen = list(self._regions_to_spans(self._dirty_regions)), self.size.region
        self._dirty_regions.clear()
        pieces: list[tuple[int, int, Strip]] = []
        for widget, (region, clip) in self.visible_widgets.items():
            if not left:
                break
            seen = region.intersection(clip).intersection(screen)
            shown = list(_within(left, seen))
            if shown:
                within = [(y - region.y, first - region.x, end - region.x) for y, first, end in shown]
                strips = _render(widget, within)
                pieces += [(first, y, strip) for (y, first, _), strip in zip(shown, strips, strict=True)]
                left = [rest for span in left for rest in _outside(span, seen)]
        return Pieces(pieces) if pieces else None


def _render(widget: Widget, spans: list[Span]) -> list[Strip]:
    """The cells of a widget at these places in it: a pane can draw some without all that are between them."""
    draw = getattr(widget, "render_spans", None)
    strips: list[Strip] | None = draw(spans) if draw else None
    if strips is not None:
        return strips
    lines, first, ends = zip(*spans, strict=True)
    box = Region.from_corners(min(first), lines[0], max(ends), lines[-1] + 1)
    strips = widget.render_lines(box)
    return [strips[y - box.y].crop(first - box.x, end - box.x) for y, first, end in spans]


def _within(spans: list[Span], seen: Region) -> Iterator[Span]:
    for y, first, end in spans:
        if seen.y <= y < seen.bottom and first < seen.right and end > seen.x:
            yield y, max(first, seen.x), min(end, seen.right)


def _outside(span: Span, seen: Region) -> Iterator[Span]:
    y, first, end = span
    if not (seen.y <= y < seen.bottom and first < seen.right and end > seen.x):
        yield span
        return
    if first < seen.x:
        yield y, first, seen.x
    if end > seen.right:
        yield y, seen.right, end
