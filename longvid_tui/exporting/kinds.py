"""What a film can be exported as, and how each is written."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import get_args
from urllib.parse import quote

from PIL import Image

from longvid_tui.exporting.beside import write
from longvid_tui.exporting.clips import ClipKind, suffix
from longvid_tui.exporting.edl import to_edl
from longvid_tui.exporting.finish import Finish
from longvid_tui.exporting.kind import Kind
from longvid_tui.exporting.otio import to_otio
from longvid_tui.exporting.renditions import Clip, Film, is_made, write_clip
from longvid_tui.exporting.shots import ShotList
from longvid_tui.exporting.storyboard import storyboard
from longvid_tui.exporting.storyboard_html import to_html
from longvid_tui.exporting.storyboard_pdf import to_pdf
from longvid_tui.media.errors import MediaError
from longvid_tui.media.ffmpeg import Ffmpeg

_CLIPS: tuple[ClipKind, ...] = get_args(ClipKind)

_NAMES: Mapping[Kind, str] = {
    "mp4": ".mp4",
    "webp": ".webp",
    "sheet": "-sheet.png",
    "frames": "-frames",
    "html": ".html",
    "pdf": ".pdf",
    "otio": ".otio",
    "edl": ".edl",
}
Progress = Callable[[int], None]
"""Hears how many frames are written so far."""

_STILL_WIDTH = 640
"""Pixels across of the stills in a storyboard."""


@dataclass(frozen=True)
class Job:
    """One export: the shots it shows, the film they are cut from (None before there is one), where it goes.

    `named`: the person named the place, so nothing that stands beside it is replaced.
    """

    kind: Kind
    shots: ShotList
    film: Film | None
    out: Path
    named: bool
    finish: Finish
    ffmpeg: Callable[[], Ffmpeg]


def name_of(kind: Kind, film: str, span: str = "") -> str:
    """The file name of an export of the film, or of a range of it such as `s3-s7`."""
    stem = f"{film}-{span}" if span else film
    return stem + _NAMES.get(kind, f"-{kind}{suffix(kind)}" if kind in _CLIPS else "")


def clip_of(kind: Kind) -> ClipKind | None:
    """The kind of the clip that an export is or brings, None for pictures and pages."""
    if kind in ("otio", "edl"):
        return "mp4"
    return next((clip for clip in _CLIPS if clip == kind), None)


def export(job: Job, on_progress: Progress) -> Path | None:
    """Write `job.out`; returns the clip an edit list is cut from, which is written beside it.

    Raises MediaError and DiskError; what was there before stays unless the new one is whole.
    """
    if job.kind == "html":
        write(job.out, to_html(storyboard(job.shots), _jpeg).encode(errors="replace"))
        return None
    if job.kind == "pdf":
        write(job.out, to_pdf(storyboard(job.shots), _jpeg), job.finish.sign(job.shots))
        return None
    if job.kind == "sheet":
        from longvid_tui.exporting import pictures

        film = job.film.path if job.film else None
        pictures.write_contact_sheet(film, job.shots, job.out, job.finish.sign(job.shots))
        return None
    if job.film is None:
        raise MediaError("there is no film to export: run again")
    if job.kind in ("otio", "edl"):
        return _edit_list(job, job.film, on_progress)
    _pictures(job, job.film, on_progress)
    return None


def _pictures(job: Job, film: Film, on_progress: Progress) -> None:
    from longvid_tui.exporting import pictures

    if job.kind == "frames":
        pictures.write_frames(film.path, job.shots, job.out, on_progress)
    elif job.kind == "webp":
        pictures.write_preview(film.path, job.shots, job.out, job.finish.sign(job.shots))
    elif job.kind in _CLIPS:
        clip = Clip(job.kind, film, job.shots, job.finish)
        write_clip(job.ffmpeg(), clip, job.out, on_progress)


def _edit_list(job: Job, film: Film, on_progress: Progress) -> Path:
    media = job.out.with_suffix(suffix("mp4"))
    ffmpeg, clip = job.ffmpeg(), Clip("mp4", film, job.shots, job.finish)
    if job.named and media.exists() and not is_made(ffmpeg, clip, media):
        raise MediaError(f"{media.name} is in the place of the clip that goes with it: move it away")
    write_clip(ffmpeg, clip, media, on_progress)
    time, sounds = clip.time, job.finish.audio is not None
    if job.kind == "edl":
        write(job.out, to_edl(job.shots, time, media.name, sounds=sounds).encode(errors="replace"))
        return media
    takes = {shot.id: _url(shot.clip, job.out) for shot in job.shots.shots if shot.clip}
    timeline = to_otio(job.shots, time, quote(media.name), takes, sounds=sounds)
    write(job.out, timeline.encode(errors="replace"))
    return media


def _url(file: Path, beside: Path) -> str:
    return quote(os.path.relpath(file.resolve(), beside.resolve().parent))


def _jpeg(path: Path) -> bytes:
    try:
        with Image.open(path, formats=("PNG",)) as picture:
            picture.thumbnail((_STILL_WIDTH, _STILL_WIDTH), Image.Resampling.LANCZOS)
            out = io.BytesIO()
            picture.convert("RGB").save(out, "JPEG", quality=82, optimize=True)
    except (OSError, SyntaxError, ValueError) as error:
        raise MediaError(f"{path.name} cannot be read as a picture ({error}): run again") from error
    return out.getvalue()
