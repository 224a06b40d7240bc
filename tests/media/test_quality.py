"""What a clip's numbers say against it."""

from __future__ import annotations

import numpy as np
import pytest

from longvid_tui.media.quality import numbers, remarks
from longvid_tui.media.verifying import BLACK_LEVEL, verify_clip
from longvid_tui.media.writing import ClipWriter

GOOD = {
    "motion": 1.2,
    "black": 0.0,
    "ssim_first": 0.9,
    "ssim_last": 0.85,
    "flash_first": 0.4,
    "flash_last": 0.5,
}


def test_nothing_is_said_against_a_good_clip_nor_against_one_nobody_measured():
    assert remarks(GOOD) == remarks({}) == []


@pytest.mark.parametrize(
    ("fact", "said"),
    [
        ({"motion": 0.05}, "hardly anything moves (change 0.05, usually above 0.15)"),
        ({"black": 0.25}, "25% of its frames are black"),
        ({"ssim_last": 0.31}, "its last frame is far from its keyframe (SSIM 0.31)"),
        ({"flash_first": 21.4}, "it flashes near its start (21 levels)"),
        ({"flash_last": 9.0}, "it flashes near its end (9 levels)"),
    ],
)
def test_each_flaw_is_named_with_its_number(fact, said):
    assert remarks(GOOD | fact) == [said]


def test_a_flash_counts_near_an_end_only_and_a_fade_is_none():
    fade = [40 + 2.0 * at for at in range(81)]
    assert numbers(fade, [2.0] * 80, BLACK_LEVEL)["flash_first"] == 0.0
    for at, (first, last) in ((3, (30, 0)), (40, (0, 0)), (78, (0, 30))):
        flashed = [mean + 30 * (index == at) for index, mean in enumerate(fade)]
        found = numbers(flashed, [2.0] * 80, BLACK_LEVEL)
        assert (found["flash_first"], found["flash_last"]) == (first, last)


def test_the_check_of_a_clip_measures_them(tmp_path):
    path = tmp_path / "clip.mp4"
    rows = np.linspace(60, 120, 64)[:, None, None] * np.ones((1, 96, 3))
    with ClipWriter(path, 96, 64, 16) as clip:
        for index in range(81):
            moved = np.roll(rows, index, axis=0) + 40 * (index == 78)
            clip.write((moved * (not 20 <= index < 40)).clip(0, 255).astype(np.uint8))
    verdict = verify_clip(path, frames=81, width=96, height=64, fps=16, first=None, last=None, lands=-1)
    assert verdict.ok
    assert verdict.facts["motion"] > 0.5
    assert verdict.facts["black"] == pytest.approx(20 / 81, abs=0.01)
    assert remarks(verdict.facts) == ["25% of its frames are black", "it flashes near its end (40 levels)"]
