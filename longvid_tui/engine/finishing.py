"""Makes the film: conforms each take to a fragment that joins by bytes, then joins and checks them."""

from __future__ import annotations

import asyncio
import json

from longvid_tui.backends.contract import ANIMATIC_LABEL
from longvid_tui.engine.studio import Studio
from longvid_tui.media import film
from longvid_tui.media.conform import conform
from longvid_tui.media.ffmpeg import find_ffmpeg
from longvid_tui.media.piece import Quality
from longvid_tui.media.reading import Source
from longvid_tui.project.disk import sha256_file
from longvid_tui.project.folder import FILM, Folder
from longvid_tui.project.state import Piece, ProjectState, chapter_title

PROGRAM = "longvid-tui"


async def conform_piece(studio: Studio, piece: Piece) -> None:
    """Write conformed/<key>.mp4 from the raw take; raises MediaError and DiskError."""
    folder = studio.folder
    folder.directory("conformed")
    source, out = _source(folder, piece), folder.path(f"conformed/{piece.key}.mp4")
    await asyncio.to_thread(conform, source, out, _quality(studio))


async def assemble_film(studio: Studio, state: ProjectState) -> None:
    """Join the conformed pieces into film.mp4, verified before it replaces the one before."""
    folder, project, pieces = studio.folder, state.project, state.film.pieces
    starts = project.starts()
    await asyncio.to_thread(
        film.assemble,
        find_ffmpeg(studio.settings.ffmpeg.path),
        [folder.path(f"conformed/{piece.key}.mp4") for piece in pieces],
        folder.root / FILM,
        title=project.title,
        chapters=[
            film.Chapter(chapter_title(segment), start)
            for segment, start in zip(project.segments, starts, strict=True)
        ],
        metadata=film_metadata(state),
        fps=project.fps,
        expected_frames=project.frames(),
    )
    path = folder.root / FILM
    folder.record(
        "assemble",
        key=state.film.key,
        pieces={piece.target: piece.key for piece in pieces},
        bytes=path.stat().st_size,
        sha=await asyncio.to_thread(sha256_file, path),
        frames=project.frames(),
    )
    _drop_unused_pieces(studio, {piece.key for piece in pieces})


def film_metadata(state: ProjectState) -> dict[str, str]:
    """What the film says about itself: the tools, the label of an animatic, the plan with its seeds."""
    project = state.project
    plan = project.plan().model_dump(mode="json", exclude_defaults=True)
    seeds = {piece.target: piece.take.recipe.get("seed") for piece in state.film.pieces}
    backends = project.backends.model_dump(mode="json")
    animatic = not {"animatic", "storyboard", "rehearsal"}.isdisjoint(backends.values())
    return {
        "comment": ANIMATIC_LABEL if animatic else f"Made with {PROGRAM}",
        "encoder_program": PROGRAM,
        "longvid_plan": json.dumps({"plan": plan, "seeds": seeds, "backends": backends}, ensure_ascii=False),
    }


def _source(folder: Folder, piece: Piece) -> Source:
    first, last = (folder.path(take.path) if take else None for take in (piece.first, piece.last))
    return Source(folder.path(piece.take.path), piece.starts_run, first, last)


def _quality(studio: Studio) -> Quality:
    project, film = studio.folder.project, studio.settings.film
    return Quality(*project.canvas.size, project.fps, film.crf, film.preset)


def _drop_unused_pieces(studio: Studio, used: set[str]) -> None:
    for path in (studio.folder.root / "conformed").glob("*.mp4"):
        if path.stem not in used:
            path.unlink(missing_ok=True)
