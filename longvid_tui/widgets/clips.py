"""A frame out of a clip, by ffmpeg in a process of its own: the screen loads no decoder."""

from __future__ import annotations

import os
import subprocess

_SECONDS = 20.0
"""How long ffmpeg may take: more than it needs on the busiest machine."""


def middle_of(path: str) -> bytes:
    """The frame in the middle of a segment as a JPEG; raises OSError where there is none."""
    # Deferred: nothing of it is needed before a clip is shown.
    from imageio_ffmpeg import get_ffmpeg_exe

    ffmpeg = os.environ.get("LONGVID_FFMPEG")
    only = ("-protocol_whitelist", "file", "-format_whitelist", "mov,matroska")  # as media.video
    words = ("-nostdin", "-v", "error", *only, "-ss", "2.5", "-i", f"file:{path}", "-frames:v", "1")
    out = ("-vf", "scale='min(960,iw)':-2", "-f", "image2pipe", "-c:v", "mjpeg", "-q:v", "4", "-")
    try:
        done = subprocess.run(
            (ffmpeg or get_ffmpeg_exe(), *words, *out),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env={},
            timeout=_SECONDS,
            check=True,
        )
    except (subprocess.SubprocessError, RuntimeError) as error:
        raise OSError(str(error)) from error
    return done.stdout
