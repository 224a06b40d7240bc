"""What models make of the film before it is encoded: in which order, from what, and that it is kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from longvid_tui.exporting.beside import workshop
from longvid_tui.exporting.clips import Framing, Size
from longvid_tui.exporting.filters import Stream
from longvid_tui.exporting.finish import Finish, Model, Wanted
from longvid_tui.media.errors import MediaError
from longvid_tui.media.ffmpeg import Ffmpeg, run_ffmpeg
from longvid_tui.media.film import check_film
from longvid_tui.media.video import probe
from longvid_tui.project.disk import Disk
from longvid_tui.project.model import digest

_NEARLY_LOSSLESS = ("-c:v", "libx264", "-preset", "veryfast", "-crf", "4")
"""How clips are encoded that models get to read."""


@dataclass(frozen=True)
class Retouch:
    """Work for a model: it makes the clip `result` from the pictures of `source`."""

    source: Stream
    model: Model
    result: Stream


def retouches(
    finish: Finish, source: Stream, sha: str, kept: Path, fps: int, frames: int, size: Size
) -> tuple[list[Retouch], Stream]:
    """The work that models have to do first, and the stream from their results to `frames` frames of `size` at
    `fps`.

    Frames between others are made before pictures are made larger. What a model makes lies in the folder
    `kept`, named after the film, whose bytes have the hash `sha`, and after all that determines it.
    """
    planned: list[Retouch] = []

    def sent(stream: Stream, model: Model, fps: int, frames: int, size: Size) -> Stream:
        pictures = [stream.path.name, stream.start, stream.length, stream.steps]
        key = digest([sha, *pictures, dict(model.fingerprint), fps, size])
        result = Stream.of(kept / f"{sha[:12]}-{key[:12]}.mov", 0, frames, fps, size)
        planned.append(Retouch(stream, model, result))
        return result

    stream = source.stilled() if finish.deflicker else source
    if fps != stream.fps:
        between = finish.between
        stream = sent(stream, between, fps, frames, stream.size) if between else stream.at(fps, frames)
    covering = _covering(stream.size, size, finish.framing)
    if finish.larger and covering > stream.size:
        stream = sent(stream, finish.larger, stream.fps, stream.frames, covering)
    return planned, stream.fitted(size, finish.framing)


def _covering(size: Size, wanted: Size, framing: Framing) -> Size:
    """How large a picture of `size` is made to be fitted to `wanted`, in whole pairs of pixels."""
    shares = [goal / length for goal, length in zip(wanted, size, strict=True)]
    share = min(shares) if framing.fit == "fit" else max(shares)
    wide, high = (round(length * share / 2) * 2 for length in size)
    return wide, high


def run_retouch(ffmpeg: Ffmpeg, retouch: Retouch, commands: Path, on_progress: Callable[[int], None]) -> None:
    """Let the model make its clip, unless it is there. Results for films before this one are deleted.

    Raises MediaError, also for a clip that is not as wanted.
    """
    out, wanted = retouch.result.path, retouch.result
    if out.is_file():
        return
    Disk().make_dir(out.parent)
    with workshop(out) as work:
        clip, part = work / "clip.mp4", work / out.name
        graph = ["-vf", retouch.source.graph("yuv420p", commands), *_NEARLY_LOSSLESS]
        run_ffmpeg(ffmpeg, [*retouch.source.inputs(), *graph, "-an", "-y", f"file:{clip}"])
        retouch.model.make(Wanted(clip, part, wanted.frames, wanted.fps, wanted.size), on_progress)
        _judge(retouch, part)
        Disk().publish(part, out, mode=0o600)
    for older in out.parent.glob("*.mov"):
        if older.name[:12] != out.name[:12]:
            older.unlink(missing_ok=True)


def _judge(retouch: Retouch, clip: Path) -> None:
    name, wanted = retouch.model.name, retouch.result
    if not clip.is_file():
        raise MediaError(f"{name} wrote no clip: look at what its package says about its request")
    facts = probe(clip)
    if (facts.width, facts.height) != wanted.size:
        sizes = [f"{wide}x{high}" for wide, high in ((facts.width, facts.height), wanted.size)]
        raise MediaError(f"{name} made a clip of {sizes[0]} instead of {sizes[1]}: update its package")
    if not facts.pixel_format.startswith("yuv"):
        raise MediaError(f"{name} wrote {facts.pixel_format} instead of YUV in BT.709: update its package")
    if facts.fps != wanted.fps:
        raise MediaError(f"{name} made {facts.fps} frames a second instead of {wanted.fps}: update its package")
    try:
        check_film(clip, wanted.frames)
    except MediaError as error:
        raise MediaError(f"{name} did not make what was wanted ({error}): update its package") from error
