"""A film whose keyframes are bought: what is spent is what was billed, and nothing is bought twice."""

from __future__ import annotations

import time

import pytest
from buyers import Buyer
from painters import KEYS

from longvid_tui.backends.rehearsal.cloud.server import Cloud, Request

PICTURES = "/v1/images/generations"
KEYFRAMES = 8


def test_what_is_spent_is_what_was_billed(buyer: Buyer, cloud: Cloud) -> None:
    buyer.begins(KEYFRAMES - 1)
    buyer.types(*buyer.buying)
    bought = buyer.painted()
    assert len(bought) == len(cloud.calls(PICTURES)) == KEYFRAMES
    assert sum(event["cost_usd"] for event in bought) == pytest.approx(cloud.billed())
    assert all("usage" in event["details"] for event in bought)
    assert not any(key in (buyer.film / "journal.jsonl").read_text() for key in KEYS.values())


def test_kill_9_while_pictures_are_bought_buys_none_of_them_twice(buyer: Buyer, cloud: Cloud) -> None:
    def slowly(_: Request) -> None:
        time.sleep(0.5)

    cloud.always(slowly, path=PICTURES)
    buyer.begins(KEYFRAMES - 1)
    run = buyer.starts(*buyer.buying)
    deadline = time.monotonic() + 60
    while len(buyer.painted()) < 2 and time.monotonic() < deadline:
        time.sleep(0.02)
    buyer.kills()
    run.communicate()
    bought = {event["target"] for event in buyer.painted()}
    before = [prompt_of(request) for request in cloud.calls(PICTURES)]
    assert 2 <= len(bought) < KEYFRAMES
    buyer.types(*buyer.buying)
    after = [prompt_of(request) for request in cloud.calls(PICTURES)[len(before) :]]
    assert len(after) == len(set(after)) == KEYFRAMES - len(bought)
    assert len({*before, *after}) == KEYFRAMES


def prompt_of(request: Request) -> str:
    return str(request.json["prompt"])
