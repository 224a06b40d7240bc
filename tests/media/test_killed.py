"""Killed at any moment, a conform, a mend or a join leaves what was there before, or all of what it makes."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from footage import shot, write_clip

from longvid_tui.media.conform import conform, read_facts
from longvid_tui.media.film import check_film
from longvid_tui.media.pinned import Quality
from longvid_tui.media.source import Source
from longvid_tui.media.video import frames

WORK = """
import sys
from pathlib import Path
from longvid_tui.media.conform import conform
from longvid_tui.media.ffmpeg import find_ffmpeg
from longvid_tui.media.film import assemble
from longvid_tui.media.mending import mend
from longvid_tui.media.source import Side
from longvid_tui.media.pinned import Quality
from longvid_tui.media.source import Source

folder = Path(sys.argv[1])
ffmpeg, source = find_ffmpeg(), Source(folder / "raw.mp4", True)
quality = Quality(96, 64, 16, 16, "medium")
print("ready", flush=True)
while True:
    conform(source, folder / "piece.mp4", quality)
    side = Side(source, folder / "piece.mp4")
    splice = mend("fade", side, side, folder / "seam.mp4", quality)
    assemble(ffmpeg, [side.piece] * 2, folder / "film.mp4", title="", chapters=[], metadata={}, fps=16,
             expected_frames=98, splices=[splice])
"""


@pytest.mark.parametrize("moment", [0.02, 0.12, 0.31, 0.77])
def test_nothing_half_made_takes_the_place_of_what_was_there(tmp_path: Path, moment: float) -> None:
    raw = write_clip(tmp_path / "raw.mp4", shot(49))
    conform(Source(raw, True), tmp_path / "piece.mp4", Quality(96, 64, 16, 16, "medium"))
    for name in ("seam.mp4", "film.mp4"):
        shutil.copyfile(tmp_path / "piece.mp4", tmp_path / name)
    with subprocess.Popen([sys.executable, "-c", WORK, tmp_path], stdout=subprocess.PIPE) as child:
        assert child.stdout
        assert child.stdout.readline() == b"ready\n"
        time.sleep(moment)
        child.kill()
    assert read_facts(tmp_path / "piece.mp4").frames == 49
    assert len(list(frames(tmp_path / "piece.mp4"))) == 49
    assert len(list(frames(tmp_path / "seam.mp4"))) in {49, 33}
    film = len(list(frames(tmp_path / "film.mp4")))
    assert film in {49, 98}
    check_film(tmp_path / "film.mp4", film)
