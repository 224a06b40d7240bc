"""Pictures of one's own in a film that is otherwise painted: shown, locked, chosen among the takes, taken back."""

from __future__ import annotations

import pytest
from PIL import Image


@pytest.fixture
def harbour(person):
    path = person.folder / "Harbour.JPG"
    Image.new("RGB", (640, 480), (10, 120, 200)).save(path, "JPEG")
    return path


def keyframe(person, name="k1"):
    return next(item for item in person.status()["keyframes"] if item["id"] == name)


def paints(person, segments=1):
    person.starts(segments)
    done = person.types("run", person.film, "--yes", "--until", "keyframes")
    assert done.code == 0, done.err


def to_paint(person):
    work = person.types("run", person.film, "--dry-run", "--json").json["make"]
    return [task["target"] for task in work if task["kind"] == "paint"]


def test_an_uploaded_picture_is_shown_at_once_and_the_plan_stays_approved(person, harbour):
    paints(person)
    said = person.types("upload", person.film, "k1", harbour)
    assert (said.code, said.out) == (0, "k1 shows Harbour.JPG\n")
    harbour.unlink()
    shown = Image.open(person.film / keyframe(person)["take"]["path"])
    assert (shown.size, shown.getpixel((5, 5))[2] > 190) == ((128, 64), True)
    assert person.status()["plan"]["approved"]
    assert not keyframe(person)["approved"]
    assert to_paint(person) == []


def test_what_was_painted_stays_among_the_takes(person, harbour):
    paints(person)
    painted = keyframe(person)["take"]["sha"]
    person.types("upload", person.film, "k1", harbour)
    person.types("choose", person.film, "k1", painted[:8])
    assert keyframe(person)["take"]["sha"] == painted
    uploaded = keyframe(person)["takes"][-1]
    person.types("choose", person.film, "k1", uploaded)
    person.types("lock", person.film, "k1")
    person.edits("a still, number 1", "another still")
    assert keyframe(person)["take"]["sha"].startswith(uploaded)
    assert "k1 is locked" in person.types("upload", person.film, "k1", "--remove").err


def test_undo_and_redo_of_an_upload(person, harbour):
    paints(person)
    painted = keyframe(person)["take"]["sha"]
    person.types("upload", person.film, "k1", harbour)
    uploaded = keyframe(person)["take"]["sha"]
    person.types("undo", person.film)
    assert (keyframe(person)["take"]["sha"], to_paint(person)) == (painted, [])
    person.types("redo", person.film)
    assert keyframe(person)["take"]["sha"] == uploaded
    person.types("upload", person.film, "k1", "--remove")
    assert keyframe(person)["take"]["sha"] == painted
    assert "picture" not in person.document.read_text()


def test_a_plain_retake_has_nothing_to_paint_where_an_own_picture_is_shown(person, harbour):
    paints(person)
    person.types("upload", person.film, "k1", harbour)
    said = person.types("retake", person.film, "k1-k2")
    assert said.code == 1
    assert "k1 shows a picture of your own" in said.err
    assert [keyframe(person, name)["status"] for name in ("k1", "k2")] == ["ready", "missing"]


def test_a_plan_with_an_own_picture_is_not_planned_again_silently(person, harbour):
    person.starts(1)
    person.types("run", person.film, "--until", "plan")
    person.types("upload", person.film, "k1", harbour)
    assert "edited by hand" in person.types("plan", person.film).err


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("s1", "Harbour.JPG"), "s1 is a clip"),
        (("k1-k2", "Harbour.JPG"), "name one"),
        (("k1",), "name the picture"),
        (("k1", "nowhere.png"), "nowhere.png"),
        (("k1", "words.txt"), "words.txt: this is no picture of a known kind"),
        (("k9", "Harbour.JPG"), "k9 is not part of this film"),
    ],
)
def test_what_is_no_picture_for_a_keyframe_changes_nothing(person, harbour, words, sentence):
    (person.folder / "words.txt").write_text("no picture")
    person.starts(1)
    person.types("run", person.film, "--until", "plan")
    before = person.document.read_bytes()
    said = person.types("upload", person.film, *words)
    assert said.code in (1, 2)
    assert sentence in said.err
    assert person.document.read_bytes() == before
    assert not (person.film / "pictures").exists()


def test_a_picture_of_somebody_is_kept_and_said_to_be_of_no_use_to_a_painter_without_references(
    person, harbour
):
    person.starts(1)
    person.types("run", person.film, "--until", "plan")
    person.edits("keyframes:", "look:\n  characters:\n    - {id: Mara, features: grey hair}\nkeyframes:")
    said = person.types("upload", person.film, "@mara", harbour)
    assert (said.code, said.out) == (0, "@Mara shows Harbour.JPG; flat paints no keyframe from it\n")
    assert "picture: pictures/Mara-" in person.document.read_text()
    assert "the look of this film has no ben" in person.types("upload", person.film, "@ben", harbour).err
    person.types("undo", person.film)
    assert "picture" not in person.document.read_text()
