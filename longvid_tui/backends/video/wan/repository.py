"""A checkout of Wan2.1: which version it is, and whether it is one."""

from __future__ import annotations

import hashlib
import re
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

_NEEDED = ("generate.py", "wan/__init__.py", "wan/first_last_frame2video.py", "wan/image2video.py")


def lacks(repo: Path) -> list[str]:
    """What a checkout that can film between keyframes has and this folder has not."""
    return [name for name in _NEEDED if not (repo / name).is_file()]


def code_hash(repo: Path) -> str | None:
    """Digest (16 hex) of the code a run executes, patches included; None for no code. Hashed once per
    change."""
    found = [repo / "generate.py", *sorted((repo / "wan").rglob("*.py"))]
    stamps = []
    for path in found:
        with suppress(OSError):
            stat = path.stat()
            stamps.append((str(path), stat.st_mtime_ns, stat.st_size))
    return _hashed(repo, tuple(stamps)) if stamps else None


@lru_cache(maxsize=8)
def _hashed(repo: Path, stamps: tuple[tuple[str, int, int], ...]) -> str:
    whole = hashlib.sha256()
    for path, _, _ in stamps:
        whole.update(f"{Path(path).relative_to(repo)}\0".encode())
        whole.update(hashlib.sha256(Path(path).read_bytes()).digest())
    return whole.hexdigest()[:16]


def commit(repo: Path) -> str | None:
    """The commit that is checked out (12 hex), read without running git; None for a folder that is no clone."""
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
