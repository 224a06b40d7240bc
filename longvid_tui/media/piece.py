"""Writes the pieces a film is joined from: tagged BT.709, pinned x264 headers, closed groups, fragmented
MP4."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator, Set
from contextlib import contextmanager, suppress
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from av.video.frame import PictureType

from longvid_tui.media.contents import put_on_record
from longvid_tui.media.errors import MediaError, unwritten
from longvid_tui.media.pinned import TICKS_PER_FRAME, X264, Quality
from longvid_tui.media.planes import Stack
from longvid_tui.media.unfinished import PART
from longvid_tui.media.writing import tag_bt709

_FRAGMENTED = "+frag_keyframe+empty_moov+default_base_moof+negative_cts_offsets"


class PieceWriter:
    """Appends BT.709 frames; a group starts at every 16th frame and at each of `groups`. `note` travels in the
    piece."""

    def __init__(self, container: Any, quality: Quality, groups: Set[int]) -> None:
        self._container = container
        self._groups = groups
        self._stream = container.add_stream(
            "libx264",
            rate=quality.fps,
            options={"crf": str(quality.crf), "preset": quality.preset, "x264-params": X264},
        )
        self._stream.width, self._stream.height = quality.width, quality.height
        self._stream.pix_fmt = "yuv420p"
        self._stream.time_base = Fraction(1, TICKS_PER_FRAME * quality.fps)
        tag_bt709(self._stream.codec_context)
        self.frames = 0
        self.note = ""

    def write(self, stack: Stack) -> None:
        frame = av.VideoFrame.from_ndarray(stack, format="yuv420p")
        frame.pts = self.frames * TICKS_PER_FRAME
        frame.time_base = self._stream.time_base
        frame.pict_type = PictureType.I if self.frames in self._groups else PictureType.NONE
        self._container.mux(self._stream.encode(frame))
        self.frames += 1

    def finish(self) -> None:
        self._container.mux(self._stream.encode(None))


@contextmanager
def new_piece(out: Path, quality: Quality, groups: Set[int]) -> Iterator[PieceWriter]:
    """Write a piece beside `out` and rename it when it decodes and all of it is on disk.

    Raises MediaError, and leaves what was there before, when anything fails.
    """
    part = out.with_name(f"{out.stem}.{secrets.token_hex(4)}{PART}")
    options = {"movflags": _FRAGMENTED, "video_track_timescale": str(TICKS_PER_FRAME * quality.fps)}
    try:
        with av.open(f"file:{part}", "w", format="mp4", options=options) as container:
            writer = PieceWriter(container, quality, groups)
            yield writer
            writer.finish()
        found = put_on_record(part, out.stem, writer.note)
        if found != writer.frames:
            raise MediaError(
                f"{out.name} could not be written: it has {found} frames instead of {writer.frames}"
            )
        with part.open("rb") as file:
            os.fsync(file.fileno())
        part.replace(out)
    except (av.FFmpegError, OSError) as error:
        raise unwritten(out, error) from error
    finally:
        with suppress(FileNotFoundError):
            part.unlink()
