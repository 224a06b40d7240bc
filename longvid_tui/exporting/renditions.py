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
from longvid_tui.exporting.clips import ClipKind, Size, crops, pictures, pixels, shape, sound
from longvid_tui.exporting.cliptime import ClipTime
from longvid_tui.exporting.filters import Still, Stream, joined, stilling
from longvid_tui.exporting.finish import Finish
from longvid_tui.exporting.retouching import Retouch, retouches, run_retouch
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
class Clip:
    """A clip that is wanted: these shots of the film as a clip of this kind, finished so."""

    kind: ClipKind
    film: Film
    shots: ShotList
    finish: Finish

    @property
    def canvas(self) -> Size:
        return self.shots.width, self.shots.height

    @property
    def size(self) -> Size:
        return shape(self.kind, self.canvas, self.finish.size)

    @property
    def time(self) -> ClipTime:
        return clip_time(self.shots, self.finish)

    @property
    def source(self) -> Stream:
        """The shots as they are in the film."""
        return Stream.of(self.film.path, self.shots.start, self.shots.frames, self.shots.fps, self.canvas)

    @property
    def is_retouched(self) -> bool:
        """Whether a trained model has a hand in it."""
        return any(retouch.model.learned for retouch in self.retouches()[0])

    def retouches(self) -> tuple[list[Retouch], Stream]:
        """What models have to make first, and the way from there to the pictures of the clip."""
        kept, frames = self.film.path.with_name(KEPT), self.time.count(self.shots.frames)
        return retouches(self.finish, self.source, self.film.sha, kept, self.time.fps, frames, self.size)


@dataclass(frozen=True)
class _Plan:
    """How a clip is made. `copied`: the film's pictures are taken over without encoding; `whole`: so are all of
    its bytes.

    `retouches` come first. Then `stream` is encoded with ffmpeg's options `picture`, `foot` drawn over the foot of
    its pictures, between the cards. `key` names all that determines the clip.
    """

    time: ClipTime
    frames: int
    copied: bool
    whole: bool
    retouches: Sequence[Retouch]
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


def is_made(ffmpeg: Ffmpeg, clip: Clip, out: Path) -> bool:
    """Whether `out` is already what write_clip would write."""
    return _is_made(_plan(ffmpeg, clip), clip.film, out)


def _is_made(plan: _Plan, film: Film, out: Path) -> bool:
    if not plan.whole:
        return _key_of(out) == plan.key
    return out.is_file() and out.stat().st_size == film.path.stat().st_size and sha256_file(out) == film.sha


def write_clip(ffmpeg: Ffmpeg, clip: Clip, out: Path, on_progress: Callable[[int], None]) -> None:
    """Write a clip, decode all of it, then rename; nothing is done if `out` is that clip already.

    `on_progress` gets frames written so far. Raises MediaError and DiskError.
    """
    plan = _plan(ffmpeg, clip)
    if _is_made(plan, clip.film, out):
        return
    if clip.finish.seal:
        clip.finish.seal.check()  # before the hour that the clip may take
    try:
        with workshop(out) as work:
            part = work / out.name
            if plan.whole:
                shutil.copyfile(clip.film.path, part)
            else:
                _make(ffmpeg, clip, plan, part, on_progress)
                check_film(part, plan.frames)
            publish(part, out, clip.finish.sign(clip.shots))
    except OSError as error:
        raise MediaError(f"{out.name} could not be written: {error.strerror or error}") from error


def _plan(ffmpeg: Ffmpeg, clip: Clip) -> _Plan:
    film, shots, finish, time, size = clip.film, clip.shots, clip.finish, clip.time, clip.size
    planned, stream = clip.retouches()
    cards = [drawn(card, size) if card else None for card in finish.cards]
    copied = clip.kind == "mp4" and stream == clip.source and not any(cards)
    picture = ("-c:v", "copy") if copied else pictures(clip.kind)
    track = [sha256_file(finish.audio), _around(finish, time.fps)] if finish.audio else []
    seal = finish.seal.fingerprint() if finish.seal else ""
    foot = bar(finish.label, *size) if finish.label and crops(clip.canvas, size, finish.framing) else None
    drawings = (*cards, foot) if foot else cards
    shown = [time.lead, time.tail, *(sha256(each.tobytes()).hexdigest() if each else "" for each in drawings)]
    made = [stream.path.name, stream.steps, stream.frames, picture, shown]
    return _Plan(
        time=time,
        frames=time.total(shots.frames),
        copied=copied,
        whole=copied and shots.frames == film.frames and finish.audio is None and finish.seal is None,
        retouches=planned,
        stream=stream,
        cards=cards,
        foot=foot,
        picture=picture,
        sound=sound(clip.kind),
        key=digest([film.sha, shots.start, shots.frames, made, track, sound(clip.kind), seal, ffmpeg.version]),
    )


def _make(ffmpeg: Ffmpeg, clip: Clip, plan: _Plan, part: Path, on_progress: Callable[[int], None]) -> None:
    work, shots = part.parent, clip.shots
    commands, texts = work / "commands", work / "texts"
    if clip.finish.deflicker:
        factors = brightness_factors(clip.film.path, shots.start, shots.frames)
        commands.write_text(stilling(factors, shots.fps))
    for retouch in plan.retouches:
        run_retouch(ffmpeg, retouch, commands, on_progress)
    texts.write_bytes(_texts(shots, plan).encode(errors="replace"))
    inputs = [plan.stream.inputs(copied=plan.copied), ["-f", "ffmetadata", "-i", f"file:{texts}"]]
    options = [*_shown(clip, plan, work, commands, inputs), *plan.picture]
    options += ["-map_metadata", "1", "-map_chapters", "1", "-frames:v", str(plan.frames)]
    if clip.finish.audio:
        options += _heard(ffmpeg, clip, plan, clip.finish.audio, work, inputs)
    options += ["-movflags", "+faststart+use_metadata_tags", "-y", f"file:{part}"]
    run_ffmpeg(ffmpeg, [*chain.from_iterable(inputs), *options], on_progress=on_progress)


def _shown(clip: Clip, plan: _Plan, work: Path, commands: Path, inputs: list[list[str]]) -> list[str]:
    """ffmpeg's options for what is seen; cards and the foot of the pictures become further `inputs`."""
    if plan.copied:
        return ["-map", "0:v:0"]
    stills: list[Still | None] = []
    for number, (card, frames) in enumerate(zip(plan.cards, (plan.time.lead, plan.time.tail), strict=True)):
        still = Still(len(inputs), frames) if card else None
        if card and still:
            picture = work / f"card{number}.png"
            card.save(picture)
            inputs.append(still.inputs(picture, plan.time.fps))
        stills.append(still)
    foot = None
    if plan.foot:
        foot = len(inputs)
        plan.foot.save(work / "foot.png")
        inputs.append(["-i", f"file:{work / 'foot.png'}"])
    lead, tail = stills
    graph = joined(plan.stream, lead, tail, pixels(clip.kind), commands, foot)
    return ["-filter_complex", graph, "-map", "[film]"]


def _heard(
    ffmpeg: Ffmpeg, clip: Clip, plan: _Plan, audio: Path, work: Path, inputs: list[list[str]]
) -> list[str]:
    """ffmpeg's options for the sound, which is fitted to the whole film and becomes one more of the `inputs`."""
    fps, film_fps = plan.time.fps, clip.shots.fps
    lead, tail = _around(clip.finish, fps)
    track = fitted(ffmpeg, audio, lead + clip.film.frames / film_fps + tail, work / "track.wav")
    start = lead - plan.time.lead / fps + clip.shots.start / film_fps
    options = ["-map", f"{len(inputs)}:a:0", "-af", f"volume={track.gain:.2f}dB", *plan.sound]
    inputs.append(["-ss", f"{start:.6f}", "-t", f"{plan.frames / fps:.6f}", "-i", f"file:{track.path}"])
    return options


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
