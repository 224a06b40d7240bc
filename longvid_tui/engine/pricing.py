"""What a missing plan and missing pictures will cost by the price list, before any of it is bought."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from typing import Any

from longvid_tui.backends.contract import Priced, Quoting, amounts
from longvid_tui.engine.planning import plan_request
from longvid_tui.engine.studio import Studio
from longvid_tui.project.items import Item
from longvid_tui.project.state import ProjectState
from longvid_tui.project.stills import Recipe, is_edit, paint_key


@dataclass(frozen=True)
class Bill:
    """What is still to be bought: so many `pictures`, and before them a plan for `plan_usd` (None: unknown).

    `usd`: dollars of the pictures whose price is listed; `unpriced`: how many have no listed price.
    """

    pictures: int
    usd: float
    unpriced: int
    plan_usd: float | None = 0.0

    def __str__(self) -> str:
        """For example `9 pictures, about $0.36 by the price list`, with the plan before them if it is paid."""
        if self.plan_usd == 0.0:
            return self._pictures()
        about = "of unknown price" if self.plan_usd is None else _about(self.plan_usd)
        return f"the plan, {about}{f'; {self._pictures()}' if self.pictures else ''}"

    def to_json(self) -> dict[str, Any]:
        said = asdict(self)
        return {"plan_usd": said.pop("plan_usd"), "pictures": said}

    def _pictures(self) -> str:
        many = f"{self.pictures} picture{'s' * (self.pictures != 1)}"
        if self.unpriced == self.pictures:
            return f"{many} of unknown price"
        known = _about(self.usd) if self.usd else "free"
        return f"{many}, {known}{f', {self.unpriced} of them of unknown price' if self.unpriced else ''}"

    @property
    def is_paid(self) -> bool:
        return bool(self.usd or self.unpriced or self.plan_usd != 0.0)


def gpu_usd(studio: Studio, hours: float) -> float:
    """Dollars of so many GPU-hours at the price in the person's settings; 0 without one."""
    return hours * (studio.settings.gpus.usd_per_hour or 0.0)


def film_usd(studio: Studio) -> float:
    """Dollars that the film has cost so far for services, and for GPUs if they have a price."""
    history = studio.folder.history
    return history.spent_usd + gpu_usd(studio, history.gpu_seconds / 3600)


def _about(usd: float) -> str:
    return f"about ${usd:.2f} by the price list" if usd >= 0.01 else "less than $0.01 by the price list"


def bill(studio: Studio, state: ProjectState) -> Bill:
    """What a run would have to buy. Before there is a plan, it counts keyframes only if their number is set."""
    if state.planned:
        return replace(bill_of(studio, state.stills.values()), plan_usd=plan_price(studio, state))
    wanted = state.project.wanted
    pictures = _sum([_price(studio)] * (wanted.count + 1 if wanted.count else 0))
    return replace(pictures, plan_usd=plan_price(studio, state))


def plan_price(studio: Studio, state: ProjectState) -> float | None:
    """Dollars of the plan, or of the segments, that are planned next; 0 if nothing is, None if unknown."""
    if state.planned and not state.history.redo:
        return 0.0
    if not isinstance(studio.planner, Quoting):
        return 0.0
    return amounts.price(studio.planner.name, studio.planner.quote(plan_request(studio)))


def price_of_one(studio: Studio) -> str:
    """What one picture costs, in words; "" if it is free or unknown."""
    usd = _price(studio, edit=True)
    return f"about ${usd:.3f} each by the price list" if usd else ""


def bill_of(studio: Studio, items: Iterable[Item]) -> Bill:
    """What the missing pictures of these stills cost; one that waits for its masters counts as one picture."""
    return _sum([each for item in items for each in _prices(studio, item)])


def _sum(prices: list[float | None]) -> Bill:
    return Bill(len(prices), sum((each for each in prices if each is not None), 0.0), prices.count(None))


def _prices(studio: Studio, item: Item) -> list[float | None]:
    if item.status == "waiting":
        return [_price(studio, edit=True)]
    bought = item.record.paintings
    to_buy = [recipe for recipe in item.missing if "picture" not in recipe and paint_key(recipe) not in bought]
    return [_price(studio, edit=is_edit(recipe), masked=_is_masked(recipe)) for recipe in to_buy]


def _is_masked(recipe: Recipe) -> bool:
    return bool(recipe.get("revision", {}).get("mask"))


def _price(studio: Studio, *, edit: bool = False, masked: bool = False) -> float | None:
    if not isinstance(studio.images, Priced):
        return None
    listed = studio.images.price(studio.folder.project.canvas, edit=edit, masked=masked)
    return amounts.price(studio.images.name, listed)
