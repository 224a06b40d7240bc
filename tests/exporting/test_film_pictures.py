"""Stills of the film: which frames they show, and that each says how it was made."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from longvid_doubles import still_clip
from PIL import ExifTags, Image
from reel import LABEL, LENGTHS, SIZE, make_shots

from longvid_tui.exporting.clips import excerpts
from longvid_tui.exporting.pictures import write_contact_sheet, write_frames, write_preview
from longvid_tui.exporting.renditions import Film
from longvid_tui.exporting.shots import Panel
from longvid_tui.media.images import load_label


def number_of(picture: Image.Image) -> float:
    """The frame of the test film a picture shows: its luma in video range, by the film's formula."""
    grey = float(np.asarray(picture.convert("RGB"), np.float64).mean())
    return (grey * 219 / 255 + 16 - 30) / 4


def test_frames_are_all_of_the_range_numbered_from_one_and_labelled(film: Film, tmp_path: Path) -> None:
    out = tmp_path / "frames"
    told: list[int] = []
    write_frames(film.path, make_shots().only(["s2", "s3"]), out, told.append)
    assert told == list(range(1, 33))
    files = sorted(out.iterdir())
    assert [file.name for file in files] == [f"{number:06}.png" for number in range(1, 33)]
    assert [number_of(Image.open(file)) for file in files] == pytest.approx(range(17, 49), abs=0.4)
    assert {load_label(file) for file in files} == {LABEL}


def test_frames_replace_those_of_before(film: Film, tmp_path: Path) -> None:
    write_frames(film.path, make_shots(), tmp_path / "frames", lambda _: None)
    write_frames(film.path, make_shots().only(["s1"]), tmp_path / "frames", lambda _: None)
    assert len(list((tmp_path / "frames").iterdir())) == 17
    assert [path.name for path in tmp_path.iterdir()] == ["frames"]


def test_contact_sheet_shows_each_shot_from_left_to_right(film: Film, tmp_path: Path) -> None:
    write_contact_sheet(film.path, make_shots(), tmp_path / "sheet.png")
    sheet = Image.open(tmp_path / "sheet.png")
    across = (sheet.width - 12) // 5
    top_row = [number_of(sheet.crop((12 + i * across + 40, 40, i * across + 240, 120))) for i in range(5)]
    assert all(before < after for before, after in pairwise(top_row))
    assert top_row[0] == pytest.approx(1, abs=0.6)
    assert load_label(tmp_path / "sheet.png") == LABEL


def test_contact_sheet_of_one_short_shot_shows_each_of_its_frames_once(film: Film, tmp_path: Path) -> None:
    write_contact_sheet(film.path, make_shots().only(["s2"]), tmp_path / "sheet.png")
    assert Image.open(tmp_path / "sheet.png").width == 5 * 332 + 12


def test_before_there_is_a_film_a_contact_sheet_shows_the_keyframes_and_clips_there_are(tmp_path: Path) -> None:
    made, whole = tmp_path / "k1.png", make_shots()
    Image.new("RGB", SIZE, (200, 40, 40)).save(made)
    first, second, *_ = whole.shots
    k1, k2, k3 = (Panel(name, "", None, None) for name in ("k1", "k2", "k3"))
    shots = (
        replace(first, first=replace(k1, picture=made), last=k2, clip=still_clip(tmp_path / "clip.mp4")),
        replace(second, first=k2, last=k3, clip=None),
    )
    write_contact_sheet(None, replace(whole, shots=shots), tmp_path / "sheet.png")
    sheet = Image.open(tmp_path / "sheet.png")
    across, middle = 332, 12 + 90
    assert sheet.width == 4 * across + 12
    inside = [sheet.getpixel((12 + place * across + 160, middle)) for place in range(4)]
    assert inside[0] == (200, 40, 40)
    assert inside[1][0] == pytest.approx(40 + LENGTHS[0] // 2, abs=3)
    assert inside[2] == inside[3] == sheet.getpixel((1, 1)), "not made yet"
    assert load_label(tmp_path / "sheet.png") == LABEL


def test_preview_is_small_moves_at_the_films_pace_and_is_labelled(film: Film, tmp_path: Path) -> None:
    write_preview(film.path, make_shots(), tmp_path / "film.webp")
    with Image.open(tmp_path / "film.webp") as preview:
        assert preview.size == SIZE
        assert preview.n_frames == 25
        assert preview.getexif()[ExifTags.Base.ImageDescription] == LABEL
        shown = []
        for index in range(preview.n_frames):
            preview.seek(index)
            shown.append(number_of(preview))
            assert preview.info["duration"] == 125
    assert shown == pytest.approx(range(0, 50, 2), abs=1)


@given(st.lists(st.sampled_from((80, 81)), min_size=1, max_size=400), st.integers(32, 400))
def test_excerpts_are_inside_in_order_and_no_longer_than_wanted(lengths: list[int], frames: int) -> None:
    parts = excerpts(lengths, frames)
    assert sum(map(len, parts)) <= frames
    assert all(len(part) for part in parts)
    assert all(before.stop <= after.start for before, after in pairwise(parts))
    assert parts[-1].stop <= sum(lengths)
