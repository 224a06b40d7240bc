"""A partial repaint paints what a whole one would, exactly where something changed."""

from __future__ import annotations

import random

from textual.app import App, ComposeResult
from textual.geometry import Region
from textual.screen import Screen
from textual.strip import Strip
from textual.widgets import Static

from longvid_tui.repaints import Repaints
from longvid_tui.widgets.pane import Pane
from longvid_tui.widgets.writing import Row


class Numbers(Pane):
    def draw(self, width: int, height: int) -> list[Row]:
        return [[(f"{y} ", "key"), ("abc中def" * 4, "asks" if y % 2 else "dim")] for y in range(height)]


class Board(Screen[None]):
    """Two panes with borders and padding, and something that stands over a part of both."""

    CSS = """
    Numbers { border: round white; padding: 0 1; height: 8; }
    #over { layer: above; offset: 12 5; width: 9; height: 4; border: round white; }
    Board { layers: below above; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._compositor = Repaints()

    def compose(self) -> ComposeResult:
        yield Numbers(id="first")
        yield Numbers(id="second")
        yield Static("over", id="over")


async def test_a_part_is_painted_as_in_the_whole() -> None:
    app: App[None] = App()
    chance = random.Random(7)
    async with app.run_test(size=(40, 16)) as pilot:
        await app.push_screen(Board())
        await pilot.pause()
        compositor = app.screen._compositor
        assert isinstance(compositor, Repaints)
        whole = compositor.render_strips()
        for _ in range(100):
            regions = [
                Region(chance.randrange(40), chance.randrange(16), chance.randint(1, 30), chance.randint(1, 6))
                for _ in range(chance.randint(1, 4))
            ]
            compositor._dirty_regions.update(regions)
            update = compositor.render_partial_update()
            assert update is not None
            painted = [
                ((x + at, y), cell) for x, y, strip in update.pieces for at, cell in enumerate(cells(strip))
            ]
            changed = {(x, y) for y in range(16) for x in range(40) if any((x, y) in each for each in regions)}
            assert len(painted) == len(dict(painted))
            assert set(dict(painted)) == changed
            for (x, y), cell in painted:
                assert cell == cells(whole[y])[x] or "中" in cell[0] + cells(whole[y])[x][0]


def cells(strip: Strip) -> list[tuple[str, object]]:
    """A sign and its style for each cell; a wide sign that is cut in two leaves a blank."""
    found: list[tuple[str, object]] = []
    for text, style, _ in strip:
        for sign in text:
            found += [(sign, style)] * (2 if sign == "中" else 1)
    return found
