"""Seams through the engine: one segment made anew costs two of them, and each is what the document asks for."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from doubles.telling import tell

from longvid_tui.media.conform import conform
from longvid_tui.media.film import check_film
from longvid_tui.media.pinned import Quality
from longvid_tui.media.source import Source
from longvid_tui.media.video import frames
from longvid_tui.media.writing import ClipWriter
from longvid_tui.project.journal import read


def light(film: Path) -> list[float]:
    return [float(rgb.mean()) for rgb in frames(film)]


def steps(film: Path) -> list[float]:
    """How much each frame differs from the one before."""
    shown = [rgb.astype(float) for rgb in frames(film)]
    return [float(np.abs(after - before).mean()) for before, after in pairwise(shown)]


def made(answer: dict) -> list[tuple[str, str]]:
    return sorted((task["kind"], task["target"]) for task in answer["made"])


def test_one_segment_made_anew_costs_its_conform_two_seams_and_the_join_and_dry_run_says_so(person):
    person.finishes(4)
    person.types("retake", person.film, "s2")
    expected = [("assemble", "film"), ("conform", "s2"), ("mend", "s2"), ("mend", "s3"), ("render", "s2")]
    would = person.types("run", person.film, "--dry-run", "--json").json["make"]
    assert sorted((task["kind"], task["target"]) for task in would) == expected
    assert {task["waits_for"] for task in would if task["kind"] == "mend"} == {"waits for s2"}
    before = {path: path.stat().st_mtime_ns for path in (person.film / "conformed").iterdir()}
    assert made(person.runs()) == expected
    check_film(person.film / "film.mp4", 321)
    kept = {path for path, stamp in before.items() if path.exists() and path.stat().st_mtime_ns == stamp}
    assert len(kept) >= 3, "the pieces of all other segments stay what they were"
    assert all(seam["made"] for seam in person.status()["seams"])


def test_a_fade_is_mended_alone_shows_black_and_gets_no_grade(person):
    person.finishes(2)
    whole = light(person.film / "film.mp4")
    person.edits("  - id: s2\n", "  - id: s2\n    transition: fade\n")
    assert "how it comes to s2 changed" in person.types("run", person.film, "--dry-run").out
    killed = [person.film / name for name in ("conformed/0f.01234567.part.mp4", ".film.mp4.0f/join.mp4")]
    own = [person.film / name for name in ("conformed/mine.txt", ".film.txt")]
    for path in (*killed, *own):
        path.parent.mkdir(exist_ok=True)
        path.write_text("half")
    assert made(person.runs()) == [("assemble", "film"), ("mend", "s2")]
    assert [path.exists() for path in (killed[0], killed[1].parent, *own)] == [False, False, True, True]
    check_film(person.film / "film.mp4", 161)
    shown = light(person.film / "film.mp4")
    assert shown[80] < 2 < whole[80]
    assert shown[:65] == whole[:65]
    assert shown[97:] == whole[97:]
    assert "a fade, as asked for" in person.types("seams", person.film).out
    (seam,) = person.status()["seams"]
    assert (seam["transition"], seam["made"], seam["grade"]) == ("fade", True, None)


@pytest.mark.parametrize("damage", ["cut off", "one bit flipped", "encoded otherwise"])
def test_a_damaged_piece_is_made_again_instead_of_a_damaged_film(person, damage):
    person.finishes(2)
    joined = [event for event in read(person.film / "journal.jsonl").events if event.kind == "assemble"]
    piece = person.film / "conformed" / f"{joined[-1].data['pieces']['s1']}.mp4"
    if damage == "cut off":
        piece.write_bytes(piece.read_bytes()[:-700])
    elif damage == "one bit flipped":
        data = bytearray(piece.read_bytes())
        data[data.index(b"mdat") + 900] ^= 4
        piece.write_bytes(data)
    else:
        take = person.status()["segments"][0]["take"]["path"]
        conform(Source(person.film / take, True), piece, Quality(128, 64, 16, 16, "ultrafast"))
    person.edits("title: Counted", "title: Counted again")
    again = person.types("run", person.film, "--yes", "--json")
    assert again.code == 0, again.err
    assert ("conform", "s1") in made(again.json)
    check_film(person.film / "film.mp4", 161)


def test_a_seam_that_shows_says_which_clip_did_not_land_on_its_keyframe(person):
    person.starts(2)
    clip = person.folder / "clip.mp4"
    with ClipWriter(clip, 128, 64, 16, preset="ultrafast") as writer:
        for index in range(81):
            frame = np.zeros((64, 128, 3), np.uint8)
            frame[:, index : index + 30] = 255 - 2 * index
            writer.write(frame)
    tell(INSTANT_CLIP=clip)
    person.edits("video: quick", "video: instant")
    assert person.types("run", person.film, "--yes").code == 0
    (seam,) = person.status()["seams"]
    assert seam["grade"] == "red"
    assert seam["reason"].endswith("; s1 ends far from its keyframe; s2 starts far from its keyframe")


def _breaks(person, transition: str) -> None:
    """Let s2 start with a picture of its own."""
    person.starts(2)
    person.types("run", person.film, "--until", "plan")
    person.edits("\nsegments:\n", "\n  - id: k9\n    prompt: another place\nsegments:\n")
    person.edits("first: k2\n", f"first: k9\n    transition: {transition}\n")


def test_a_segment_with_a_first_picture_of_its_own_has_to_say_how_the_film_comes_to_it(person):
    _breaks(person, "retime")
    refused = person.types("run", person.film, "--yes")
    assert refused.code == 1
    assert "write transition: cut, dissolve or fade" in refused.err


def test_a_cut_needs_no_mend_and_a_dissolve_comes_in_step_by_step_at_the_same_length(person):
    _breaks(person, "cut")
    assert "mend" not in {kind for kind, _ in made(person.runs())}
    cut = steps(person.film / "film.mp4")
    assert "a cut, as asked for" in person.types("seams", person.film).out
    person.edits("transition: cut", "transition: dissolve")
    assert made(person.runs()) == [("assemble", "film"), ("mend", "s2")]
    mixed = steps(person.film / "film.mp4")
    assert len(mixed) == len(cut) == 161
    assert max(mixed) < cut[80] / 4
