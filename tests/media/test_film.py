"""Pieces become one film of exactly their frames, or the film before stays what it was."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import tracemalloc
from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from av.video.reformatter import Colorspace
from footage import FPS, SIZE, flat, planes, shot, stamps, write_clip

from longvid_tui.media.chapters import Chapter
from longvid_tui.media.conform import conform
from longvid_tui.media.errors import BadClip, FragmentsDiffer, MediaError, NoRoom
from longvid_tui.media.ffmpeg import Ffmpeg, find_ffmpeg
from longvid_tui.media.film import assemble, check_film
from longvid_tui.media.fmp4 import Part, join
from longvid_tui.media.pinned import Quality
from longvid_tui.media.source import Source

SHORT = 17
"""Frames of most takes here: one to leave out and one group of 16."""


def piece(folder: Path, name: str, frames: Sequence[Any], *, starts_run: bool, **changed: Any) -> Path:
    raw = write_clip(folder / f"{name}-raw.mp4", frames)
    out = folder / f"{name}.mp4"
    wanted = {"width": SIZE[0], "height": SIZE[1], "fps": FPS, "crf": 16, "preset": "medium"}
    conform(Source(raw, starts_run), out, Quality(**{**wanted, **changed}))
    return out


@pytest.fixture(scope="module")
def pieces(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Three pieces of one run: 17, 16 and 16 frames."""
    folder = tmp_path_factory.mktemp("pieces")
    return [piece(folder, f"s{n}", shot(SHORT, start=16 * n), starts_run=n == 0) for n in range(3)]


def make(pieces: Sequence[Path], out: Path, **changed: Any) -> None:
    frames = changed.pop("expected_frames", 16 * len(pieces) + 1)
    wanted: dict[str, Any] = {
        "title": "A film",
        "chapters": [Chapter(f"s{n + 1}", 16 * n + (n > 0)) for n in range(len(pieces))],
        "metadata": {},
    }
    ffmpeg = changed.pop("ffmpeg", None) or find_ffmpeg()
    assemble(ffmpeg, pieces, out, fps=FPS, expected_frames=frames, **{**wanted, **changed})


def test_three_segments_are_241_evenly_timed_frames_in_order(tmp_path: Path) -> None:
    pieces = [
        piece(tmp_path, f"s{n}", [flat((80 * n + frame,) * 3) for frame in range(81)], starts_run=n == 0)
        for n in range(3)
    ]
    make(pieces, tmp_path / "film.mp4", expected_frames=241, chapters=[])
    levels = [(float(stored[0].mean()) - 16) * 255 / 219 for stored in planes(tmp_path / "film.mp4")]
    assert levels == pytest.approx(list(range(241)), abs=2)
    assert stamps(tmp_path / "film.mp4") == [Fraction(frame, FPS) for frame in range(241)]


def test_a_hundred_and_twenty_pieces_stand_in_their_order(tmp_path: Path) -> None:
    colours = [(2 * n, 255 - 2 * n, 128) for n in range(120)]
    pieces = [
        piece(tmp_path, f"s{n}", [flat(colour)] * 3, starts_run=n == 0) for n, colour in enumerate(colours)
    ]
    make(pieces, tmp_path / "film.mp4", expected_frames=241, chapters=[])
    red = [int(stored[2][0, 0]) for stored in planes(tmp_path / "film.mp4")]
    assert len(red) == 241
    assert all(before <= after for before, after in pairwise(red[1::2]))
    assert len(set(red)) > 100
    check_film(tmp_path / "film.mp4", 241)


def test_joined_frames_are_the_pieces_frames_bit_for_bit(tmp_path: Path, pieces: list[Path]) -> None:
    make(pieces, tmp_path / "film.mp4")
    apart = [stored for path in pieces for stored in planes(path)]
    for ours, theirs in zip(planes(tmp_path / "film.mp4"), apart, strict=True):
        assert all((a == b).all() for a, b in zip(ours, theirs, strict=True))


def test_ffmpeg_decodes_the_film_without_a_word(tmp_path: Path, pieces: list[Path]) -> None:
    make(pieces, tmp_path / "film.mp4")
    said = subprocess.run(
        [find_ffmpeg().path, "-v", "warning", "-i", tmp_path / "film.mp4", "-f", "null", "-"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stderr == ""


def test_pieces_of_other_quality_join(tmp_path: Path, pieces: list[Path]) -> None:
    coarse = piece(tmp_path, "coarse", shot(SHORT, start=48), starts_run=False, crf=30)
    make([*pieces, coarse], tmp_path / "film.mp4")
    check_film(tmp_path / "film.mp4", 4 * 16 + 1)


@pytest.mark.parametrize(
    "kind",
    [
        pytest.param({"pixel_format": "yuv444p"}, id="4:4:4"),
        pytest.param({"pixel_format": "yuv420p10le"}, id="10 bit"),
        pytest.param({"codec": "libx265", "x265-params": "log-level=none"}, id="HEVC"),
        pytest.param({"matrix": Colorspace.ITU709, "tags": (1, 1, 1)}, id="tagged BT.709"),
        pytest.param({"full_range": True}, id="full range"),
        pytest.param({"codec": "mpeg4", "container": "mov"}, id="MPEG-4"),
    ],
)
def test_a_take_of_another_kind_joins_the_others_and_looks_the_same(
    tmp_path: Path, pieces: list[Path], kind: dict[str, Any]
) -> None:
    raw = write_clip(tmp_path / "raw.mp4", shot(SHORT, start=32), **kind)
    odd = tmp_path / "odd.mp4"
    conform(Source(raw, False), odd, Quality(*SIZE, FPS, 16, "medium"))
    make([*pieces[:2], odd], tmp_path / "film.mp4")
    shown = list(planes(tmp_path / "film.mp4"))
    for stored, wanted in zip(shown[33:], planes(pieces[2]), strict=True):
        apart = [plane.astype(int) - other for plane, other in zip(stored, wanted, strict=True)]
        assert max(abs(difference.mean()) for difference in apart) < 1
        assert max(np.abs(difference).mean() for difference in apart) < 6


def test_the_index_stands_in_front(tmp_path: Path, pieces: list[Path]) -> None:
    make(pieces, tmp_path / "film.mp4")
    data = (tmp_path / "film.mp4").read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")


ODD = [
    "plain",
    "with 'single' and \"double\" quotes",
    "two\nlines\n\nand more",
    "a = b; # c \\ d",
    "[CHAPTER]",
    ";FFMETADATA1",
    "emoji 🎬🦊 and 日本語 and עברית",
    "NUL \0 and return \r here",
    "a lone half \ud83d of a pair",
    "long " * 400,
]


@pytest.mark.parametrize("text", ODD, ids=range(len(ODD)))
def test_odd_titles_chapters_and_metadata_are_kept(tmp_path: Path, pieces: list[Path], text: str) -> None:
    make(
        pieces,
        tmp_path / "film.mp4",
        title=text,
        chapters=[Chapter(text, 0), Chapter("two", 17)],
        metadata={"comment": text, "longvid_plan": text},
    )
    expected = text.replace("\0", "").replace("\r", "").encode("utf-8", "replace").decode()
    with av.open(str(tmp_path / "film.mp4")) as container:
        found = dict(container.metadata)
        chapters = container.chapters()
    assert [found[name] for name in ("title", "comment", "longvid_plan")] == [expected] * 3
    assert [chapter["metadata"]["title"] for chapter in chapters] == [expected, "two"]
    assert [chapter["start"] * chapter["time_base"] * FPS for chapter in chapters] == [0, 17]
    assert chapters[-1]["end"] * chapters[-1]["time_base"] * FPS == 49


def test_a_film_needs_no_chapters(tmp_path: Path, pieces: list[Path]) -> None:
    make(pieces, tmp_path / "film.mp4", chapters=[])
    check_film(tmp_path / "film.mp4", 49)


def _missing(folder: Path, pieces: list[Path]) -> dict[str, Any]:
    return {"pieces": [*pieces, folder / "s9.mp4"]}


def _none(folder: Path, pieces: list[Path]) -> dict[str, Any]:
    return {"pieces": []}


def _other_preset(folder: Path, pieces: list[Path]) -> dict[str, Any]:
    return {"pieces": [*pieces, piece(folder, "s9", shot(SHORT), starts_run=False, preset="ultrafast")]}


def _other_size(folder: Path, pieces: list[Path]) -> dict[str, Any]:
    raw = shot(SHORT, (112, 64))
    return {"pieces": [*pieces, piece(folder, "s9", raw, starts_run=False, width=112)]}


def _raw_clip(folder: Path, pieces: list[Path]) -> dict[str, Any]:
    return {"pieces": [*pieces, write_clip(folder / "s9.mp4", shot(SHORT))]}


def _cut_off(folder: Path, pieces: list[Path]) -> dict[str, Any]:
    path = folder / "s9.mp4"
    path.write_bytes(pieces[1].read_bytes()[:-700])
    return {"pieces": [*pieces, path]}


def _damaged(folder: Path, pieces: list[Path]) -> dict[str, Any]:
    path = folder / "s9.mp4"
    data = bytearray(pieces[1].read_bytes())
    at = data.index(b"mdat") + 400
    data[at : at + 300] = bytes(300)
    path.write_bytes(data)
    return {"pieces": [*pieces, path], "expected_frames": 65}


def _a_bit_flipped(after: bytes, apart: int) -> Callable[[Path, list[Path]], dict[str, Any]]:
    """So many bytes after the last place where these stand in a stored piece."""

    def flip(folder: Path, pieces: list[Path]) -> dict[str, Any]:
        own = folder / "kept"
        own.mkdir()
        path = own / pieces[1].name
        data = bytearray(pieces[1].read_bytes())
        data[data.rindex(after) + apart] ^= 1
        path.write_bytes(data)
        return {"pieces": [pieces[0], path, pieces[2]]}

    return flip


def _another_piece(folder: Path, pieces: list[Path]) -> dict[str, Any]:
    """One of equal length in the place of another."""
    own = folder / "kept"
    own.mkdir()
    return {"pieces": [*pieces[:2], Path(shutil.copyfile(pieces[1], own / pieces[2].name))]}


def _one_too_few(folder: Path, pieces: list[Path]) -> dict[str, Any]:
    return {"pieces": pieces, "expected_frames": 50}


def _failing_ffmpeg(folder: Path, pieces: list[Path]) -> dict[str, Any]:
    script = folder / "ffmpeg"
    script.write_text("#!/bin/sh\necho 'No space left on device' >&2\nexit 1\n")
    script.chmod(0o755)
    return {"pieces": pieces, "ffmpeg": Ffmpeg(str(script), "9")}


def _lying_ffmpeg(folder: Path, pieces: list[Path]) -> dict[str, Any]:
    """Ends with 0 and leaves an empty file."""
    script = folder / "ffmpeg"
    script.write_text('#!/bin/sh\nfor last; do :; done\n: > "${last#file:}"\n')
    script.chmod(0o755)
    return {"pieces": pieces, "ffmpeg": Ffmpeg(str(script), "9")}


FAILURES: list[tuple[Callable[[Path, list[Path]], dict[str, Any]], type[MediaError], str]] = [
    (_missing, MediaError, r"missing \(s9\.mp4\)"),
    (_none, MediaError, "missing"),
    (_other_preset, FragmentsDiffer, r"s9\.mp4"),
    (_other_size, FragmentsDiffer, r"s9\.mp4"),
    (_raw_clip, BadClip, r"s9\.mp4 is not a fragmented MP4"),
    (_cut_off, BadClip, r"s9\.mp4 is cut off"),
    (_damaged, BadClip, r"s9\.mp4 is damaged"),
    (_a_bit_flipped(b"mdat", 900), BadClip, r"s1\.mp4 is damaged"),
    (_a_bit_flipped(b"mdat", 5), BadClip, r"s1\.mp4"),
    (_a_bit_flipped(b"trun", 27), BadClip, r"s1\.mp4|evenly"),
    (_a_bit_flipped(b"moov", 40), BadClip, r"s1\.mp4 is damaged"),
    (_a_bit_flipped(b"groups", 20), BadClip, r"s1\.mp4 is damaged"),
    (_another_piece, BadClip, r"s2\.mp4 is damaged, or another piece"),
    (_one_too_few, BadClip, "49 frames instead of 50"),
    (_failing_ffmpeg, NoRoom, "No space left on device"),
    (_lying_ffmpeg, BadClip, "opened"),
]


@pytest.mark.parametrize(
    ("break_it", "error", "sentence"), FAILURES, ids=lambda value: getattr(value, "__name__", "")
)
def test_the_film_before_stays_whole_when_assembling_fails(
    tmp_path: Path, pieces: list[Path], break_it: Any, error: type[MediaError], sentence: str
) -> None:
    films = tmp_path / "films"
    films.mkdir()
    make(pieces, films / "film.mp4")
    before = (films / "film.mp4").read_bytes()
    with pytest.raises(error, match=sentence) as caught:
        make(out=films / "film.mp4", **break_it(tmp_path, pieces))
    assert "\n" not in str(caught.value)
    assert (films / "film.mp4").read_bytes() == before
    assert list(films.iterdir()) == [films / "film.mp4"]


def test_a_folder_that_is_gone_is_one_sentence(tmp_path: Path, pieces: list[Path]) -> None:
    with pytest.raises(MediaError, match=r"film\.mp4 could not be written"):
        make(pieces, tmp_path / "gone" / "film.mp4")


def test_uneven_timing_is_found(tmp_path: Path) -> None:
    ticks = [1000 * index + (1 if index == 7 else 0) for index in range(SHORT)]
    path = write_clip(tmp_path / "film.mp4", shot(SHORT), ticks=ticks)
    with pytest.raises(BadClip, match="not evenly timed at frame 7"):
        check_film(path, SHORT)


def test_joining_takes_no_more_memory_for_more_pieces(pieces: list[Path]) -> None:
    def peak(count: int) -> int:
        tracemalloc.start()
        with Path(os.devnull).open("wb") as nowhere:
            join([Part(pieces[1])] * count, nowhere)
        used = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return used

    assert peak(240) < peak(12) + 50_000


def test_a_join_counts_what_it_wrote(pieces: list[Path]) -> None:
    out = io.BytesIO()
    joined = join([Part(piece) for piece in pieces], out)
    assert (joined.fragments, joined.samples, joined.ticks) == (4, 49, 49_000)
    assert out.getvalue().count(b"moov") == 1
    assert b"mfra" not in out.getvalue()
