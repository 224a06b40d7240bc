"""A small film on disk whose every frame tells its number, and the list of its shots."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import av
import numpy as np

from longvid_tui.exporting.renditions import Film
from longvid_tui.exporting.shots import Panel, SeamNote, Shot, ShotList
from longvid_tui.media.ffmpeg import find_ffmpeg
from longvid_tui.media.film import assemble
from longvid_tui.media.piece import new_piece
from longvid_tui.media.pinned import Quality
from longvid_tui.project.disk import sha256_file
from longvid_tui.project.model import Character, Look

SIZE = (256, 144)
FPS = 16
LENGTHS = (17, 16, 16)
LABEL = "ANIMATIC - a test"
SOURCE_TYPE = "http://cv.iptc.org/newscodes/digitalsourcetype/algorithmicMedia"
HOSTILE = '</title><script>alert("x")</script>\u202e & "quoted"'


Luma = int | np.ndarray[Any, np.dtype[np.uint8]]
"""Of all of a frame, or of each pixel."""


def luma_of(frame: int) -> int:
    """The luma that all of a frame has."""
    return 30 + 4 * frame


def numbers(path: Path) -> list[float]:
    """The frames a clip shows, by their numbers in the film."""
    with av.open(str(path)) as clip:
        stored = [frame.reformat(format="yuv420p").to_ndarray() for frame in clip.decode(video=0)]
    return [(float(stack[: stack.shape[0] * 2 // 3].mean()) - luma_of(0)) / 4 for stack in stored]


def make_film(folder: Path, luma: Callable[[int], Luma] = luma_of, size: tuple[int, int] = SIZE) -> Film:
    """49 frames in three pieces, joined as the engine does it; `luma` of each by its number."""
    pieces, number = [], 0
    for index, length in enumerate(LENGTHS):
        pieces.append(folder / f"piece{index}.mp4")
        with new_piece(
            pieces[-1], Quality(*size, FPS, 10, "medium"), groups={0, 1} if index == 0 else {0}
        ) as piece:
            for _ in range(length):
                piece.write(_stack(luma(number), size))
                number += 1
    out = folder / "film.mp4"
    assemble(
        find_ffmpeg(), pieces, out, title="A film", chapters=[], metadata={}, fps=FPS, expected_frames=number
    )
    return Film(out, sha256_file(out), number)


def _stack(luma: Luma, size: tuple[int, int]) -> np.ndarray[Any, np.dtype[np.uint8]]:
    wide, high = size
    stack = np.full((high * 3 // 2, wide), 128, np.uint8)
    stack[:high] = luma
    return stack


def make_shots(**changed: Any) -> ShotList:
    shots = tuple(_shots())
    wanted: dict[str, Any] = {
        "title": HOSTILE,
        "width": SIZE[0],
        "height": SIZE[1],
        "fps": FPS,
        "backends": {"planner": "outline", "images": "storyboard", "video": "animatic"},
        "look": Look(style="grey", characters=(Character(id="Ann", features=HOSTILE),)),
        "shots": shots,
        "provenance": {
            "comment": LABEL,
            "encoder_program": "longvid-tui",
            "digital_source_type": SOURCE_TYPE,
            "longvid_plan": '{"a": "</script>"}',
        },
    }
    return ShotList(**{**wanted, **changed})


def _shots() -> Iterator[Shot]:
    start = 0
    panels = [Panel(f"k{number}", f"Still {number} {HOSTILE}", None, number) for number in range(1, 5)]
    seams = (None, SeamNote("green", "nothing shows"), SeamNote("red", "it jumps"))
    for position, length in enumerate(LENGTHS):
        yield Shot(
            id=f"s{position + 1}",
            position=position,
            title=f"s{position + 1} words",
            scene="A <b>scene</b>",
            prompt=f"Shot {position + 1}: {HOSTILE}",
            start=start,
            frames=length,
            first=panels[position] if position < 2 else None,
            last=panels[position + 1],
            transition="continue",
            seed=40 + position,
            clip=None,
            seam=seams[position],
        )
        start += length
