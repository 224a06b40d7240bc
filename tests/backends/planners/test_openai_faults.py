"""What the planner `openai` does when the service does not: the error, the requests it costs, the deadline.

pytest -n 0 -s tests/backends/planners/test_openai_faults.py        prints the table
"""

from __future__ import annotations

import asyncio
import logging
import socket
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from desk import CHAT, Desk

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
from longvid_tui.backends.rehearsal.cloud import chat, faults
from longvid_tui.backends.rehearsal.cloud.server import Cloud, Handler

KEY = "sk-stand-in-0123456789"


DEADLINE = 60.0
"""Seconds a plan is given here: four requests take 3.5 s with their pauses."""

SHORT = 3.0
"""Seconds where the service never comes to an end."""

GRACE = 12.0
"""Seconds beyond the deadline: 3 are promised, the rest is for a machine with other work."""


EVENTS = "text/event-stream"
NO_CREDIT = b'data: {"error": {"code": "insufficient_quota"}}\n\n'


@dataclass(frozen=True)
class Case:
    """A fault that every request meets, the error it becomes, the requests it costs, and words of its sentence."""

    what: str
    fault: Handler | None
    error: type[BackendError]
    requests: int
    words: str
    again: bool = False
    """Whether the engine may try the plan again by itself."""
    within: float = DEADLINE


@dataclass
class Result:
    """What was seen."""

    case: Case
    error: BackendError
    requests: int
    seconds: float
    grown: int
    """Segments of the last plan that was shown while it grew."""

    def row(self) -> str:
        return f"{self.case.what:22} {type(self.error).__name__:13} {self.requests} {self.seconds:5.2f} s  {self.error}"


def error(code: str, message: str = "no") -> dict[str, object]:
    return {"error": {"code": code, "message": message}}


FAULTS = [
    Case("refusal", chat.refusal(), Refused, 1, "I'm sorry, I can't assist"),
    Case("content filter", chat.content_filter(), Refused, 1, "other words"),
    Case("400 content filter", faults.status(400, error("content_filter")), Refused, 1, "other words"),
    Case("limit of tokens", chat.length(), BadAnswer, 1, "planner.segments_at_once lower"),
    Case("no end", chat.prose('{"title": "' + "and then " * 60_000), BadAnswer, 1, "has no end"),
    Case("cut stream", chat.cut_stream(), BadAnswer, 3, "broke off before its answer was complete, 3 times"),
    Case("unfinished stream", chat.unfinished(), BadAnswer, 3, "ended in the middle, 3 times"),
    Case("hung up", faults.hung_up(), BadAnswer, 3, "broke off before its answer was complete"),
    Case("prose", chat.prose(), BadAnswer, 3, "story in 3 answers (it holds no JSON object)"),
    Case("wrong count", chat.wrong_count("beats"), BadAnswer, 3, "2 beats, and exactly 3 are needed"),
    Case("repeats itself", chat.repeating(), BadAnswer, 3, "all beats say the same"),
    Case("event that is no JSON", chat.broken_event(), BadAnswer, 3, "sent an event that is no JSON"),
    Case("error in the stream", chat.error_in_stream(), Unavailable, 1, "broke off with an error", again=True),
    Case(
        "a web page", faults.html(200), BadAnswer, 1, "a web page instead of a stream: check planner.base_url"
    ),
    Case("no stream", chat.unstreamed(), BadAnswer, 1, "application/json instead of a stream"),
    Case("401, key echoed", chat.wrong_key(KEY), BadKey, 1, "keys check"),
    Case("403", faults.status(403, error("")), BadKey, 1, "another key"),
    Case("no quota", chat.no_quota(), NoQuota, 1, "no credit left"),
    Case("402", faults.status(402), NoQuota, 1, "no credit left"),
    Case("429", chat.rate_limited(), RateLimited, 4, "too many requests", again=True),
    Case("429, in 0.1 s", chat.rate_limited("0.1"), RateLimited, 4, "too many requests", again=True),
    Case("429, in an hour", chat.rate_limited("3600"), RateLimited, 1, "too many requests", again=True),
    Case("408", faults.status(408), Unavailable, 4, "out of order (HTTP 408)"),
    Case("500", faults.status(500), Unavailable, 4, "out of order (HTTP 500)"),
    Case("502 as a web page", faults.html(502), Unavailable, 4, "out of order (HTTP 502)"),
    Case("no such model", faults.status(404, error("model_not_found")), Misconfigured, 1, "has no model"),
    Case("no such path", faults.status(404), Misconfigured, 1, "planner.model and base_url"),
    Case("prompt too long", chat.too_long(), Misconfigured, 1, "too long for gpt-6-luna"),
    Case("the same, llama.cpp", chat.too_long_for_llama_cpp(), Misconfigured, 1, "too long for gpt-6-luna"),
    Case("request too large", faults.status(413), Misconfigured, 1, "too long for gpt-6-luna"),
    Case(
        "no schemas",
        faults.status(400, error("", "response_format json_schema is not supported")),
        Misconfigured,
        1,
        "planner.mode to json",
    ),
    Case("a line without an end", faults.flood(EVENTS, 3), BadAnswer, 1, "a line without an end"),
    Case("packed", faults.packed(NO_CREDIT, EVENTS), BadAnswer, 3, "holds no JSON object"),
    Case("moved", faults.moved(), Misconfigured, 1, "correct planner.base_url"),
    Case("nobody there", None, Unavailable, 0, "cannot be reached at http://127.0.0.1:"),
]
ENDLESS = [
    Case("no byte comes", faults.stalled(), Unavailable, 1, "deadline_seconds", within=SHORT),
    Case("drip", faults.dripping(EVENTS), Unavailable, 1, "deadline_seconds", within=SHORT),
    Case("slow answer", chat.slowly(0.5), Unavailable, 1, "deadline_seconds", within=SHORT),
    Case(
        "429 for longer", chat.rate_limited("2"), RateLimited, 2, "too many requests", again=True, within=SHORT
    ),
]


async def meet(case: Case, cloud: Cloud) -> Result:
    """Have a plan of three segments made by a service with a fault."""
    desk = Desk(cloud, {"deadline_seconds": case.within})
    if case.fault:
        cloud.always(case.fault, path=CHAT)
    else:
        desk.settings["base_url"] = f"http://127.0.0.1:{free_port()}/v1"
    began = time.monotonic()
    with pytest.raises(BackendError) as raised:
        await desk.planner().plan(desk.wishes(), desk.grown.append)
    seconds = time.monotonic() - began
    return Result(
        case, raised.value, len(desk.asked), seconds, max((len(one.segments) for one in desk.grown), default=0)
    )


def meet_all(cases: Sequence[Case]) -> list[Result]:
    """Meet the cases side by side, each in a cloud of its own."""

    async def run() -> list[Result]:
        with ExitStack() as clouds:
            return list(await asyncio.gather(*(meet(case, clouds.enter_context(Cloud())) for case in cases)))

    return asyncio.run(run())


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@pytest.mark.usefixtures("desk")
@pytest.mark.parametrize("cases", [FAULTS, ENDLESS], ids=["faults", "endless"])
def test_every_fault_costs_what_was_promised_and_says_what_to_do(
    cases: Sequence[Case], caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level(logging.DEBUG):
        results = meet_all(cases)
    assert KEY not in f"{caplog.text}{capfd.readouterr().err}"
    print("\n" + "\n".join(result.row() for result in results))
    for result in results:
        case, said = result.case, str(result.error)
        seen = (type(result.error), result.requests, result.error.retry)
        assert seen == (case.error, case.requests, case.again), result.row()
        assert result.seconds < case.within + GRACE, result.row()
        assert case.words in said, result.row()
        assert KEY not in said, result.row()
        assert "\n" not in said, result.row()
        assert len(said) < 400, result.row()
        assert said.endswith("."), result.row()
        assert ": " in said, result.row()
        assert result.grown < 4, result.row()


@pytest.mark.parametrize(
    "fault",
    [chat.wrong_count("beats"), chat.prose(), chat.cut_stream(), chat.rate_limited("0.05"), faults.html(503)],
    ids=["wrong count", "prose", "cut stream", "429", "503"],
)
def test_what_passes_is_survived_with_one_more_request(desk: Desk, fault: Handler) -> None:
    desk.cloud.then(fault, path=CHAT)
    assert len(desk.plan(segments=3).segments) == 3
    assert len(desk.asked) == 3


def test_the_second_asking_says_what_was_wrong_and_what_it_is_for(desk: Desk) -> None:
    desk.cloud.then(chat.wrong_count("beats", +1), path=CHAT)
    desk.plan(segments=3)
    assert "it has 4 beats, and exactly 3 are needed, s1 to s3" in desk.question(1)
    assert desk.spent[1].what.startswith("the story, asked again (it has 4 beats")
    assert len(desk.spent) == len(desk.asked) == 3


def test_extra_keys_are_passed_over(desk: Desk) -> None:
    desk.cloud.always(chat.extra_keys(), path=CHAT)
    assert len(desk.plan(segments=3).segments) == 3
    assert len(desk.asked) == 2


def test_a_wait_is_told_and_kept(desk: Desk) -> None:
    desk.cloud.then(chat.rate_limited("0.2"), path=CHAT)
    desk.plan()
    assert [seconds for _, seconds in desk.waits] == [0.2]
    assert desk.asked[1].at - desk.asked[0].at >= 0.2


def test_at_the_deadline_the_connection_is_closed(desk: Desk) -> None:
    desk.cloud.always(chat.slowly(0.5), path=CHAT)
    desk.settings = {"deadline_seconds": 1}
    assert not desk.fails("Another film.").retry
    assert left(desk)


def test_cancelling_stops_at_once_and_says_nothing(desk: Desk, capfd: pytest.CaptureFixture[str]) -> None:
    desk.cloud.always(chat.slowly(0.3), path=CHAT)

    async def cancelled() -> float:
        work = asyncio.ensure_future(desk.planner().plan(desk.wishes("Another film."), desk.grown.append))
        while not desk.asked:  # noqa: ASYNC110  the ledger of a server in a thread is no event
            await asyncio.sleep(0.02)
        await asyncio.sleep(0.4)
        began = time.monotonic()
        work.cancel()
        with pytest.raises(asyncio.CancelledError):
            await work
        return time.monotonic() - began

    assert asyncio.run(cancelled()) < 0.5
    assert left(desk)
    assert capfd.readouterr().err == ""
    assert len(desk.spent) == 1, "what was begun is paid for"


def left(desk: Desk) -> bool:
    """Whether the service saw the last question's connection close, within a second."""
    until = time.monotonic() + 2
    while desk.asked[-1].left_at is None and time.monotonic() < until:
        time.sleep(0.02)
    return desk.asked[-1].left_at is not None


def test_an_empty_prompt_costs_nothing(desk: Desk) -> None:
    assert type(desk.fails("  ...  ")) is Refused
    assert desk.asked == []


class TestKeys:
    """OpenAI's key goes to OpenAI alone; another server gets its own, or none."""

    def test_another_server_gets_its_own_key(self, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("OPENAI_API_KEY", "sk-belongs-to-openai-0123")
        desk.plan()
        assert {call.headers["authorization"] for call in desk.asked} == {f"Bearer {KEY}"}

    def test_a_server_without_keys_gets_none_of_ours(self, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("LONGVID_PLANNER_KEY")
        monkeypatch.setenv("OPENAI_API_KEY", "sk-belongs-to-openai-0123")
        desk.plan()
        assert {call.headers["authorization"] for call in desk.asked} == {"Bearer none"}

    def test_openai_without_a_key_is_not_asked(self, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("OPENAI_API_KEY", raising=False)
        desk.settings = {"base_url": "https://api.openai.com/v1"}
        error = desk.fails()
        assert type(error) is BadKey
        assert "OPENAI_API_KEY" in str(error)


class TestChecks:
    def test_a_retired_model_is_told_with_its_successor_and_not_asked_for(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("OPENAI_API_KEY", "sk-belongs-to-openai-0123")
        desk.settings = {"base_url": "https://api.openai.com/v1", "model": "dall-e-3"}
        error = desk.fails()
        assert type(error) is Misconfigured
        assert "planner.model" in str(error)

    def test_instructions_that_are_not_there_are_told(self, desk: Desk) -> None:
        desk.settings = {"instructions": "/no/such/folder"}
        told = {check.name: check.ok for check in desk.planner().checks()}
        assert told == {"planner key": True, "planner model": True, "planner instructions": False}
        assert type(desk.fails()) is Misconfigured
        assert desk.asked == []

    def test_a_model_that_the_server_does_not_have_is_told_with_those_it_has(self, desk: Desk) -> None:
        assert [check.ok for check in asyncio.run(desk.planner().ask())] == [True]
        desk.settings = {"model": "gpt-6-lune"}
        (told,) = asyncio.run(desk.planner().ask())
        assert not told.ok
        assert "did you mean gpt-6-luna" in told.sentence

    def test_a_model_that_the_service_will_shut_down_is_told_with_its_day(self, desk: Desk) -> None:
        soon = (datetime.now(UTC) + timedelta(days=9)).date().isoformat()
        listing = {"data": [{"id": "gpt-6-luna", "shutdown_date": soon}]}
        desk.cloud.always(faults.status(200, listing), path="/v1/models")
        (told,) = asyncio.run(desk.planner().ask())
        assert told.ok
        assert f"will shut gpt-6-luna down on {soon}: set planner.model to gpt-6-sol before" in told.sentence

    def test_a_model_that_the_registry_knew_to_be_leaving_is_told_with_its_successor(self, desk: Desk) -> None:
        desk.settings = {"model": "gpt-5"}
        error = desk.fails()
        assert type(error) is Misconfigured
        assert str(error).endswith("has no model gpt-5: set planner.model to gpt-6-luna.")
        assert len(desk.asked) == 1

    def test_a_server_that_cannot_be_asked_is_told(self, desk: Desk) -> None:
        desk.cloud.always(chat.wrong_key(KEY), path="/v1/models")
        (told,) = asyncio.run(desk.planner().ask())
        assert not told.ok
        assert "keys check" in told.sentence
        assert KEY not in told.sentence
