"""The one way services are spoken to: waits, streams, keys, and what is never sent twice."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from longvid_tui.backends.contract import (
    BackendError,
    BadAnswer,
    BadKey,
    Misconfigured,
    RateLimited,
    Unavailable,
)
from longvid_tui.backends.http import Call, Pace, Service
from longvid_tui.backends.rehearsal.cloud import faults
from longvid_tui.backends.rehearsal.cloud.server import Answer, Cloud, Handler, json_answer
from longvid_tui.backends.replies import EventReader, Reply, wait

KEY = SecretStr("a-key-nobody-would-guess-the-shape-of")
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def service(**more: Any) -> Service:
    headers = {"authorization": f"Bearer {KEY.get_secret_value()}"}
    return Service(
        "The shop",
        "shop",
        deadline=10,
        headers=headers,
        secrets=(KEY,),
        said=lambda reply: str(reply.json().get("said", "")),
        **more,
    )


def ask(spoken: Service, *calls: Call) -> list[Reply | BackendError]:
    """Send calls one after the other in one conversation."""

    async def run() -> list[Reply | BackendError]:
        found: list[Reply | BackendError] = []
        async with spoken.session() as session:
            for call in calls:
                try:
                    found.append(await session.send(call))
                except BackendError as error:
                    found.append(error)
        return found

    return asyncio.run(run())


def replied(headers: dict[str, str], body: bytes = b"") -> Reply:
    return Reply(429, headers, body, "https://shop.example")


@pytest.mark.parametrize(
    ("headers", "body", "seconds"),
    [
        ({"retry-after": "12"}, b"", 12),
        ({"retry-after": "1.5"}, b"", 1.5),
        ({"retry-after-ms": "250", "retry-after": "1"}, b"", 0.25),
        ({"retry-after": "Tue, 24 Nov 2026 12:01:00 GMT"}, b"", 60),
        ({"retry-after": "Tue, 24 Nov 2026 11:00:00 GMT"}, b"", 0),
        ({"retry-after": "-3"}, b"", 0),
        ({"retry-after": "inf"}, b"", 86_400),
        ({"retry-after": "nan"}, b"", 0),
        ({"retry-after": "soon"}, b"", None),
        ({}, b"Please try again in 20ms.", 0.02),
        ({}, b"Please retry in 41.5s.", 41.5),
        ({}, b"nothing", None),
    ],
)
def test_the_wait_a_service_asks_for_is_read_wherever_it_stands(
    headers: dict[str, str], body: bytes, seconds: float | None
) -> None:
    assert wait(replied(headers, body), NOON) == seconds


@settings(max_examples=50, deadline=None)
@given(st.lists(st.dictionaries(st.text(), st.text(), max_size=3), max_size=5), st.data())
def test_events_are_heard_whole_however_the_stream_is_cut_up(
    events: list[dict[str, str]], data: st.DataObject
) -> None:
    import json

    ending = data.draw(st.sampled_from(["\n\n", "\r\n\r\n"]))
    stream = "".join(f": note\nevent: x\ndata: {json.dumps(event)}{ending}" for event in events).encode()
    heard: list[dict[str, Any]] = []
    reader = EventReader(heard.append)
    while stream:
        cut = data.draw(st.integers(1, len(stream)))
        reader.read(stream[:cut])
        stream = stream[cut:]
    assert heard == events


def test_what_is_no_json_object_is_no_event() -> None:
    heard: list[dict[str, Any]] = []
    EventReader(heard.append).read(
        b"data: [DONE]\n\ndata: {\n\ndata: 3\n\ndata:\n\n"
        + b"data: %b\n\n" % (b"[" * 100_000)
        + b"data: {\ndata: }\n\ndata: {}"
    )
    assert heard == [{}]


def test_a_redirect_is_not_followed_and_the_key_stays(cloud: Cloud) -> None:
    cloud.then(faults.moved(f"{cloud.url}/elsewhere"))
    (error,) = ask(service(), Call("GET", f"{cloud.url}/here"))
    assert isinstance(error, Misconfigured)
    assert [request.path for request in cloud.requests] == ["/here"]


def test_a_bare_call_carries_no_key(cloud: Cloud) -> None:
    cloud.route("GET", "/.*", lambda _: json_answer({}))
    ask(service(), Call("GET", f"{cloud.url}/a"), Call("GET", f"{cloud.url}/b", bare=True))
    assert ["authorization" in request.headers for request in cloud.requests] == [True, False]


def test_a_service_that_repeats_the_key_is_not_repeated(cloud: Cloud) -> None:
    cloud.then(faults.status(401, {"said": f"no such key:\n {KEY.get_secret_value()}"}))
    (error,) = ask(service(), Call("GET", cloud.url))
    assert isinstance(error, BadKey)
    assert str(error) == (
        "The shop refuses the key (HTTP 401: no such key: [key]): see `longvid-tui keys check`."
    )
    assert KEY.get_secret_value() not in repr(service())


def test_a_long_story_is_cut(cloud: Cloud) -> None:
    cloud.then(faults.status(400, {"said": "because " * 500}))
    (error,) = ask(service(), Call("GET", cloud.url))
    assert len(str(error)) < 400


@pytest.mark.parametrize("fault", [faults.hung_up(), faults.cut_off(b"half")])
def test_what_costs_nothing_is_asked_again_after_a_broken_answer_and_what_costs_is_not(
    cloud: Cloud, fault: Handler
) -> None:
    cloud.route("GET", "/.*", lambda _: json_answer({}))
    cloud.then(fault, fault)
    free, paid = ask(service(), Call("GET", f"{cloud.url}/free"), Call("GET", f"{cloud.url}/fine"))
    assert isinstance(free, Reply)
    cloud.then(fault, path="/paid")
    (paid,) = ask(service(), Call("GET", f"{cloud.url}/paid", paid=True))
    assert isinstance(paid, Unavailable)
    assert (paid.retry, paid.cost_usd) == (False, None)
    assert len(cloud.calls("/free")) == 3
    assert len(cloud.calls("/paid")) == 1


def test_an_address_that_is_none_is_a_setting_to_correct() -> None:
    for url in ("http://shop:port/x", "ftp://shop.example/x", "shop.example"):
        (error,) = ask(service(), Call("GET", url))
        assert isinstance(error, Misconfigured)
        assert "shop.base_url is no address" in str(error)


def test_a_name_that_is_not_known_is_no_connection() -> None:
    started = time.monotonic()
    (error,) = ask(service(), Call("GET", "http://no-such-host.invalid/"))
    assert isinstance(error, Unavailable)
    assert "cannot be reached at no-such-host.invalid" in str(error)
    assert time.monotonic() - started < 10


def test_a_certificate_nobody_vouches_for_is_a_setting_of_the_machine(tmp_path: Any) -> None:
    with Cloud(certificate=self_signed(tmp_path)) as cloud:
        (error,) = ask(service(), Call("GET", cloud.url))
    assert isinstance(error, Misconfigured)
    assert str(error).endswith("install ca-certificates or set SSL_CERT_FILE.")
    assert cloud.requests == []


def self_signed(folder: Any) -> Any:
    path = folder / "both.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
         "-subj", "/CN=127.0.0.1", "-keyout", path, "-out", folder / "certificate.pem"],
        check=True, capture_output=True,
    )  # fmt: skip
    path.write_text(path.read_text() + (folder / "certificate.pem").read_text())
    return path


def test_json_is_an_object_or_a_bad_answer() -> None:
    for body in (b"", b"[]", b"<html>", b"\xff", b'{"a":'):
        with pytest.raises(BadAnswer):
            service().object_in(Reply(200, {}, body, ""))
    assert service().object_in(Reply(200, {}, b'{"a": 1}', "")) == {"a": 1}


def test_requests_of_one_account_keep_their_distance_after_a_refusal_and_close_up_again() -> None:
    async def run() -> None:
        pace = Pace()
        pace.take_turn()
        assert pace.delay() == 0
        pace.slow_down(8)
        assert pace.delay() == pytest.approx(8, abs=0.1)
        pace.take_turn()
        assert pace.delay() == pytest.approx(16, abs=0.1)
        for _ in range(6):
            pace.ease()
        pace.take_turn()
        assert pace.delay() == pytest.approx(16, abs=0.1)

    asyncio.run(run())


def test_others_wait_too_when_one_was_told_to_wait(cloud: Cloud) -> None:
    cloud.route("GET", "/.*", lambda _: json_answer({}))
    cloud.then(faults.status(429, retry_after="0.5"), path="/one")
    spoken = service()

    async def get(path: str, delay: float) -> None:
        await asyncio.sleep(delay)
        async with spoken.session() as session:
            await session.send(Call("GET", cloud.url + path))

    async def run() -> None:
        await asyncio.gather(get("/one", 0), get("/two", 0.25), get("/three", 0.25))

    asyncio.run(run())
    first, *later = [request.at for request in cloud.requests]
    assert len(later) == 3
    assert min(later) - first >= 0.45


def test_too_long_a_wait_is_an_error_at_once_that_says_how_long(cloud: Cloud) -> None:
    cloud.always(faults.status(429, retry_after="120"))
    (error,) = ask(service(), Call("GET", cloud.url))
    assert isinstance(error, RateLimited)
    assert (error.retry_after, error.retry, len(cloud.requests)) == (120, True, 1)


def test_a_compressed_bomb_is_not_asked_for(cloud: Cloud) -> None:
    cloud.route("GET", "/.*", lambda request: json_answer({"encoding": request.headers["accept-encoding"]}))
    (reply,) = ask(service(), Call("GET", cloud.url))
    assert isinstance(reply, Reply)
    assert reply.json() == {"encoding": "identity"}


def test_an_answer_that_cannot_be_unpacked_is_broken(cloud: Cloud) -> None:
    cloud.always(lambda _: Answer(200, b"not gzip", {"content-encoding": "gzip"}))
    (error,) = ask(service(), Call("GET", cloud.url, paid=True))
    assert isinstance(error, Unavailable)


def test_naming_a_provider_imports_neither_http_nor_pixels() -> None:
    code = (
        "import sys\n"
        "from longvid_tui.backends.images.openai import OpenAiPainter\n"
        "from longvid_tui.settings import Settings\n"
        "OpenAiPainter(Settings.load()).fingerprint()\n"
        "print(sorted({'httpx2', 'openai', 'keyring', 'instructor'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.fixture
def cloud() -> Any:
    with Cloud() as running:
        yield running


def test_what_is_on_this_machine_is_spoken_to_straight(monkeypatch: pytest.MonkeyPatch) -> None:
    with Cloud() as cloud, Cloud() as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        cloud.route("GET", "/here", lambda _: json_answer({}))
        replies = ask(
            service(), Call("GET", f"{cloud.url}/here"), Call("GET", "http://elsewhere.example/there")
        )
        assert [request.path for request in cloud.requests] == ["/here"]
        assert len(proxy.requests) == 1
    assert isinstance(replies[0], Reply)
