"""Makes the film: conforms takes to pieces that join by bytes, mends seams, joins and checks everything.

The functions here raise MediaError, BackendError and DiskError.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from longvid_tui.backends.contract import BadAnswer
from longvid_tui.engine import pixels
from longvid_tui.engine.aside import Aside
from longvid_tui.engine.provenance import drafts_in, film_metadata
from longvid_tui.engine.studio import Studio
from longvid_tui.media.chapters import Chapter
from longvid_tui.media.errors import FragmentsDiffer, MediaError, NoRoom
from longvid_tui.media.ffmpeg import find_ffmpeg
from longvid_tui.media.grading import Seam as Measured
from longvid_tui.media.grading import grade, remedies
from longvid_tui.media.pinned import Quality
from longvid_tui.media.source import Side, Source
from longvid_tui.media.splice import Splice
from longvid_tui.media.unfinished import PART, part_name
from longvid_tui.project.disk import sha256_file
from longvid_tui.project.film import Film, Piece, Seam, chapter_title
from longvid_tui.project.folder import CONFORMED, FILM, Folder
from longvid_tui.project.state import ProjectState


async def conform_piece(studio: Studio, aside: Aside, piece: Piece) -> None:
    """Write the piece conformed/<key>.mp4 from the raw take."""
    folder = studio.folder
    folder.directory(CONFORMED)
    await aside.run(pixels.conform, _source(folder, piece), _made(folder, piece.key), _quality(studio))


async def mend_seam(studio: Studio, aside: Aside, state: ProjectState, seam: Seam) -> None:
    """Write the splice of a seam, if it needs one, and journal how visible the seam is."""
    folder = studio.folder
    pieces = {piece.target: piece for piece in state.film.pieces}
    before, after = (
        Side(_source(folder, pieces[target]), _made(folder, pieces[target].key))
        for target in (seam.before, seam.after)
    )
    assert seam.key
    out = _made(folder, seam.key)
    async with _made_again(aside, before.piece, after.piece):
        splice = await aside.run(pixels.mend, seam.transition, before, after, out, _quality(studio))
        shows = None
        if seam.transition in ("continue", "retime"):
            measured = await aside.run(pixels.measure_seam, before.piece, after.piece, splice)
            shows = await _judged(aside, seam, before, after, measured)
    folder.record(
        "seam",
        key=seam.key,
        before=seam.before,
        after=seam.after,
        transition=seam.transition,
        splice=[splice.tail, splice.head] if splice else None,
        shows=shows,
    )


async def _judged(aside: Aside, seam: Seam, before: Side, after: Side, measured: Measured) -> dict[str, Any]:
    """The grade of a seam, its reason, and what was measured."""
    graded = grade(measured)
    reasons = [graded.reason]
    if graded.colour != "green":
        adrift = _adrift(seam, *await aside.run(pixels.landed, before.piece, after.piece))
        reasons += adrift or remedies(measured, seam.transition)
    numbers = {name: round(value, 3) for name, value in asdict(measured).items()}
    return {"grade": graded.colour, "score": round(graded.score, 2), "reason": "; ".join(reasons), **numbers}


def _adrift(seam: Seam, end_landed: bool, start_landed: bool) -> list[str]:
    """Which of the two sides could not be drawn to its keyframe, in words."""
    ends = [] if end_landed else [f"{seam.before} ends far from its keyframe"]
    return ends if start_landed else [*ends, f"{seam.after} starts far from its keyframe"]


async def assemble_film(studio: Studio, aside: Aside, state: ProjectState) -> None:
    """Join the pieces into film.mp4, which is verified before it replaces the last one."""
    folder, project, pieces = studio.folder, state.project, state.film.pieces
    starts = project.starts()
    paths = [_made(folder, piece.key) for piece in pieces]
    splices = [_splice(folder, seam) for seam in state.film.seams]
    async with _made_again(aside, *paths, *(splice.path for splice in splices if splice)):
        await aside.run(
            pixels.assemble,
            find_ffmpeg(studio.settings.ffmpeg.path),
            paths,
            folder.root / FILM,
            title=project.title,
            chapters=[
                Chapter(chapter_title(segment), start)
                for segment, start in zip(project.segments, starts, strict=True)
            ],
            metadata=film_metadata(studio, state),
            fps=project.fps,
            expected_frames=project.frames(),
            splices=splices,
        )
    path = folder.root / FILM
    folder.record(
        "assemble",
        key=state.film.key,
        pieces={piece.target: piece.key for piece in pieces},
        seams={seam.after: seam.key for seam in state.film.seams},
        bytes=path.stat().st_size,
        sha=await asyncio.to_thread(sha256_file, path),
        frames=project.frames(),
        drafts=drafts_in(state),
    )
    _drop_unused(studio, state.film)


@asynccontextmanager
async def _made_again(aside: Aside, *parts: Path) -> AsyncIterator[None]:
    """If the work fails because some `parts` are damaged or encoded differently, remove these.

    The next try finds them missing and makes them again: pieces and splices are a cache. Raises BadAnswer then.
    """
    try:
        yield
    except NoRoom:
        raise
    except MediaError as error:
        odd = error.pieces if isinstance(error, FragmentsDiffer) else ()
        damaged = [part for part in parts if part in odd or not await aside.run(pixels.is_whole, part)]
        for part in damaged:
            part.unlink(missing_ok=True)
        if not damaged:
            raise
        raise BadAnswer(f"{error} ({len(damaged)} damaged: made again)") from error


def _source(folder: Folder, piece: Piece) -> Source:
    first, last = (folder.path(take.path) if take else None for take in (piece.first, piece.last))
    return Source(folder.path(piece.take.path), piece.starts_run, first, last)


def _quality(studio: Studio) -> Quality:
    project, film = studio.folder.project, studio.settings.film
    return Quality(*project.canvas.size, project.fps, film.crf, film.preset)


def _made(folder: Folder, key: str) -> Path:
    return folder.path(f"{CONFORMED}/{key}.mp4")


def _splice(folder: Folder, seam: Seam) -> Splice | None:
    if not seam.key or not seam.mended or not seam.mended.splice:
        return None
    return Splice(_made(folder, seam.key), *seam.mended.splice)


def _drop_unused(studio: Studio, joined: Film) -> None:
    """Remove the pieces and splices of neither the film that was just joined nor the one that is wanted by
    now."""
    used: set[str | None] = set()
    for wanted in (joined, studio.survey().film):
        used |= {piece.key for piece in wanted.pieces} | {seam.key for seam in wanted.seams}
    for path in studio.folder.path(CONFORMED).glob("*.mp4"):
        if path.stem not in used and not path.name.endswith(PART):
            path.unlink(missing_ok=True)


def sweep_parts(studio: Studio) -> None:
    """Remove what an engine was writing, or was about to remove, when it was killed; called before work begins.

    Raises LeavesProject if the folder of pieces is a link.
    """
    for path in studio.folder.path(CONFORMED).glob(f"*{PART}"):
        path.unlink(missing_ok=True)
    for path in studio.folder.root.glob(f"{part_name(Path(FILM))}.*"):
        shutil.rmtree(path, ignore_errors=True)
    made = studio.survey().film
    if made.status == "ready":
        _drop_unused(studio, made)
