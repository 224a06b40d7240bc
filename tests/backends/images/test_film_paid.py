"""A film whose keyframes are bought: what is spent is what was billed, and nothing is bought twice."""

from __future__ import annotations

import time
from collections.abc import Callable

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
    said = buyer.status()
    assert {name for name, cost in said["costs"].items() if cost["usd"]} == {
        event["target"] for event in bought
    }
    assert sum(cost["usd"] for cost in said["costs"].values()) == pytest.approx(cloud.billed())
    assert (
        f"spent: ${cloud.billed():.2f} (keyframes ${cloud.billed():.2f})"
        in buyer.types("status", buyer.film).out
    )
    assert not any(key in (buyer.film / "journal.jsonl").read_text() for key in KEYS.values())


def test_what_will_be_paid_is_said_before_it_is_and_what_nobody_knows_as_unknown(
    buyer: Buyer, cloud: Cloud
) -> None:
    buyer.begins(2)
    assert "to pay: 3 pictures, about $0.01 by the price list" in buyer.types("estimate", buyer.film).out
    unplanned = buyer.types("run", buyer.film, "--dry-run").out
    assert "to pay    3 pictures, about $0.01 by the price list" in unplanned
    assert "to pay" not in buyer.types("run", buyer.film, "--dry-run", "--until", "plan").out
    buyer.plans()
    buyer.casts({"k1": "", "k2": "", "k3": "the quay"})
    told = buyer.types("estimate", buyer.film, "--json").json["pictures"]
    assert told == {"pictures": 4, "usd": pytest.approx(0.02), "unpriced": 0}, "a sheet and three keyframes"
    gate = buyer.says("run", buyer.film).err
    assert "To be paid after that: 4 pictures, about $0.02 by the price list." in gate
    buyer.edits("images: openai", "images: gemini")
    dry = buyer.types("run", buyer.film, "--dry-run").out
    assert "to pay    4 pictures, about $0.03 by the price list, 3 of them of unknown price" in dry
    assert len(cloud.requests) == 0


def test_a_cap_holds_for_all_candidates_of_a_keyframe(buyer: Buyer, cloud: Cloud) -> None:
    buyer.begins()
    buyer.buys()
    spent = cloud.billed()
    buyer.types("retake", buyer.film, "k1", "--candidates", "4")
    said = buyer.says(*buyer.buying, "--max-cost", f"{spent + 0.018:.3f}")
    assert (said.code, len(cloud.requests)) == (4, 2), said.err
    assert buyer.says(*buyer.buying, "--max-cost", f"{spent + 0.022:.3f}").code == 0
    assert [request.json["n"] for request in cloud.requests] == [1, 1, 4]


def keyframes(buyer: Buyer) -> None:
    """Eight of them."""
    buyer.begins(KEYFRAMES - 1)


def masters(buyer: Buyer) -> None:
    """A sheet, and seven keyframes from it."""
    buyer.begins(KEYFRAMES - 2)
    buyer.plans()
    buyer.casts({f"k{number}": "" for number in range(1, KEYFRAMES)})


def changes(buyer: Buyer) -> None:
    """Eight keyframes, each to be changed within a mask."""
    buyer.begins(KEYFRAMES - 1)
    buyer.buys()
    buyer.types("retake", buyer.film, "keyframes", "--mask-rect", "0,0,50%,50%", "--note", "at night")


def candidates(buyer: Buyer) -> None:
    """Two keyframes, four candidates of each."""
    buyer.begins(1, "stability")
    buyer.buys()
    buyer.types("retake", buyer.film, "keyframes", "--candidates", "4")


@pytest.mark.parametrize("prepare", [keyframes, masters, changes, candidates])
def test_kill_9_while_pictures_are_bought_buys_none_of_them_twice(
    buyer: Buyer, cloud: Cloud, prepare: Callable[[Buyer], None]
) -> None:
    prepare(buyer)
    had, asked = len(buyer.painted()), len(cloud.requests)
    cloud.always(slowly)
    buyer.types(*buyer.buying, "--detach")
    deadline = time.monotonic() + 60
    while len(buyer.painted()) < had + 2 and time.monotonic() < deadline:
        time.sleep(0.1)
    buyer.kills()
    bought = len(buyer.painted()) - had
    before = [wish_of(request) for request in cloud.requests[asked:]]
    assert 2 <= bought < KEYFRAMES
    buyer.buys()
    after = [wish_of(request) for request in cloud.requests[asked + len(before) :]]
    assert len(after) == len(set(after)) == KEYFRAMES - bought
    assert len({*before, *after}) == KEYFRAMES


def slowly(_: Request) -> None:
    time.sleep(0.5)


def wish_of(request: Request) -> str:
    form = request.json if request.path.endswith("generations") else request.form()
    return f"{form['prompt']} {form.get('seed')}"
