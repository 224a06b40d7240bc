"""The process that films one animatic segment: `python -m longvid_tui.backends.video.animatic ARGS.json`."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image

from longvid_tui.backends.contract import ANIMATIC_LABEL, VideoRequest
from longvid_tui.backends.video.animatic.moves import View, mix_at, moments, move_for, views
from longvid_tui.media.images import load_label, load_rgb
from longvid_tui.media.labels import rows_of
from longvid_tui.media.video import Rgb
from longvid_tui.media.writing import ClipWriter

REPORT_EVERY = 9
"""Frames between two lines of progress."""

NEWEST_SIZE = (480, 480)


def main(args: Path) -> None:
    request = VideoRequest.from_json(json.loads(args.read_bytes()))
    part = request.out.with_name(f"{request.out.stem}.partial.mp4")
    with ClipWriter(part, *request.canvas.size, request.fps, comment=ANIMATIC_LABEL) as clip:
        for done, frame in enumerate(render(request), start=1):
            clip.write(frame)
            if done % REPORT_EVERY == 0:
                _show(frame, request.newest)
                sys.stdout.write(f"@LV render {done}/{request.frames}\n")
                sys.stdout.flush()
    part.replace(request.out)


def _show(frame: Rgb, path: Path) -> None:
    """Write the frame for the screen to show; see VideoRequest.newest."""
    picture, part = Image.fromarray(frame), path.with_suffix(".part")
    picture.thumbnail(NEWEST_SIZE)
    picture.save(part, "JPEG")
    part.replace(path)


def render(request: VideoRequest) -> Iterator[Rgb]:
    """The frames of a segment; the first and the last are exactly the keyframes."""
    first = load_rgb(request.first)
    last = load_rgb(request.last) if request.last else None
    label = _label(request, first, last)
    move = move_for(request.prompt)
    pictures = [Image.fromarray(picture) for picture in (first, first if last is None else last)]
    for moment in moments(request.frames):
        ours, theirs = views(move, moment)
        mix = 0.0 if last is None else mix_at(move, moment)
        before = _seen(pictures[0], ours) if mix < 1 else None
        after = _seen(pictures[1], theirs) if mix else None
        frame = _blend(before, after, mix)
        if len(label) and moment > 0 and (moment < 1 or last is None):
            frame[-len(label) :] = label
        yield frame


def _seen(picture: Image.Image, view: View) -> Rgb:
    if view.zoom == 1.0:
        return np.array(picture)
    width, height = picture.size
    wide, high = width / view.zoom, height / view.zoom
    left, top = width * view.x - wide / 2, height * view.y - high / 2
    box = (max(0.0, left), max(0.0, top), min(width, left + wide), min(height, top + high))
    return np.array(picture.resize(picture.size, Image.Resampling.BICUBIC, box))


def _blend(first: Rgb | None, last: Rgb | None, mix: float) -> Rgb:
    if last is None:
        assert first is not None
        return first
    if first is None:
        return last
    weight = round(mix * 256)
    mixed = first.astype(np.uint16) * (256 - weight) + last.astype(np.uint16) * weight + 128
    return (mixed >> 8).astype(np.uint8)


def _label(request: VideoRequest, first: Rgb, last: Rgb | None) -> Rgb:
    """The label at the bottom of the pictures, which stands still while all else moves; no rows if none has
    one.

    The person's own picture has none, so the frame that is this picture has none either.
    """
    for path, picture in ((request.first, first), (request.last, last)):
        labelled = path is not None and load_label(path) == ANIMATIC_LABEL
        if labelled and picture is not None and (rows := rows_of(picture)):
            return picture[-rows:].copy()
    return first[:0]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
