"""Orders of a project: who carries them out, and that none is lost."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from longvid_doubles import CountingPlanner
from PIL import Image

from longvid_tui.backends.contract import PlanRequest
from longvid_tui.engine import orders
from longvid_tui.engine.aside import Aside
from longvid_tui.engine.house import House
from longvid_tui.engine.pools import Pools
from longvid_tui.engine.session import Session
from longvid_tui.project.canvas import Canvas
from longvid_tui.project.folder import Folder
from longvid_tui.project.history import Order
from longvid_tui.project.model import Character, Look, Wanted
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


async def test_a_picture_that_is_gone_is_told_of_and_neither_ends_the_telling_nor_hides_how_a_run_ends(
    film: Path,
) -> None:
    told = asyncio.Queue[tuple[str, Any]]()
    picture = film / "ana.png"
    gone = "ana.png is named as a picture of the film, but the project holds no such file"

    def tell(method: str, params: Any, droppable: bool) -> None:
        if method == "notice" and params["kind"] == "started":
            picture.unlink(missing_ok=True)
        told.put_nowait((method, params))

    async def heard(method: str, **wanted: str) -> Any:
        while True:
            passed.append(await asyncio.wait_for(told.get(), 60))
            name, params = passed[-1]
            if name == method and wanted.items() <= params.items():
                return params

    passed: list[tuple[str, Any]] = []
    session = Session.open(film, Pools(), tell)
    session.listen(looks=False)
    session.current()
    session.run(Order("plan", approve=True))
    assert await heard("rested")
    picture.write_bytes(b"a picture")
    ana = Character(id="ana", features="a red coat", picture=picture.name)
    session.folder.write_project(session.folder.project.model_copy(update={"look": Look(characters=(ana,))}))
    session.run(Order("keyframes", approve=True))
    assert (await heard("rested"))["failed"]["engine"] == gone
    # a look at the folder says so too, before or after the run does
    while not any(
        gone in params["text"] for name, params in passed if name == "notice" and params["kind"] == "note"
    ):
        await heard("notice", kind="note")
    picture.write_bytes(b"a picture")
    assert await heard("changed")
    session.close()
    later = Session.open(film, Pools(), tell)
    assert later.snapshot()["failed"] == {"engine": gone}, "nor is it forgotten with the engine"
    later.run(Order("plan", approve=True))
    assert later.snapshot()["failed"] == {}
    assert await heard("rested")
    later.close()


async def test_what_was_cancelled_is_made_when_it_is_ordered_again_while_the_rest_goes_on(
    film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LONGVID_FLAT_SECONDS", "0.3")
    told = asyncio.Queue[tuple[str, Any]]()
    session = Session.open(film, Pools(), lambda method, params, droppable: told.put_nowait((method, params)))
    session.run(Order("keyframes", approve=True))
    again = False
    while True:
        method, params = await asyncio.wait_for(told.get(), 60)
        if (
            method == "notice"
            and params["kind"] == "started"
            and params["task"]["target"] == "k1"
            and not again
        ):
            again = session.cancel("k1")
        if method == "notice" and params["kind"] == "failed":
            session.run(Order("keyframes", approve=True))
        if method == "rested":
            break
    assert (params["how"], params["failed"]) == ("done", {})
    session.close()


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
    await asyncio.wait_for(aside.resting.wait(), 60)
    session.run(Order("keyframes", approve=True))
    aside.rested.set()
    assert await asyncio.wait_for(ends.get(), 60) == "done"
    assert [task["kind"] for task in session.outcome["made"]] == ["paint", "paint"]
    assert ends.empty()
    session.close()


async def test_an_order_given_while_what_filming_lacks_is_looked_for_is_carried_out_at_once(
    film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked, told = film.with_name("looked"), asyncio.Queue[tuple[str, Any]]()
    monkeypatch.setenv("LONGVID_QUICK_CHECK", str(looked))
    session = Session.open(film, Pools(), lambda method, params, droppable: told.put_nowait((method, params)))

    async def heard(method: str, **wanted: str) -> Any:
        while True:
            name, params = await asyncio.wait_for(told.get(), 60)
            if name == method and wanted.items() <= params.items():
                return params

    session.run(Order("plan", approve=True))
    await heard("rested")
    session.run(Order("segments", approve=False))
    for _ in range(2):
        await heard("notice", kind="finished")
    await asyncio.sleep(0.5)
    session.run(Order("segments", approve=True))
    looked.touch()
    assert (await heard("rested"))["how"] == "done", "and nobody is told that the run waits"
    session.close()


class Held(Aside):
    """Whose processes begin when they are told to."""

    def __init__(self) -> None:
        super().__init__()
        self.asked, self.go = asyncio.Event(), asyncio.Event()

    async def run(self, work: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        self.asked.set()
        await self.go.wait()
        return await super().run(work, *arguments, **named)


async def test_while_a_picture_is_fitted_everybody_else_is_answered_and_its_project_stays_open(
    film: Path,
) -> None:
    private_dir(state_dir())
    house = House()
    house._pools.aside = held = Held()
    plan = CountingPlanner().plan(PlanRequest("A test.", Wanted(segments=1), Canvas(128, 64)), lambda _: None)
    folder = Folder(film)
    with folder.writing("test"):
        folder.write_plan(await plan, {})
    picture = film.with_name("harbour.png")
    Image.new("RGB", (320, 200), (10, 120, 200)).save(picture)

    async def perform(command: str, **params: Any) -> Any:
        return await house.answer(
            "perform", {"project": str(film), "command": command, "params": params, "req": "once"}
        )

    uploads = [asyncio.create_task(perform("upload", target="k1", file=str(picture))) for _ in range(2)]
    await asyncio.wait_for(held.asked.wait(), 60)
    (project,) = (await house.answer("status", {}))["projects"]
    assert project["state"] == "idle"
    held.go.set()
    said = [each["said"] for each in await asyncio.gather(*uploads)]
    assert said == ["k1 shows harbour.png", "done already"]
    assert not (await house.answer("status", {}))["projects"]
    take = Folder(film).history.record("k1").takes[-1]
    assert Image.open(film / take.path).size == (128, 64)
    await held.rest()
