"""`longvid-tui doctor` and the services: what it asks, what it says of models that go, for whom."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from longvid_tui.backends.rehearsal.cloud import faults
from longvid_tui.backends.rehearsal.cloud.server import Cloud

SOON = (datetime.now(UTC) + timedelta(days=9)).date().isoformat()
KEY = "sk-stand-in-0123456789"


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch) -> Iterator[Cloud]:
    with Cloud() as cloud:
        for section in ("PLANNER", "OPENAI"):
            monkeypatch.setenv(f"LONGVID_{section}__BASE_URL", f"{cloud.url}/v1")
        for name in ("PLANNER", "IMAGES"):
            monkeypatch.setenv(f"LONGVID_{name}_KEY", KEY)
        yield cloud


def checks(person: Any, *words: Any) -> dict[str, dict[str, Any]]:
    found = person.types("doctor", *words, "--json").json
    assert len({json.dumps(check) for check in found}) == len(found), "something is said twice"
    return {check["name"]: check for check in found}


def test_the_services_of_a_project_are_asked_for_their_models_and_nothing_is_paid(person, cloud: Cloud) -> None:
    person.starts(1, "--planner", "openai", "--images", "openai")
    found = checks(person, person.film)
    assert found["openai models"]["sentence"] == "the service offers gpt-image-2"
    assert found["planner server"]["sentence"].endswith("offers gpt-6-luna")
    assert {request.path for request in cloud.requests} == {"/v1/models"}
    assert cloud.billed() == 0


def test_a_folder_that_is_not_there_is_a_finding(person) -> None:
    found = checks(person, person.folder / "nowhere")
    assert not found["disk"]["ok"]
    assert "nowhere cannot be looked at: No such file" in found["disk"]["sentence"]


def test_models_that_go_are_warned_of_and_those_that_went_are_refused(person, cloud: Cloud) -> None:
    person.starts(1, "--planner", "openai", "--images", "openai")
    listing = {
        "data": [
            {"id": "gpt-image-2", "shutdown_date": SOON},
            {"id": "gpt-6-luna", "shutdown_date": "2026-01-02"},
        ]
    }
    cloud.always(faults.status(200, listing), path="/v1/models")
    found = checks(person, person.film)
    assert found["openai models"]["ok"]
    assert (
        f"will shut gpt-image-2 down on {SOON}: set openai.model to gpt-image-"
        in found["openai models"]["sentence"]
    )
    assert not found["planner server"]["ok"]
    assert (
        "shut gpt-6-luna down on 2026-01-02: set planner.model to gpt-6-sol"
        in found["planner server"]["sentence"]
    )


def test_every_backend_is_listed_with_what_it_lacks(person, cloud: Cloud) -> None:
    listed = {(choice["kind"], choice["name"]): choice for choice in person.types("backends", "--json").json}
    assert [key for key, choice in listed.items() if choice["default"]] == [
        ("planner", "outline"),
        ("images", "storyboard"),
        ("video", "animatic"),
    ]
    assert listed["planner", "openai"]["ready"]
    assert not listed["images", "gemini"]["ready"]
    assert listed["images", "gemini"]["sentence"].startswith("There is no key for Google Gemini")
    assert "wan.repo" in listed["video", "wan-warm"]["sentence"]
    assert cloud.requests == []
    said = person.types("backends").out
    assert "* ok  outline" in said
    assert "  --  wan-warm" in said


def test_who_chose_no_service_asks_none(person, cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("LONGVID_C2PA__KEY", "key.pem")
    monkeypatch.setenv("LONGVID_FILM__UPSCALER", "larger")
    found = checks(person)
    assert {"outline", "storyboard", "animatic"} <= set(found)
    assert found["c2pa"]["sentence"].startswith("Only one of c2pa.certificate and c2pa.key is set")
    assert found["larger"]["sentence"] == "There is no upscaler 'larger': install its package."
    assert cloud.requests == []
