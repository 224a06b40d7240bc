"""The film as clips for other players and editors: which codec, which size, how the picture is fitted to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from longvid_tui.project.model import Fit

Size = tuple[int, int]

ClipKind = Literal["mp4", "web", "square", "vertical", "prores", "dnxhr"]

WEB_EDGE = 1280
"""Longest edge of a clip for the web, in pixels."""

_BT709 = "setparams=color_primaries=bt709:color_trc=bt709:colorspace=bt709:range=tv"
"""Since ffmpeg 7 tags are taken from the frames, not from the options of the output."""

_SMOOTH = "mi_mode=mci:mc_mode=aobmc:me_mode=bidir:vsbmc=1"
_LOOKAHEAD = 8
"""Frames the interpolation wants to see beyond the last one it makes."""


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
    return _CODECS[kind].suffix


def shape(kind: ClipKind, canvas: Size, wanted: Size | None) -> Size:
    """Size of a clip of a film of `canvas`; `wanted` enlarges what is not made for a size of its own."""
    if kind == "web":
        return _within(canvas, WEB_EDGE)
    return _SHAPES.get(kind) or wanted or canvas


def _within(size: Size, edge: int) -> Size:
    share = min(1.0, edge / max(size))
    wide, high = (round(length * share / 2) * 2 for length in size)
    return wide, high


def pictures(kind: ClipKind) -> tuple[str, ...]:
    """ffmpeg's output options for the picture."""
    return (*_CODECS[kind].video, "-pix_fmt", _CODECS[kind].pixels)


def sound(kind: ClipKind) -> tuple[str, ...]:
    """ffmpeg's output options for the sound."""
    return _CODECS[kind].sound


def filters(canvas: Size, size: Size, framing: Framing, fps: int, wanted_fps: int) -> str:
    """ffmpeg's filter graph from the film's picture to the clip's."""
    steps = []
    if wanted_fps != fps:
        steps += [f"tpad=stop={_LOOKAHEAD}:stop_mode=clone", f"minterpolate=fps={wanted_fps}:{_SMOOTH}"]
    if size != canvas:
        steps.append(_framed(size, framing))
    return ",".join([*steps, _BT709, "setsar=1"])


def _framed(size: Size, framing: Framing) -> str:
    wide, high = size
    inside = f"scale={wide}:{high}:force_original_aspect_ratio=decrease:force_divisible_by=2:flags=lanczos"
    around = f"scale={wide}:{high}:force_original_aspect_ratio=increase:flags=lanczos"
    if framing.fit == "fit":
        return f"{inside},pad={wide}:{high}:-1:-1"
    if framing.fit == "blur":
        ground = f"[b]{around},crop={wide}:{high},gblur=sigma={wide / 40:g}[ground]"
        return f"split[a][b];{ground};[a]{inside}[front];[ground][front]overlay=(W-w)/2:(H-h)/2"
    across, down = framing.focus
    return f"{around},crop={wide}:{high}:(iw-ow)*{across:g}:(ih-oh)*{down:g}"


def excerpts(lengths: Sequence[int], frames: int) -> list[range]:
    """Where to look to see `frames` frames of shots of these lengths: the middle of each, in order.

    Frames are counted from the first shot on. Of many shots only some are looked at, evenly spread.
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
