"""Films a request of the quick generator: `quick_film.py ARGS.json OUT FAULT`."""

from __future__ import annotations

import json
import sys
import zlib
from pathlib import Path

import numpy as np

from longvid_tui.backends.contract import VideoRequest
from longvid_tui.media.images import load_rgb
from longvid_tui.media.writing import ClipWriter


def main(args: str, out: str, fault: str) -> None:
    request = VideoRequest.from_json(json.loads(Path(args).read_bytes()))
    first = load_rgb(request.first).astype(np.float32)
    last = load_rgb(request.last).astype(np.float32) if request.last else first * 0.8
    count = 80 if fault == "short" else request.frames
    tint = zlib.crc32(f"{request.prompt}|{request.seed}".encode()) % 24
    width, height = request.canvas.size
    width -= 16 if fault == "narrow" else 0
    with ClipWriter(Path(out), width, height, request.fps, preset="ultrafast") as clip:
        for index in range(count):
            mix = index / (count - 1)
            frame = first * (1 - mix) + last * mix + tint * 4 * mix * (1 - mix)
            if fault == "flash" and index == 3:
                frame = frame + 60
            frame = frame[:, :width].clip(0, 255).astype(np.uint8)
            clip.write(np.zeros_like(frame) if fault == "black" else frame)


if __name__ == "__main__":
    main(*sys.argv[1:])
