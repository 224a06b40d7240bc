"""A folder of pictures as the keyframes of a film, in the order of their names."""

from __future__ import annotations

import re
from pathlib import Path

from longvid_tui.project.importers.imported import Imported, NotImported
from longvid_tui.project.model import MAX_SEGMENTS, Keyframe, Plan, Segment

SUFFIXES = (".png", ".jpg", ".jpeg", ".webp")
MOVING_ON = "Slow, smooth movement from the first picture to the last in one continuous take."


def read(folder: Path) -> Imported:
    """A plan of the pictures in a folder in natural order (k2 before k10), with a segment from each to the
    next.

    A text beside a picture (`dawn.txt` beside `dawn.png`) is the motion prompt from it to the next one. Raises
    NotImported.
    """
    files = sorted(_pictures(folder), key=lambda path: natural(path.name))
    if len(files) < 2:
        raise NotImported(
            f"{folder} holds {len(files)} pictures: a film needs at least two ({', '.join(SUFFIXES)})."
        )
    if len(files) > MAX_SEGMENTS + 1:
        raise NotImported(f"{folder} holds {len(files)} pictures: one film has at most {MAX_SEGMENTS + 1}.")
    places = [f"pictures/{number:03}{path.suffix.lower()}" for number, path in enumerate(files, 1)]
    words = [_words(path) for path in files[:-1]]
    plan = Plan(
        keyframes=tuple(Keyframe(id=f"k{at}", picture=place) for at, place in enumerate(places, 1)),
        segments=tuple(
            Segment(id=f"s{at}", first=f"k{at}", last=f"k{at + 1}", prompt=told or MOVING_ON)
            for at, told in enumerate(words, 1)
        ),
    )
    remarks = [f"{len(files)} pictures are the keyframes k1 to k{len(files)}, in the order of their names."]
    if silent := words.count(""):
        remarks.append(
            f"Segments without words of their own: {silent}; say what happens in project.yaml, or in a text file "
            "beside each picture before you import."
        )
    return Imported(plan=plan, pictures=dict(zip(places, files, strict=True)), remarks=tuple(remarks))


def natural(name: str) -> list[tuple[int, int, str]]:
    """The key that sorts numbers within names by value."""
    parts = re.split(r"(\d+)", name.casefold())
    return [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts if part]


def _pictures(folder: Path) -> list[Path]:
    try:
        return [path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES and path.is_file()]
    except OSError as error:
        raise NotImported(f"{folder} cannot be read: {error.strerror or error}.") from error


def _words(picture: Path) -> str:
    try:
        return " ".join(picture.with_suffix(".txt").read_text(encoding="utf-8").split())
    except (OSError, UnicodeDecodeError):
        return ""
