"""The engine's process: `python -m longvid_tui.engine`, started by the first client that needs it."""

from __future__ import annotations

import asyncio
import fcntl
import gc
import json
import logging
import os
import signal
import sys
from logging.handlers import RotatingFileHandler
from typing import NoReturn

from longvid_tui import __version__, wire
from longvid_tui.redacting import redacted

IDLE_SECONDS = float(os.environ.get("LONGVID_ENGINE_IDLE", "600"))
"""Seconds without clients and work after which the engine leaves."""

LOG_BYTES, LOGS_KEPT = 2 << 20, 3

_log = logging.getLogger("longvid_tui.engine")


def main() -> int:
    """Be the user's engine until it is idle or told to leave; returns 0 at once if there is one already."""
    os.umask(0o077)
    os.chdir("/")
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    folder = wire.private_dir(wire.run_dir())
    lock = os.open(folder / "engine.lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return 0
    os.truncate(lock, 0)
    os.write(lock, json.dumps({"pid": os.getpid(), "version": __version__}).encode())
    _keep_log()
    asyncio.run(_live())
    raise AssertionError("_live ends the process itself")


async def _live() -> NoReturn:
    gc.disable()  # what is imported stays: looking for garbage among it is an eighth of the start
    from longvid_tui.engine.house import House
    from longvid_tui.engine.server import Server

    gc.freeze()
    gc.enable()
    house = House()
    server = Server(house)
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, house.leaving.set)
    listening = asyncio.ensure_future(server.listen())
    _log.info("engine %s started, pid %d", __version__, os.getpid())
    house.take_up()
    while not house.leaving.is_set():
        if house.idle_seconds(server.clients) > IDLE_SECONDS or listening.done():
            break
        await _sleep_until(house.leaving, 0.25)
    await house.let_go()
    deaf = listening.exception() if listening.done() else None
    listening.cancel()
    await server.close()
    if deaf:
        _log.error("nobody can reach this engine", exc_info=deaf)
    _log.info("engine %d leaves", os.getpid())
    logging.shutdown()
    # Not by returning: that would cancel the runs, and with them segments that belong to their shims.
    os._exit(1 if deaf else 0)


async def _sleep_until(event: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(event.wait(), seconds)
    except TimeoutError:
        return


class _Redacting(logging.Formatter):
    """Takes keys out of what is logged, because a server's error may repeat the key it was sent."""

    def format(self, record: logging.LogRecord) -> str:
        return redacted(super().format(record))


def _keep_log() -> None:
    log = RotatingFileHandler(wire.state_dir() / "engine.log", maxBytes=LOG_BYTES, backupCount=LOGS_KEPT)
    log.setFormatter(_Redacting("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(handlers=[log], level=logging.INFO)


if __name__ == "__main__":
    sys.exit(main())
