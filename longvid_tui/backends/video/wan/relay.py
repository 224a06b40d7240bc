"""The attempt of a segment that a worker films: `python -P relay.py ARGS.json`.

ARGS.json holds {directory, request, out, fps}. The relay asks the worker in `directory`, repeats what that logs
meanwhile, so that progress and failures read as those of generate.py, and encodes the frames it gets.

It is run by path and imports nothing of ours before it has asked, because GPUs wait for the request.
"""

from __future__ import annotations

import hashlib
import json
import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

CRF, PRESET = 6, "veryfast"
"""x264 settings of the raw clip: no loss that the eye sees, a sixth of the size of lossless."""

_CONNECT_SECONDS = 180.0
"""How long a worker may take before it listens: its torchrun imports torch first, perhaps from a cold disk."""
_CANCEL_SECONDS = 10.0
"""How long a stopped attempt waits for the worker to confirm; the worker stops at its next step in any case."""
_END_SECONDS = 45.0
"""How long the processes of a worker that ends may take: torchrun waits 30 s for its ranks."""
_POLL_SECONDS = 0.05


class WorkerEnded(Exception):
    """The worker ended before it answered; its log tells why."""


class Failed(Exception):
    """The worker cannot film the request."""


class Stopped(Exception):
    """This attempt was told to stop."""


def main(path: Path) -> None:
    args = json.loads(path.read_bytes())
    signal.signal(signal.SIGTERM, _stop)
    try:
        answer = Worker(Path(args["directory"])).film(args["request"])
    except Failed as error:
        _end(str(error))
    except WorkerEnded:
        _end(f"The worker ended{_killed(Path(args['directory']))}.")
    except Stopped:
        _end("Stopped.")
    encode(Path(answer["frames"]), answer["shape"], Path(args["out"]), args["fps"])
    sys.stdout.write(f"[{time.strftime('%Y-%m-%d %H:%M:%S')},000] INFO: Finished.\n")


def _end(words: str) -> NoReturn:
    """In a line of its own: a progress bar may stand in the last one, without an end."""
    sys.exit(f"\n{words}")


def _stop(*_: object) -> None:
    raise Stopped


def _killed(worker: Path) -> str:
    """The signal that ended the worker, in the words of torchrun, by which a lack of memory is recognised."""
    with suppress(OSError, ValueError):
        signal_number = json.loads((worker / "exit.json").read_bytes())["signal"]
        return f" (exitcode: -{signal_number})" if signal_number else ""
    return ""


def _segment(number: int) -> bytes:
    """The line that the worker logs before segment `number`, with its end, because prompts are in the log as
    well."""
    return b" INFO: Segment %d.\n" % number


def _before(text: bytes, mark: bytes) -> int:
    """The place at which the line with the mark begins; -1 if there is none."""
    at = text.find(mark)
    return at if at < 0 else text.rfind(b"\n", 0, at) + 1


def _idle() -> None:
    """Do nothing between two polls, while what is logged is about another attempt."""


class Worker:
    """The worker of one group of GPUs, seen from an attempt."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._log = LogCopy(directory / "log")

    def film(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Have a segment filmed; returns {frames, shape}. Raises Failed, WorkerEnded, and Stopped if
        cancelled."""
        try:
            with self._connect() as connection:
                return self._film(connection, request)
        except OSError as error:
            raise WorkerEnded from error
        finally:
            self._log.copy()

    def _film(self, connection: socket.socket, request: Mapping[str, Any]) -> dict[str, Any]:
        connection.settimeout(_POLL_SECONDS)
        events = Events(connection)
        try:
            hello = self._next(events, _idle)
            _send(connection, op="generate", key=key_of(request), request=dict(request))
            signal.signal(signal.SIGUSR1, lambda *_: _send(connection, op="stacks"))
            # Until ours starts, the log is about the load, and then about other segments.
            meanwhile = _idle if hello["loaded"] else self._log.copy_load
            answer = self._next(events, meanwhile)
            if answer["event"] == "started":
                meanwhile()
                self._log.keep_to(_segment(answer["number"]), _segment(answer["number"] + 1))
            while answer["event"] == "started":
                answer = self._next(events, self._log.copy)
        except Stopped:
            _send(connection, op="cancel")
            self._await_cancel(events)
            raise
        if answer["event"] != "done":
            raise Failed(answer.get("error", answer["event"]))
        return answer

    def _next(self, events: Events, meanwhile: Callable[[], None]) -> dict[str, Any]:
        """The next event; raises WorkerEnded."""
        while True:
            meanwhile()
            event = events.poll()
            if event is not None:
                return event
            if events.over:
                self._await_end()
                raise WorkerEnded

    def _await_cancel(self, events: Events) -> None:
        deadline = time.monotonic() + _CANCEL_SECONDS
        while not events.over and time.monotonic() < deadline:
            event = events.poll()
            if event is not None and event["event"] in ("cancelled", "done", "failed"):
                return

    def _await_end(self) -> None:
        """Wait until the worker's log is complete: its shim writes exit.json when no process is left."""
        deadline = time.monotonic() + _END_SECONDS
        while not self._has_ended() and time.monotonic() < deadline:
            self._log.copy()
            time.sleep(_POLL_SECONDS)

    def _has_ended(self) -> bool:
        """Whether no process of the worker is left, or its shim is gone and cannot say so."""
        return (self._directory / "exit.json").exists() or not self._has_owner()

    def _has_owner(self) -> bool:
        """Whether its shim lives, or is still starting."""
        with suppress(FileNotFoundError):
            shim = json.loads((self._directory / "shim.json").read_bytes())
            stat = _stat(shim["pid"])
            return stat is not None and stat[0] not in "ZX" and int(stat[19]) == shim["start"]
        return True

    def _connect(self) -> socket.socket:
        deadline = time.monotonic() + _CONNECT_SECONDS
        while True:
            with suppress(FileNotFoundError, ConnectionRefusedError):
                return connect(self._directory)
            self._log.copy()
            if self._has_ended() or time.monotonic() > deadline:
                raise WorkerEnded
            time.sleep(_POLL_SECONDS)


class Events:
    """Reads lines of JSON from a connection that has a timeout."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._pending = b""
        self.over = False

    def poll(self) -> dict[str, Any] | None:
        """The next event; None if none came before the timeout, or the other side is gone."""
        if b"\n" not in self._pending:
            try:
                received = self._connection.recv(1 << 16)
            except TimeoutError:
                return None
            except OSError:
                received = b""
            self.over = not received
            self._pending += received
        line, end, rest = self._pending.partition(b"\n")
        if not end:
            return None
        self._pending = rest
        found: dict[str, Any] = json.loads(line)
        return found


class LogCopy:
    """Repeats on standard output what is added to a log."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._offset = 0
        self._mark = b""
        self._end = b""
        self._ended = False

    def keep_to(self, mark: bytes, end: bytes) -> None:
        """Repeat only what comes after the mark, which may still have to come, and before `end`."""
        self._mark, self._end = mark, end

    def copy_load(self) -> None:
        """Repeat only what comes before the first segment."""
        added = self._added()
        first = _before(added, _segment(1))
        self._repeat(added if first < 0 else added[:first])

    def copy(self) -> None:
        added = self._added()
        if self._mark:
            at = _before(added, self._mark)
            if at < 0:
                return
            self._offset += at
            self._mark, added = b"", added[at:]
        if not self._ended:
            end = _before(added, self._end) if self._end else -1
            self._ended = end >= 0
            self._repeat(added[:end] if self._ended else added)

    def _added(self) -> bytes:
        with suppress(FileNotFoundError), self._path.open("rb") as file:
            # A shim cuts a log that grew too long.
            self._offset = min(self._offset, os.fstat(file.fileno()).st_size)
            file.seek(self._offset)
            return file.read()
        return b""

    def _repeat(self, text: bytes) -> None:
        self._offset += len(text)
        sys.stdout.buffer.write(text)
        sys.stdout.buffer.flush()


def connect(directory: Path) -> socket.socket:
    """Connect to the socket in `directory`, through /proc, because its path may be too long for an address."""
    folder = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    connection = socket.socket(socket.AF_UNIX)
    try:
        connection.connect(f"/proc/self/fd/{folder}/socket")
    except BaseException:
        connection.close()
        raise
    finally:
        os.close(folder)
    return connection


def _stat(pid: int) -> list[str] | None:
    """Fields 3 and on of proc_pid_stat(5): the state, and at 19 the start. None if there is no such process."""
    with suppress(FileNotFoundError, ProcessLookupError):
        return Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()
    return None


def _send(connection: socket.socket, **message: Any) -> None:
    connection.sendall(json.dumps(message).encode() + b"\n")


def key_of(request: Mapping[str, Any]) -> str:
    """Digest of all that determines the frames: requests with the same key get the same frames."""
    content = {name: value for name, value in request.items() if name != "frames_to"}
    for name in ("first", "last"):
        path = content[name]
        with suppress(OSError):  # the worker says what is wrong with it
            content[name] = hashlib.sha256(Path(path).read_bytes()).hexdigest() if path else None
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def encode(raw: Path, shape: list[int], out: Path, fps: int) -> None:
    """Encode the raw frames to the clip, tagged as BT.709, and remove them."""
    from longvid_tui.media.writing import ClipWriter

    count, high, wide = shape
    size, part = 3 * high * wide, out.with_suffix(".partial.mp4")
    with raw.open("rb") as frames, ClipWriter(part, wide, high, fps, crf=CRF, preset=PRESET) as clip:
        for _ in range(count):
            clip.write(memoryview(frames.read(size)).cast("B", (high, wide, 3)))
    part.replace(out)
    raw.unlink()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
