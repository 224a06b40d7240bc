"""Writes the film, or a range of it, as a clip: copied where nothing of the picture changes, else encoded anew."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import av

from longvid_tui.exporting.beside import written_beside
from longvid_tui.exporting.clips import ClipKind, Framing, Size, filters, pictures, shape, sound
from longvid_tui.exporting.rates import Rate
from longvid_tui.exporting.shots import ShotList
from longvid_tui.exporting.sound import Track, fitted
from longvid_tui.media.errors import MediaError
from longvid_tui.media.ffmpeg import Ffmpeg, run_ffmpeg
from longvid_tui.media.film import Chapter, check_film, ffmetadata
from longvid_tui.project.disk import sha256_file
from longvid_tui.project.model import digest

_KEY = "longvid_export"
"""Metadata of a clip: what it was made from, so that it is not made again."""


@dataclass(frozen=True)
class Finish:
    """What a finished copy has that the film has not: another size, another rate, sound. None: as the film."""

    framing: Framing
    size: Size | None = None
    fps: int | None = None
    audio: Path | None = None


@dataclass(frozen=True)
class Film:
    """The whole film as it is on disk; `sha` names its bytes."""

    path: Path
    sha: str
    frames: int


@dataclass(frozen=True)
class _Plan:
    """How a clip is made. `copied`: the film's pictures go over as they are; `whole`: so do all of its bytes.

    `picture` and `sound` are ffmpeg's options for them; `key` names all that determines the clip.
    """

    frames: int
    copied: bool
    whole: bool
    picture: tuple[str, ...]
    sound: tuple[str, ...]
    key: str


def is_made(ffmpeg: Ffmpeg, kind: ClipKind, film: Film, shots: ShotList, out: Path, finish: Finish) -> bool:
    """Whether `out` is already what write_clip would write."""
    plan = _plan(ffmpeg, kind, film, shots, finish)
    if not plan.whole:
        return _key_of(out) == plan.key
    return out.is_file() and out.stat().st_size == film.path.stat().st_size and sha256_file(out) == film.sha


def write_clip(
    ffmpeg: Ffmpeg,
    kind: ClipKind,
    film: Film,
    shots: ShotList,
    out: Path,
    finish: Finish,
    on_progress: Callable[[int], None],
) -> None:
    """Write the shots as a clip, decode all of it, then rename; nothing is done if `out` is that clip already.

    Raises MediaError and DiskError.
    """
    if is_made(ffmpeg, kind, film, shots, out, finish):
        return
    plan = _plan(ffmpeg, kind, film, shots, finish)
    try:
        with written_beside(out) as part:
            if plan.whole:
                shutil.copyfile(film.path, part)
                return
            texts, wav = part.with_suffix(".meta"), part.with_suffix(".wav")
            try:
                texts.write_bytes(_texts(shots, plan.key).encode(errors="replace"))
                seconds = film.frames / shots.fps
                track = fitted(ffmpeg, finish.audio, seconds, wav) if finish.audio else None
                arguments = _arguments(plan, film, shots, texts, track)
                run_ffmpeg(ffmpeg, [*arguments, "-y", f"file:{part}"], on_progress=on_progress)
            finally:
                texts.unlink(missing_ok=True)
                wav.unlink(missing_ok=True)
            check_film(part, plan.frames)
    except OSError as error:
        raise MediaError(f"{out.name} could not be written: {error.strerror or error}") from error


def _plan(ffmpeg: Ffmpeg, kind: ClipKind, film: Film, shots: ShotList, finish: Finish) -> _Plan:
    canvas = (shots.width, shots.height)
    size, fps = shape(kind, canvas, finish.size), finish.fps or shots.fps
    copied = kind == "mp4" and size == canvas and fps == shots.fps
    graph = filters(canvas, size, finish.framing, shots.fps, fps)
    encoded = ("-vf", f"trim=end_frame={shots.frames},setpts=PTS-STARTPTS,{graph}", *pictures(kind))
    picture = ("-c:v", "copy") if copied else encoded
    track = sha256_file(finish.audio) if finish.audio else ""
    return _Plan(
        frames=Rate(shots.fps, fps).count(shots.frames),
        copied=copied,
        whole=copied and shots.frames == film.frames and finish.audio is None,
        picture=picture,
        sound=sound(kind),
        key=digest([film.sha, shots.start, shots.frames, picture, track, sound(kind), ffmpeg.version]),
    )


def _arguments(plan: _Plan, film: Film, shots: ShotList, texts: Path, track: Track | None) -> list[str]:
    start, seconds = shots.start / shots.fps, shots.frames / shots.fps
    # every shot starts a closed group, so a copy begins at its own frame; decoding seeks to half a frame before
    lead = 0.5 / shots.fps if shots.start and not plan.copied else 0
    inputs = ["-protocol_whitelist", "file", "-ss", f"{start - lead:.6f}", "-i", f"file:{film.path}"]
    inputs += ["-f", "ffmetadata", "-i", f"file:{texts}"]
    options = ["-map", "0:v:0", "-map_metadata", "1", "-map_chapters", "1", "-frames:v", str(plan.frames)]
    if track:
        inputs += ["-ss", f"{start:.6f}", "-t", f"{seconds:.6f}", "-i", f"file:{track.path}"]
        options += ["-map", "2:a:0", "-af", f"volume={track.gain:.2f}dB", *plan.sound]
    return [*inputs, *options, *plan.picture, "-movflags", "+faststart+use_metadata_tags"]


def _texts(shots: ShotList, key: str) -> str:
    chapters = [Chapter(shot.title, shot.start - shots.start) for shot in shots.shots]
    return ffmetadata(shots.title, chapters, {**shots.provenance, _KEY: key}, shots.fps, shots.frames)


def _key_of(path: Path) -> str:
    try:
        with av.open(f"file:{path}") as clip:
            return str(clip.metadata.get(_KEY, ""))
    except (av.FFmpegError, OSError, ValueError):
        return ""
