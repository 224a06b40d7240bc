"""Takes the requests of clients and answers them while the model films."""

from __future__ import annotations

import contextlib
import faulthandler
import json
import os
import socket
import sys
import threading
import time
from collections import OrderedDict, deque
from pathlib import Path
from typing import Any, Iterator  # noqa: UP035 (Python 3.8)

from .model import Frames

CRASHED = 13
"""Exit code after an exception while filming, and after a cancel that had no effect."""

DEAF_SECONDS = 300.0
"""How long a cancelled run is given at least to notice: decoding a clip cannot be interrupted."""

FIRST_SECONDS = 60.0
"""How long the worker waits at least for its first client."""

_KEPT = 64
"""Finished clips whose frames may still be asked for."""

_LONGEST_LINE = 1 << 20


class Job:
    """One segment that is asked for; `client` is None once that has gone.

    `number`: the one in the log where the segment starts; 0 until then, so that one that is cancelled before
    has none.
    """

    def __init__(self, key: str, request: dict[str, Any], client: Client) -> None:
        self.number = 0
        self.key = key
        self.request = request
        self.client: Client | None = client
        self.cancelled = False


class Client:
    """One connection. Writing to a client that has gone is no error."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection

    def lines(self) -> Iterator[dict[str, Any]]:
        """The messages of the client, until it closes."""
        with contextlib.suppress(OSError, ValueError), self._connection.makefile("rb") as file:
            while True:
                line = file.readline(_LONGEST_LINE)
                if not line:
                    return
                yield json.loads(line)

    def tell(self, event: str, **details: Any) -> None:
        with contextlib.suppress(OSError):
            self._connection.sendall(json.dumps({"event": event, **details}).encode() + b"\n")

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._connection.close()


class Desk:
    """Takes and answers requests in threads; the thread that films takes one job after the other."""

    def __init__(self, directory: Path, idle_seconds: float) -> None:
        self._idle_seconds = idle_seconds
        self._patience = max(idle_seconds, FIRST_SECONDS)
        self._change = threading.Condition()
        self._waiting: deque[Job] = deque()
        self._current: Job | None = None
        self._delivered: Job | None = None
        self._delivery: threading.Thread | None = None
        self._finished: OrderedDict[str, dict[str, Any]] = OrderedDict()
        self._clients = 0
        self._begun = 0
        self._over = False
        self._longest_step = 0.0
        self.loaded = False
        self._listener = _listen(directory)
        threading.Thread(target=self._receive, daemon=True).start()

    def next_job(self) -> Job | None:
        """The next segment in the order of the requests; None when it is time to end."""
        with self._change:
            idle_since = time.monotonic()
            while not self._waiting and not self._over:
                if self._clients:
                    idle_since = time.monotonic()
                left = idle_since + self._patience - time.monotonic()
                if left <= 0:
                    break
                self._change.wait(left)
            if self._over or not self._waiting:
                self._listener.close()
                return None
            job = self._waiting.popleft()
            self._begun += 1
            job.number = self._begun
            self._current = job
        if job.client:
            job.client.tell("started", number=job.number)
        return job

    def is_cancelled(self) -> bool:
        with self._change:
            return self._current is not None and self._current.cancelled

    def stepped(self, seconds: float) -> None:
        self._longest_step = max(self._longest_step, seconds)

    def frames_to(self) -> str:
        """The path for the frames of the current job, whose client may have changed meanwhile."""
        with self._change:
            assert self._current is not None
            return str(self._current.request["frames_to"])

    def settle(self, event: str, **details: Any) -> None:
        """Answer the client of the current job."""
        with self._change:
            assert self._current is not None
            job, self._current = self._current, None
        if job.client:
            job.client.tell(event, **details)

    def deliver(self, frames: Frames) -> None:
        """Save the frames of the current job and answer its client, or keep them for the next who asks for the
        same.

        Meanwhile the next job may begin. Only one clip at a time is saved, because each takes 200 MB of memory.
        """
        self.close()
        with self._change:
            assert self._current is not None
            self._delivered, self._current = self._current, None
            self._delivery = threading.Thread(target=self._deliver, args=(self._delivered, frames))
        self._delivery.start()

    def close(self) -> None:
        """Wait for what is still being saved."""
        if self._delivery:
            self._delivery.join()

    def _deliver(self, job: Job, frames: Frames) -> None:
        path, event, details = str(job.request["frames_to"]), "done", {}
        try:
            frames.save(path)
            details = {"frames": path, "shape": frames.shape}
        except Exception as error:  # noqa: BLE001  whoever waits for it has to hear
            event, details = "failed", {"error": f"{type(error).__name__}: {error}"}
        with self._change:
            self._delivered = None
            wanted = str(job.request["frames_to"])  # its client may have changed meanwhile
            if event == "done" and wanted != path and _handed_over(path, wanted):
                details["frames"] = wanted
            if event == "done":
                self._finished[job.key] = details
                while len(self._finished) > _KEPT:
                    self._finished.popitem(last=False)
        if job.client:
            job.client.tell(event, **details)

    def _receive(self) -> None:
        with contextlib.suppress(OSError):  # closed: the worker goes
            while True:
                connection, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(Client(connection),), daemon=True).start()

    def _serve(self, client: Client) -> None:
        client.tell("hello", loaded=self.loaded)
        with self._change:
            self._clients += 1
            self._patience = self._idle_seconds
        try:
            for message in client.lines():
                self._heed(client, message)
        finally:
            self._leave(client)
            client.close()

    def _heed(self, client: Client, message: dict[str, Any]) -> None:
        with self._change:
            if message["op"] == "generate":
                self._ask(client, message["key"], message["request"])
            elif message["op"] == "cancel":
                self._cancel(client)
            elif message["op"] == "stacks":
                faulthandler.dump_traceback(all_threads=True)
            elif message["op"] == "quit":
                self._over = True
            self._change.notify_all()

    def _ask(self, client: Client, key: str, request: dict[str, Any]) -> None:
        finished = self._finished.pop(key, None)
        if finished and _handed_over(finished["frames"], request["frames_to"]):
            client.tell("done", **{**finished, "frames": request["frames_to"]})
        elif same := self._abandoned(key):
            same.client, same.request["frames_to"] = client, request["frames_to"]
            client.tell("started", number=same.number)
        else:
            self._waiting.append(Job(key, request, client))

    def _abandoned(self, key: str) -> Job | None:
        """The job that makes the same, or has made it and is being saved, for nobody any more: the frames of
        one that is waited for are that client's."""
        at_work = (job for job in (self._current, self._delivered) if job and not job.client)
        return next((job for job in at_work if job.key == key and not job.cancelled), None)

    def _cancel(self, client: Client) -> None:
        for waiting in [job for job in self._waiting if job.client is client]:
            self._waiting.remove(waiting)
            client.tell("cancelled")
        job = self._current
        if job and job.client is client and not job.cancelled:
            job.cancelled = True
            patience = max(DEAF_SECONDS, 3 * self._longest_step)
            timer = threading.Timer(patience, self._give_up, [job])
            timer.daemon = True
            timer.start()

    def _give_up(self, job: Job) -> None:
        if self._current is job:
            sys.stderr.write("The worker does not heed a cancel: it ends.\n")
            faulthandler.dump_traceback(all_threads=True)
            os._exit(CRASHED)

    def _leave(self, client: Client) -> None:
        with self._change:
            self._clients -= 1
            self._waiting = deque(job for job in self._waiting if job.client is not client)
            for job in (self._current, self._delivered):
                if job and job.client is client:
                    job.client = None
            self._change.notify_all()


def _listen(directory: Path) -> socket.socket:
    """A private socket, bound through /proc, because a path longer than 107 bytes cannot be bound."""
    os.umask(0o077)
    (directory / "socket").unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX)
    folder = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        listener.bind(f"/proc/self/fd/{folder}/socket")
    finally:
        os.close(folder)
    listener.listen(8)
    return listener


def _handed_over(made: str, wanted: str) -> bool:
    with contextlib.suppress(OSError):
        Path(made).replace(wanted)
        return True
    return False
