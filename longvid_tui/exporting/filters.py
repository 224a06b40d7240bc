"""From the film's pictures to a clip's: ffmpeg's filters for brightness, rate, size and cards."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from longvid_tui.exporting.clips import Framing, Size

_BT709 = "setparams=color_primaries=bt709:color_trc=bt709:colorspace=bt709:range=tv"
"""Since ffmpeg 7 tags are taken from the frames, not from the options of the output."""

_SMOOTH = "mi_mode=mci:mc_mode=aobmc:me_mode=bidir:vsbmc=1"
_LOOKAHEAD = 8
"""Frames the interpolation wants to see beyond the last one it makes."""

_FADE = 0.5
"""Seconds in which a card comes and goes; a quarter of a shorter one."""


COMMANDS = "@commands@"


@dataclass(frozen=True)
class Stream:
    """Pictures that ffmpeg reads (`length` frames of `path` from frame `start` on, which lies `seek` seconds
    into the file) and turns by the filters `steps` into `frames` frames of `size` at `fps`.

    A step may name the file of commands (see `stilling`) as COMMANDS.
    """

    path: Path
    start: int
    length: int
    frames: int
    fps: int
    size: Size
    seek: float = 0.0
    steps: tuple[str, ...] = ()

    @classmethod
    def of(cls, path: Path, start: int, frames: int, fps: int, size: Size) -> Stream:
        """The frames as they are in the file."""
        return cls(path, start, frames, frames, fps, size, start / fps)

    @property
    def seconds(self) -> float:
        return self.frames / self.fps

    def stilled(self) -> Stream:
        """The same without flicker, as the file of commands says."""
        return replace(self, steps=(*self.steps, f"sendcmd=f={COMMANDS}", "lutyuv"))

    def at(self, fps: int, frames: int) -> Stream:
        """The same with `frames` frames at another rate; those between are made along the motion."""
        if fps == self.fps:
            return self
        # minterpolate takes the rows of all pictures to be as far apart as the first one's, and breaks on lutyuv's,
        # which are some the decoder's and some its own
        smooth = ["copy", f"tpad=stop={_LOOKAHEAD}:stop_mode=clone", f"minterpolate=fps={fps}:{_SMOOTH}"]
        smooth += [f"trim=end_frame={frames}"]
        return replace(self, fps=fps, frames=frames, steps=(*self.steps, *smooth))

    def fitted(self, size: Size, framing: Framing) -> Stream:
        """The same in another size, fitted to its shape."""
        if size == self.size:
            return self
        return replace(self, size=size, steps=(*self.steps, _framed(size, framing)))

    def inputs(self, *, copied: bool = False) -> list[str]:
        """ffmpeg's options to read them."""
        # every shot starts a closed group, so a copy begins at its own frame; decoding seeks to half a frame before
        lead = self.seek / self.start / 2 if self.start and not copied else 0
        return ["-protocol_whitelist", "file", "-ss", f"{self.seek - lead:.6f}", "-i", f"file:{self.path}"]

    def graph(self, pixels: str, commands: Path) -> str:
        """ffmpeg's filters, without a label at either end."""
        steps = (step.replace(COMMANDS, _quoted(str(commands))) for step in self.steps)
        cut = [f"trim=end_frame={self.length}", "setpts=PTS-STARTPTS"]
        return ",".join([*cut, *steps, _BT709, "setsar=1", f"format={pixels}"])


def stilling(factors: Sequence[float], fps: int) -> str:
    """Commands for sendcmd: what brightness above black and colours of each frame are multiplied by."""
    return "".join(
        f"{max(0.0, (number - 0.5) / fps):.6f} {_multiplied(factor)};\n"
        for number, factor in enumerate(factors)
    )


def _multiplied(factor: float) -> str:
    laws = {
        plane: f"round((val-{zero})*{factor:.4f}+{zero})" for plane, zero in (("y", 16), ("u", 128), ("v", 128))
    }
    return ", ".join(f"lutyuv {plane} '{law}'" for plane, law in laws.items())


@dataclass(frozen=True)
class Still:
    """A picture that fades in and out: which of ffmpeg's inputs it is (from 0), and for how many frames it
    stands."""

    place: int
    frames: int

    def inputs(self, picture: Path, fps: int) -> list[str]:
        """ffmpeg's options to read it."""
        seconds = f"{(self.frames + 1) / fps:.6f}"
        return ["-loop", "1", "-framerate", str(fps), "-t", seconds, "-f", "image2", "-i", f"file:{picture}"]

    def graph(self, pixels: str, fps: int) -> str:
        fade = min(_FADE, self.frames / fps / 4)
        out = (self.frames - 1) / fps - fade
        steps = [f"trim=end_frame={self.frames}", f"fade=t=in:d={fade:g}"]
        steps += [f"fade=t=out:st={out:g}:d={fade:g}", "scale=out_color_matrix=bt709:out_range=tv"]
        return ",".join([*steps, _BT709, "setsar=1", f"format={pixels}"])


def joined(
    stream: Stream, lead: Still | None, tail: Still | None, pixels: str, commands: Path, foot: int | None = None
) -> str:
    """ffmpeg's filter graph from its inputs to [film]: the pictures of input 0 between two stills, over the
    foot of each of them the picture of input `foot`."""
    middle = ("[0:v]", stream.graph(pixels, commands))
    if foot is not None:
        over = f"[{foot}:v]overlay=0:main_h-overlay_h:format=auto,{_BT709},format={pixels}"
        middle = ("[0:v]", f"{stream.graph(pixels, commands)}[bare];[bare]{over}")
    first, last = (
        [(f"[{still.place}:v]", still.graph(pixels, stream.fps))] if still else [] for still in (lead, tail)
    )
    evenly = f"settb=1/{stream.fps},setpts=N"
    parts = [
        f"{source}{graph},{evenly}[part{number}]"
        for number, (source, graph) in enumerate([*first, middle, *last])
    ]
    order = "".join(f"[part{number}]" for number in range(len(parts)))
    return ";".join([*parts, f"{order}concat=n={len(parts)}[film]"])


def _quoted(path: str) -> str:
    """A path as the value of an option in a filter graph, where it is unquoted twice: by the graph and by the
    option."""
    option = re.sub(r"([\\':])", r"\\\1", path)
    return re.sub(r"([\\'\[\],;])", r"\\\1", option)


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
