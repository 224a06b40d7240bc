"""Orders of a project: who carries them out, and that none is lost."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from longvid_tui.engine import orders
from longvid_tui.engine.aside import Aside
from longvid_tui.engine.house import House
from longvid_tui.engine.pools import Pools
from longvid_tui.engine.session import Session
from longvid_tui.project.history import Order
from longvid_tui.wire import WireError, private_dir, state_dir


@pytest.fixture
def film(make_film: Callable[..., Path]) -> Path:
    return make_film("film", 1)


async def test_an_order_that_came_with_a_project_is_not_carried_out(film: Path) -> None:
    private_dir(state_dir())
    house = House()
    await house.answer("run", {"project": str(film), "until": "keyframes", "approve": False})
    copy = Path(shutil.copytree(film, film.with_name("copy")))
    assert '"k":"run"' in (copy / "journal.jsonl").read_text()
    session = house.listen(copy, looks=True)
    assert session.state == "idle"
    with pytest.raises(WireError, match=r"Nothing is running in .*/copy: `run` makes what is missing\."):
        await house.answer("resume", {"project": str(copy)})
    await asyncio.sleep(0)
    await house.answer("run", {"project": str(film), "until": "plan"})
    assert orders.remembered() == [film], "nor by the next engine"
    house.unlisten(copy, looks=True)
    assert [each["folder"] for each in (await house.answer("status", {}))["projects"]] == [str(film)]
    await house.answer("leave", {})


class Lingering(Aside):
    """Whose processes take their time to end."""

    def __init__(self) -> None:
        super().__init__()
        self.resting, self.rested = asyncio.Event(), asyncio.Event()

    async def rest(self) -> None:
        self.resting.set()
        await self.rested.wait()
        await super().rest()


async def test_an_order_given_while_the_last_processes_end_is_carried_out_too(film: Path) -> None:
    pools, ends = Pools(), asyncio.Queue[str]()
    pools.aside = aside = Lingering()

    def tell(method: str, params: Any, droppable: bool) -> None:
        if method == "rested":
            ends.put_nowait(params["how"])

    session = Session.open(film, pools, tell)
    session.run(Order("plan", approve=True))
    await asyncio.wait_for(aside.resting.wait(), 10)
    session.run(Order("keyframes", approve=True))
    aside.rested.set()
    assert await asyncio.wait_for(ends.get(), 10) == "done"
    assert [task["kind"] for task in session.outcome["made"]] == ["paint", "paint"]
    assert ends.empty()
    session.close()
