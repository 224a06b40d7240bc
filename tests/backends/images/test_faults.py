"""Every documented fault of every provider: one sentence, the promised number of requests, the deadline kept.

pytest -n 0 -s tests/backends/images/test_faults.py        prints the table
"""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field

import pytest
from painters import KEYS, PATHS, hire, request, together

from longvid_tui.backends.contract import (
    BackendError,
    BadAnswer,
    BadKey,
    Misconfigured,
    NoQuota,
    RateLimited,
    Refused,
    Unavailable,
)
from longvid_tui.backends.rehearsal.cloud import canvases, faults, flux, gemini, openai_images, stability
from longvid_tui.backends.rehearsal.cloud.server import Cloud, Handler

DEADLINE = 15.0
"""Seconds a painter is given here: four requests take 3.5 s with their pauses."""

SHORT = 3.0
"""Seconds where the service never comes to an end."""

GRACE = 12.0
"""Seconds beyond the deadline: 3 are promised, the rest is for a machine with other work."""

PAID = {
    "openai": "/v1/images/generations",
    "stability": "/v2beta/.*",
    "gemini": "/v1beta/models/.*",
    "flux": "/v1/flux-.*",
}
LOOK = "/v1/get_result"
SENT = "/delivery/.*"


@dataclass(frozen=True)
class Case:
    """A fault on `path` (the paid request's unless said), what becomes of it, after how many such requests (None:
    as many as there is time for)."""

    what: str
    fault: Handler
    outcome: type[BackendError] | None
    requests: int | None = 1
    path: str = ""
    always: bool = True
    within: float = DEADLINE
    prompt: str = "a dog on a beach"
    watched: bool = False
    retry: bool = False


@dataclass
class Result:
    """What was seen."""

    case: Case
    error: BackendError | None
    requests: int
    seconds: float
    waits: list[tuple[str, float]] = field(default_factory=list)


def everywhere() -> list[Case]:
    """Faults of HTTP, which look alike at every service."""
    half = b'{"data": [{"b64_json": "iVBORw0KGgo'
    return [
        Case("400, no reason given", faults.status(400), Misconfigured),
        Case("401 key refused", faults.status(401), BadKey),
        Case("402 no credit", faults.status(402), NoQuota),
        Case("403 not allowed", faults.status(403), BadKey),
        Case("404 unknown", faults.status(404), Misconfigured),
        Case("408 too slow for the service", faults.status(408), Unavailable, 4),
        Case("413 too large", faults.status(413), Refused),
        Case("422 not understood", faults.status(422), Misconfigured),
        Case("429 without a time", faults.status(429), RateLimited, 4, retry=True),
        Case("429, again in an hour", faults.status(429, retry_after="3600"), RateLimited, 1, retry=True),
        Case("429 once, again in 0.3 s", faults.status(429, retry_after="0.3"), None, 2, always=False),
        Case("500", faults.status(500), Unavailable, 4),
        Case("502 with a web page", faults.html(502), Unavailable, 4),
        Case("503 once", faults.status(503), None, 2, always=False),
        Case("200 with a web page", faults.html(200), BadAnswer),
        Case("302 elsewhere", faults.moved(), Misconfigured),
        Case("no byte comes", faults.stalled(), Unavailable, within=SHORT),
        Case("one byte at a time", faults.dripping(), Unavailable, within=SHORT),
        Case("hangs up without a byte", faults.hung_up(), Unavailable),
        Case("hangs up in the middle", faults.cut_off(half), Unavailable),
    ]


OPENAI = [
    Case("wrong key, echoed", openai_images.wrong_key(), BadKey),
    Case("organisation not verified", openai_images.unverified(), BadKey),
    Case("prompt moderated", openai_images.moderated("input"), Refused),
    Case("picture moderated", openai_images.moderated("output"), Refused),
    Case("quota used up", openai_images.no_quota(), NoQuota),
    Case("rate limit, in words", openai_images.rate_limited(), RateLimited, 4, retry=True),
    Case("stream without an end", openai_images.stream_cut_short(), BadAnswer, watched=True),
    Case("stream with an error", openai_images.stream_error(), BadAnswer, watched=True),
    Case("stream moderated", openai_images.stream_error("moderation_blocked"), Refused, watched=True),
    Case("stream that drips", faults.dripping("text/event-stream"), Unavailable, watched=True, within=SHORT),
    Case("not base64", openai_images.broken_base64(), BadAnswer),
    Case("more than 64 MB", faults.flood(megabytes=70), BadAnswer),
    Case("no picture", faults.status(200, {"data": []}), BadAnswer),
]
STABILITY = [
    Case("prompt moderated", stability.moderated(), Refused),
    Case("picture filtered (200)", stability.filtered(), Refused),
    Case(
        "not valid", stability.rejecting(400, "aspect_ratio: must be one of ..", "bad_request"), Misconfigured
    ),
    Case(
        "rate limit",
        stability.rejecting(429, "too many requests", "rate_limit_exceeded"),
        RateLimited,
        4,
        retry=True,
    ),
    Case("200 with JSON", faults.status(200, {"image": ""}), BadAnswer),
]
GEMINI = [
    Case("wrong key (400)", gemini.wrong_key(), BadKey),
    Case("prompt blocked (200)", gemini.blocked(), Refused),
    Case("picture blocked (200)", gemini.finished("IMAGE_SAFETY"), Refused),
    Case("picture recites (200)", gemini.finished("IMAGE_RECITATION"), Refused),
    Case("no picture (200)", gemini.finished("NO_IMAGE"), BadAnswer),
    Case("minute's quota, in words", gemini.exhausted(), RateLimited, 4, retry=True),
    Case("day's quota", gemini.exhausted("GenerateRequestsPerDayPerProject"), NoQuota),
    Case("not allowed", gemini.rejecting(403, "Permission denied", "PERMISSION_DENIED"), BadKey),
    Case("unknown model", gemini.rejecting(404, "models/x is not found", "NOT_FOUND"), Misconfigured),
    Case("overloaded", gemini.rejecting(503, "The model is overloaded.", "UNAVAILABLE"), Unavailable, 4),
]
FLUX = [
    Case("no credit", flux.rejecting(402, "Insufficient credits"), NoQuota),
    Case("too many jobs", flux.rejecting(429, "Too many active tasks"), RateLimited, 4, retry=True),
    Case("not valid", faults.status(422, {"detail": [{"msg": "width: too small"}]}), Misconfigured),
    Case("ask elsewhere", flux.sending_to("https://evil.example/v1/get_result?id=1"), BadAnswer),
    Case("nowhere to ask", faults.status(200, {"id": "job"}), BadAnswer),
    Case("prompt moderated", flux.answering("Request Moderated"), Refused, path=LOOK),
    Case("picture moderated", flux.answering("Content Moderated"), Refused, path=LOOK),
    Case("job failed", flux.answering("Error"), BadAnswer, path=LOOK),
    Case("job lost", flux.answering("Task not found"), BadAnswer, path=LOOK),
    Case("never ready", flux.answering("Pending"), Unavailable, None, path=LOOK, within=SHORT),
    Case("ready without an address", flux.answering("Ready"), BadAnswer, path=LOOK),
    Case("state: too many questions", faults.status(429), BadAnswer, 4, path=LOOK),
    Case("state: 503", faults.status(503), BadAnswer, 4, path=LOOK),
    Case("state: 503 once", faults.status(503), None, 3, path=LOOK, always=False),
    Case("state: breaks off once", faults.hung_up(), None, 3, path=LOOK, always=False),
    Case("picture: gone", faults.status(404), BadAnswer, path=SENT),
    Case("picture: breaks off once", faults.cut_off(b"half"), None, 2, path=SENT, always=False),
]
CASES = {"openai": OPENAI, "stability": STABILITY, "gemini": GEMINI, "flux": FLUX}
PICTURES = {"openai": openai_images, "stability": stability, "gemini": gemini, "flux": flux}


def broken_pictures(service: str) -> list[Case]:
    sent = SENT if service == "flux" else ""
    picture_of = PICTURES[service].picture_of
    whole = canvases.paint("whole", (640, 384))
    return [
        Case(f"picture: {what}", picture_of(data), BadAnswer, path=sent)
        for what, data in {
            "a web page": faults.HTML,
            "cut off": whole[: len(whole) // 2],
            "a bomb": canvases.bomb(),
            "a GIF": b"GIF89a" + bytes(20),
        }.items()
    ]


async def meet(service: str, case: Case, cloud: Cloud, ready: asyncio.Event) -> Result:
    """Have one picture painted by a service with a fault."""
    waits: list[tuple[str, float]] = []
    path = case.path or PAID[service]
    (cloud.always if case.always else cloud.then)(case.fault, path=path)
    painter = hire(service, cloud, deadline_seconds=case.within)
    wanted = request(
        case.prompt,
        on_wait=lambda why, seconds: waits.append((why, seconds)),
        on_partial=(lambda _: None) if case.watched else None,
    )
    await ready.wait()
    started, error = time.monotonic(), None
    try:
        await painter.paint(wanted)
    except BackendError as failed:
        error = failed
    return Result(case, error, len(cloud.calls(path)), time.monotonic() - started, waits)


def meet_all(service: str, cases: Sequence[Case]) -> list[Result]:
    """Meet the cases side by side, each in a cloud of its own."""

    async def run() -> list[Result]:
        ready = asyncio.Event()
        with ExitStack() as clouds:
            meetings = [meet(service, case, clouds.enter_context(Cloud()), ready) for case in cases]
            jobs = [asyncio.ensure_future(meeting) for meeting in meetings]
            await asyncio.sleep(0)
            ready.set()
            return list(await asyncio.gather(*jobs))

    return asyncio.run(run())


def row(service: str, result: Result) -> str:
    outcome = type(result.error).__name__ if result.error else "painted"
    sentence = str(result.error or "")
    return (
        f"{service:9} {result.case.what:28} {outcome:13} {result.requests} {result.seconds:5.2f} s  {sentence}"
    )


@pytest.mark.parametrize("service", CASES)
def test_every_fault_costs_what_was_promised_and_says_what_to_do(service: str) -> None:
    results = meet_all(service, [*everywhere(), *CASES[service], *broken_pictures(service)])
    print("\n" + "\n".join(row(service, result) for result in results))
    for result in results:
        case, told = result.case, row(service, result)
        assert (type(result.error) if result.error else None) is case.outcome, told
        assert case.requests in (None, result.requests), told
        assert result.seconds < case.within + GRACE, told
        if result.error:
            assert result.error.retry is case.retry, told
            assert_is_one_sentence(str(result.error))


def assert_is_one_sentence(text: str) -> None:
    """Cause and next step on one line, without a key."""
    assert text.endswith("."), text
    assert ": " in text, text
    assert "\n" not in text, text
    assert len(text) < 400, text
    assert not any(key in text for key in KEYS.values()), text


def test_a_service_that_is_not_there_is_looked_for_four_times(cloud: Cloud) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    waits: list[float] = []
    wanted = request(on_wait=lambda _, seconds: waits.append(seconds))
    painters = [hire(one, cloud, base_url=f"http://127.0.0.1:{port}{path}") for one, path in PATHS.items()]
    errors = together(*(painter.paint(wanted) for painter in painters))
    for error in errors:
        assert isinstance(error, Unavailable)
        assert "cannot be reached" in str(error)
        assert str(error).count(f"127.0.0.1:{port}") == 1
        assert_is_one_sentence(str(error))
    assert sorted(waits) == [0.5] * 4 + [1.0] * 4 + [2.0] * 4


def test_a_service_says_when_to_come_again_and_that_is_shown_as_a_countdown() -> None:
    (result,) = meet_all("openai", [Case("", openai_images.rate_limited("0.3"), None, 2, always=False)])
    ((why, seconds),) = result.waits
    assert seconds == pytest.approx(0.3, abs=0.05)
    assert "Rate limit reached" in why


def test_a_wait_beyond_the_deadline_is_the_engines_to_keep() -> None:
    (result,) = meet_all("openai", [Case("", openai_images.rate_limited("77"), RateLimited)])
    assert isinstance(result.error, RateLimited)
    assert (result.error.retry, result.error.retry_after, result.seconds < 1.5) == (True, 77, True)


@pytest.mark.parametrize(
    ("fault", "cost"),
    [
        (openai_images.moderated("input"), 0.0),
        (faults.status(402), 0.0),
        (faults.hung_up(), None),
        (openai_images.stream_cut_short(), None),
    ],
)
def test_an_error_says_whether_it_may_have_cost_something(fault: Handler, cost: float | None) -> None:
    (result,) = meet_all("openai", [Case("", fault, None, watched=True)])
    assert result.error is not None
    assert result.error.cost_usd == cost


def test_a_refusal_offers_milder_words_and_never_sends_them() -> None:
    moderated = Case("", openai_images.moderated(), Refused, prompt="a bloody knight kills a dragon")
    (result,) = meet_all("openai", [moderated])
    assert isinstance(result.error, Refused)
    assert result.error.suggestion == "a red paint knight confronts a dragon"
    assert result.requests == 1


@pytest.mark.parametrize("service", CASES)
def test_cancelling_hangs_up_at_once(service: str) -> None:
    async def run() -> tuple[float, float | None]:
        with Cloud() as cloud:
            cloud.always(faults.stalled(30), path=PAID[service])
            job = asyncio.ensure_future(hire(service, cloud).paint(request()))
            while not cloud.requests:  # noqa: ASYNC110  the stand-in lives in threads
                await asyncio.sleep(0.02)
            cancelled = time.monotonic()
            job.cancel()
            with pytest.raises(asyncio.CancelledError):
                await job
            ended = time.monotonic()
            while cloud.requests[0].left_at is None and time.monotonic() < cancelled + 5:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
            return ended - cancelled, cloud.requests[0].left_at and cloud.requests[0].left_at - cancelled

    returned, hung_up = asyncio.run(run())
    assert returned < 1
    assert hung_up is not None
    assert hung_up < 1
