"""The film as a clip: exactly the wanted frames, in the wanted codec and size, or what was there before."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from reel import FPS, LABEL, make_shots, numbers

from longvid_tui.exporting.clips import Framing, shape
from longvid_tui.exporting.finish import Finish
from longvid_tui.exporting.renditions import Clip, Film, is_made, write_clip
from longvid_tui.media.errors import MediaError
from longvid_tui.media.ffmpeg import Ffmpeg, find_ffmpeg

PLAIN = Finish(Framing("fill", (0.5, 0.5)))


def make(film: Film, out: Path, kind: Any = "mp4", ids: str = "s1 s2 s3", finish: Finish = PLAIN) -> Path:
    write_clip(find_ffmpeg(), Clip(kind, film, make_shots().only(ids.split()), finish), out, lambda _: None)
    return out


@pytest.mark.parametrize(
    ("kind", "canvas", "wanted", "size"),
    [
        ("mp4", (832, 464), None, (832, 464)),
        ("prores", (832, 464), (1920, 1080), (1920, 1080)),
        ("web", (832, 464), (1920, 1080), (832, 464)),
        ("web", (1792, 1024), None, (1280, 732)),
        ("web", (720, 1440), None, (640, 1280)),
        ("square", (1280, 720), (1920, 1080), (1080, 1080)),
        ("vertical", (1280, 720), None, (1080, 1920)),
    ],
)
def test_kinds_have_sizes_of_their_own_or_the_wanted_one(
    kind: Any, canvas: tuple[int, int], wanted: tuple[int, int] | None, size: tuple[int, int]
) -> None:
    assert shape(kind, canvas, wanted) == size


def told(path: Path) -> dict[str, Any]:
    with av.open(str(path)) as clip:
        stream = clip.streams.video[0]
        stamps = [packet.pts * packet.time_base for packet in clip.demux(stream) if packet.pts is not None]
        return {
            "codec": stream.codec_context.name,
            "pixels": stream.codec_context.pix_fmt,
            "size": (stream.width, stream.height),
            "matrix": int(stream.codec_context.colorspace),
            "steps": {after - before for before, after in pairwise(sorted(stamps))},
            "metadata": dict(clip.metadata),
            "chapters": [(c["start"] * c["time_base"], c["metadata"]["title"]) for c in clip.chapters()],
        }


def test_the_whole_film_as_mp4_is_the_film_byte_for_byte(film: Film, tmp_path: Path) -> None:
    assert make(film, tmp_path / "out.mp4").read_bytes() == film.path.read_bytes()


@pytest.mark.parametrize(("ids", "first", "last"), [("s1", 0, 16), ("s2", 17, 32), ("s2 s3", 17, 48)])
def test_a_range_is_copied_to_the_frame_with_its_own_chapters(
    film: Film, tmp_path: Path, ids: str, first: int, last: int
) -> None:
    out = make(film, tmp_path / "out.mp4", ids=ids)
    whole = {round(number): number for number in numbers(film.path)}
    assert numbers(out) == [whole[number] for number in range(first, last + 1)]
    found = told(out)
    assert found["steps"] == {Fraction(1, FPS)}
    lengths = {"s1": 17, "s2": 16}
    expected, at = [], 0
    for name in ids.split():
        expected.append((Fraction(at, FPS), f"{name} words"))
        at += lengths.get(name, 0)
    assert found["chapters"] == expected


@pytest.mark.parametrize(
    ("kind", "codec", "pixels", "size"),
    [
        ("web", "h264", "yuv420p", (256, 144)),
        ("vertical", "h264", "yuv420p", (1080, 1920)),
        ("prores", "prores", "yuv422p10le", (256, 144)),
        ("dnxhr", "dnxhd", "yuv422p", (256, 144)),
    ],
)
def test_each_kind_has_its_codec_size_and_colours_and_says_where_it_comes_from(
    film: Film, tmp_path: Path, kind: str, codec: str, pixels: str, size: tuple[int, int]
) -> None:
    out = make(film, tmp_path / "out.mov", kind, "s2")
    found = told(out)
    assert (found["codec"], found["pixels"], found["size"], found["matrix"]) == (codec, pixels, size, 1)
    assert found["steps"] == {Fraction(1, FPS)}
    assert found["metadata"]["comment"] == LABEL
    assert "longvid_plan" in found["metadata"]
    assert numbers(out) == pytest.approx(range(17, 33), abs=0.4)


def test_a_label_at_the_foot_is_there_again_where_the_picture_was_cropped_and_only_there(
    film: Film, tmp_path: Path
) -> None:
    labelled = replace(PLAIN, label=LABEL)
    for kind, drawn in (("square", True), ("web", False)):
        made, plain = (
            first_frame(make(film, tmp_path / f"{name}.mp4", kind, "s1", finish))
            for name, finish in ((f"{kind}-a", labelled), (f"{kind}-b", PLAIN))
        )
        foot, rest = made[-30:] - plain[-30:], made[:-60] - plain[:-60]
        assert (np.abs(foot).max() > 60) == drawn
        assert np.abs(rest).mean() < 2
        if drawn:
            assert np.median(made[-30:]) < 40 < 160 < made[-30:].max(), "light letters on dark"


def first_frame(path: Path) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Its lightness."""
    with av.open(str(path)) as clip:
        return next(clip.decode(video=0)).to_ndarray(format="gray").astype(int)


def test_what_is_there_already_is_not_made_again_and_what_changed_is(film: Film, tmp_path: Path) -> None:
    out = make(film, tmp_path / "out.mp4", "web", "s1")
    before = out.stat().st_ino
    make(film, out, "web", "s1")
    assert out.stat().st_ino == before
    make(film, out, "web", "s2")
    assert out.stat().st_ino != before
    assert not is_made(find_ffmpeg(), Clip("web", film, make_shots().only(["s1"]), PLAIN), out)


def test_a_failure_leaves_what_was_there_and_nothing_else(film: Film, tmp_path: Path) -> None:
    out = tmp_path / "out.mov"
    out.write_bytes(b"mine")
    with pytest.raises(MediaError):
        write_clip(Ffmpeg("/bin/false", "0"), Clip("prores", film, make_shots(), PLAIN), out, lambda _: None)
    assert out.read_bytes() == b"mine"
    assert list(tmp_path.iterdir()) == [out]


def test_a_clip_shorter_than_promised_is_no_clip(film: Film, tmp_path: Path) -> None:
    beyond = make_shots()
    longer = replace(beyond, shots=(*beyond.shots, replace(beyond.shots[-1], id="s4", start=49)))
    with pytest.raises(MediaError, match="49 frames instead of 65"):
        write_clip(find_ffmpeg(), Clip("web", film, longer, PLAIN), tmp_path / "out.mp4", lambda _: None)
    assert not list(tmp_path.iterdir())
