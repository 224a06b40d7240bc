"""Collectives among the ranks of one machine, by way of rank 0. Losing a rank hangs the others, as NCCL does."""

from __future__ import annotations

import os
import time
from multiprocessing.connection import Client, Connection, Listener
from typing import Any

_links: list[Connection] = []
_ready = False


def init_process_group(backend: str, init_method: str, rank: int, world_size: int) -> None:
    global _ready  # noqa: PLW0603
    address = (os.environ["MASTER_ADDR"], int(os.environ["MASTER_PORT"]))
    if rank == 0:
        with Listener(address, backlog=world_size) as listener:
            _links.extend(listener.accept() for _ in range(world_size - 1))
    else:
        _links.append(_connected(address))
    _ready = True


def _connected(address: tuple[str, int]) -> Connection:
    while True:
        try:
            return Client(address)
        except ConnectionRefusedError:
            time.sleep(0.01)


def new_group(backend: str = "", timeout: Any = None) -> str:
    return backend


def is_initialized() -> bool:
    return _ready


def get_rank() -> int:
    return int(os.environ.get("RANK", "0"))


def get_world_size() -> int:
    return int(os.environ.get("WORLD_SIZE", "1"))


def barrier(group: Any = None) -> None:
    all_gather_object([None] * get_world_size(), None)


def broadcast_object_list(objects: list[Any], src: int = 0, group: Any = None) -> None:
    assert src == 0
    if get_rank() == 0:
        for link in _links:
            _send(link, objects)
    else:
        objects[:] = _receive(_links[0])


def all_gather_object(found: list[Any], own: Any, group: Any = None) -> None:
    if get_rank() == 0:
        found[:] = [own, *map(_receive, _links)]
    else:
        _send(_links[0], own)
    broadcast_object_list(found)


def _send(link: Connection, content: Any) -> None:
    try:
        link.send(content)
    except OSError:
        time.sleep(600)


def _receive(link: Connection) -> Any:
    try:
        return link.recv()
    except (EOFError, OSError):
        time.sleep(600)
