"""A film that grows: pieces whose every frame tells its number, and the project as it stands on the way."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import av
import numpy as np

from longvid_tui.media.piece import new_piece
from longvid_tui.media.pinned import Quality
from longvid_tui.playing.growing import GrowingFilm
from longvid_tui.project.film import Film, Piece, Seam
from longvid_tui.project.history import Mended, Take
from longvid_tui.project.model import Keyframe, Project, Segment

SIZE = (256, 144)
FPS = 16
LENGTHS = (17, 48, 32)
FRAMES = sum(LENGTHS)
TITLE = "<b>Film</b>"


def luma_of(frame: int) -> int:
    return 30 + 2 * frame


def write_pieces(folder: Path) -> None:
    """Pieces p0 to p2, and q0: the splice of the first seam, 16 frames of each side."""
    starts = [sum(LENGTHS[:index]) for index in range(len(LENGTHS))]
    for index, (start, length) in enumerate(zip(starts, LENGTHS, strict=True)):
        _write(folder / f"p{index}.mp4", start, length, groups={0, 1} if index == 0 else {0})
    _write(folder / "q0.mp4", starts[1] - 16, 32, groups={0, 16})


def _write(out: Path, start: int, length: int, groups: set[int]) -> None:
    wide, high = SIZE
    with new_piece(out, Quality(wide, high, FPS, 8, "medium"), groups=groups) as piece:
        for number in range(start, start + length):
            stack = np.full((high * 3 // 2, wide), 128, np.uint8)
            stack[:high] = luma_of(number)
            piece.write(stack)


def standing(pieces: int, seams: int, *, other: str = "") -> tuple[Project, Film]:
    """A film of three of which the first `pieces` are conformed and the first `seams` mended.

    `other`: another first take was chosen.
    """
    segments = tuple(
        Segment(id=f"s{n}", first=f"k{n}", last=f"k{n + 1}", prompt="It moves.") for n in range(1, 4)
    )
    keys = [f"p{other}0", "p1", "p2"]
    film = Film(
        "missing",
        "",
        None,
        tuple(
            Piece(f"s{n + 1}", _take(n), n == 0, None, None, keys[n], n < pieces) for n in range(len(segments))
        ),
        (
            Seam("s1", "s2", "continue", f"q{other}0", Mended((1, 1), None) if seams > 0 else None, seams > 0),
            Seam("s2", "s3", "continue", "q1", Mended(None, None) if seams > 1 else None, seams > 1),
        ),
    )
    keyframes = tuple(Keyframe(id=f"k{n}", prompt="A still.") for n in range(1, 5))
    project = Project(title=TITLE, segments=segments, keyframes=keyframes)
    return project, film


def _take(index: int) -> Take:
    return Take(f"s{index + 1}", "", "", "", 0, {}, 0.0)


class Studio:
    """Where the film stands now; a test moves it on."""

    def __init__(self, conformed: Path, pieces: int, seams: int) -> None:
        self.now = standing(pieces, seams)
        self.film = GrowingFilm(lambda: self.now, conformed)

    def moves_on(self, pieces: int, seams: int, **changed: Any) -> None:
        self.now = standing(pieces, seams, **changed)
        self.film.refresh()


def uris(playlist: str) -> list[str]:
    return [line for line in playlist.splitlines() if line and not line.startswith("#")]


def downloaded(film: GrowingFilm) -> bytes:
    """All a player gets: the header and every stretch that is listed."""
    playlist = film.playlist()
    header = next(line.split('"')[1] for line in playlist.splitlines() if line.startswith("#EXT-X-MAP"))
    parts = [film.read(name) for name in (header, *uris(playlist))]
    assert all(part is not None for part in parts)
    return b"".join(part for part in parts if part)


def shown(data: bytes) -> list[tuple[float, float]]:
    """Time and number of every frame."""
    frames = []
    with av.open(io.BytesIO(data), "r") as clip:
        for frame in clip.decode(video=0):
            luma = float(frame.to_ndarray()[: frame.height].mean())
            frames.append((float(frame.pts * frame.time_base), (luma - luma_of(0)) / 2))
    return frames
