"""What the planner `openai` does when the service does not: the error, the requests it costs, the deadline."""

from __future__ import annotations

import asyncio
import logging
import socket
import time
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
from longvid_tui.backends.rehearsal.cloud.server import Handler

KEY = "sk-stand-in-0123456789"


@dataclass(frozen=True)
class Case:
    """A fault that every request meets, the error it becomes, the requests it costs, and words of its sentence."""

    fault: Handler
    error: type[BackendError]
    requests: int
    words: str
    again: bool = False
    """Whether the engine may try the plan again by itself."""


FAULTS = {
    "refusal": Case(chat.refusal(), Refused, 1, "I'm sorry, I can't assist"),
    "content filter": Case(chat.content_filter(), Refused, 1, "other words"),
    "400 content filter": Case(
        faults.status(400, {"error": {"code": "content_filter", "message": "x"}}), Refused, 1, "other words"
    ),
    "limit of tokens": Case(chat.length(), BadAnswer, 1, "planner.segments_at_once lower"),
    "cut stream": Case(chat.cut_stream(), BadAnswer, 3, "broke off before its answer was complete, 3 times"),
    "unfinished stream": Case(chat.unfinished(), BadAnswer, 3, "ended in the middle, 3 times"),
    "hung up": Case(faults.hung_up(), BadAnswer, 3, "broke off before its answer was complete"),
    "prose": Case(chat.prose(), BadAnswer, 3, "story in 3 answers (it holds no JSON object)"),
    "wrong count": Case(chat.wrong_count("beats"), BadAnswer, 3, "2 beats, and exactly 3 are needed"),
    "a web page": Case(
        faults.html(200), BadAnswer, 1, "a web page instead of a stream: check planner.base_url"
    ),
    "no stream": Case(chat.unstreamed(), BadAnswer, 1, "application/json instead of a stream"),
    "401": Case(chat.wrong_key(KEY), BadKey, 1, "keys check"),
    "403": Case(faults.status(403, {"error": {"message": "no"}}), BadKey, 1, "another key"),
    "no quota": Case(chat.no_quota(), NoQuota, 1, "no credit left"),
    "402": Case(faults.status(402), NoQuota, 1, "no credit left"),
    "429": Case(chat.rate_limited(), RateLimited, 4, "too many requests", again=True),
    "429, an hour": Case(chat.rate_limited("3600"), RateLimited, 1, "too many requests", again=True),
    "502 as a web page": Case(faults.html(502), Unavailable, 4, "out of order (HTTP 502)"),
    "error in the stream": Case(chat.error_in_stream(), Unavailable, 1, "broke off with an error", again=True),
    "no such model": Case(
        faults.status(404, {"error": {"code": "model_not_found"}}), Misconfigured, 1, "has no model"
    ),
    "no such path": Case(faults.status(404), Misconfigured, 1, "planner.model and base_url"),
    "too long": Case(chat.too_long(), Misconfigured, 1, "too long for gpt-6-luna"),
    "no schemas": Case(
        faults.status(400, {"error": {"message": "response_format json_schema is not supported"}}),
        Misconfigured,
        1,
        "planner.mode to json",
    ),
    "moved": Case(faults.moved(), Misconfigured, 1, "correct planner.base_url"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_becomes_its_error_after_the_promised_requests(
    desk: Desk, name: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    case = FAULTS[name]
    desk.cloud.always(case.fault, path=CHAT)
    began = time.monotonic()
    with caplog.at_level(logging.DEBUG):
        error = desk.fails()
    row = f"{name:20} {type(error).__name__:13} {len(desk.asked)} requests  {time.monotonic() - began:4.1f} s  {error}"
    with capfd.disabled():
        print(f"\n  {row}", end="")
    assert (type(error), len(desk.asked), error.retry) == (case.error, case.requests, case.again)
    assert case.words in str(error)
    assert "\n" not in str(error)
    assert len(str(error)) < 400
    assert KEY not in f"{error}{caplog.text}{capfd.readouterr().err}"
    assert desk.grown == [] or len(desk.grown[-1].segments) < 4


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


@pytest.mark.parametrize(
    "fault",
    [faults.dripping("text/event-stream"), faults.stalled(), chat.slowly(0.5)],
    ids=["drip", "stall", "slow"],
)
def test_the_deadline_is_kept_and_the_connection_closed(desk: Desk, fault: Handler) -> None:
    desk.cloud.always(fault, path=CHAT)
    desk.settings = {"deadline_seconds": 3}
    began = time.monotonic()
    error = desk.fails("Another film.")
    assert time.monotonic() - began < 3 + 3
    assert type(error) is Unavailable
    assert "planner.deadline_seconds" in str(error)
    assert not error.retry
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


def test_an_answer_without_end_is_stopped(desk: Desk) -> None:
    desk.cloud.always(chat.prose('{"title": "' + "and then " * 60_000), path=CHAT)
    error = desk.fails()
    assert type(error) is BadAnswer
    assert "has no end" in str(error)
    assert len(desk.asked) == 1


def test_a_server_that_does_not_run_is_told_with_its_address(desk: Desk) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{taken.getsockname()[1]}/v1"
        desk.settings = {"base_url": address}
        error = desk.fails()
    assert type(error) is Unavailable
    assert address in str(error)
    assert len(desk.waits) == 3


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
