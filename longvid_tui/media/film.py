"""Joins conformed pieces into the film and checks it before it takes the place of the one before."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from longvid_tui.media.chapters import Chapter, ffmetadata
from longvid_tui.media.contents import contents, decode, is_whole, on_record
from longvid_tui.media.errors import BadClip, MediaError, unwritten
from longvid_tui.media.ffmpeg import Ffmpeg, run_ffmpeg
from longvid_tui.media.fmp4 import Part, join
from longvid_tui.media.splice import Splice, spliced
from longvid_tui.media.unfinished import part_name


def assemble(
    ffmpeg: Ffmpeg,
    pieces: Sequence[Path],
    out: Path,
    *,
    title: str,
    chapters: Sequence[Chapter],
    metadata: Mapping[str, str],
    fps: int,
    expected_frames: int,
    splices: Sequence[Splice | None] = (),
) -> None:
    """Join, add title, chapters and metadata, move the index to the front, check what came of it, then rename.

    `splices`, one for each seam, take the place of the groups around it. `out` stays what it was until the new
    film has exactly `expected_frames` evenly timed frames, in the very groups that were decoded when the pieces
    were written. Raises MediaError, naming the piece that is missing or cannot be joined.
    """
    parts = spliced(pieces, splices)
    absent = [part.path.name for part in parts if not part.path.is_file()]
    if absent or not parts:
        raise MediaError(f"a piece of the film is missing ({', '.join(absent) or 'all'}): run again")
    try:
        with TemporaryDirectory(
            prefix=f"{part_name(out)}.", dir=out.parent, ignore_cleanup_errors=True
        ) as folder:
            joined, texts, part = (Path(folder, name) for name in ("join.mp4", "meta", "film.mp4"))
            with joined.open("wb") as file:
                join(parts, file)
            texts.write_bytes(
                ffmetadata(title, chapters, metadata, fps, expected_frames).encode(errors="replace")
            )
            run_ffmpeg(ffmpeg, _remux(joined, texts, part))
            _check(part, parts, expected_frames)
            _replace(part, out)
    except OSError as error:
        raise unwritten(out, error) from error


def check_film(path: Path, expected_frames: int) -> None:
    """Trust nothing and decode every frame; raises BadClip unless the count is exact and all are evenly
    timed."""
    for found in (contents(path).frames, decode(path)):
        _check_count(found, expected_frames)


def _check(film: Path, parts: Sequence[Part], expected_frames: int) -> None:
    """Raise BadClip unless the film holds group for group what its parts were found to hold, and no frame
    more."""
    recorded = [group for part in parts for group in on_record(part.path).groups[part.start : part.stop]]
    held = contents(film)
    if held.groups != recorded:
        damaged = ", ".join(part.path.name for part in parts if not is_whole(part.path))
        raise BadClip(
            f"{damaged} is damaged: conform it again" if damaged else "the join was damaged: run again"
        )
    _check_count(held.frames, expected_frames)


def _check_count(found: int, expected: int) -> None:
    if found != expected:
        raise BadClip(f"the film has {found} frames instead of {expected}")


def _remux(joined: Path, texts: Path, part: Path) -> list[str]:
    inputs = ["-protocol_whitelist", "file", "-i", f"file:{joined}", "-f", "ffmetadata", "-i", f"file:{texts}"]
    mapping = ["-map", "0:v:0", "-map_metadata", "1", "-map_chapters", "1", "-c:v", "copy"]
    return [*inputs, *mapping, "-movflags", "+faststart+use_metadata_tags", "-f", "mp4", "-y", f"file:{part}"]


def _replace(part: Path, out: Path) -> None:
    with part.open("rb") as file:
        os.fsync(file.fileno())
    part.replace(out)
    folder = os.open(out.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
