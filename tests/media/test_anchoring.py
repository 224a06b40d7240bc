"""A clip is drawn to its keyframes where it landed on them, and left alone where it did not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from av.video.reformatter import Colorspace
from footage import FPS, Rgb, planes, save, write_clip
from PIL import Image
from world import Faults, Look, clean_segment, filmed, truth

from longvid_tui.media.anchoring import RAMP, anchor
from longvid_tui.media.conform import Conformed, conform, read_again, read_facts
from longvid_tui.media.errors import MediaError
from longvid_tui.media.pinned import Quality
from longvid_tui.media.planes import planes as split
from longvid_tui.media.reading import Reading
from longvid_tui.media.sharpness import MOST, amount_for, sharpened, sharpness
from longvid_tui.media.source import Source
from longvid_tui.media.video import frames

SIZE = (192, 128)
COUNT = 17
PLAIN = Look(np.ones(3), np.zeros(3), 1.0, 0.0)
WARM = Look(np.array([1.03, 1.0, 0.97]), np.array([3.0, 0.0, -2.0]), 0.96, 3.0)
SOUND = Faults((PLAIN, PLAIN, PLAIN), (0.0, 0.0), 1.0, 0.0, 1)


WARMED = replace(SOUND, looks=(WARM, WARM, WARM))


def clip(folder: Path, faults: Faults) -> Path:
    """s0.mp4 with its keyframes k0.png and k1.png; filmed once, however many tests begin with it."""
    clean = list(clean_segment(0, faults, SIZE, COUNT))
    save(folder / "k0.png", clean[0])
    save(folder / "k1.png", clean[-1])
    raw = folder / "s0.mp4"
    raw.write_bytes(_filmed(faults))
    return raw


@cache
def _filmed(faults: Faults) -> bytes:
    with TemporaryDirectory() as folder:
        shown = filmed(list(clean_segment(0, faults, SIZE, COUNT)), faults, COUNT)
        return write_clip(Path(folder) / "s0.mp4", shown, crf="8", preset="veryfast").read_bytes()


def conformed(raw: Path, *names: str | None) -> tuple[Conformed, list[Rgb]]:
    """With the files that its ends are drawn to, its keyframes unless others are named."""
    out = raw.with_name("piece.mp4")
    ends = [raw.with_name(name) if name else None for name in names or ("k0.png", "k1.png")]
    facts = conform(Source(raw, True, *ends), out, Quality(*SIZE, FPS, 10, "medium"))
    return facts, list(frames(out))


def tint(ours: Rgb, theirs: Rgb) -> float:
    """Largest difference of the means of 4x6 areas, in levels."""
    change = ours.astype(float) - theirs
    return float(np.abs(change.reshape(4, 32, 6, 32, 3).mean(axis=(1, 3))).max())


def test_colours_are_drawn_along_the_whole_clip(tmp_path: Path) -> None:
    faults = replace(SOUND, looks=(PLAIN, PLAIN.mixed(WARM, 0.5), WARM))
    raw = clip(tmp_path, faults)
    clean = list(clean_segment(0, faults, SIZE, COUNT))
    _, left = conformed(raw, None, None)
    facts, drawn = conformed(raw)
    for index in (0, COUNT // 2, COUNT - 1):
        assert tint(drawn[index], clean[index]) < 2.2
    assert tint(left[-1], clean[-1]) > 4
    assert facts.tail is not None
    assert facts.tail.landed
    assert facts.tail.psnr_coloured > facts.tail.psnr


def test_an_end_that_landed_a_little_off_is_moved_onto_its_keyframe(tmp_path: Path) -> None:
    raw = clip(tmp_path, replace(SOUND, shift=(1.3, -0.8), scale=1.002))
    keyframe = truth(COUNT - 1, SIZE).astype(float)
    facts, drawn = conformed(raw)
    _, left = conformed(raw, None, None)
    off = [np.abs(pictures[-1] - keyframe)[8:-8, 8:-8].mean() for pictures in (left, drawn)]
    assert off[1] < off[0] * 0.75
    assert facts.tail is not None
    assert facts.tail.shift == pytest.approx(np.hypot(1.3, 0.8), rel=0.35)
    far = COUNT - 1 - RAMP
    assert tint(drawn[far], left[far]) < tint(drawn[-1], left[-1]) / 3, "further in, nothing is moved"


def test_a_clip_that_is_right_stays_as_it_is(tmp_path: Path) -> None:
    raw = clip(tmp_path, SOUND)
    facts, drawn = conformed(raw)
    _, left = conformed(raw, None, None)
    for one, other, clean in zip(drawn, left, clean_segment(0, SOUND, SIZE, COUNT), strict=True):
        assert tint(one, clean) < tint(other, clean) + 1.5
    assert facts.head is not None
    assert facts.head.landed


def test_a_clip_that_landed_elsewhere_is_left_alone(tmp_path: Path) -> None:
    raw = clip(tmp_path, SOUND)
    elsewhere = np.ascontiguousarray(truth(900, SIZE)[::-1])
    save(tmp_path / "k1.png", elsewhere)
    facts, drawn = conformed(raw)
    _, left = conformed(raw, None, None)
    assert facts.tail is not None
    assert not facts.tail.landed
    assert facts.sharpened == 0
    assert tint(drawn[-1], left[-1]) < 1


def test_one_keyframe_is_enough(tmp_path: Path) -> None:
    raw = clip(tmp_path, WARMED)
    facts, drawn = conformed(raw, "k0.png", None)
    assert facts.tail is None
    assert tint(drawn[0], truth(0, SIZE)) < 2
    assert tint(drawn[-1], truth(COUNT - 1, SIZE)) > 3


def test_a_clip_stands_for_its_last_frame(tmp_path: Path) -> None:
    raw = clip(tmp_path, WARMED)
    write_clip(tmp_path / "before.mp4", [truth(index, SIZE) for index in range(-4, 1)], crf="8")
    facts, drawn = conformed(raw, "before.mp4", None)
    assert facts.head is not None
    assert facts.head.landed
    assert tint(drawn[0], truth(0, SIZE)) < 2


def test_what_was_measured_stays_in_the_piece(tmp_path: Path) -> None:
    facts, _ = conformed(clip(tmp_path, SOUND))
    assert facts.frames == COUNT
    assert read_facts(tmp_path / "piece.mp4") == facts


def test_a_piece_without_facts_is_named(tmp_path: Path) -> None:
    raw = clip(tmp_path, SOUND)
    with pytest.raises(MediaError, match=r"s0\.mp4 does not say what it holds"):
        read_facts(raw)


def test_a_keyframe_of_another_size_is_named(tmp_path: Path) -> None:
    raw = clip(tmp_path, SOUND)
    save(tmp_path / "k1.png", truth(32, (96, 64)))
    with pytest.raises(MediaError, match=r"k1\.png is 96x64 instead of 192x128"):
        conformed(raw)


def test_an_anchor_is_the_same_however_bright_the_keyframe_is_shown() -> None:
    still = truth(0, SIZE)
    brighter = np.asarray((still * 1.04).clip(0, 255), np.uint8)
    assert anchor(brighter, still).facts.shift < 0.3


def _blurs() -> Iterator[Rgb]:
    picture = Image.fromarray(truth(0, SIZE)).convert("L").point(lambda level: 60 + level // 2)
    yield np.asarray(picture)
    for factor in (1.2, 1.6, 2.4):
        small = picture.resize((round(SIZE[0] / factor), round(SIZE[1] / factor)), Image.Resampling.BOX)
        yield np.asarray(small.resize(SIZE, Image.Resampling.BICUBIC))


def test_sharpness_falls_with_blur() -> None:
    values = [sharpness(luma) for luma in _blurs()]
    assert values == sorted(values, reverse=True)


def test_sharpening_reaches_the_sharpness_wanted() -> None:
    sharp, soft, *_ = _blurs()
    amount = amount_for(soft, sharpness(sharp))
    assert 0 < amount < MOST
    assert sharpness(sharpened(soft, amount)) == pytest.approx(sharpness(sharp), rel=0.06)
    assert amount_for(sharp, sharpness(soft)) == 0
    assert amount_for(soft, 1e9) == pytest.approx(MOST, abs=0.02)


def test_a_take_is_read_again_as_it_was_conformed(tmp_path: Path) -> None:
    raw = clip(tmp_path, replace(SOUND, looks=(PLAIN, WARM, WARM), shift=(1.3, -0.8)))
    source = Source(raw, False, tmp_path / "k0.png", tmp_path / "k1.png")
    conform(source, tmp_path / "piece.mp4", Quality(*SIZE, FPS, 10, "medium"))
    fitted = Reading.fitted(source, SIZE)
    again = read_again(source, tmp_path / "piece.mp4", SIZE)
    assert fitted.tail is not None
    assert fitted.tail.mesh.nodes.any()
    both = zip(fitted.frames(4), again.frames(4), strict=True)
    assert [np.array_equal(one, other) for one, other in both] == [True] * (COUNT - 4)


def test_a_clip_that_is_as_the_film_wants_it_is_not_touched(tmp_path: Path) -> None:
    shown = [truth(index, SIZE) for index in range(3)]
    raw = write_clip(tmp_path / "raw.mp4", shown, matrix=Colorspace.ITU709, tags=(1, 1, 1))
    reading = Reading.fitted(Source(raw, True), SIZE)
    for stack, stored in zip(reading.frames(0), planes(raw), strict=True):
        assert all(np.array_equal(one, other) for one, other in zip(split(stack), stored, strict=True))
