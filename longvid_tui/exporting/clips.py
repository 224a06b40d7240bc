"""The film as clips for other players and editors: which codec, which size, which excerpts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from longvid_tui.project.model import Fit

Size = tuple[int, int]

ClipKind = Literal["mp4", "web", "square", "vertical", "prores", "dnxhr"]

WEB_EDGE = 1280
"""Longest edge of a clip for the web, in pixels."""


@dataclass(frozen=True)
class Framing:
    """How a picture is fitted to another shape; `focus` is what `fill` crops around, 0..1 from left and top."""

    fit: Fit
    focus: tuple[float, float]


@dataclass(frozen=True)
class _Codec:
    suffix: str
    video: tuple[str, ...]
    sound: tuple[str, ...]
    pixels: str


def _h264(crf: int) -> _Codec:
    video = ("-c:v", "libx264", "-preset", "medium", "-crf", str(crf), "-profile:v", "high")
    return _Codec(".mp4", video, ("-c:a", "aac", "-b:a", "192k"), "yuv420p")


_PCM = ("-c:a", "pcm_s16le")
_CODECS: Mapping[ClipKind, _Codec] = {
    "mp4": _h264(16),
    "web": _h264(23),
    "square": _h264(18),
    "vertical": _h264(18),
    "prores": _Codec(".mov", ("-c:v", "prores_ks", "-profile:v", "hq", "-vendor", "apl0"), _PCM, "yuv422p10le"),
    "dnxhr": _Codec(".mov", ("-c:v", "dnxhd", "-profile:v", "dnxhr_hq"), _PCM, "yuv422p"),
}
"""ProRes 422 HQ (`apl0` is the vendor editors look for) and DNxHR HQ, with plain PCM; H.264 for the rest."""

_SHAPES: Mapping[ClipKind, Size] = {"square": (1080, 1080), "vertical": (1080, 1920)}


def suffix(kind: ClipKind) -> str:
    """Ending of the name of such a clip, with its dot."""
    return _CODECS[kind].suffix


def shape(kind: ClipKind, canvas: Size, wanted: Size | None) -> Size:
    """Size of a clip of a film of `canvas`; `wanted` enlarges what is not made for a size of its own."""
    if kind == "web":
        return _within(canvas, WEB_EDGE)
    return _SHAPES.get(kind) or wanted or canvas


def crops(canvas: Size, size: Size, framing: Framing) -> bool:
    """Whether more than a pixel or two of the film is cut off, and with it what stands at its edges."""
    return framing.fit == "fill" and abs(size[0] * canvas[1] - size[1] * canvas[0]) > 2 * max(*size, *canvas)


def _within(size: Size, edge: int) -> Size:
    share = min(1.0, edge / max(size))
    wide, high = (round(length * share / 2) * 2 for length in size)
    return wide, high


def pictures(kind: ClipKind) -> tuple[str, ...]:
    """ffmpeg's output options for the picture."""
    return (*_CODECS[kind].video, "-pix_fmt", _CODECS[kind].pixels)


def pixels(kind: ClipKind) -> str:
    """ffmpeg's name of the pixel format."""
    return _CODECS[kind].pixels


def sound(kind: ClipKind) -> tuple[str, ...]:
    """ffmpeg's output options for the sound."""
    return _CODECS[kind].sound


def excerpts(lengths: Sequence[int], frames: int) -> list[range]:
    """About `frames` frames that stand for shots of these lengths (frames): the middle of each, in order.

    Frames are counted from the start of the first shot. Of many shots only some are taken, evenly spread.
    """
    starts = [sum(lengths[:index]) for index in range(len(lengths))]
    if sum(lengths) <= frames:
        return [range(sum(lengths))]
    count = min(len(lengths), max(1, frames // 16))
    each = frames // count
    chosen = [round((index + 0.5) * len(lengths) / count - 0.5) for index in range(count)]
    return [_middle(starts[index], lengths[index], each) for index in chosen]


def _middle(start: int, length: int, wanted: int) -> range:
    first = start + max(0, (length - wanted) // 2)
    return range(first, min(first + wanted, start + length))
