"""Serves a growing film on the loopback interface, to whoever knows the token in the address."""

from __future__ import annotations

import html
import re
import secrets
import sys
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import resources
from typing import Any

from longvid_tui.playing.growing import GrowingFilm
from longvid_tui.showing import show

_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "media-src 'self' blob:; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_TYPES = {
    "html": "text/html; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "m3u8": "application/vnd.apple.mpegurl",
    "mp4": "video/mp4",
    "m4s": "video/mp4",
}
_PAGE = "player.html"
_RANGE = re.compile(r"bytes=(\d{1,18})-(\d{0,18})", re.ASCII)
_FILES = (_PAGE, "player.js", "player.css")


class FilmServer(ThreadingHTTPServer):
    """Listens on a free port of 127.0.0.1; `serve_forever` answers until `shutdown`."""

    daemon_threads = True

    def __init__(self, film: GrowingFilm) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.film = film
        self.token = secrets.token_urlsafe(16)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/{self.token}/"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of players that leave in the middle of an answer, as they do when they seek or are
        closed."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)

    def answer(self, path: str) -> tuple[str, bytes] | None:
        """Kind and bytes of what lies at a path; None if nothing does."""
        _, token, name = [*path.partition("?")[0].split("/", 2), "", ""][:3]
        if not secrets.compare_digest(token.encode(), self.token.encode()):
            return None
        name = name or _PAGE
        if name == "film.m3u8":
            return _TYPES["m3u8"], self.film.playlist().encode()
        data = self._file(name) if name in _FILES else self.film.read(name)
        return None if data is None else (_TYPES[name.rpartition(".")[2]], data)

    def _file(self, name: str) -> bytes:
        text = resources.files("longvid_tui.playing").joinpath(name).read_text(encoding="utf-8")
        if name == _PAGE:
            text = text.replace("{title}", html.escape(show(self.film.title)))
        return text.encode(errors="replace")


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: FilmServer

    def do_GET(self) -> None:
        try:
            found = self.server.answer(self.path)
        except Exception as error:  # noqa: BLE001  a page that asks must get an answer, whatever the project holds
            self._send(
                HTTPStatus.SERVICE_UNAVAILABLE, "text/plain; charset=utf-8", str(error).encode(errors="replace")
            )
            return
        if found is None:
            self._send(HTTPStatus.NOT_FOUND, "text/plain", b"there is nothing here")
            return
        self._send_part(*found)

    do_HEAD = do_GET  # noqa: N815

    def _send_part(self, kind: str, data: bytes) -> None:
        """All of it, or the one range of bytes that was asked for, as some players do."""
        span = _RANGE.fullmatch(self.headers.get("Range", ""))
        start = int(span[1]) if span else 0
        part = data[start : int(span[2]) + 1 if span and span[2] else None]
        if not span or not part:
            self._send(HTTPStatus.OK, kind, data)
            return
        named = {"Content-Range": f"bytes {start}-{start + len(part) - 1}/{len(data)}"}
        self._send(HTTPStatus.PARTIAL_CONTENT, kind, part, named)

    def _send(self, status: HTTPStatus, kind: str, data: bytes, more: dict[str, str] | None = None) -> None:
        self.send_response(status)
        named = {"Content-Type": kind, "Content-Length": str(len(data)), "Accept-Ranges": "bytes"}
        for name, value in {**_HEADERS, **named, **(more or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  the name http.server gives
        """Nothing: addresses hold the token."""
