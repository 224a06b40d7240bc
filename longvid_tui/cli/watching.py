"""Follows a run in the engine from a terminal: progress on stderr, Ctrl-C to leave it running."""

from __future__ import annotations

import queue
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

from longvid_tui import client, wire
from longvid_tui.cli.output import narrate
from longvid_tui.cli.progress import Progress
from longvid_tui.client import Client, EngineGone

ASK_SECONDS = 2.0
"""A second Ctrl-C within this long asks whether to stop the run."""

_TICK = 0.2
_RESTED_UNSEEN: dict[str, Any] = {"how": "done", "gate": None, "cap": None, "made": [], "failed": {}}
"""What is known of a run that ended while no engine could be reached."""


class Detached(Exception):
    """The person left; the run goes on. `stopped` if it was stopped instead."""

    def __init__(self, *, stopped: bool = False) -> None:
        super().__init__()
        self.stopped = stopped


def follow(root: Path, order: Callable[[Client], None]) -> dict[str, Any]:
    """Subscribe, give the order, show progress until the run rests or waits; returns the `rested` notice
    (docs/wire.md).

    An engine that dies meanwhile is started again and goes on with the order. Raises Detached, EngineGone,
    WireError.
    """
    engine = client.engine(for_work=True)
    with Progress() as progress, _interruptions() as interrupted:
        given = False
        while True:
            try:
                with engine:
                    said = engine.ask("subscribe", project=str(root))
                    progress.learn(said["snapshot"])
                    progress.grow(said.get("growing"))
                    # Idle with an order: the engine before could not leave word of it to this one.
                    idle, open_order = said["snapshot"]["state"] == "idle", said["snapshot"]["report"]["order"]
                    if given and (said["outcome"] or (idle and not open_order)):
                        return dict(said["outcome"] or _RESTED_UNSEEN)
                    if not given or idle:
                        order(engine)
                        given = True
                    for notice in () if idle else said.get("notices", ()):
                        progress.hear(notice)
                    return _listen(engine, root, said["snapshot"], progress, interrupted)
            except EngineGone:
                progress.note("The engine went away; it is started again and the run goes on.")
                engine = client.engine(for_work=True)


def _listen(
    engine: Client, root: Path, snapshot: dict[str, Any], progress: Progress, interrupted: list[float]
) -> dict[str, Any]:
    while True:
        if interrupted:
            _leave(engine, root, progress, interrupted)
        try:
            message = engine.heard.get(timeout=_TICK)
        except queue.Empty:
            continue
        if message is None:
            raise EngineGone("The engine went away: run the command again to start it.")
        method, params = message["method"], message["params"]
        if method == "changed":
            snapshot = wire.apply(snapshot, params["change"])
            progress.learn(snapshot)
        elif method == "growing":
            progress.grow(params["plan"])
        elif method == "progress":
            progress.update(params["tasks"], params["eta"])
        elif method == "notice":
            progress.hear(params)
        elif method == "rested":
            progress.ring(f"{root.name}: {params['how']}")
            return dict(params)


def _leave(engine: Client, root: Path, progress: Progress, interrupted: list[float]) -> None:
    progress.note("Leaving: the run goes on in the background. Press Ctrl-C again to stop it instead.")
    first = interrupted[0]
    while time.monotonic() - first < ASK_SECONDS and len(interrupted) < 2:
        time.sleep(0.05)
    if len(interrupted) < 2 or not _really(progress):
        raise Detached
    for sentence in engine.ask("stop", project=str(root), within=120.0).get("undying", ()):
        progress.note(sentence)
    raise Detached(stopped=True)


def _really(progress: Progress) -> bool:
    if not sys.stdin.isatty():
        return True
    progress.__exit__()
    narrate("Stop the run and every segment that is being filmed? [y/N] ")
    return sys.stdin.readline().strip().lower() in ("y", "yes")


@contextmanager
def _interruptions() -> Iterator[list[float]]:
    """The moments (monotonic) of each Ctrl-C, TERM and HUP meanwhile."""
    moments: list[float] = []

    def note(_number: int, _frame: FrameType | None) -> None:
        moments.append(time.monotonic())

    before = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        yield moments
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
