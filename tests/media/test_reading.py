"""What is decoded without the frames that no other refers to is, bit for bit, what a plain decode shows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from footage import SIZE, shot, write_clip

from longvid_tui.media.pinned import GOP
from longvid_tui.media.reading import Reading
from longvid_tui.media.source import Source

COUNT = 81


@pytest.mark.parametrize(
    "kind",
    [
        pytest.param({"crf": "10", "preset": "medium"}, id="Wan"),
        pytest.param(
            {"x264-params": "bframes=16:b-adapt=0:b-pyramid=none"},
            id="as many unreferenced in a row as there can be",
        ),
        pytest.param({"preset": "fast", "x264-params": "keyint=24:open-gop=1:bframes=5"}, id="open groups"),
        pytest.param(
            {"codec": "libx265", "x265-params": "log-level=none:bframes=4:temporal-layers=2"}, id="HEVC"
        ),
        pytest.param({"codec": "mpeg4", "bf": "2"}, id="MPEG-4"),
    ],
)
def test_the_last_frames_are_those_of_a_plain_decode(tmp_path: Path, kind: dict[str, Any]) -> None:
    raw = write_clip(tmp_path / "raw.mp4", shot(COUNT), **kind)
    reading = Reading(Source(raw, starts_run=True), SIZE, COUNT, None, None)
    plain = [stack.copy() for stack in reading.frames(0)]
    for wanted in (GOP, COUNT - GOP - 1):
        np.testing.assert_array_equal([stack.copy() for stack in reading.last(wanted)], plain[-wanted:])
