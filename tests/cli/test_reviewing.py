"""What a person says of the work, and what follows from it."""

from __future__ import annotations

import shutil


def test_approval_lapses_when_the_approved_thing_changes(person):
    person.finishes(1)
    assert person.status()["plan"]["approved"]
    person.edits("it moves on, number 1", "it moves otherwise")
    said = person.status()
    assert not said["plan"]["approved"]
    assert not said["segments"][0]["approved"]
    assert said["keyframes"][0]["approved"]
    assert person.types("run", person.film).code == 3


def test_rejected_keyframe_is_painted_again_with_another_seed_and_the_note(person):
    person.finishes(1)
    first = person.status()["keyframes"][0]["take"]
    assert person.types("reject", person.film, "k1", "--note", "too dark").code == 0
    assert "was rejected: too dark" in person.types("run", person.film, "--dry-run").out
    person.runs()
    again = person.status()["keyframes"][0]
    assert again["take"]["seed"] != first["seed"]
    assert again["takes"][0] == first["sha"][:12]
    assert len(again["takes"]) == 2


def test_choosing_the_old_take_again_renders_nothing(person):
    person.finishes(1)
    old = person.status()["keyframes"][0]["take"]["sha"]
    person.types("retake", person.film, "k1")
    person.runs()
    assert person.types("choose", person.film, "k1", old[:8]).code == 0
    again = person.runs()
    assert [task["kind"] for task in again["made"]] == ["conform", "assemble"]


def test_retake_of_a_segment_keeps_both_takes(person):
    person.finishes(2)
    person.types("retake", person.film, "s2", "--note", "camera too fast")
    assert "another take was asked for: camera too fast" in person.types("run", person.film, "--dry-run").out
    again = person.runs()
    assert [task["target"] for task in again["made"]] == ["s2", "s2", "s2", "film"]
    takes = list((person.film / "segments" / "s2").iterdir())
    assert len(takes) == len(person.status()["segments"][1]["takes"]) >= 1


def test_locked_keyframe_stays_whatever_its_prompt_becomes(person):
    person.finishes(1)
    assert person.types("lock", person.film, "k1").code == 0
    person.edits("a still, number 1", "another still")
    assert person.types("run", person.film, "--dry-run", "--json").json["make"] == []
    person.types("unlock", person.film, "k1")
    assert person.types("run", person.film, "--dry-run", "--json").json["make"][0]["target"] == "k1"


def test_rejected_plan_can_be_planned_again_an_approved_one_cannot(person):
    person.starts(2)
    person.types("run", person.film, "--until", "plan")
    person.types("approve", person.film, "plan")
    refused = person.types("plan", person.film)
    assert refused.code == 1
    assert "approved" in refused.err
    person.types("reject", person.film, "plan", "--note", "more rain")
    assert person.types("plan", person.film).code == 0


def test_plan_edited_by_hand_is_never_replaced_silently(person):
    person.starts(2)
    person.types("run", person.film, "--until", "plan")
    person.edits("it moves on, number 1", "mine")
    assert "edited by hand" in person.types("plan", person.film).err
    assert "mine" in person.document.read_text()


def test_targets_are_ids_ranges_and_groups(person):
    person.finishes(3)
    person.types("reject", person.film, "k2-k4")
    said = person.status()["keyframes"]
    assert [item["status"] for item in said] == ["ready", "missing", "missing", "missing"]
    unknown = person.types("approve", person.film, "s9")
    assert unknown.code == 2
    assert "k1 to s3" in unknown.err
    several = person.types("choose", person.film, "k1-k2", "ab")
    assert several.code == 2
    assert "name one" in several.err


def test_approving_what_is_not_there_yet_is_said_and_exits_1(person):
    person.starts(1)
    for words, code, why in (
        (("approve", "all"), 1, "plan has nothing to approve yet"),
        (("lock", "all"), 2, "there are no keyframes or segments yet: run `plan` first"),
        (("reject", "s1"), 2, "s1 is not part of this film; there are no keyframes or segments yet"),
    ):
        refused = person.types(words[0], person.film, *words[1:])
        assert (refused.code, refused.out) == (code, "")
        assert why in refused.err
    assert person.types("run", person.film).code == 3
    for target, code, why in (
        ("k1", 1, "k1 has nothing to approve yet"),
        ("masters", 2, "this film has no masters"),
        ("motions", 2, "no movement is proposed: `plan DIR --motion` asks for some"),
        ("m1", 2, "no movement is proposed: `plan DIR --motion` asks for some"),
    ):
        refused = person.types("approve", person.film, target)
        assert (refused.code, refused.out) == (code, "")
        assert why in refused.err


def test_a_copy_of_a_film_that_is_being_made_is_not_said_to_be(person):
    person.starts(1)
    assert person.types("run", person.film).code == 3
    copied = shutil.copytree(person.film, person.folder / "copy")
    assert "the run goes on once that is answered" in person.types("status", person.film).out
    assert "the run was interrupted: `run` goes on" in person.types("status", copied).out
