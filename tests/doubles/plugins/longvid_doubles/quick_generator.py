"""The process of the quick generator: dissolves between the keyframes, or fails as LONGVID_QUICK_FAULT says."""

from __future__ import annotations

import json
import os
import sys
import time
import zlib
from pathlib import Path

import numpy as np

from longvid_doubles import note
from longvid_tui.backends.contract import VideoRequest
from longvid_tui.media.images import load_rgb
from longvid_tui.media.video import ClipWriter


def main() -> None:
    request = VideoRequest.from_json(json.loads(Path(sys.argv[1]).read_bytes()))
    attempt = os.environ["LONGVID_ATTEMPT"]
    note("LONGVID_QUICK_RUNS", attempt)
    fault, _, target = os.environ.get("LONGVID_QUICK_FAULT", "").partition(":")
    if attempt.split("-")[0] != target:
        fault = ""
    time.sleep(float(os.environ.get("LONGVID_QUICK_SECONDS", "0")))
    if fault == "crash":
        sys.exit("RuntimeError: the generator broke")
    if fault == "misconfigured":
        sys.exit(2)
    if fault != "nothing":
        film(request, fault)
    sys.stdout.write("Finished.\n")


def film(request: VideoRequest, fault: str) -> None:
    first = load_rgb(request.first).astype(np.float32)
    last = load_rgb(request.last).astype(np.float32) if request.last else first * 0.8
    count = 80 if fault == "short" else request.frames
    tint = zlib.crc32(f"{request.prompt}|{request.seed}".encode()) % 24
    with ClipWriter(request.out, *request.canvas.size, request.fps, preset="ultrafast") as clip:
        for index in range(count):
            mix = index / (count - 1)
            frame = first * (1 - mix) + last * mix + tint * 4 * mix * (1 - mix)
            frame = frame.clip(0, 255).astype(np.uint8)
            clip.write(np.zeros_like(frame) if fault == "black" else frame)
            if index % 20 == 0:
                sys.stdout.write(f"step {index + 1}/{count}\n")
                sys.stdout.flush()


if __name__ == "__main__":
    main()
