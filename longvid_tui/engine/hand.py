"""A process that works on pixels for the engine: `python -m longvid_tui.engine.hand`, started by `aside`.

It is asked over its standard input, one job at a time, and ends the moment that closes: whoever asked is gone,
and what was begun is swept by the next run. Standard library only at import.
"""

from __future__ import annotations

import os
import pickle
import queue
import struct
import sys
import threading
import traceback
from typing import Any, BinaryIO

NICE = 10
"""Beneath everything a person or a GPU waits for, above what is meant to run only when all else rests."""

LENGTH = struct.Struct(">Q")
"""Stands before each job (function, arguments, named arguments) and answer (done, result or error), both
pickled."""


def framed(content: Any) -> bytes:
    data = pickle.dumps(content)
    return LENGTH.pack(len(data)) + data


def main() -> None:
    """Do what is asked until nobody can ask any more."""
    os.umask(0o077)
    os.nice(NICE)
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no answer
    jobs: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(sys.stdin.buffer, jobs), daemon=True).start()
    while True:
        answers.write(framed(_done(jobs.get())))
        answers.flush()


def _listen(asked: BinaryIO, jobs: queue.SimpleQueue[bytes]) -> None:
    while True:
        head = asked.read(LENGTH.size)
        data = asked.read(LENGTH.unpack(head)[0]) if len(head) == LENGTH.size else b""
        if not data:
            os._exit(0)
        jobs.put(data)


def _done(job: bytes) -> tuple[bool, Any]:
    try:
        work, arguments, named = pickle.loads(job)  # noqa: S301  the engine that started us wrote it
        return True, work(*arguments, **named)
    except Exception as error:  # noqa: BLE001  whoever asked judges it
        error.add_note(traceback.format_exc())
        return False, error


if __name__ == "__main__":
    main()
