"""The socket of the engine: connections, limits, and which method answers which request."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import socket
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from longvid_tui import __version__, wire
from longvid_tui.engine.house import House, root_of
from longvid_tui.engine.saying import spoken
from longvid_tui.engine.session import Session
from longvid_tui.wire import WireError

HELLO_SECONDS = 5.0
"""A client that has not said hello by then is no client."""

BUFFER_LIMIT = 16 << 20
"""Bytes waiting for a client at which it counts as one that does not read, and is dropped."""

DROPPABLE_LIMIT = 1 << 20
"""Bytes waiting for a client at which it is sent no more progress."""

EVENTS_AT_ONCE = 100
"""Most events in one message, some 300 kB of takes; the next message follows when most of it has been read."""

MOST_CLIENTS = 128

_log = logging.getLogger(__name__)


class Peer:
    """One connected client."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer
        self.listens_to: dict[Path, bool] = {}
        """The projects it has subscribed to, and whether it can show their pictures."""
        self.catching_up: dict[Path, asyncio.Task[None]] = {}
        """By project, what sends it the events that the other listeners have been told already."""

    def send(self, message: Mapping[str, Any], *, droppable: bool = False) -> None:
        """Never waits: a client that does not read loses progress first, then its connection."""
        waiting = self.writer.transport.get_write_buffer_size()
        if self.writer.is_closing() or (droppable and waiting > DROPPABLE_LIMIT):
            return
        if waiting > BUFFER_LIMIT:
            _log.info("dropped a client that does not read")
            self.writer.transport.abort()
            return
        self.writer.write(wire.encode(message))


class Server:
    """Listens on the socket, and makes it anew when somebody removes it."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._peers: set[Peer] = set()
        self._listener: asyncio.Server | None = None
        self._inode = 0
        house.told = self._broadcast

    @property
    def clients(self) -> int:
        return len(self._peers)

    async def listen(self) -> None:
        """Bind the socket, and bind it again whenever somebody removed or replaced it; runs until cancelled."""
        while True:
            if _inode(wire.socket_path()) != self._inode or not self._inode:
                await self._bind()
            await asyncio.sleep(2)

    async def close(self) -> None:
        """Take no more clients, and close the connections of the present ones."""
        if self._listener:
            self._listener.close()
        if _inode(wire.socket_path()) == self._inode:
            with contextlib.suppress(OSError):
                wire.socket_path().unlink()
        for peer in list(self._peers):
            with contextlib.suppress(OSError, TimeoutError):
                await asyncio.wait_for(peer.writer.drain(), 1)
            peer.writer.close()

    async def _bind(self) -> None:
        if self._listener:
            self._listener.close()
        path = wire.private_dir(wire.run_dir()) / wire.socket_path().name
        with contextlib.suppress(FileNotFoundError):
            path.unlink()
        before = os.umask(0o177)
        try:
            self._listener = await asyncio.start_unix_server(self._meet, str(path), limit=wire.REQUEST_LIMIT)
        finally:
            os.umask(before)
        self._inode = _inode(path)

    async def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        peer = Peer(reader, writer)
        if _peer_uid(writer) != os.getuid() or len(self._peers) >= MOST_CLIENTS:
            writer.close()
            return
        self._peers.add(peer)
        try:
            if await self._greet(peer):
                await self._serve(peer)
        except (OSError, TimeoutError, ValueError, asyncio.IncompleteReadError):
            pass  # gone, silent, or a line beyond the limit
        finally:
            self._peers.discard(peer)
            for behind in peer.catching_up.values():
                behind.cancel()
            for root, looks in peer.listens_to.items():
                self._house.unlisten(root, looks=looks)
            writer.close()

    async def _greet(self, peer: Peer) -> bool:
        async with asyncio.timeout(HELLO_SECONDS):
            line = await peer.reader.readline()
        number: Any = None
        try:
            message = wire.decode(line)
            number = message.get("id")
            method, params = wire.request_of(message)
            if method != "hello":
                raise WireError(wire.INVALID, "say hello first")
            lowest, highest = params["protocol"]
            if not lowest <= wire.PROTOCOL <= highest:
                raise WireError(wire.OTHER_PROTOCOL, f"this engine speaks protocol {wire.PROTOCOL}")
        except (WireError, KeyError, TypeError, ValueError) as error:
            refusal = error if isinstance(error, WireError) else WireError(wire.BAD_PARAMS, "this is no hello")
            peer.send(_refused(number, refusal))
            with contextlib.suppress(OSError, TimeoutError):
                await asyncio.wait_for(peer.writer.drain(), 1)
            return False
        peer.send({"id": number, "result": {"protocol": wire.PROTOCOL, "version": __version__,
                                            "pid": os.getpid(), "surroundings": wire.surroundings()}})  # fmt: skip
        return True

    async def _serve(self, peer: Peer) -> None:
        while line := await peer.reader.readline():
            number: Any = None
            try:
                message = wire.decode(line)
                number = message.get("id")
                method, params = wire.request_of(message)
                answer = {"id": number, "result": await self._answer(peer, method, params)}
            except WireError as error:
                answer = _refused(number, error)
            except Exception as error:  # noqa: BLE001  a request that fails must not end the engine
                answer = _refused(number, spoken(error))
            if number is not None:
                peer.send(answer)

    async def _answer(self, peer: Peer, method: str, params: dict[str, Any]) -> Any:
        if method == "subscribe":
            return self._subscribed(peer, params)
        return await self._house.answer(method, params)

    def _subscribed(self, peer: Peer, params: dict[str, Any]) -> dict[str, Any]:
        root, looks, after = root_of(params), bool(params.get("looks")), _seq(params)
        session = self._house.listen(root, looks=looks)
        if root in peer.listens_to:
            self._house.unlisten(root, looks=peer.listens_to.pop(root))
        if behind := peer.catching_up.pop(root, None):
            behind.cancel()
        snapshot = session.current()  # the other listeners are told what is new in it
        peer.listens_to[root] = looks
        events = session.told_after(after, EVENTS_AT_ONCE) if after is not None else []
        if events:
            peer.catching_up[root] = asyncio.ensure_future(
                self._catch_up(peer, root, session, events[-1]["seq"])
            )
        return {"snapshot": snapshot, "seq": session.folder.history.last_seq, "events": events,
                "progress": session.progress(), "growing": session.growing(),
                "notices": session.notices(), "outcome": session.outcome}  # fmt: skip

    async def _catch_up(self, peer: Peer, root: Path, session: Session, seq: int) -> None:
        """Send the events after number `seq` as fast as the client reads."""
        with contextlib.suppress(OSError):
            while events := session.told_after(seq, EVENTS_AT_ONCE):
                await peer.writer.drain()
                peer.send(_notification(root, "events", {"events": events}))
                seq = events[-1]["seq"]
                await asyncio.sleep(0)
        del peer.catching_up[root]

    def _broadcast(self, root: Path, method: str, params: Mapping[str, Any], droppable: bool) -> None:
        message = _notification(root, method, params)
        for peer in self._peers:
            if root in peer.listens_to and not (method == "events" and root in peer.catching_up):
                peer.send(message, droppable=droppable)


def _notification(root: Path, method: str, params: Mapping[str, Any]) -> dict[str, Any]:
    return {"method": method, "params": {"project": str(root), **params}}


def _seq(params: Mapping[str, Any]) -> int | None:
    value = params.get("from_seq")
    if value is not None and (not isinstance(value, int) or value < 0):
        raise WireError(wire.BAD_PARAMS, "from_seq is the number of an event, 0 for all, or missing")
    return value


def _refused(number: Any, error: WireError) -> dict[str, Any]:
    said = {"code": error.code, "message": str(error)}
    return {"id": number, "error": said if error.data is None else {**said, "data": error.data}}


def _peer_uid(writer: asyncio.StreamWriter) -> int:
    """The user id of the process at the other end (SO_PEERCRED, unix(7))."""
    connection = writer.get_extra_info("socket")
    told = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    return int(struct.unpack("3i", told)[1])


def _inode(path: Path) -> int:
    try:
        return path.lstat().st_ino
    except OSError:
        return 0
