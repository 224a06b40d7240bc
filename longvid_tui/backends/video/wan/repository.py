"""A checkout of Wan2.1: whether it is one, and of which version."""

from __future__ import annotations

import hashlib
import os
import re
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

_NEEDED = ("generate.py", "wan/__init__.py", "wan/first_last_frame2video.py", "wan/image2video.py")


def lacks(repo: Path) -> list[str]:
    """The files that this folder lacks to be a checkout that films between keyframes."""
    return [name for name in _NEEDED if not (repo / name).is_file()]


def code_hash(repo: Path) -> str | None:
    """Digest (16 hex) of the code that a run executes, patches included; None without code. Kept until files
    change."""
    stamps = []
    for name in code(repo):
        with suppress(OSError):
            stat = (repo / name).stat()
            if os.access(repo / name, os.R_OK):
                stamps.append((name, stat.st_mtime_ns, stat.st_size))
    return _hashed(repo, tuple(stamps)) if stamps else None


def code(repo: Path) -> list[str]:
    """The files that a run executes, relative to the checkout."""
    package = (Path(folder, name) for folder, _, names in os.walk(repo / "wan") for name in names)
    return ["generate.py", *(str(path.relative_to(repo)) for path in sorted(package) if path.suffix == ".py")]


@lru_cache(maxsize=8)
def _hashed(repo: Path, stamps: tuple[tuple[str, int, int], ...]) -> str:
    whole = hashlib.sha256()
    for name, _, _ in stamps:
        whole.update(f"{name}\0".encode())
        with suppress(OSError):  # just replaced by another commit: looked at again
            whole.update(hashlib.sha256((repo / name).read_bytes()).digest())
    return whole.hexdigest()[:16]


def commit(repo: Path) -> str | None:
    """The commit that is checked out (12 hex), read without git; None if the folder is no clone."""
    with suppress(OSError):
        head = (repo / ".git/HEAD").read_text().strip()
        name = head.removeprefix("ref: ")
        return (_resolved(repo / ".git", name) if name != head else head)[:12] or None
    return None


def _resolved(git: Path, name: str) -> str:
    with suppress(FileNotFoundError):
        return (git / name).read_text().strip()
    packed = (git / "packed-refs").read_text()
    match = re.search(rf"^([0-9a-f]{{40}}) {re.escape(name)}$", packed, re.MULTILINE)
    return match[1] if match else ""
