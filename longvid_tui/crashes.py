"""Where tracebacks go: the person, at the shell or at the screen, is told one sentence."""

from __future__ import annotations

import os
import time
import traceback
from pathlib import Path

from longvid_tui import __version__
from longvid_tui.redacting import redacted
from longvid_tui.wire import state_dir

MOST_BYTES = 1 << 20
"""Largest crash.log before another is begun; the one before is kept beside it. What breaks may do so every
minute."""


def kept(face: str) -> Path:
    """Append the exception that is being handled to crash.log, without keys; returns its path, or /dev/null
    where it cannot be written. `face` says where it broke."""
    path = state_dir() / "crash.log"
    when = time.strftime("%Y-%m-%dT%H:%M:%S%z")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if path.exists() and path.stat().st_size > MOST_BYTES:
            path.replace(path.with_suffix(".log.1"))
        with path.open("a", encoding="utf-8", errors="backslashreplace") as log:
            log.write(f"--- {when} longvid-tui {__version__}, {face}\n{redacted(traceback.format_exc())}\n")
    except OSError:
        return Path(os.devnull)
    return path
