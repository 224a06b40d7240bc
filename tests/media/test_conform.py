"""A conformed piece is BT.709, evenly timed, cut into closed groups of 16, and joins with any other by its bytes."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from av.video.reformatter import Colorspace
from footage import FPS, SIZE, flat, planes, shot, stamps, view, write_clip

from longvid_tui.media import conform as conforming
from longvid_tui.media.errors import BadClip, MediaError
from longvid_tui.media.pinned import Quality
from longvid_tui.media.source import Source

COUNT = 33
PATCHES = [(250, 250, 250), (16, 16, 16), (128, 128, 128), (200, 60, 40), (40, 160, 70), (50, 70, 190)]


def conform(
    raw: Path, out: Path, *, starts_run: bool = False, size: tuple[int, int] = SIZE, crf: int = 16
) -> Any:
    return conforming.conform(Source(raw, starts_run), out, Quality(*size, FPS, crf, "medium"))


def key_frames(path: Path) -> list[int]:
    with av.open(str(path)) as container:
        return [index for index, frame in enumerate(container.decode(video=0)) if frame.key_frame]


def packets(path: Path) -> list[tuple[int, bool]]:
    """Every packet in stored order: the frame it shows, and whether decoding can start there."""
    with av.open(str(path)) as container:
        return [
            (round(packet.pts * packet.time_base * FPS), packet.is_keyframe)
            for packet in container.demux(video=0)
            if packet.pts is not None
        ]


def rgb_of_709(stored: tuple[np.ndarray[Any, Any], ...]) -> np.ndarray[Any, Any]:
    """The colour in the middle of a picture by the formulas of ITU-R BT.709."""
    y, u, v = (plane[plane.shape[0] // 2, plane.shape[1] // 2].astype(float) for plane in stored)
    y, u, v = (y - 16) / 219, (u - 128) / 224, (v - 128) / 224
    red, blue = y + 1.5748 * v, y + 1.8556 * u
    green = (y - 0.2126 * red - 0.0722 * blue) / 0.7152
    return np.array([red, green, blue]) * 255


@pytest.mark.parametrize(("starts_run", "first"), [(True, 0), (False, 1)])
def test_a_piece_that_continues_another_leaves_frame_0_out(
    tmp_path: Path, starts_run: bool, first: int
) -> None:
    raw = write_clip(tmp_path / "raw.mp4", [flat((7 * index, 100, 100)) for index in range(COUNT)])
    out = tmp_path / "piece.mp4"
    conform(raw, out, starts_run=starts_run)
    shown = [round(rgb_of_709(stored)[0] / 7) for stored in planes(out)]
    assert shown == list(range(first, COUNT))
    assert stamps(out)[1:] == [stamps(out)[0] + Fraction(index, FPS) for index in range(1, COUNT - first)]


@pytest.mark.parametrize(("starts_run", "keys"), [(True, [0, 1, 17]), (False, [0, 16])])
def test_groups_of_16_end_with_the_piece_and_are_closed(
    tmp_path: Path, starts_run: bool, keys: list[int]
) -> None:
    raw = write_clip(tmp_path / "raw.mp4", shot(COUNT))
    conform(raw, tmp_path / "piece.mp4", starts_run=starts_run)
    assert key_frames(tmp_path / "piece.mp4") == keys
    stored = packets(tmp_path / "piece.mp4")
    offset = stored[0][0]
    for group, start in enumerate(keys):
        end = keys[group + 1] if group + 1 < len(keys) else len(stored)
        assert sorted(frame - offset for frame, _ in stored[start:end]) == list(range(start, end))


@pytest.mark.parametrize(
    "kind",
    [
        pytest.param({}, id="untagged BT.601, as Wan writes"),
        pytest.param({"tags": (6, 6, 6)}, id="tagged BT.601"),
        pytest.param({"matrix": Colorspace.ITU709, "tags": (1, 1, 1)}, id="tagged BT.709"),
        pytest.param({"full_range": True}, id="full range"),
        pytest.param({"pixel_format": "yuv444p"}, id="4:4:4"),
        pytest.param({"pixel_format": "yuv420p10le"}, id="10 bit"),
        pytest.param({"codec": "libx265", "x265-params": "log-level=none:lossless=1"}, id="HEVC"),
    ],
)
@pytest.mark.parametrize("colour", PATCHES, ids=str)
def test_colours_come_out_as_tagged_bt709(
    tmp_path: Path, kind: dict[str, Any], colour: tuple[int, int, int]
) -> None:
    raw = write_clip(tmp_path / "raw.mp4", [flat(colour)] * 3, **{"crf": "0", **kind})
    conform(raw, tmp_path / "piece.mp4", crf=4)
    shown = rgb_of_709(list(planes(tmp_path / "piece.mp4"))[-1]).round()
    assert np.abs(shown - colour).max() <= 2
    with av.open(str(tmp_path / "piece.mp4")) as container:
        context = container.streams.video[0].codec_context
        tags = (context.color_primaries, context.color_trc, context.colorspace, context.color_range)
        assert tuple(map(int, tags)) == (1, 1, 1, 1)
        assert (context.pix_fmt, context.sample_aspect_ratio) == ("yuv420p", 1)


def test_the_same_take_gives_the_same_bytes(tmp_path: Path) -> None:
    # x264 itself is not repeatable on pictures narrower than this
    raw = write_clip(tmp_path / "raw.mp4", shot(COUNT, (128, 128)))
    made = []
    for _ in range(2):
        conform(raw, tmp_path / "piece.mp4", size=(128, 128))
        made.append((tmp_path / "piece.mp4").read_bytes())
    assert made[0] == made[1]


@pytest.mark.parametrize(
    ("kind", "cause"),
    [
        pytest.param({"tags": (9, 16, 9)}, "bt2020", id="HDR"),
        pytest.param({"frames": shot(3, (112, 64))}, "112x64 instead of 96x64", id="another size"),
        pytest.param({"frames": shot(1)}, "no frame", id="nothing after frame 0"),
        pytest.param({"fps": 24}, "24 frames a second instead of 16", id="another rate"),
        pytest.param(
            {"pixel_aspect": Fraction(4, 3)}, "pixels are not square", id="pixels that are not square"
        ),
    ],
)
def test_a_take_that_cannot_be_conformed_is_refused_by_name(
    tmp_path: Path, kind: dict[str, Any], cause: str
) -> None:
    raw = write_clip(tmp_path / "s3.mp4", kind.pop("frames", shot(COUNT)), **kind)
    with pytest.raises(BadClip, match=rf"s3\.mp4.*{cause}"):
        conform(raw, tmp_path / "piece.mp4")
    assert [path.name for path in tmp_path.iterdir()] == ["s3.mp4"]


@pytest.mark.parametrize("what", ["truncated", "text", "missing"])
def test_a_take_that_does_not_decode_is_refused_by_name(tmp_path: Path, what: str) -> None:
    raw = tmp_path / "s3.mp4"
    if what == "truncated":
        raw.write_bytes(write_clip(raw, shot(COUNT)).read_bytes()[:-4000])
    elif what == "text":
        raw.write_text("no clip")
    out = tmp_path / "piece.mp4"
    out.write_bytes(b"the piece before")
    with pytest.raises(MediaError, match=r"s3\.mp4"):
        conform(raw, out)
    assert out.read_bytes() == b"the piece before"
    assert not list(tmp_path.glob("*.part*"))


def test_a_folder_that_is_gone_is_one_sentence(tmp_path: Path) -> None:
    raw = write_clip(tmp_path / "s3.mp4", shot(COUNT))
    with pytest.raises(MediaError, match=r"^piece\.mp4 could not be written: No such file or directory$"):
        conform(raw, tmp_path / "nowhere" / "piece.mp4")


def test_fidelity_is_that_of_the_quality_asked_for(tmp_path: Path) -> None:
    raw = write_clip(tmp_path / "raw.mp4", shot(COUNT), crf="1")
    sizes = {}
    for crf in (12, 24):
        conform(raw, tmp_path / f"{crf}.mp4", crf=crf)
        sizes[crf] = (tmp_path / f"{crf}.mp4").stat().st_size
    assert sizes[24] < sizes[12] / 1.5
    wanted = view(COUNT - 1).astype(float) @ np.array([0.2126, 0.7152, 0.0722]) * 219 / 255 + 16
    assert np.sqrt(((list(planes(tmp_path / "12.mp4"))[-1][0] - wanted) ** 2).mean()) < 3
