"""A seam is measured against the motion around it, graded, and mended by encoding only the groups next to it."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice, pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from footage import FPS, Rgb, planes, write_clip
from PIL import Image, ImageFilter
from world import film_segments, truth

from longvid_tui.media.conform import conform
from longvid_tui.media.ffmpeg import find_ffmpeg
from longvid_tui.media.film import assemble, check_film
from longvid_tui.media.grading import LIMITS, Grade, Seam, grade, remedies
from longvid_tui.media.mending import Transition, mend
from longvid_tui.media.pinned import Quality
from longvid_tui.media.seams import measure, measure_seam
from longvid_tui.media.sharpness import sharpness
from longvid_tui.media.source import Side, Source
from longvid_tui.media.splice import Splice
from longvid_tui.media.video import frames

SIZE = (160, 96)
COUNT = 33
"""One frame and two groups of 16: one next to the seam, and one that no mend of it touches."""

QUALITY = Quality(*SIZE, FPS, 16, "medium")

Planes = list[tuple[Rgb, Rgb, Rgb]]
"""Y, U and V of the frames of a film."""


def around(shift: float = 0.0, **kind: Any) -> tuple[list[Rgb], list[Rgb]]:
    """Nine frames on each side of a place in an unbroken shot."""
    before, after = ([truth(start + index, SIZE) for index in range(9)] for start in (0, 9 + shift))
    return before, after


def measured(before: list[Rgb], after: list[Rgb]) -> tuple[Seam, Grade]:
    seam = measure(before, after)
    return seam, grade(seam)


def test_an_unbroken_shot_is_green() -> None:
    seam, verdict = measured(*around())
    assert verdict.colour == "green"
    assert verdict.reason == "nothing shows"
    assert seam.jump == pytest.approx(1, abs=0.15)
    assert seam.raw == pytest.approx(1, abs=0.15)


def test_a_frame_shown_twice_is_seen() -> None:
    before, after = around()
    _, verdict = measured(before, [before[-1], *after[:-1]])
    assert verdict.colour != "green"
    assert "shown twice" in verdict.reason


def test_a_change_of_colours_is_seen() -> None:
    before, after = around()
    tinted = [np.asarray((rgb * np.array([1.04, 1.0, 0.94])).clip(0, 255), np.uint8) for rgb in after]
    seam, verdict = measured(before, tinted)
    assert seam.colour > LIMITS.colour
    assert "colours change" in verdict.reason


@pytest.mark.parametrize(("gain", "word"), [(1.08, "brighter"), (0.93, "darker")])
def test_a_step_of_light_is_seen(gain: float, word: str) -> None:
    before, after = around()
    seam, verdict = measured(before, [np.asarray((rgb * gain).clip(0, 255), np.uint8) for rgb in after])
    assert abs(seam.light) > LIMITS.light
    assert verdict.colour == "red"
    assert word in verdict.reason or "colours" in verdict.reason


def test_a_jump_of_motion_is_seen() -> None:
    seam, verdict = measured(*around(shift=7))
    assert verdict.colour != "green"
    assert seam.jerk > LIMITS.jerk


def test_a_cut_to_another_picture_is_red() -> None:
    before, _ = around()
    _, verdict = measured(before, [rgb[::-1] for rgb in around(shift=900)[1]])
    assert verdict.colour == "red"


def test_a_step_of_sharpness_is_seen() -> None:
    before, after = around()
    soft = [
        np.asarray((rgb.astype(float) + np.roll(rgb, 1, 0) + np.roll(rgb, 1, 1)) / 3, np.uint8) for rgb in after
    ]
    seam, verdict = measured(before, soft)
    assert seam.sharp > LIMITS.sharp
    assert verdict.colour != "green"


def test_a_still_scene_is_green() -> None:
    still = [truth(0, SIZE)] * 9
    assert measured(still, still)[1].colour == "green"
    noise = np.random.default_rng(2).integers(-1, 2, (18, SIZE[1], SIZE[0], 3))
    grainy = [
        np.asarray((rgb + grain).clip(0, 255), np.uint8) for rgb, grain in zip(still * 2, noise, strict=True)
    ]
    assert measured(grainy[:9], grainy[9:])[1].colour == "green"


@pytest.mark.parametrize(("moved", "green"), [(0, True), (2, False)])
def test_grain_that_the_encoder_renews_at_every_group_shows_no_seam_but_a_step_does(
    tmp_path: Path, moved: int, green: bool
) -> None:
    grain = np.random.default_rng(5).normal(0, 4, (SIZE[1], SIZE[0], 1))
    still = np.asarray((truth(0, SIZE) + grain).clip(0, 255), np.uint8)
    sides = []
    for name, picture in (("a", still), ("b", np.roll(still, moved, axis=1))):
        raw = write_clip(tmp_path / f"raw-{name}.mp4", [picture] * 33, crf="8")
        sides.append(conformed(Source(raw, False), tmp_path / f"{name}.mp4"))
    measured = measure_seam(sides[0].piece, sides[1].piece)
    assert (grade(measured).colour == "green") is green
    assert measured.raw > 1.5, "the groups around it hardly change"


FINE = Seam(colour=0.1, light=0.1, jump=1.0, raw=1.0, jerk=1.0, sharp=0.05)


@pytest.mark.parametrize(
    ("changed", "colour", "reason"),
    [
        ({}, "green", "nothing shows"),
        ({"colour": 0.5}, "green", "nothing shows"),
        ({"colour": 0.6}, "yellow", "its colours change at once (CIEDE2000 0.6 more than around it)"),
        ({"light": -1.0}, "yellow", "it gets darker at once (by 1.0 L*)"),
        ({"light": 2.0}, "red", "it gets brighter at once (by 2.0 L*)"),
        ({"jump": 2.6}, "red", "the picture jumps (2.6 times the change around it)"),
        ({"jerk": 4.0}, "yellow", "the motion jerks (4.0 times the unevenness around it)"),
        ({"sharp": 0.7}, "red", "its sharpness steps (by 101 %)"),
        ({"sharp": 12.0}, "red", "its sharpness steps (by more than 1000 %)"),
        ({"raw": 0.3}, "yellow", "a frame stands still or is shown twice"),
    ],
)
def test_the_grade_says_what_shows_most(changed: dict[str, float], colour: str, reason: str) -> None:
    found = grade(replace(FINE, **changed))
    assert (found.colour, found.reason) == (colour, reason)


def test_against_a_jerk_another_pace_is_offered_once() -> None:
    jerky = replace(FINE, jerk=4.0)
    assert [text.partition(" evens")[0] for text in remedies(jerky, "continue")] == ["`transition: retime`"]
    assert not list(remedies(jerky, "retime"))
    assert not list(remedies(replace(FINE, colour=2.0), "continue"))


def conformed(source: Source, piece: Path) -> Side:
    conform(source, piece, QUALITY)
    return Side(source, piece)


@pytest.fixture(scope="module")
def sides(tmp_path_factory: pytest.TempPathFactory) -> list[Side]:
    """Three conformed segments with a generator's faults; the third starts a run of its own."""
    folder = tmp_path_factory.mktemp("segments")
    return [
        conformed(
            Source(raw, number != 1, folder / f"k{number}.png", folder / f"k{number + 1}.png"),
            folder / f"p{number}.mp4",
        )
        for number, raw in enumerate(film_segments(folder, 3, SIZE, COUNT))
    ]


@pytest.fixture(scope="module")
def unmended(tmp_path_factory: pytest.TempPathFactory, sides: list[Side]) -> Planes:
    """The film of these segments as it is without a mend."""
    return list(planes(film_of(tmp_path_factory.mktemp("unmended"), sides, [])))


def film_of(folder: Path, sides: list[Side], splices: list[Splice | None]) -> Path:
    expected = sum(COUNT if side.source.starts_run else COUNT - 1 for side in sides)
    assemble(
        find_ffmpeg(),
        [side.piece for side in sides],
        folder / "film.mp4",
        title="",
        chapters=[],
        metadata={},
        fps=FPS,
        expected_frames=expected,
        splices=splices,
    )
    check_film(folder / "film.mp4", expected)
    return folder / "film.mp4"


def mended(folder: Path, sides: list[Side], seam: int, transition: Transition) -> Splice | None:
    return mend(transition, sides[seam], sides[seam + 1], folder / f"{transition}{seam}.mp4", QUALITY)


def changed_frames(unmended: Planes, film: Path) -> list[int]:
    """Numbers of the frames of a film that are not the same bit for bit as they were."""
    return [
        number
        for number, (ours, theirs) in enumerate(zip(unmended, planes(film), strict=True))
        if not all(np.array_equal(a, b) for a, b in zip(ours, theirs, strict=True))
    ]


def test_conforming_makes_a_seam_green_that_shows_when_frames_are_merely_dropped(sides: list[Side]) -> None:
    before, after = (list(frames(side.source.raw)) for side in sides[:2])
    dropped = measure(before, after[1:])
    ours = measure_seam(sides[0].piece, sides[1].piece)
    assert grade(ours).score < grade(dropped).score
    assert ours.colour < LIMITS.colour
    assert abs(ours.light) < 0.4


def last_sharpness(path: Path) -> float:
    return [sharpness(stored[0]) for stored in planes(path)][-1]


def test_an_end_is_sharpened_as_its_own_start_is_beside_its_keyframe(tmp_path: Path, sides: list[Side]) -> None:
    left = conformed(replace(sides[0].source, last=None), tmp_path / "left.mp4")
    assert last_sharpness(sides[0].piece) > 1.15 * last_sharpness(left.piece)
    soft, sharp = (measure_seam(side.piece, sides[1].piece).sharp for side in (left, sides[0]))
    assert sharp < soft
    assert mended(tmp_path, sides, 0, "continue") is None, "its neighbour starts as sharp as was expected"


@pytest.mark.parametrize(("blurred", "sharper"), [(False, True), (True, False)])
def test_an_end_that_another_start_follows_than_was_expected_is_mended(
    tmp_path: Path, sides: list[Side], blurred: bool, sharper: bool
) -> None:
    after = sides[2]
    if blurred:
        soft = [
            np.asarray(Image.fromarray(rgb).filter(ImageFilter.GaussianBlur(1)))
            for rgb in islice(frames(after.source.raw), 3)
        ]
        after = conformed(Source(write_clip(tmp_path / "raw.mp4", soft, crf="8"), True), tmp_path / "soft.mp4")
    splice = mended(tmp_path, [sides[1], after], 0, "continue")
    assert splice is not None
    assert (splice.tail, splice.head) == (1, 0)
    end, before = last_sharpness(splice.path), last_sharpness(sides[1].piece)
    assert (end > 1.15 * before) if sharper else (end < before / 1.15)
    assert len(list(planes(splice.path))) == 16


def test_a_mend_changes_no_frame_but_those_of_its_groups(
    tmp_path: Path, sides: list[Side], unmended: Planes
) -> None:
    splice = mended(tmp_path, sides, 1, "continue")
    changed = changed_frames(unmended, film_of(tmp_path, sides, [None, splice]))
    boundary = 2 * COUNT - 1
    assert set(changed) <= set(range(boundary - 16, boundary))
    assert boundary - 1 in changed


@pytest.mark.parametrize("seam", [0, 1])
@pytest.mark.parametrize("transition", ["dissolve", "fade"])
def test_a_transition_keeps_the_films_length_and_all_else(
    tmp_path: Path, sides: list[Side], unmended: Planes, transition: Transition, seam: int
) -> None:
    splice = mended(tmp_path, sides, seam, transition)
    splices = [None, None]
    splices[seam] = splice
    boundary = sum(COUNT if side.source.starts_run else COUNT - 1 for side in sides[: seam + 1])
    changed = changed_frames(unmended, film_of(tmp_path, sides, splices))
    assert set(changed) <= set(range(boundary - 16, boundary + 17))
    assert set(range(boundary - 7, boundary + 7)) <= set(changed)


def test_an_even_pace_changes_no_frame_but_those_of_its_groups(
    tmp_path: Path, sides: list[Side], unmended: Planes
) -> None:
    splice = mended(tmp_path, sides, 0, "retime")
    changed = changed_frames(unmended, film_of(tmp_path, sides, [splice, None]))
    assert {COUNT - 2, COUNT - 1, COUNT, COUNT + 1} <= set(changed) <= set(range(COUNT - 16, COUNT + 16))


def test_a_fade_passes_through_black(tmp_path: Path, sides: list[Side]) -> None:
    splice = mended(tmp_path, sides, 1, "fade")
    assert splice is not None
    light = [rgb.mean() for rgb in frames(splice.path)]
    assert light[15] < 2
    assert light[:8] == pytest.approx([light[0]] * 8, rel=0.1)
    assert all(after < before for before, after in pairwise(light[7:16]))
    assert all(after > before for before, after in pairwise(light[15:23]))


def test_a_dissolve_goes_from_one_to_the_other_step_by_step(tmp_path: Path, sides: list[Side]) -> None:
    splice = mended(tmp_path, sides, 1, "dissolve")
    assert splice is not None
    shown = [rgb.astype(float) for rgb in frames(splice.path)]
    share = [np.abs(rgb - shown[7]).mean() / np.abs(shown[24] - shown[7]).mean() for rgb in shown[8:24]]
    assert share[0] < 0.3
    assert share[-1] > 0.7
    assert all(after > before - 0.05 for before, after in pairwise(share))


def test_a_cut_needs_no_mend(tmp_path: Path, sides: list[Side]) -> None:
    assert mended(tmp_path, sides, 1, "cut") is None
    assert list(tmp_path.iterdir()) == []


def test_an_end_as_sharp_as_the_next_start_needs_no_mend(tmp_path: Path, sides: list[Side]) -> None:
    backwards = write_clip(tmp_path / "raw.mp4", list(frames(sides[0].source.raw))[::-1], crf="10")
    sharp = conformed(Source(backwards, True), tmp_path / "sharp.mp4")
    assert mend("continue", sharp, sides[1], tmp_path / "m.mp4", QUALITY) is None
    assert not (tmp_path / "m.mp4").exists()
