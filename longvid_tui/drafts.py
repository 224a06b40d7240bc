"""What a person has written and not yet saved: kept on disk, so that no crash and no lost link costs words."""

from __future__ import annotations

import hashlib
import json
import os
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from longvid_tui.wire import private_dir, state_dir


@dataclass(frozen=True)
class Draft:
    """Words for a target of a project, and the words they were meant to replace."""

    project: str
    target: str
    text: str
    base: str


def keep(draft: Draft) -> None:
    """Write a draft in place of the one before; a full disk is no reason to stop typing."""
    with suppress(OSError):
        path = _path(draft.project, draft.target)
        private_dir(path.parent)
        fresh = path.with_suffix(".new")
        fd = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
        with os.fdopen(fd, "w", encoding="utf-8", errors="surrogatepass") as file:
            json.dump(draft.__dict__, file)
        fresh.replace(path)


def kept(project: str, target: str) -> Draft | None:
    """The draft of a target, if one was left behind."""
    try:
        return Draft(**json.loads(_path(project, target).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def forget(project: str, target: str) -> None:
    """Delete the draft of a target, if there is one."""
    with suppress(OSError):
        _path(project, target).unlink()


def move(old: str, new: str) -> None:
    """Take the drafts of a project along to its new folder."""
    for path in (state_dir() / "drafts").glob("*.json"):
        with suppress(OSError, ValueError, TypeError):
            draft = Draft(**json.loads(path.read_text(encoding="utf-8")))
            if draft.project == old:
                keep(replace(draft, project=new))
                path.unlink()


def _path(project: str, target: str) -> Path:
    name = hashlib.sha256(f"{project}\0{target}".encode("utf-8", "surrogateescape")).hexdigest()[:20]
    return state_dir() / "drafts" / f"{name}.json"
