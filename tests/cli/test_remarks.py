"""Flaws of clips: told with their numbers, and if the person wants, filmed again before anybody looks."""

from __future__ import annotations

import re

from doubles.telling import tell

from longvid_tui.project.journal import read


def test_flaw_is_told_in_status_and_show_and_hinders_nothing(person, monkeypatch):
    tell(QUICK_FAULT="flash:s2")
    person.starts(2)
    person.types("run", person.film, "--yes", "--until", "keyframes")
    asked = person.types("run", person.film)
    assert asked.code == 3
    assert re.search(
        r"\ns2: it flashes near its start \(\d+ levels\)\.\n`retake film s2` films it again", asked.err
    )
    assert "the run goes on once that is answered" in person.types("status", person.film).out
    assert person.types("stop", person.film).code == 0
    first, second = person.status()["segments"]
    assert first["take"]["remarks"] == []
    assert "it flashes near its start" in second["take"]["remarks"][0]
    assert second["take"]["facts"]["flash_first"] > 8
    assert "it flashes near its start" in person.types("show", person.film).out
    person.edits("it moves on, number 1", "it moves on, then cut to the sea")
    shown = person.types("show", person.film).out.splitlines()
    at = next(number for number, line in enumerate(shown) if "cut to the sea" in line)
    assert "asks for a cut inside one clip" in shown[at + 1]
    assert shown[-2].startswith("! The look has no style")
    monkeypatch.setenv("COLUMNS", "20")
    narrow = person.types("show", person.film).out.splitlines()
    assert [line.rstrip() for line in narrow[3:6]] == [
        "0:00 s1 · missing",
        "  it moves on, then",
        "  cut to the sea",
    ]
    assert narrow[6].startswith("! ")


def test_flawed_segment_is_filmed_again_with_another_seed_and_every_take_is_kept(person):
    tell(QUICK_RUNS=person.folder / "runs", QUICK_FAULT="flash-once:s2")
    person.starts(2)
    person.settles("run: {retakes: 2}")
    assert person.runs("--until", "segments")["failed"] == {}
    first, second = person.status()["segments"]
    assert (len(first["takes"]), len(second["takes"])) == (1, 2)
    assert second["take"]["remarks"] == []
    assert second["take"]["sha"].startswith(second["takes"][1])


def test_clip_that_cannot_be_used_is_not_made_again_with_the_same_seed(person):
    tell(QUICK_FAULT="black:s2")
    person.starts(2)
    person.settles("run: {retries: 1}")
    assert (
        "another seed, other words or keyframes may help" in person.runs("--until", "segments")["failed"]["s2"]
    )
    events = read(person.film / "journal.jsonl").events
    tries = [event.data for event in events if event.kind == "start" and event.data["target"] == "s2"]
    assert len({each["recipe"]["seed"] for each in tries}) == len(tries) == 2


def test_after_so_many_tries_the_best_take_is_the_one_and_the_person_may_choose_another(person):
    tell(QUICK_FAULT="flash:s2")
    person.starts(2)
    person.settles("run: {retakes: 2}")
    assert person.runs("--until", "segments")["failed"] == {}
    second = person.status()["segments"][1]
    assert len(second["takes"]) == 3
    other = next(take for take in second["takes"] if not second["take"]["sha"].startswith(take))
    assert person.types("choose", person.film, "s2", other).code == 0
    assert person.runs("--until", "segments")["failed"] == {}
    assert person.status()["segments"][1]["take"]["sha"].startswith(other)
    assert len(person.status()["segments"][1]["takes"]) == 3


def test_takes_of_another_prompt_are_neither_tried_again_for_nor_chosen(person):
    tell(QUICK_FAULT="flash:s1")
    person.starts(1)
    person.settles("run: {retakes: 1}")
    assert person.runs("--until", "segments")["failed"] == {}
    before = person.status()["segments"][0]["takes"]
    person.edits("it moves on, number 1", "it moves away")
    assert person.runs("--until", "segments")["failed"] == {}
    item = person.status()["segments"][0]
    assert len(item["takes"]) == len(before) + 2
    assert item["take"]["sha"][:12] in item["takes"][2:]
