"""`new --import`: a film begins with somebody's file."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from longvid_tui.strict_yaml import parse


def written(person) -> dict:
    return parse(person.document.read_bytes(), "project.yaml").data


def test_a_shot_list_becomes_the_prompt_and_a_plan_word_for_word(person, tmp_path: Path) -> None:
    (tmp_path / "shots.csv").write_text("shot\nA fox runs across the ice.\nA hen hides behind a barrel.\n")
    made = person.types("new", person.film, "--import", "shots.csv", "--json")
    assert made.code == 0, made.err
    assert made.json["remarks"] == ["2 shots, kept word for word."]
    assert person.types("plan", person.film, "--json").code == 0
    prompts = [segment["prompt"] for segment in written(person)["segments"]]
    assert [words.split(".")[0] for words in prompts] == [
        "A fox runs across the ice",
        "A hen hides behind a barrel",
    ]


def test_pictures_are_copied_in_and_become_keyframes(person, tmp_path: Path) -> None:
    stills = tmp_path / "stills"
    stills.mkdir()
    for name in ("k2.png", "k10.png", "k1.png"):
        Image.new("RGB", (64, 36), (len(name) * 20, 90, 90)).save(stills / name)
    made = person.types("new", person.film, "--import", stills, "--video", "quick")
    assert made.code == 0, made.err
    pictures = [keyframe["picture"] for keyframe in written(person)["keyframes"]]
    assert pictures == ["pictures/001.png", "pictures/002.png", "pictures/003.png"]
    assert (person.film / pictures[2]).read_bytes() == (stills / "k10.png").read_bytes()
    assert person.types("lint", person.film).code == 0


def test_a_ttv_configuration_gives_size_and_seed_that_options_override(person, tmp_path: Path) -> None:
    (tmp_path / "pipeline_config.yaml").write_text(
        "task: flf2v-14B\nsize: 720*1280\nprompt: A cat.\nbase_seed: 42\n"
    )
    made = person.types("new", person.film, "--import", "pipeline_config.yaml", "--seed", "7", "-p", "A dog.")
    assert made.code == 0, made.err
    found = written(person)
    assert (found["prompt"], found["canvas"], found["seed"]) == ("A dog.", "720x1280", 7)


def test_what_cannot_be_imported_makes_no_project(person, tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"%PDF")
    made = person.types("new", person.film, "--import", "a.pdf")
    assert made.code == 2
    assert "of no kind that can be imported" in made.err
    assert not person.film.exists()
