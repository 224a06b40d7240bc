"""A clip counts as made only when all of it decodes and is what was asked for; anything else is named."""

from __future__ import annotations

import os
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import skimage
from av.video.reformatter import Colorspace
from footage import FPS, SIZE, Rgb, flat, planes, save, shot, stamps, view, write_clip

from longvid_tui.media.errors import BadClip
from longvid_tui.media.likeness import luma, ssim
from longvid_tui.media.verifying import Verdict, verify_clip
from longvid_tui.media.video import frames, probe
from longvid_tui.media.writing import ClipWriter

COUNT = 21
LUMA = {"601": (0.299, 0.587, 0.114), "709": (0.2126, 0.7152, 0.0722)}
"""What red, green and blue weigh in luma by ITU-R BT.601 and BT.709."""
Judge = Callable[..., Verdict]


@pytest.fixture
def judge(tmp_path: Path) -> Judge:
    """Judges a clip against the keyframes of the good shot."""
    first = save(tmp_path / "k1.png", view(0))
    last = save(tmp_path / "k2.png", view(COUNT - 1))

    def judged(path: Path, **changed: Any) -> Verdict:
        wanted = {"frames": COUNT, "width": SIZE[0], "height": SIZE[1], "fps": FPS, "lands": 0.6}
        return verify_clip(path, **{"first": first, "last": last, **wanted, **changed})

    return judged


def refused(verdict: Verdict, *expected: str) -> None:
    assert not verdict.ok
    said = "; ".join(verdict.problems)
    for words in expected:
        assert words in said


@pytest.mark.parametrize(
    "kind",
    [
        pytest.param({}, id="Wan"),
        pytest.param({"matrix": Colorspace.ITU709, "tags": (1, 1, 1)}, id="BT.709"),
        pytest.param({"full_range": True}, id="full range"),
        pytest.param({"pixel_format": "yuv444p"}, id="4:4:4"),
        pytest.param({"pixel_format": "yuv420p10le"}, id="10 bit"),
        pytest.param({"codec": "libx265", "x265-params": "log-level=none"}, id="HEVC"),
        pytest.param({"codec": "mpeg4"}, id="MPEG-4"),
    ],
)
def test_a_good_clip_is_accepted(tmp_path: Path, judge: Judge, kind: dict[str, Any]) -> None:
    verdict = judge(write_clip(tmp_path / "a.mp4", shot(COUNT), **kind))
    assert verdict.problems == ()
    assert verdict.facts["frames"] == COUNT
    assert min(verdict.facts["ssim_first"], verdict.facts["ssim_last"]) > 0.9
    weights = LUMA["709" if "tags" in kind else "601"]
    assert verdict.facts["mean_luma"] == pytest.approx(
        float((np.mean(shot(COUNT), (0, 1, 2)) * weights).sum()), abs=2
    )


@pytest.mark.parametrize("count", [1, COUNT - 1, COUNT + 1])
def test_a_wrong_number_of_frames_is_refused(tmp_path: Path, judge: Judge, count: int) -> None:
    verdict = judge(write_clip(tmp_path / "a.mp4", shot(count)))
    refused(verdict, f"it has {count} frames instead of {COUNT}")


def test_a_wrong_size_is_refused(tmp_path: Path, judge: Judge) -> None:
    verdict = judge(write_clip(tmp_path / "a.mp4", shot(COUNT, (112, 64))))
    refused(verdict, "it is 112x64 instead of 96x64")


def test_a_wrong_rate_is_refused(tmp_path: Path, judge: Judge) -> None:
    verdict = judge(write_clip(tmp_path / "a.mp4", shot(COUNT), fps=24))
    refused(verdict, "it runs at 24 frames a second instead of 16")


def test_uneven_timing_is_refused(tmp_path: Path, judge: Judge) -> None:
    ticks = [1000 * index + (400 if index == 7 else 0) for index in range(COUNT)]
    refused(judge(write_clip(tmp_path / "a.mp4", shot(COUNT), ticks=ticks)), "not evenly timed")


@pytest.mark.parametrize("pixel_format", ["yuv420p", "yuv420p10le"])
def test_a_black_clip_is_refused(tmp_path: Path, judge: Judge, pixel_format: str) -> None:
    black = [flat((3, 3, 3))] * COUNT
    refused(judge(write_clip(tmp_path / "a.mp4", black, pixel_format=pixel_format)), "black from end to end")


def test_a_clip_may_be_black_when_its_keyframe_is(tmp_path: Path, judge: Judge) -> None:
    night = save(tmp_path / "night.png", flat((2, 2, 2)))
    path = write_clip(tmp_path / "a.mp4", [flat((2, 2, 2))] * COUNT)
    assert judge(path, first=night, last=night).problems == ()


def test_a_frozen_clip_is_refused(tmp_path: Path, judge: Judge) -> None:
    refused(judge(write_clip(tmp_path / "a.mp4", [view(0)] * COUNT)), "frozen")


def test_a_still_clip_is_accepted_between_equal_keyframes(tmp_path: Path, judge: Judge) -> None:
    still = save(tmp_path / "k.png", view(0))
    path = write_clip(tmp_path / "a.mp4", [view(0)] * COUNT)
    assert judge(path, first=still, last=still).problems == ()


@pytest.mark.parametrize("end", ["first", "last"])
def test_an_end_far_from_its_keyframe_is_refused(tmp_path: Path, judge: Judge, end: str) -> None:
    elsewhere = save(tmp_path / "far.png", np.ascontiguousarray(view(90)[::-1, ::-1]))
    path = write_clip(tmp_path / "a.mp4", shot(COUNT))
    refused(judge(path, **{end: elsewhere}), f"its {end} frame is far from its keyframe")
    assert judge(path, **{end: None}).ok, "an end without a keyframe may land anywhere"


@pytest.mark.parametrize("share", [0.5, 0.8, 0.99])
def test_a_truncated_fast_start_clip_is_refused(tmp_path: Path, judge: Judge, share: float) -> None:
    path = write_clip(tmp_path / "a.mp4", shot(COUNT))
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * share)])
    assert probe(path).width == SIZE[0], "its header is whole and still promises everything"
    assert not judge(path).ok


def test_damage_inside_a_clip_is_refused(tmp_path: Path, judge: Judge) -> None:
    path = write_clip(tmp_path / "a.mp4", shot(COUNT))
    data = bytearray(path.read_bytes())
    middle = len(data) * 3 // 4
    data[middle : middle + 200] = bytes(200)
    path.write_bytes(data)
    assert not judge(path).ok


def test_a_missing_clip_is_refused(tmp_path: Path, judge: Judge) -> None:
    refused(judge(tmp_path / "a.mp4"), "without writing a file")


def test_an_empty_clip_is_refused(tmp_path: Path, judge: Judge) -> None:
    (tmp_path / "a.mp4").touch()
    refused(judge(tmp_path / "a.mp4"), "empty")


def test_a_list_of_other_clips_is_refused(tmp_path: Path, judge: Judge) -> None:
    write_clip(tmp_path / "real.mp4", shot(COUNT))
    (tmp_path / "a.mp4").write_text("ffconcat version 1.0\nfile real.mp4\n")
    refused(judge(tmp_path / "a.mp4"), "cannot be opened as a video")


@pytest.mark.parametrize("kind", ["symlink", "hard link", "folder", "pipe"])
def test_what_is_no_plain_file_is_refused(tmp_path: Path, judge: Judge, kind: str) -> None:
    path, real = tmp_path / "a.mp4", write_clip(tmp_path / "real.mp4", shot(COUNT))
    match kind:
        case "symlink":
            path.symlink_to(real)
        case "hard link":
            path.hardlink_to(real)
        case "folder":
            path.mkdir()
        case "pipe":
            os.mkfifo(path)
    refused(judge(path), "link or no regular file")


@pytest.mark.parametrize("data", [b"hello" * 100, bytes(4000), b"RIFF\x00\x00\x00\x00WAVEfmt " + bytes(300)])
def test_what_is_no_video_is_refused(tmp_path: Path, judge: Judge, data: bytes) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(data)
    verdict = judge(path)
    assert len(verdict.problems) == 1
    assert "\n" not in verdict.problems[0]


def test_colours_no_screen_shows_untouched_are_refused(tmp_path: Path, judge: Judge) -> None:
    path = write_clip(tmp_path / "a.mp4", shot(COUNT), tags=(9, 16, 9))
    refused(judge(path), "bt2020")


PATCHES = [
    (255, 255, 255),
    (0, 0, 0),
    (128, 128, 128),
    (200, 60, 40),
    (40, 160, 70),
    (50, 70, 190),
    (230, 210, 60),
]


def by_hand(rgb: tuple[int, int, int], matrix: str) -> np.ndarray[Any, Any]:
    """Video range Y, Cb, Cr of a colour by the formulas of ITU-R BT.601 and BT.709."""
    kr, kg, kb = LUMA[matrix]
    red, green, blue = (value / 255 for value in rgb)
    y = kr * red + kg * green + kb * blue
    cb, cr = (blue - y) / (2 - 2 * kb), (red - y) / (2 - 2 * kr)
    return np.array([16 + 219 * y, 128 + 224 * cb, 128 + 224 * cr])


def patches() -> Rgb:
    picture = np.zeros((64, 32 * len(PATCHES), 3), np.uint8)
    for index, rgb in enumerate(PATCHES):
        picture[:, 32 * index : 32 * index + 32] = rgb
    return picture


def centres(picture: np.ndarray[Any, Any], width: int = 32) -> np.ndarray[Any, Any]:
    return picture[picture.shape[0] // 2, width // 2 :: width]


@pytest.mark.parametrize("matrix", ["601", "709"])
def test_colours_are_read_by_the_matrix_they_were_written_with(tmp_path: Path, matrix: str) -> None:
    tagged: dict[str, Any] = {"matrix": Colorspace.ITU709, "tags": (1, 1, 1)} if matrix == "709" else {}
    path = write_clip(tmp_path / "a.mp4", [patches()] * 3, crf="0", **tagged)
    stored = next(planes(path))
    for index, expected in enumerate(PATCHES):
        in_file = [centres(stored[0])[index], centres(stored[1], 16)[index], centres(stored[2], 16)[index]]
        assert np.abs(np.subtract(in_file, by_hand(expected, matrix))).max() <= 1.1, (
            "the fixture writes as Wan does"
        )
    read = centres(next(frames(path))).astype(int)
    assert np.abs(read - PATCHES).max() <= 2


def test_reading_neither_darkens_nor_tints(tmp_path: Path) -> None:
    """A chained segment starts from a picture that was read: an error here would add up along the chain."""
    clean = view(0, (192, 128))
    with ClipWriter(tmp_path / "a.mp4", 192, 128, FPS, crf=1) as writer:
        writer.write(clean)
    read = next(frames(tmp_path / "a.mp4")).astype(float)
    assert np.abs((read - clean).mean(axis=(0, 1))).max() < 0.3


def test_the_writer_makes_tagged_evenly_timed_clips(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    with ClipWriter(path, 32 * len(PATCHES), 64, FPS, crf=1, comment="ANIMATIC") as writer:
        for _ in range(5):
            writer.write(patches())
    facts = probe(path)
    assert (facts.fps, facts.tagged, facts.pixel_format) == (FPS, True, "yuv420p")
    assert stamps(path) == [Fraction(index, FPS) for index in range(5)]
    assert np.abs(centres(next(frames(path))).astype(int) - PATCHES).max() <= 2


def test_the_writer_leaves_nothing_behind_when_it_is_interrupted(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"

    def interrupted() -> None:
        with ClipWriter(path, *SIZE, FPS) as writer:
            writer.write(view(0))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert not path.exists()


def test_the_writer_refuses_a_frame_of_another_size(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="80x64"), ClipWriter(tmp_path / "a.mp4", *SIZE, FPS) as writer:
        writer.write(view(0, (80, 64)))


def test_reading_stops_with_a_sentence_where_a_clip_breaks(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "a.mp4", shot(COUNT))
    path.write_bytes(path.read_bytes()[:-3000])
    with pytest.raises(BadClip):
        list(frames(path))


def test_similarity_is_that_of_scikit_image() -> None:
    a, b = luma(view(0, (192, 128))), luma(view(1.5, (192, 128)))
    expected = skimage.metrics.structural_similarity(a, b, data_range=255, full=True)[1][3:-3, 3:-3].mean()
    assert ssim(a, b) == pytest.approx(expected, abs=1e-6)
    assert ssim(a, a) == pytest.approx(1)
