"""Writes every host that a process connects to or looks up into the file LONGVID_CONNECTIONS names."""

from __future__ import annotations

import os
import sys
from typing import Any


def _note(event: str, details: tuple[Any, ...]) -> None:
    host: object = None
    if event == "socket.connect":
        address = details[1]
        host = address[0] if isinstance(address, tuple) else None
    elif event == "socket.getaddrinfo":
        host = details[0]
    if host is not None:
        with open(os.environ["LONGVID_CONNECTIONS"], "a") as file:  # noqa: PTH123  pathlib is not loaded for it
            file.write(f"{host}\n")


if "LONGVID_CONNECTIONS" in os.environ:
    sys.addaudithook(_note)
