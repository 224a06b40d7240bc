"""A process that works on pixels for the engine: `python -m longvid_tui.engine.hand`, started by `aside`.

Jobs come over its standard input, one at a time. When that is closed the engine is gone and the process ends at
once; what it had begun is swept by the next run. Standard library only at import.
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
"""Behind everything that a person or a GPU waits for, before what is meant to run only on an idle machine
(19)."""

LENGTH = struct.Struct(">Q")
"""The length of the pickle that follows: a job (function, arguments, named arguments) or an answer (whether it
was done, result or error)."""


def framed(content: Any) -> bytes:
    data = pickle.dumps(content)
    return LENGTH.pack(len(data)) + data


def main() -> None:
    """Do jobs until the standard input is closed."""
    os.umask(0o077)
    os.nice(NICE)
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # so that what a library prints cannot get between the answers
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
    except Exception as error:  # noqa: BLE001  raised again in the engine
        error.add_note(traceback.format_exc())
        return False, error


if __name__ == "__main__":
    main()
