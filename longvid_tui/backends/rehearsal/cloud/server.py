"""A stand-in for the cloud: a real HTTP server on 127.0.0.1 that answers as the services' documentation says.

    from longvid_tui.backends.rehearsal.cloud.server import Cloud
    with Cloud() as cloud:
        ...                                  # speak to cloud.url + "/v1/..."
        cloud.then(faults.html(502))         # the next request meets this instead of the service
        cloud.requests[0].json               # what came in, in order, whether it was answered or not

Services are modules of this package with `ROUTES`, a list of (method, path pattern, handler). A handler takes
the request and answers it, or raises `Rejected` for what the service would refuse. A fault is a handler too; it
may answer None to leave the request to the service.
"""

from __future__ import annotations

import json
import re
import select
import socket
import ssl
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from email.parser import BytesParser
from functools import cached_property
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import import_module
from pathlib import Path
from typing import Any, TypeAlias

SERVICES = ("openai_images", "chat", "stability", "gemini", "flux")
"""Modules of this package that hold ROUTES."""


@dataclass(frozen=True)
class Part:
    """One part of a multipart body."""

    name: str
    data: bytes
    filename: str | None
    content_type: str

    @property
    def text(self) -> str:
        return self.data.decode()


@dataclass
class Request:
    """One request as it came in. `answer` is what it got, `left_at` when the client hung up before the end."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes
    base_url: str
    at: float = field(default_factory=time.monotonic)
    answer: Answer | None = None
    left_at: float | None = None
    match: re.Match[str] | None = None
    """Of the route's pattern, with its groups."""

    @cached_property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def parts(self) -> list[Part]:
        """Parts of a multipart body, in order; raises Rejected when it is none."""
        kind = self.headers.get("content-type", "")
        if not kind.startswith("multipart/form-data"):
            raise Rejected(400, {"error": {"message": f"expected multipart/form-data, got {kind!r}"}})
        message = BytesParser().parsebytes(f"content-type: {kind}\r\n\r\n".encode() + self.body)
        found: Any = message.get_payload()
        return [
            Part(
                str(part.get_param("name", header="content-disposition")),
                part.get_payload(decode=True),
                part.get_filename(),
                part.get_content_type(),
            )
            for part in found
        ]

    def form(self) -> dict[str, str]:
        """The text parts by name."""
        return {part.name: part.text for part in self.parts if part.filename is None}

    def files(self) -> list[Part]:
        return [part for part in self.parts if part.filename is not None]


@dataclass(frozen=True)
class Answer:
    """What is sent back.

    `body`: whole, or pieces sent as chunks as they come (an iterator may sleep: a stream, a drip).
    `delay`: seconds before the first byte. `cut`: hang up after the pieces without ending the body properly.
    `silent`: hang up without a byte. `cost_usd`: what the service bills for it.
    """

    status: int = 200
    body: bytes | tuple[bytes, ...] | Callable[[], Iterator[bytes]] = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    delay: float = 0.0
    cut: bool = False
    silent: bool = False
    cost_usd: float = 0.0


class Rejected(Exception):
    """The service refuses the request with this status and JSON body."""

    def __init__(self, status: int, body: Any, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(status, body)
        self.answer = json_answer(body, status, headers)


Handler: TypeAlias = Callable[[Request], Answer | None]
Route: TypeAlias = tuple[str, str, Handler]
"""Method, regular expression of the whole path, handler."""


def json_answer(
    body: Any, status: int = 200, headers: Mapping[str, str] | None = None, cost_usd: float = 0.0
) -> Answer:
    head = {"content-type": "application/json", "x-request-id": "req_stand_in", **(headers or {})}
    return Answer(status, json.dumps(body).encode(), head, cost_usd=cost_usd)


def events(items: Sequence[tuple[str, Any]], pause: float = 0.0, cost_usd: float = 0.0) -> Answer:
    """Server-sent events: (event name or "", JSON or text); `pause` seconds between them."""

    def pieces() -> Iterator[bytes]:
        for name, data in items:
            text = data if isinstance(data, str) else json.dumps(data)
            yield (f"event: {name}\n" if name else "").encode() + f"data: {text}\n\n".encode()
            time.sleep(pause)

    return Answer(200, pieces, {"content-type": "text/event-stream"}, cost_usd=cost_usd)


class Cloud:
    """The server, its ledger of requests, and the faults that wait for the next ones."""

    def __init__(self, certificate: Path | None = None, remembers: int | None = None) -> None:
        """`certificate`: a PEM file with key and certificate, to be spoken to by HTTPS. `remembers`: the ledger
        keeps so many requests, or all."""
        self.requests: list[Request] = []
        self._remembers = remembers
        self._faults: deque[tuple[Handler, str]] = deque()
        self._always: list[tuple[Handler, str]] = []
        self._lock = threading.Lock()
        self._server = _Server(self)
        self._scheme = "http"
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
            self._scheme = "https"
        self._routes = [route for name in SERVICES for route in _routes_of(name)]

    @property
    def url(self) -> str:
        return f"{self._scheme}://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Cloud:
        self._ear = threading.Thread(target=self._server.listen, daemon=True)
        self._ear.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.over = True
        with suppress(OSError):
            socket.create_connection(("127.0.0.1", self._server.server_port)).close()
        self._ear.join()
        self._server.server_close()

    def then(self, *faults: Handler, path: str = ".*") -> None:
        """The next requests whose path matches meet these, one each, in order."""
        self._faults.extend((fault, path) for fault in faults)

    def always(self, fault: Handler, path: str = ".*") -> None:
        """Every request whose path matches meets this, once `then` is used up."""
        self._always.append((fault, path))

    def route(self, method: str, path: str, handler: Handler) -> None:
        """Add a route, before those there are."""
        self._routes.insert(0, (method, path, handler))

    def calls(self, path: str = ".*") -> list[Request]:
        """Requests whose path matches, in order of arrival."""
        return [request for request in self.requests if re.fullmatch(path, request.path)]

    def billed(self) -> float:
        """Dollars of everything that was answered, by the services' price lists."""
        return sum(request.answer.cost_usd for request in self.requests if request.answer)

    def answer(self, request: Request) -> Answer:
        """What `request` gets: a waiting fault, else its service."""
        with self._lock:
            self.requests.append(request)
            del self.requests[: -self._remembers if self._remembers else 0]
            waiting = self._waiting(request)
        faults = [waiting] if waiting else [f for f, path in self._always if re.fullmatch(path, request.path)]
        try:
            answer = next((found for fault in faults if (found := fault(request))), None)
            answer = answer or self._service(request)(request) or json_answer({})
        except Rejected as rejected:
            answer = rejected.answer
        request.answer = answer
        return answer

    def _waiting(self, request: Request) -> Handler | None:
        """Take the first fault that waits for such a request."""
        for waiting in self._faults:
            if re.fullmatch(waiting[1], request.path):
                self._faults.remove(waiting)
                return waiting[0]
        return None

    def _service(self, request: Request) -> Handler:
        for method, path, handler in self._routes:
            request.match = re.fullmatch(path, request.path)
            if method == request.method and request.match:
                return handler
        return lambda _: json_answer({"error": {"message": f"no such path: {request.path}"}}, 404)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, cloud: Cloud) -> None:
        super().__init__(("127.0.0.1", 0), _Connection)
        self.cloud = cloud
        self.over = False

    def listen(self) -> None:
        """Answer until it is over, which one more connection makes it notice: `serve_forever` asks all the
        time."""
        while not self.over:
            self.handle_request()

    def handle_error(self, *_: object) -> None:
        """A client that hangs up is no error here."""


class _Connection(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def _serve(self) -> None:
        path, _, query = self.path.partition("?")
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(self.command, path, query, headers, self._body(headers), self.server.cloud.url)
        answer = self.server.cloud.answer(request)
        try:
            self._send(request, answer)
        except OSError:
            request.left_at = request.left_at or time.monotonic()
            self.close_connection = True

    do_GET = do_POST = do_PUT = do_DELETE = _serve  # noqa: N815  the names http.server looks for

    def _body(self, headers: Mapping[str, str]) -> bytes:
        if headers.get("transfer-encoding") != "chunked":
            length = int(headers.get("content-length", 0))
            body = self.rfile.read(length)
            if len(body) < length:
                raise ConnectionError("whoever asked was gone before the question was whole")
            return body
        body = b""
        while size := int(self.rfile.readline(), 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def _send(self, request: Request, answer: Answer) -> None:
        self._wait(request, answer.delay)
        if answer.silent:
            self._hang_up()
            return
        whole = answer.body if isinstance(answer.body, bytes) else None
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if whole is not None:
            self.send_header("content-length", str(len(whole) + (1 if answer.cut else 0)))
        else:
            self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        if whole is not None:
            self.wfile.write(whole)
        else:
            for piece in _pieces(answer.body):
                self._wait(request, 0)
                self.wfile.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
        if answer.cut:
            self._hang_up()
        elif whole is None:
            self.wfile.write(b"0\r\n\r\n")

    def _wait(self, request: Request, seconds: float) -> None:
        """Sleep, but notice at once when the client hangs up."""
        readable, _, _ = select.select([self.connection], [], [], seconds)
        if readable and not self.connection.recv(1, socket.MSG_PEEK):
            request.left_at = time.monotonic()
            raise ConnectionResetError

    def _hang_up(self) -> None:
        self.close_connection = True
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, *_: object) -> None:
        """Requests are in the ledger."""


def _pieces(body: bytes | tuple[bytes, ...] | Callable[[], Iterator[bytes]]) -> Iterable[bytes]:
    if isinstance(body, bytes):
        return [body]
    return body() if callable(body) else body


def _routes_of(name: str) -> list[Route]:
    return list(import_module(f"{__package__}.{name}").ROUTES)
