"""A person plans with a language model: a stand-in server, the real engine."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from longvid_tui.backends.rehearsal.cloud.server import Cloud
from longvid_tui.strict_yaml import parse


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch) -> Iterator[Cloud]:
    with Cloud() as cloud:
        monkeypatch.setenv("LONGVID_PLANNER__BASE_URL", f"{cloud.url}/v1")
        monkeypatch.setenv("LONGVID_PLANNER_KEY", "sk-stand-in-0123456789")
        yield cloud


def test_a_film_is_planned_and_a_range_of_it_again_and_every_answer_is_paid_once(person, cloud: Cloud) -> None:
    person.starts(6, "--planner", "openai")
    planned = person.types("plan", person.film, "--json")
    assert planned.code == 0, planned.err
    before = parse(person.document.read_bytes(), "project.yaml").data
    assert len(before["segments"]) == 6
    asked = len(cloud.requests)
    again = person.types("plan", person.film, "--redo", "s2-s3", "--json")
    assert again.code == 0, again.err
    assert len(cloud.requests) > asked
    after = parse(person.document.read_bytes(), "project.yaml").data
    kept = [index for index in range(6) if index not in (1, 2)]
    assert [after["segments"][index] for index in kept] == [before["segments"][index] for index in kept]
    assert person.status()["spent_usd"] == pytest.approx(cloud.billed(), abs=1e-6)
