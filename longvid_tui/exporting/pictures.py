"""Stills of the film: every frame as PNG, a contact sheet, a small animated preview."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeAlias

from PIL import ExifTags, Image, ImageDraw, ImageFont

from longvid_tui.exporting.beside import Sign, folder_beside, write, written_beside
from longvid_tui.exporting.clips import excerpts
from longvid_tui.exporting.shots import Panel, Shot, ShotList
from longvid_tui.media.errors import MediaError
from longvid_tui.media.images import load_picture, png_of, to_png
from longvid_tui.media.pinned import GOP
from longvid_tui.media.video import Rgb, decoded, opened, to_rgb
from longvid_tui.project.timing import timecode

_TILE_WIDTH, _GAP, _CAPTION = 320, 12, 26
"""Pixels of a contact sheet: across a tile, between tiles, and for the words below each."""

_COLUMNS = 5
_TILES = 20
"""Tiles of a contact sheet, unless there are more shots."""

_PAPER, _INK, _EMPTY = (24, 24, 27), (228, 228, 231), (82, 82, 91)

Tile: TypeAlias = tuple[str, Image.Image | None]
"""A picture of a contact sheet with the words below it; None where it is not made yet."""

PREVIEW_SECONDS = 10
_PREVIEW_EDGE = 640
_EVERY = 2
"""Of how many frames a preview shows one, at a rate as much lower, so that motion keeps its pace."""


def write_frames(film: Path, shots: ShotList, out: Path, on_progress: Callable[[int], None]) -> None:
    """A folder of PNGs, numbered from 1; each carries the film's label."""
    wanted = range(shots.start, shots.start + shots.frames)
    with folder_beside(out) as folder:
        for number, rgb in enumerate(_frames_at(film, wanted, shots.fps), 1):
            (folder / f"{number:06}.png").write_bytes(to_png(rgb, shots.label))
            on_progress(number)


def write_contact_sheet(film: Path | None, shots: ShotList, out: Path, sign: Sign | None = None) -> None:
    """A PNG of small pictures in rows of five, with ids and times: of the film at least one of each shot, before
    there is one the keyframes and a frame of each clip, with room for those that are not made yet."""
    tiles = list(_of_film(film, shots) if film else _of_what_there_is(shots))
    columns = min(_COLUMNS, len(tiles))
    size = _TILE_WIDTH, round(_TILE_WIDTH * shots.height / shots.width)
    across, down = size[0] + _GAP, size[1] + _CAPTION + _GAP
    rows = -(-len(tiles) // columns)
    sheet = Image.new("RGB", (columns * across + _GAP, rows * down + _GAP), _PAPER)
    draw = ImageDraw.Draw(sheet)
    font = ImageFont.load_default(16)
    for index, (caption, picture) in enumerate(tiles):
        left, top = _GAP + index % columns * across, _GAP + index // columns * down
        if picture:
            sheet.paste(picture.resize(size, Image.Resampling.LANCZOS), (left, top))
        else:
            draw.rectangle((left, top, left + size[0] - 1, top + size[1] - 1), outline=_EMPTY)
        draw.text((left, top + size[1] + 4), caption, fill=_INK, font=font)
    write(out, png_of(sheet, shots.label), sign)


def _of_film(film: Path, shots: ShotList) -> Iterator[Tile]:
    spots = list(_spots(shots.shots))
    pictures = _frames_at(film, [frame for _, frame in spots], shots.fps)
    for (shot, frame), rgb in zip(spots, pictures, strict=True):
        yield f"{shot.id}   {timecode(frame / shots.fps)}", Image.fromarray(rgb)


def _of_what_there_is(shots: ShotList) -> Iterator[Tile]:
    shown = ""
    for shot in shots.shots:
        middle, end = shot.start + shot.frames // 2, shot.start + shot.frames
        if shot.first and shot.first.id != shown:
            yield _still(shot.first, shot.start / shots.fps)
        if shot.clip:
            (rgb,) = _frames_at(shot.clip, [shot.frames // 2], shots.fps)
            yield f"{shot.id}   {timecode(middle / shots.fps)}", Image.fromarray(rgb)
        if shot.last:
            yield _still(shot.last, end / shots.fps)
            shown = shot.last.id


def _still(panel: Panel, seconds: float) -> Tile:
    if panel.picture is None:
        return f"{panel.id}   not made yet", None
    return f"{panel.id}   {timecode(seconds)}", load_picture(panel.picture)


def write_preview(film: Path, shots: ShotList, out: Path, sign: Sign | None = None) -> None:
    """An animated WebP of at most PREVIEW_SECONDS: all of a short film, else a little of each shot."""
    lengths = [shot.frames for shot in shots.shots]
    parts = excerpts(lengths, PREVIEW_SECONDS * shots.fps)
    wanted = [shots.start + frame for part in parts for frame in part[::_EVERY]]
    share = min(1.0, _PREVIEW_EDGE / max(shots.width, shots.height))
    size = round(shots.width * share), round(shots.height * share)
    pictures = [
        Image.fromarray(rgb).resize(size, Image.Resampling.LANCZOS)
        for rgb in _frames_at(film, wanted, shots.fps)
    ]
    exif = Image.Exif()
    exif[ExifTags.Base.ImageDescription] = shots.label
    exif[ExifTags.Base.Software] = shots.provenance["encoder_program"]
    with written_beside(out, sign) as part:
        pictures[0].save(
            part,
            "WEBP",
            save_all=True,
            append_images=pictures[1:],
            duration=1000 * _EVERY // shots.fps,
            loop=0,
            quality=75,
            method=4,
            exif=exif,
        )


def _spots(shots: Sequence[Shot]) -> Iterator[tuple[Shot, int]]:
    """Film frames to show, evenly spread in each shot."""
    for shot in shots:
        each = min(max(1, _TILES // len(shots)), shot.frames)
        for index in range(each):
            yield shot, shot.start + int((index + 0.5) * shot.frames / each)


def _frames_at(film: Path, wanted: Sequence[int], fps: int) -> Iterator[Rgb]:
    """The frames of these numbers, which ascend."""
    with opened(film) as container:
        stream = container.streams.video[0]
        ticks = 1 / (stream.time_base * fps)
        frames, at = decoded(container), -1
        for number in wanted:
            if number > at + GOP:
                container.seek(int(number * ticks), stream=stream)
                frames = decoded(container)
            for frame in frames:
                at = round(frame.pts / ticks)
                if at >= number:
                    break
            if at != number:
                raise MediaError(f"frame {number} is not in {film.name}: run `assemble` again")
            yield to_rgb(frame)
