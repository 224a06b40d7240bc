"""Writes the film, or a range of it, as a clip: copied where nothing of the picture changes, else encoded
anew."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import chain
from pathlib import Path

import av
from PIL import Image

from longvid_tui.exporting.beside import publish, workshop
from longvid_tui.exporting.cards import drawn
from longvid_tui.exporting.clips import ClipKind, crops, pictures, pixels, shape, sound
from longvid_tui.exporting.cliptime import ClipTime
from longvid_tui.exporting.errands import Errand, errands, run_errand
from longvid_tui.exporting.filters import Still, Stream, joined, stilling
from longvid_tui.exporting.finish import Finish
from longvid_tui.exporting.shots import ShotList
from longvid_tui.exporting.sound import fitted
from longvid_tui.media.chapters import Chapter, ffmetadata
from longvid_tui.media.errors import MediaError
from longvid_tui.media.ffmpeg import Ffmpeg, run_ffmpeg
from longvid_tui.media.film import check_film
from longvid_tui.media.flicker import brightness_factors
from longvid_tui.media.labels import bar
from longvid_tui.project.disk import sha256_file
from longvid_tui.project.model import digest

KEPT = "finished"
"""The folder beside the film that holds what models made of it."""

_KEY = "longvid_export"
"""Metadata of a clip: what it was made from, so that it is not made again."""


@dataclass(frozen=True)
class Film:
    """The whole film as it is on disk; `sha` names its bytes."""

    path: Path
    sha: str
    frames: int


@dataclass(frozen=True)
class _Plan:
    """How a clip is made. `copied`: the film's pictures go over as they are; `whole`: so do all of its bytes.

    `errands` come first, then `stream` is encoded by ffmpeg's options `picture`, over its pictures' `foot`,
    between the cards; `key` names all that determines the clip.
    """

    time: ClipTime
    frames: int
    copied: bool
    whole: bool
    errands: Sequence[Errand]
    stream: Stream
    cards: Sequence[Image.Image | None]
    foot: Image.Image | None
    picture: tuple[str, ...]
    sound: tuple[str, ...]
    key: str


def clip_time(shots: ShotList, finish: Finish) -> ClipTime:
    """Where the shots stand in a clip with this finish."""
    fps = finish.fps or shots.fps
    lead, tail = (card.frames(fps) if card else 0 for card in finish.cards)
    return ClipTime(shots.fps, fps, lead, tail)


def is_retouched(kind: ClipKind, film: Film, shots: ShotList, finish: Finish) -> bool:
    """Whether a trained model has a hand in such a clip."""
    return any(errand.model.learned for errand in _errands(kind, film, shots, finish)[0])


def is_made(ffmpeg: Ffmpeg, kind: ClipKind, film: Film, shots: ShotList, out: Path, finish: Finish) -> bool:
    """Whether `out` is already what write_clip would write."""
    return _is_made(_plan(ffmpeg, kind, film, shots, finish), film, out)


def _is_made(plan: _Plan, film: Film, out: Path) -> bool:
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
    plan = _plan(ffmpeg, kind, film, shots, finish)
    if _is_made(plan, film, out):
        return
    try:
        with workshop(out) as work:
            part = work / out.name
            if plan.whole:
                shutil.copyfile(film.path, part)
            else:
                _make(ffmpeg, kind, plan, film, shots, finish, part, on_progress)
                check_film(part, plan.frames)
            publish(part, out, finish.sign(shots))
    except OSError as error:
        raise MediaError(f"{out.name} could not be written: {error.strerror or error}") from error


def _plan(ffmpeg: Ffmpeg, kind: ClipKind, film: Film, shots: ShotList, finish: Finish) -> _Plan:
    time, canvas = clip_time(shots, finish), (shots.width, shots.height)
    size, source = shape(kind, canvas, finish.size), _source(film, shots)
    planned, stream = _errands(kind, film, shots, finish)
    cards = [drawn(card, size) if card else None for card in finish.cards]
    copied = kind == "mp4" and stream == source and not any(cards)
    picture = ("-c:v", "copy") if copied else pictures(kind)
    track = [sha256_file(finish.audio), _around(finish, time.fps)] if finish.audio else []
    seal = finish.seal.fingerprint() if finish.seal else ""
    foot = bar(finish.label, *size) if finish.label and crops(canvas, size, finish.framing) else None
    drawings = (*cards, foot) if foot else cards
    shown = [time.lead, time.tail, *(sha256(each.tobytes()).hexdigest() if each else "" for each in drawings)]
    made = [stream.path.name, stream.steps, stream.frames, picture, shown]
    return _Plan(
        time=time,
        frames=time.total(shots.frames),
        copied=copied,
        whole=copied and shots.frames == film.frames and finish.audio is None and finish.seal is None,
        errands=planned,
        stream=stream,
        cards=cards,
        foot=foot,
        picture=picture,
        sound=sound(kind),
        key=digest([film.sha, shots.start, shots.frames, made, track, sound(kind), seal, ffmpeg.version]),
    )


def _source(film: Film, shots: ShotList) -> Stream:
    return Stream.of(film.path, shots.start, shots.frames, shots.fps, (shots.width, shots.height))


def _errands(kind: ClipKind, film: Film, shots: ShotList, finish: Finish) -> tuple[list[Errand], Stream]:
    time, size = clip_time(shots, finish), shape(kind, (shots.width, shots.height), finish.size)
    kept, frames = film.path.with_name(KEPT), time.count(shots.frames)
    return errands(finish, _source(film, shots), film.sha, kept, time.fps, frames, size)


def _make(
    ffmpeg: Ffmpeg,
    kind: ClipKind,
    plan: _Plan,
    film: Film,
    shots: ShotList,
    finish: Finish,
    part: Path,
    on_progress: Callable[[int], None],
) -> None:
    work, fps = part.parent, plan.time.fps
    commands, texts = work / "commands", work / "texts"
    if finish.deflicker:
        commands.write_text(stilling(brightness_factors(film.path, shots.start, shots.frames), shots.fps))
    for errand in plan.errands:
        run_errand(ffmpeg, errand, commands, on_progress)
    texts.write_bytes(_texts(shots, plan).encode(errors="replace"))
    inputs = [plan.stream.inputs(copied=plan.copied), ["-f", "ffmetadata", "-i", f"file:{texts}"]]
    stills: dict[int, Still] = {}
    for index, (card, frames) in enumerate(zip(plan.cards, (plan.time.lead, plan.time.tail), strict=True)):
        if card:
            picture, still = work / f"card{index}.png", Still(len(inputs), frames)
            card.save(picture)
            inputs.append(still.inputs(picture, fps))
            stills[index] = still
    foot = None
    if plan.foot:
        plan.foot.save(work / "foot.png")
        foot = len(inputs)
        inputs.append(["-i", f"file:{work / 'foot.png'}"])
    graph = joined(plan.stream, stills.get(0), stills.get(1), pixels(kind), commands, foot)
    options = ["-map", "0:v:0"] if plan.copied else ["-filter_complex", graph, "-map", "[film]"]
    options += [*plan.picture, "-map_metadata", "1", "-map_chapters", "1", "-frames:v", str(plan.frames)]
    if finish.audio:
        lead, tail = _around(finish, fps)
        track = fitted(ffmpeg, finish.audio, lead + film.frames / shots.fps + tail, work / "track.wav")
        options += ["-map", f"{len(inputs)}:a:0", "-af", f"volume={track.gain:.2f}dB", *plan.sound]
        start = lead - plan.time.lead / fps + shots.start / shots.fps
        when = ["-ss", f"{start:.6f}", "-t", f"{plan.frames / fps:.6f}"]
        inputs.append([*when, "-i", f"file:{track.path}"])
    options += ["-movflags", "+faststart+use_metadata_tags", "-y", f"file:{part}"]
    run_ffmpeg(ffmpeg, [*chain.from_iterable(inputs), *options], on_progress=on_progress)


def _around(finish: Finish, fps: int) -> tuple[float, float]:
    """Seconds of the whole film's cards: a range has the sound that it has there."""
    lead, tail = (card.frames(fps) / fps if card else 0.0 for card in (finish.title, finish.end))
    return lead, tail


def _texts(shots: ShotList, plan: _Plan) -> str:
    chapters = [Chapter(event.title, event.begin) for event in plan.time.events(shots)]
    return ffmetadata(shots.title, chapters, {**shots.provenance, _KEY: plan.key}, plan.time.fps, plan.frames)


def _key_of(path: Path) -> str:
    try:
        with av.open(f"file:{path}") as clip:
            return str(clip.metadata.get(_KEY, ""))
    except (av.FFmpegError, OSError, ValueError):
        return ""
