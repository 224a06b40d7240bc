"""Shows a picture while it forms: the newest unfinished one lies beside the takes until the picture is done."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from longvid_tui.engine.studio import Notice, Studio
from longvid_tui.engine.tasks import Task
from longvid_tui.project.disk import DiskError


@contextmanager
def shown_while_it_forms(studio: Studio, task: Task) -> Iterator[Callable[[bytes], None] | None]:
    """Yields the callback for the unfinished pictures of `task`; None if none are wanted, as they cost
    extra."""
    if not _is_wanted(studio):
        yield None
        return
    relative = studio.folder.unfinished(task.target)
    path, count = studio.folder.path(relative), 0

    def show(data: bytes) -> None:
        nonlocal count
        with suppress(DiskError):  # the finished picture says whether there is room
            studio.folder.disk.replace(path, data)
            count += 1
            picture = {"path": relative, "sha": hashlib.sha256(data).hexdigest()}
            studio.tell(Notice("progress", task, "forming", count, picture=picture))

    try:
        yield show
    finally:
        _discard(path)


def _is_wanted(studio: Studio) -> bool:
    """Whether somebody can see them, and has set no cap on the cost that they would eat into."""
    order = studio.folder.history.order
    return studio.looked_at() and (order is None or order.most_usd is None)


def _discard(path: Path) -> None:
    with suppress(OSError):
        path.unlink(missing_ok=True)
