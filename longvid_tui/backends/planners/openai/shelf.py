"""Answers that were paid for, by a hash of all that was asked: a plan that stops half-way goes on from there.

One 0600 file an answer under the state directory; the oldest go when there are many. A shelf that cannot be
read or written is an empty shelf.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from longvid_tui import wire

MOST = 500
"""Files kept: the answers of some hundred films, a few megabytes."""


def path(key: str) -> Path:
    return wire.state_dir() / "planned" / f"{key[:40]}.json"


def take(key: str) -> str | None:
    """The answer that was put under `key`, if there is one."""
    try:
        return path(key).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None


def put(key: str, answer: str) -> None:
    """Keep an answer: written beside, then renamed, so that no half answer is ever taken."""
    with suppress(OSError, wire.WireError):
        _write(path(key), answer.encode("utf-8", "replace"))
        _discard_the_oldest(path(key).parent)


def _write(file: Path, data: bytes) -> None:
    wire.private_dir(file.parent)
    part = file.with_suffix(f".{os.getpid()}")
    fd = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    with os.fdopen(fd, "wb") as opened:
        opened.write(data)
    part.replace(file)


def _discard_the_oldest(folder: Path) -> None:
    files = sorted(folder.glob("*.json"), key=lambda file: file.stat().st_mtime)
    for file in files[:-MOST]:
        file.unlink(missing_ok=True)
