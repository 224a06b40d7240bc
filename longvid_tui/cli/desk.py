"""Performs a command on a project: in the engine while that holds the project's lock, else in this process."""

from __future__ import annotations

import secrets
import time
from pathlib import Path
from typing import Any

from longvid_tui import client
from longvid_tui.cli.context import open_folder, open_studio
from longvid_tui.engine.commands import Done, perform
from longvid_tui.engine.elsewhere import at_once
from longvid_tui.project.folder import Busy

WORK_SECONDS = 120.0
"""How long the engine may take for a command; fitting a large picture takes longest, at a low priority."""

HANDING_OVER_SECONDS = 3.0
"""How long a lock may outlive the socket of an engine that is leaving."""


def order(path: Path, command: str, **params: Any) -> Done:
    """Perform one of the commands of engine.commands; a run that was interrupted, or waited for this, goes on.

    Raises what `perform` raises, WireError and EngineGone.
    """
    folder = open_folder(path)
    deadline = time.monotonic() + HANDING_OVER_SECONDS
    while True:
        try:
            with folder.writing(command):
                done = at_once(perform(open_studio(folder), command, params))
                goes_on = folder.history.order is not None
            break
        except Busy as busy:
            if not busy.by_engine or time.monotonic() > deadline:
                raise
            engine = client.connect()
            if engine is None:
                time.sleep(0.05)
                continue
            with engine:
                request = secrets.token_hex(8)
                said = engine.ask(
                    "perform",
                    project=str(folder.root),
                    command=command,
                    params=params,
                    req=request,
                    within=WORK_SECONDS,
                )
                return Done(said["said"], tuple(said["absent"]), said["problem"])
    if goes_on:
        client.engine(for_work=True).close()
    return done
