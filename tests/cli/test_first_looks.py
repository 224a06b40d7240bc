"""`run --draft` and `run --probe`: what the person chose to see first is labelled, and never taken for the film."""

from __future__ import annotations

import av

from longvid_tui.project.folder import Folder


def test_drafts_make_a_labelled_film_and_a_run_without_them_films_for_good(person):
    person.starts(2)
    probe = person.types("run", person.film, "--yes", "--probe", "s2")
    assert probe.code == 0
    assert "`run film` makes the rest" in probe.err
    kept = person.status()["segments"][1]["take"]
    assert (kept["draft"], kept["probe"]) == (False, True)
    draft = person.types("run", person.film, "--yes", "--draft")
    assert draft.code == 0, draft.err
    assert draft.out.strip() == str(person.film / "film.mp4")
    assert "Drafts: s1; `run film` films them for good." in draft.err
    with av.open(str(person.film / "film.mp4")) as film:
        assert film.metadata["comment"].endswith("DRAFT - s1 in fewer steps and a smaller size")
    first, second = person.status()["segments"]
    assert (first["status"], first["reason"]) == ("missing", "only a draft was made")
    assert second["take"] == kept
    assert person.status()["film"]["drafts"] == ["s1"]
    assert [task["target"] for task in person.runs("--draft")["made"]] == []
    real = person.runs()
    assert [task["target"] for task in real["made"] if task["kind"] == "render"] == ["s1"]
    assert real["segments"][0]["take"]["draft"] is False
    assert real["film"]["drafts"] == []
    assert len(Folder(person.film).history.records["s1"].takes) == 2
    with av.open(str(person.film / "film.mp4")) as film:
        assert "DRAFT" not in film.metadata["comment"]


def test_draft_is_filmed_smaller_and_stands_in_the_size_of_the_others(person):
    person.starts(1)
    person.edits("canvas: 128x64", "canvas: 848x480")
    asked = person.types("run", person.film, "--yes", "--draft", "--until", "segments", "--dry-run", "--json")
    assert {task["target"] for task in asked.json["make"]} == {"plan"}
    answer = person.runs("--draft", "--until", "segments")
    assert not answer["failed"]
    recipe = Folder(person.film).history.records["s1"].takes[0].recipe
    assert (recipe["canvas"], recipe["draft"]) == ("832x464", True)
    clip = next((person.film / "segments/s1").glob("*.mp4"))
    with av.open(str(clip)) as container:
        stream = container.streams.video[0]
        assert (stream.width, stream.height) == (848, 480)


def test_a_strategy_that_is_none_is_refused(person):
    wrong = person.types("run", person.film, "--strategy", "fast")
    assert wrong.code == 2
    assert "auto" in wrong.err


def test_probe_films_one_segment_with_its_keyframes_and_nothing_else(person):
    person.starts(3)
    first = person.runs("--probe", "first")
    assert {(task["kind"], task["target"]) for task in first["made"]} == {
        ("plan", "plan"), ("paint", "k1"), ("paint", "k2"), ("render", "s1"),
    }  # fmt: skip
    third = person.types("run", person.film, "--yes", "--probe", "s3", "--dry-run", "--json").json
    assert [task["target"] for task in third["make"]] == ["k3", "k4", "s3"]
    for named, sentence in {"k1": "name a segment", "s1-s2": "name one"}.items():
        wrong = person.types("run", person.film, "--probe", named)
        assert wrong.code == 2
        assert sentence in wrong.err
