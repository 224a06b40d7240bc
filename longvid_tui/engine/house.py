"""All open projects of the engine, what they share, and the methods that clients may call."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import math
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, cast, get_args

from longvid_tui import wire
from longvid_tui.engine import orders, residents
from longvid_tui.engine.motion import to_be_seen
from longvid_tui.engine.pools import Pools
from longvid_tui.engine.saying import SPOKEN
from longvid_tui.engine.session import Session
from longvid_tui.engine.tasks import STAGES
from longvid_tui.project.disk import DiskBroken
from longvid_tui.project.history import Order, Strategy
from longvid_tui.wire import WireError

BUYING_SECONDS = 120.0
"""How long an engine that leaves waits for pictures and plans that are being paid for."""

KEPT_SECONDS = 60.0
"""How long a pixel process outlives a run: people look at the film, and soon ask for a segment again."""

_log = logging.getLogger(__name__)

Told = Callable[[Path, str, Mapping[str, Any], bool], None]


class House:
    """Opens a project when somebody listens to it or orders something, and closes it when nobody does any
    more."""

    def __init__(self) -> None:
        self.told: Told = lambda *_: None
        self.leaving = asyncio.Event()
        self._pools = Pools(KEPT_SECONDS)
        self._sessions: dict[Path, Session] = {}
        self._broken: dict[Path, str] = {}
        self._since_idle = time.monotonic()
        self._methods: dict[str, Callable[[dict[str, Any]], Awaitable[Any]]] = {
            "perform": self._perform,
            "run": self._run,
            "pause": self._pause,
            "resume": self._resume,
            "cancel": self._cancel,
            "stop": self._stop,
            "status": self._status,
            "leave": self._leave,
            "gpus": self._gpus,
        }

    async def answer(self, method: str, params: dict[str, Any]) -> Any:
        """Do what a request asks and return its result; raises WireError, and whatever `saying.spoken` can
        tell."""
        if method not in self._methods:
            raise WireError(wire.NO_METHOD, f"there is no method {method}")
        if self.leaving.is_set():
            raise WireError(wire.FAILED, "The engine is leaving: try again.")
        return await self._methods[method](params)

    def listen(self, root: Path, *, looks: bool) -> Session:
        session = self._open(root)
        session.listen(looks=looks)
        return session

    def unlisten(self, root: Path, *, looks: bool) -> None:
        self._sessions[root].audience.leave(looks=looks)
        self._close_unneeded(root)

    def take_up(self) -> None:
        """Go on with the orders that the last engine left."""
        for root in orders.remembered():  # nothing is placed before the lease of every attempt is known
            if self._can_open(root):
                self._sessions[root].resume_order()
                self._close_unneeded(root)

    def _can_open(self, root: Path) -> bool:
        try:
            self._open(root)
        except SPOKEN as error:
            _log.warning("%s is not taken up: %s", root, error)
        except Exception:  # noqa: BLE001  one broken project must not keep the others from going on
            _log.exception("%s is not taken up", root)
        return root in self._sessions

    def _remember_orders(self) -> None:
        try:
            orders.remember(root for root, session in self._sessions.items() if session.ordered)
        except OSError as error:  # the runs go on; only a next engine would not know of them
            _log.warning("orders are not remembered: %s", error)

    def idle_seconds(self, clients: int) -> float:
        """Seconds since there was a client or work."""
        if clients or any(session.working for session in self._sessions.values()):
            self._since_idle = time.monotonic()
        return time.monotonic() - self._since_idle

    async def let_go(self) -> None:
        """Wait for what is being paid for. Segments are not waited for: they belong to their shims and go
        on."""
        deadline = time.monotonic() + BUYING_SECONDS
        while any(session.buying for session in self._sessions.values()) and time.monotonic() < deadline:
            for session in self._sessions.values():
                session.hold()
            await asyncio.sleep(0.05)

    def _open(self, root: Path) -> Session:
        if root in self._broken:
            raise DiskBroken(self._broken[root])
        self._let_go_of_moved()
        if root not in self._sessions:

            def tell(method: str, params: Mapping[str, Any], droppable: bool) -> None:
                self.told(root, method, params, droppable)
                if method == "rested":
                    asyncio.get_running_loop().call_soon(self._rested, root)

            self._sessions[root] = Session.open(root, self._pools, tell)
        return self._sessions[root]

    def _let_go_of_moved(self) -> None:
        """Close projects that were moved and that nobody looks at: under their new names they are locked by
        us."""
        for root, session in list(self._sessions.items()):
            if not (session.audience.listeners or session.visitors) and session.has_moved():
                del self._sessions[root]
                session.abandon()

    def _rested(self, root: Path) -> None:
        self._remember_orders()
        self._close_unneeded(root)

    def _close_unneeded(self, root: Path) -> None:
        session = self._sessions.get(root)
        if session and not (session.ordered or session.audience.listeners or session.visitors):
            del self._sessions[root]
            session.close()
            if session.folder.disk.broken:
                self._broken[root] = session.folder.disk.broken

    @contextlib.contextmanager
    def _visiting(self, params: Mapping[str, Any]) -> Iterator[Session]:
        root = root_of(params)
        session = self._open(root)
        session.visitors += 1
        try:
            yield session
        finally:
            session.visitors -= 1
            self._close_unneeded(root)

    @contextlib.contextmanager
    def _at_work(self, params: Mapping[str, Any]) -> Iterator[Session]:
        with self._visiting(params) as session:
            if not session.ordered:
                raise WireError(
                    wire.FAILED, f"Nothing is running in {session.root}: `run` makes what is missing."
                )
            yield session

    async def _perform(self, params: dict[str, Any]) -> Any:
        with self._visiting(params) as session:
            done = await session.perform(
                _text(params, "command"), params.get("params") or {}, str(params.get("req") or "")
            )
            return asdict(done)

    async def _run(self, params: dict[str, Any]) -> Any:
        until = params.get("until", "film")
        if until not in STAGES:
            raise WireError(wire.BAD_PARAMS, f"until is one of {', '.join(STAGES)}")
        with self._visiting(params) as session:
            order = Order(
                until,
                approve=bool(params.get("approve")),
                most_usd=_amount(params, "most_usd"),
                most_gpu_hours=_amount(params, "most_gpu_hours"),
                draft=bool(params.get("draft")),
                probe=_text(params, "probe") if params.get("probe") else "",
                strategy=_strategy(params.get("strategy")),
                motions=_motions(session, params.get("motions")),
            )
            session.run(order)
            self._remember_orders()
            return {}

    async def _pause(self, params: dict[str, Any]) -> Any:
        with self._at_work(params) as session:
            session.pause()
            return {}

    async def _resume(self, params: dict[str, Any]) -> Any:
        with self._at_work(params) as session:
            session.resume()
            return {}

    async def _cancel(self, params: dict[str, Any]) -> Any:
        with self._visiting(params) as session:
            return {"cancelled": session.cancel(_text(params, "target"))}

    async def _stop(self, params: dict[str, Any]) -> Any:
        with self._visiting(params) as session:
            return {"undying": await session.stop()}

    async def _status(self, _: dict[str, Any]) -> Any:
        return {
            "projects": [
                {
                    "folder": str(root),
                    "state": session.state,
                    "progress": session.progress(),
                    "growing": session.growing(),
                    "eta": session.eta,
                    "held_up": session.held_up,
                }
                for root, session in self._sessions.items()
            ]
        }

    async def _gpus(self, _: dict[str, Any]) -> Any:
        reading = await asyncio.to_thread(self._pools.fleet.wait)
        leased = self._pools.fleet.leased()
        told = reading.to_json()
        told["gpus"] = [
            {**gpu, "attempt": leased.get(gpu["uuid"] or str(gpu["index"]))} for gpu in told["gpus"]
        ]
        return {**told, "to_come": self._pools.fleet.to_come()}

    async def _leave(self, params: dict[str, Any]) -> Any:
        undying: list[str] = []
        if not params.get("keep_jobs"):
            for left in await asyncio.gather(*(session.stop() for session in self._sessions.values())):
                undying += left
            await asyncio.to_thread(residents.dismiss)
        self.leaving.set()
        return {"undying": undying}


def root_of(params: Mapping[str, Any]) -> Path:
    """The folder of the project that a request is about, under its one name; raises WireError."""
    root = params.get("project")
    if not isinstance(root, str) or not root.startswith("/"):
        raise WireError(wire.BAD_PARAMS, "project is the absolute path of its folder")
    return Path(root).resolve()


def _motions(session: Session, named: Any) -> tuple[str, ...]:
    """The segments whose movements are to be written again; an empty list means all that can be. Raises
    Refused."""
    if named is None:
        return ()
    return to_be_seen(session.studio, session.studio.survey(), tuple(map(str, named)))


def _amount(params: Mapping[str, Any], name: str) -> float | None:
    value = params.get(name)
    if value is not None and (not isinstance(value, (int, float)) or not 0 <= value < math.inf):
        raise WireError(wire.BAD_PARAMS, f"{name} is an amount, or missing")
    return value


def _strategy(wish: Any) -> Strategy | None:
    if wish is not None and wish not in get_args(Strategy):
        raise WireError(wire.BAD_PARAMS, f"strategy is one of {', '.join(get_args(Strategy))}, or missing")
    return cast("Strategy | None", wish)


def _text(params: Mapping[str, Any], name: str) -> str:
    value = params.get(name)
    if not isinstance(value, str) or not value:
        raise WireError(wire.BAD_PARAMS, f"{name} is missing")
    return value
