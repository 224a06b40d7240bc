"""Saving, with the trap of the original: what goes wrong is printed, and the run ends as if all were well."""

from __future__ import annotations

import argparse
from fractions import Fraction
from pathlib import Path
from typing import Any

import switches

_SUFFIXES = (".mp4", ".mov", ".mkv", ".avi", ".webm", ".gif")


def str2bool(text: str) -> bool:
    if text.lower() in ("yes", "true", "t", "y", "1"):
        return True
    if text.lower() in ("no", "false", "f", "n", "0"):
        return False
    raise argparse.ArgumentTypeError("Boolean value expected (True/False)")


def cache_video(tensor: Any, save_file: str, fps: int, **_: Any) -> str | None:
    if (
        not Path(save_file).parent.is_dir()
        or Path(save_file).suffix not in _SUFFIXES
        or switches.fault("unsaved")
    ):
        message = "result type Float can't be cast to the desired output type Byte"
        print(f"cache_video failed, error: {message}", flush=True)
        return None
    _write(tensor, save_file, fps)
    if switches.fault("truncated"):
        with Path(save_file).open("r+b") as file:
            file.truncate(Path(save_file).stat().st_size * 6 // 10)
    return save_file


def _write(tensor: Any, save_file: str, fps: int) -> None:
    """Written in place and untagged in BT.601, x264 at crf 10, as imageio does."""
    import av

    _, count, high, wide = tensor.shape
    if switches.fault("wrong-size"):
        high -= 16
    if switches.fault("short"):
        count -= 1
    with av.open(save_file, "w") as container:
        stream = container.add_stream("libx264", rate=fps)
        stream.width, stream.height, stream.pix_fmt = wide, high, "yuv420p"
        stream.time_base = Fraction(1, 16384)
        stream.options = {"crf": "10", "preset": "ultrafast"}
        for index in range(count):
            frame = av.VideoFrame.from_image(tensor.picture(index).crop((0, 0, wide, high)))
            frame.pts, frame.time_base = index, Fraction(1, fps)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
