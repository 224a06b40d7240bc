"""Faults of HTTP itself, which every service can have; those of one service stand in its module."""

from __future__ import annotations

import gzip
import time
from collections.abc import Iterator

from longvid_tui.backends.rehearsal.cloud.server import Answer, Handler, json_answer

HTML = b"<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"


def status(code: int, body: object = None, **headers: str) -> Handler:
    """An answer with this status, JSON body and headers (underscores become hyphens)."""
    head = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda _: json_answer({} if body is None else body, code, head)


def html(code: int = 200) -> Handler:
    """A web page where JSON was expected, as gateways and captive portals send it."""
    return lambda _: Answer(code, HTML, {"content-type": "text/html"})


def stalled(seconds: float = 60.0) -> Handler:
    """No byte for a long time."""
    return lambda _: Answer(delay=seconds)


def hung_up() -> Handler:
    """The connection is closed without a byte after the request was read."""
    return lambda _: Answer(silent=True)


def dripping(content_type: str = "application/json", seconds: float = 60.0) -> Handler:
    """A body that comes one byte at a time and never ends in useful time: no read ever times out."""

    def drops() -> Iterator[bytes]:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            yield b" "
            time.sleep(0.05)

    return lambda _: Answer(200, drops, {"content-type": content_type})


def cut_off(body: bytes, content_type: str = "application/json") -> Handler:
    """The connection breaks in the middle of the body."""
    return lambda _: Answer(200, body, {"content-type": content_type}, cut=True)


def moved(to: str = "https://elsewhere.example/v1") -> Handler:
    """A redirect, which a client that carries a key must not follow."""
    return lambda _: Answer(302, b"", {"location": to})


def packed(body: bytes, content_type: str = "application/json") -> Handler:
    """A packed body where none was asked for: what a few kilobytes unpack to may fill any memory."""
    headers = {"content-type": content_type, "content-encoding": "gzip"}
    return lambda _: Answer(200, gzip.compress(body), headers)


def flood(content_type: str = "application/json", megabytes: int = 200) -> Handler:
    """More bytes than any picture has."""
    return lambda _: Answer(200, (b" " * (1 << 20),) * megabytes, {"content-type": content_type})
