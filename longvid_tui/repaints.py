"""Less work for the same picture: a repaint asks only the widgets that it shows, and those only for its lines.

Textual 8.2.8 asks every widget that touches the box around all that changed, containers included, for all of its
lines; a key that moves the selection changes the top and the last line of the screen, so that is all of them.
"""

from __future__ import annotations

from collections.abc import Iterable

from textual._compositor import ChopsUpdate, Compositor
from textual.geometry import Region
from textual.strip import Strip


class Repaints(Compositor):
    """What is in front is asked first and hides what is behind, so whoever is hidden need not be asked."""

    def __init__(self) -> None:
        super().__init__()
        self._changed: tuple[Region, ...] = ()

    def render_partial_update(self) -> ChopsUpdate | None:
        self._changed = tuple(self._dirty_regions)
        try:
            return super().render_partial_update()
        finally:
            self._changed = ()

    def _get_renders(self, crop: Region | None = None) -> Iterable[tuple[Region, Region, list[Strip]]]:
        if not self._changed:
            yield from super()._get_renders(crop)
            return
        left, screen = self._changed, self.size.region
        for widget, (region, clip) in self.visible_widgets.items():
            seen = region.intersection(clip).intersection(screen)
            shown = [changed.intersection(seen) for changed in left if changed.overlaps(seen)]
            if not shown:
                continue
            top, bottom = min(each.y for each in shown), max(each.bottom for each in shown)
            lines = Region(seen.x, top, seen.width, bottom - top)
            yield region, lines, widget.render_lines(lines.translate((-region.x, -region.y)))
            left = tuple(changed for changed in left if not seen.contains_region(changed))
            if not left:
                return
