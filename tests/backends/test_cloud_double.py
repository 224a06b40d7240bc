"""The stand-in cloud is itself a thing that can be wrong: its ledger, faults and disconnects."""

from __future__ import annotations

import socket
import time
from urllib.parse import urlsplit

import httpx2
import pytest

from longvid_tui.backends.rehearsal.cloud import faults
from longvid_tui.backends.rehearsal.cloud.server import Answer, Cloud, Request, events, json_answer


def greet(request: Request) -> Answer:
    return json_answer({"hello": request.json["name"]}, cost_usd=0.25)


def test_a_route_answers_and_the_ledger_remembers_request_and_price() -> None:
    with Cloud() as cloud:
        cloud.route("POST", "/hello", greet)
        answer = httpx2.post(f"{cloud.url}/hello?x=1", json={"name": "you"}, headers={"X-Who": "me"})
        (request,) = cloud.calls("/hello")
    assert answer.json() == {"hello": "you"}
    assert (request.headers["x-who"], request.query, cloud.billed()) == ("me", "x=1", 0.25)


def test_a_waiting_fault_comes_before_the_service_and_only_once() -> None:
    with Cloud() as cloud:
        cloud.route("POST", "/hello", greet)
        cloud.then(faults.html(502), path="/hello")
        codes = [httpx2.post(f"{cloud.url}/hello", json={"name": "you"}).status_code for _ in range(2)]
        assert codes == [502, 200]


def test_multipart_is_taken_apart() -> None:
    with Cloud() as cloud:
        cloud.route("POST", "/form", lambda request: json_answer(request.form()))
        files = {"prompt": (None, "a dog"), "image": ("a.png", b"\r\n\x89PNG\r\n", "image/png")}
        answer = httpx2.post(f"{cloud.url}/form", files=files)
        (picture,) = cloud.requests[0].files()
    assert answer.json() == {"prompt": "a dog"}
    assert (picture.data, picture.content_type) == (b"\r\n\x89PNG\r\n", "image/png")


def test_events_are_streamed_one_by_one() -> None:
    with Cloud() as cloud:
        cloud.route("GET", "/events", lambda _: events([("one", {"n": 1}), ("", "[DONE]")], pause=0.05))
        with httpx2.stream("GET", f"{cloud.url}/events") as answer:
            pieces = list(answer.iter_text())
    assert pieces == ['event: one\ndata: {"n": 1}\n\n', "data: [DONE]\n\n"]


def test_a_cut_body_and_a_silent_hang_up_are_broken_connections() -> None:
    with Cloud() as cloud:
        cloud.then(faults.cut_off(b'{"half":'), faults.hung_up())
        for _ in range(2):
            with pytest.raises(httpx2.RemoteProtocolError):
                httpx2.get(f"{cloud.url}/anything")


def test_a_client_that_hangs_up_is_noticed_at_once() -> None:
    with Cloud() as cloud:
        cloud.always(faults.stalled(30))
        with pytest.raises(httpx2.ReadTimeout):
            httpx2.get(f"{cloud.url}/anything", timeout=0.1)
        hung_up = time.monotonic()
        while cloud.requests[0].left_at is None and time.monotonic() < hung_up + 5:
            time.sleep(0.01)
        assert cloud.requests[0].left_at is not None
        assert cloud.requests[0].left_at - hung_up < 1


def test_a_question_that_was_never_whole_is_not_heard() -> None:
    with Cloud() as cloud:
        with socket.create_connection(urlsplit(cloud.url).netloc.rsplit(":", 1)) as connection:
            connection.sendall(b'POST /hello HTTP/1.1\r\nContent-Length: 100\r\n\r\n{"name":')
            connection.shutdown(socket.SHUT_WR)
            assert connection.recv(1) == b""
        assert not cloud.requests
