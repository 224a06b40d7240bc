"""The process that films one segment: `python -m longvid_dissolve ARGS.json`."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import imageio_ffmpeg
from PIL import Image


def main(args: dict[str, Any]) -> None:
    first, last = (Image.open(args[end]).convert("RGB") for end in ("first", "last"))
    with subprocess.Popen(encoder(args, first.size), stdin=subprocess.PIPE) as ffmpeg:
        assert ffmpeg.stdin
        for number in range(args["frames"]):
            frame = Image.blend(first, last, mix(number / (args["frames"] - 1), args["ease"]))
            ffmpeg.stdin.write(frame.tobytes())
            print(f"frame {number + 1}/{args['frames']}", flush=True)
    sys.exit(ffmpeg.returncode)


def mix(moment: float, ease: bool) -> float:
    """How much of the last picture is seen: from 0 to 1, slowly at both ends if `ease`."""
    return moment * moment * (3 - 2 * moment) if ease else moment


def encoder(args: dict[str, Any], size: tuple[int, int]) -> list[str]:
    """The ffmpeg that makes `args["out"]` of raw RGB frames on its standard input, in the colours of BT.709."""
    ffmpeg = [imageio_ffmpeg.get_ffmpeg_exe(), "-hide_banner", "-loglevel", "error", "-y"]
    frames = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{size[0]}x{size[1]}", "-r", str(args["fps"])]
    colours = ["-vf", "scale=out_color_matrix=bt709:out_range=tv,format=yuv420p"]
    tags = ["-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709", "-color_range", "tv"]
    x264 = ["-c:v", "libx264", "-preset", "veryfast", "-crf", "14"]
    return [*ffmpeg, *frames, "-i", "-", *colours, *tags, *x264, args["out"]]


if __name__ == "__main__":
    main(json.loads(Path(sys.argv[1]).read_bytes()))
