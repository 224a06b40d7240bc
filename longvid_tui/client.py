"""A client's side of the engine: connect, or start it first; ask; listen. Standard library only."""

from __future__ import annotations

import contextlib
import fcntl
import os
import queue
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

from longvid_tui import __version__, wire
from longvid_tui.wire import Message, WireError

ANSWER_SECONDS = 30.0
"""How long an answer may take before the engine counts as frozen; work itself is never waited for."""

START_SECONDS = 20.0
"""How long a fresh engine may take to listen; half a second is usual, a loaded machine needs more."""

LEAVE_SECONDS = 150.0
"""How long a leaving engine may wait for pictures that are being paid for."""

ANY_PROTOCOL = (0, 1 << 30)
"""For who wants an engine of whatever version to leave."""

_CHUNK = 1 << 16


class EngineGone(Exception):
    """The engine cannot be reached, or went away meanwhile; the text is one sentence for the person."""


class EngineFrozen(EngineGone):
    """The engine is there and does not answer."""


class Client:
    """One connection. Answers come to whoever asked; everything else goes to `heard`, oldest first.

    Safe to use from several threads.
    """

    def __init__(self, connection: socket.socket) -> None:
        self._socket = connection
        self._answers: dict[int, Future[Any]] = {}
        self._writing = threading.Lock()
        self._asked = 0
        self.heard: queue.SimpleQueue[Message | None] = queue.SimpleQueue()
        """Notifications of the engine; None once the connection is over."""
        self._reader = threading.Thread(target=self._listen, name="engine", daemon=True)
        self._reader.start()
        self.engine: dict[str, Any] = {}

    def hello(self, protocols: tuple[int, int]) -> dict[str, Any]:
        """Agree on a protocol from the lowest to the highest; raises WireError with OTHER_PROTOCOL, EngineGone."""
        self.engine = self.ask("hello", protocol=list(protocols), version=__version__)
        return self.engine

    def ask(self, method: str, *, within: float = ANSWER_SECONDS, **params: Any) -> Any:
        """The engine's answer; raises WireError where it refuses, EngineGone where none comes."""
        answer: Future[Any] = Future()
        with self._writing:
            self._asked += 1
            number = self._asked
            self._answers[number] = answer
            try:
                self._socket.sendall(wire.encode({"id": number, "method": method, "params": params}))
            except OSError as error:
                self._answers.pop(number, None)
                raise EngineGone("The engine is gone: run the command again to start it.") from error
        try:
            return answer.result(within)
        except TimeoutError:
            self._answers.pop(number, None)
            raise EngineFrozen(
                f"The engine has not answered for {within:.0f} s: `longvid-tui engine restart` "
                "starts it anew, running segments go on."
            ) from None

    def notices(self) -> Iterator[Message]:
        """Notifications as they come, until the connection is over."""
        while (message := self.heard.get()) is not None:
            yield message

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._reader.join(timeout=2)
        self._socket.close()

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _listen(self) -> None:
        lines = wire.Lines()
        try:
            while data := self._socket.recv(_CHUNK):
                for line in lines.feed(data):
                    self._take(wire.decode(line))
        except (OSError, WireError):
            pass
        self._over()

    def _take(self, message: Message) -> None:
        if "method" in message:
            self.heard.put(message)
            return
        answer = self._answers.pop(message.get("id") or 0, None)
        if answer is None:
            return
        if error := message.get("error"):
            answer.set_exception(WireError(error["code"], error["message"], error.get("data")))
        else:
            answer.set_result(message.get("result"))

    def _over(self) -> None:
        with self._writing:
            waiting, self._answers = list(self._answers.values()), {}
        for answer in waiting:
            answer.set_exception(EngineGone("The engine went away: run the command again to start it."))
        self.heard.put(None)


def connect(protocols: tuple[int, int] = (wire.PROTOCOL, wire.PROTOCOL)) -> Client | None:
    """A connection to the running engine, greeted; None if none runs. Raises WireError, EngineGone.

    `protocols`: lowest and highest that will do; with ANY_PROTOCOL nothing but `leave` may be asked.
    """
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        connection.connect(str(wire.socket_path()))
    except OSError:
        connection.close()
        return None
    client = Client(connection)
    try:
        client.hello(protocols)
    except BaseException as error:
        client.close()
        if isinstance(error, WireError) and error.code == wire.OTHER_PROTOCOL:
            raise EngineGone(
                "An engine of another version is running: `longvid-tui engine restart` replaces it, segments go on."
            ) from None
        if isinstance(error, EngineGone) and not isinstance(error, EngineFrozen):
            return None  # it was killed between the two
        raise
    return client


def engine(*, for_work: bool = False) -> Client:
    """A connection to the engine, started first where none runs; raises EngineGone and WireError.

    `for_work`: the engine will run jobs for this client. One of another version, or with other surroundings
    (wire.py), then hands over to a new one first; running segments are adopted.
    """
    client = connect()
    if client is None or (for_work and not _alike(client)):
        if client is not None:
            dismiss(client, keep_jobs=True)
        client = start()
    return client


def dismiss(client: Client, *, keep_jobs: bool) -> list[str]:
    """Make the engine leave and wait until it has; running segments go on, or every run is stopped. Answers a
    sentence for each attempt that cannot be killed."""
    undying: list[str] = []
    with client:
        try:
            undying += client.ask("leave", keep_jobs=keep_jobs, within=LEAVE_SECONDS).get("undying", ())
            while client.heard.get(timeout=LEAVE_SECONDS) is not None:
                pass
        except EngineGone:
            pass  # it was quicker than its answer
        except queue.Empty:
            raise EngineGone("The engine does not leave: `kill` its process, segments go on.") from None
    return undying


def start() -> Client:
    """Start an engine, or find the one somebody else has just started; raises EngineGone."""
    try:
        return _started()
    except OSError as error:
        where = error.filename or wire.state_dir()
        raise EngineGone(
            f"The engine cannot start: {where} cannot be written ({error.strerror}); "
            "free some space, or name a folder of yours in LONGVID_STATE_DIR."
        ) from error


def _started() -> Client:
    folder = wire.private_dir(wire.run_dir())
    deadline = time.monotonic() + START_SECONDS
    with _start_lock(folder / "start.lock", deadline):
        client = connect()
        if client is not None:
            return client
        process = _spawn()
        while time.monotonic() < deadline:
            client = connect()
            if client is not None:
                return client
            ended = process.poll()
            if ended:
                break
            if ended == 0:  # it met one that was just leaving
                process = _spawn()
            time.sleep(0.02)
    log = wire.state_dir() / "engine.log"
    if not shutil.disk_usage(log.parent).free:
        raise EngineGone(
            f"The engine does not start: the disk of {log.parent} is full; free some and run again."
        )
    raise EngineGone(f"The engine does not start: its reason is at the end of {log}.")


def _alike(client: Client) -> bool:
    theirs = client.engine["version"], client.engine["surroundings"]
    return theirs == (__version__, wire.surroundings())


def _spawn() -> subprocess.Popen[bytes]:
    log = wire.private_dir(wire.state_dir()) / "engine.log"
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC
    said = os.open(log, flags, 0o600)
    try:
        return subprocess.Popen(
            [sys.executable, "-m", "longvid_tui.engine"],
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            cwd="/",
            start_new_session=True,
        )
    finally:
        os.close(said)


@contextlib.contextmanager
def _start_lock(path: Path, deadline: float) -> Iterator[None]:
    fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        while not _locked(fd):
            if time.monotonic() > deadline:
                raise EngineGone("Another command has been starting the engine for too long: try again.")
            time.sleep(0.05)
        yield
    finally:
        os.close(fd)


def _locked(fd: int) -> bool:
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
