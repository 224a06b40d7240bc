"""A person plans with a language model: a stand-in server, the real engine."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest

from longvid_tui import client
from longvid_tui.backends.rehearsal.cloud import chat
from longvid_tui.backends.rehearsal.cloud.server import Cloud
from longvid_tui.project.folder import Folder
from longvid_tui.project.history import Order
from longvid_tui.project.model import Wanted
from longvid_tui.strict_yaml import parse


def test_a_film_is_planned_and_a_range_of_it_again_and_every_answer_is_paid_once(person, cloud: Cloud) -> None:
    person.starts(6, "--planner", "openai", "--language", "en", "--no-dialogue")
    assert (
        "to pay    the plan, less than $0.01 by the price list; 7 pictures, about"
        in person.types("run", person.film, "--dry-run").out
    )
    capped = person.types("plan", person.film, "--max-cost", "0")
    assert (capped.code, len(cloud.requests)) == (4, 0)
    assert "the next step would cost more than --max-cost allows" in capped.err
    planned = person.types("plan", person.film, "--max-cost", "1", "--json")
    assert planned.code == 0, planned.err
    assert Folder(person.film).project.wanted == Wanted(segments=6, language="en", dialogue=False)
    assert "without dialogue" in cloud.requests[0].body.decode()
    before = parse(person.document.read_bytes(), "project.yaml").data
    assert len(before["segments"]) == 6
    asked = len(cloud.requests)
    assert person.types("run", person.film).code == 3
    assert person.types("plan", person.film, "--redo", "s99", "--max-cost", "0").code == 2
    assert Folder(person.film).history.order == Order("film", approve=False), (
        "what was refused left it as it was"
    )
    capped = person.types("plan", person.film, "--redo", "s2-s3", "--max-cost", "0")
    assert (capped.code, len(cloud.requests)) == (4, asked), "not by the run that waits, which has no cap"
    again = person.types("plan", person.film, "--redo", "s2-s3", "--json")
    assert again.code == 0, again.err
    assert len(cloud.requests) > asked
    after = parse(person.document.read_bytes(), "project.yaml").data
    kept = [index for index in range(6) if index not in (1, 2)]
    assert [after["segments"][index] for index in kept] == [before["segments"][index] for index in kept]
    assert person.status()["spent_usd"] == pytest.approx(cloud.billed(), abs=1e-6)
    assert "$0.00" in (logs := person.types("logs", person.film).out)
    assert "$0.000\n" not in logs, "what cost less than a tenth of a cent cost something"


NOTHING = {"keyframes": [], "segments": []}


def test_the_plan_is_told_segment_by_segment_while_it_is_written(person, cloud: Cloud) -> None:
    person.starts(5, "--planner", "openai")
    cloud.always(chat.slowly(0.05), path="/v1/chat/completions")
    assert person.types("run", person.film, "--until", "plan", "--detach").code == 0
    until, plan = time.monotonic() + 60, NOTHING
    while not any(keyframe["prompt"] for keyframe in plan["keyframes"]):
        assert time.monotonic() < until
        plan = person.status()["growing"] or NOTHING
    assert [segment["id"] for segment in plan["segments"]] == ["s1", "s2", "s3", "s4", "s5"]
    assert person.types("status", person.film).out.splitlines()[1].startswith("s1    ")
    told = person.types("run", person.film, "--until", "plan")
    assert told.code == 0, told.err
    lines = [line for line in told.err.splitlines() if line[:1] == "s" or line.startswith("planned")]
    assert [line.split()[0] for line in lines] == ["s1:", "s2:", "s3:", "s4:", "s5:", "planned"]
    assert person.status()["growing"] is None


def test_listeners_get_the_growing_plan_four_times_a_second_at_most(person, cloud: Cloud) -> None:
    person.starts(5, "--planner", "openai")
    cloud.always(chat.slowly(0.02), path="/v1/chat/completions")
    with client.engine(for_work=True) as engine:
        engine.ask("subscribe", project=str(person.film))
        engine.ask("run", project=str(person.film), until="plan", approve=False)
        heard = []
        for message in engine.notices():
            if message["method"] == "growing":
                heard.append((time.monotonic(), message["params"]["plan"]))
            if message["method"] == "rested":
                break
    assert all(later[0] - earlier[0] > 0.2 for earlier, later in pairwise(heard[:-1]))
    grown = [sum(bool(keyframe["prompt"]) for keyframe in plan["keyframes"]) for _, plan in heard]
    assert grown == sorted(grown)
    assert len(set(grown)) > 2
    planned = Folder(person.film).project.plan().model_dump(mode="json")
    assert heard[-1][1]["segments"] == planned["segments"]
