"""What missing pictures will cost by the price list, before any of them is bought."""

from __future__ import annotations

from collections.abc import Iterable

from longvid_tui.backends.contract import Priced
from longvid_tui.engine.studio import Studio
from longvid_tui.project.state import Item
from longvid_tui.project.stills import Recipe, is_edit


def price(studio: Studio, recipe: Recipe) -> float | None:
    """Dollars of one picture; None: unknown."""
    if "picture" in recipe:
        return 0.0
    if not isinstance(studio.images, Priced):
        return None
    return studio.images.price(studio.folder.project.canvas, edit=is_edit(recipe))


def known_price(studio: Studio, items: Iterable[Item]) -> tuple[float, int]:
    """Dollars of all pictures that are missing, and how many of them nobody knows the price of.

    A keyframe that waits for its masters counts as one picture painted from them.
    """
    prices = [each for item in items for each in _prices(studio, item)]
    return sum(each for each in prices if each is not None), prices.count(None)


def _prices(studio: Studio, item: Item) -> list[float | None]:
    if item.status == "waiting":
        return [price(studio, {"masters": {}})]
    return [price(studio, recipe) for recipe in item.missing]
