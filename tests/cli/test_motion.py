"""Movements are written again from the pictures: proposed, looked at, approved, and nothing replaced before that."""

from __future__ import annotations

import re
import threading
from typing import Any

import pytest

from longvid_tui.backends.rehearsal.cloud import chat
from longvid_tui.backends.rehearsal.cloud.server import Answer, Cloud, Request
from longvid_tui.project.folder import Folder

CHAT = "/v1/chat/completions"


class Looking:
    """The model's side: what it answers when it is shown pictures, and how many it is asked about at once."""

    def __init__(self) -> None:
        self.questions: list[str] = []
        self.refuses = ""
        self._lock = threading.Lock()

    def __call__(self, request: Request) -> Answer | None:
        question = "\n".join(map(chat.words_of, request.json["messages"]))
        if b'"image_url"' not in request.body:
            return None
        with self._lock:
            self.questions.append(question)
            number = len(self.questions)
        if self.refuses and self.refuses in question:
            return chat.refusal()(request)
        words = {
            "seen": f"The lamp is lit, {number}.",
            "motion": f"Static camera. The lamp lights up, {number}.",
        }
        return chat.answered(request, lambda _: {**words, "motion_zh": ""})


@pytest.fixture
def model(cloud: Cloud) -> Looking:
    looking = Looking()
    cloud.always(looking, path=CHAT)
    return looking


def motions(person: Any) -> dict[str, str]:
    """The movement of each segment in project.yaml."""
    return {segment.id: segment.prompt for segment in Folder(person.film).project.segments}


def test_movements_are_proposed_from_the_pictures_and_taken_over_one_by_one(
    person: Any, cloud: Cloud, model: Looking
) -> None:
    person.starts(3, "--planner", "openai")
    early = person.types("plan", person.film, "--motion")
    assert early.code == 1
    assert "approved yet: `run --until keyframes`" in early.err
    assert person.types("run", person.film, "--yes", "--until", "keyframes").code == 0
    planned = motions(person)

    said = person.types("plan", person.film, "--motion")
    assert said.code == 0, said.err
    assert len(model.questions) == 3
    assert all(any(words in question for question in model.questions) for words in planned.values())
    assert re.search(r"m2 the movement of s2 from its pictures: The lamp is lit, \d\.", said.out)
    assert f"- {planned['s2'].split()[0]}" in said.out
    assert "+ Static camera. The lamp lights up," in said.out
    assert motions(person) == planned, "an approved plan is never replaced silently"
    paid = [event.data for event in Folder(person.film).events_after(0) if event.kind == "spent"]
    assert sum(each["cost_usd"] for each in paid) == pytest.approx(cloud.billed(), abs=1e-6)
    waits = person.types("run", person.film)
    assert waits.code == 3
    assert "Waits for your approval: m1-m3." in waits.err
    assert "Waits for your approval: m1." in person.types("run", person.film, "--probe", "s1").err
    assert "m3 the movement of s3" in person.types("show", person.film).out

    assert person.types("reject", person.film, "m3", "--note", "the lamp stays dark").code == 0
    assert person.types("approve", person.film, "m1").code == 0
    one = motions(person)
    assert one["s1"].startswith("Static camera.")
    assert [one["s2"], one["s3"]] == [planned["s2"], planned["s3"]]
    assert person.status()["plan"]["approved"]
    assert person.types("undo", person.film).code == 0
    assert motions(person) == planned
    assert person.status()["plan"]["approved"]
    assert person.types("approve", person.film, "m3").code == 2
    assert person.types("approve", person.film, "motions").code == 0
    assert [words.startswith("Static camera.") for words in motions(person).values()] == [True, True, False]

    assert person.types("run", person.film, "--yes").code == 0
    assert person.types("plan", person.film, "--motion", "--redo", "s3", "--json").json[0]["target"] == "m3"
    assert "the lamp stays dark" in model.questions[-1]
    assert person.types("run", person.film, "--yes", "--until", "segments").code == 0
    filmed = [event.data["target"] for event in Folder(person.film).events_after(0) if event.kind == "take"]
    assert [name for name in filmed if name[0] == "s"].count("s3") == 2, "approved by --yes, filmed again"
    assert len([name for name in filmed if name[0] == "s"]) == 4, "and no other"


def test_one_that_is_refused_keeps_its_words_and_the_others_are_proposed(
    person: Any, cloud: Cloud, model: Looking
) -> None:
    person.starts(3, "--planner", "openai")
    assert person.types("run", person.film, "--yes", "--until", "keyframes").code == 0
    model.refuses = motions(person)["s2"]
    said = person.types("plan", person.film, "--motion")
    assert said.code == 1
    assert "m2 failed: The model refuses" in said.err
    assert "m1 the movement" in said.out
    assert len(cloud.calls(CHAT)) == 5, "two for the plan, one for each movement"
    assert person.types("run", person.film).code == 3
    person.types("reject", person.film, "motions")
    assert person.types("run", person.film, "--yes").code == 0, "the film does not wait for what was refused"


def test_a_planner_of_words_says_that_it_cannot_look(person: Any) -> None:
    person.starts(2, "--planner", "outline")
    said = person.types("plan", person.film, "--motion")
    assert said.code == 1
    assert "The planner outline reads words and cannot look at pictures" in said.err
