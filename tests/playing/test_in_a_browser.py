"""The page in a real browser: `LONGVID_BROWSER=/usr/bin/chromium pytest tests/playing/test_in_a_browser.py -s`."""

from __future__ import annotations

import os
import threading
import time
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from chromium import Page
from growth import FPS, FRAMES, LENGTHS, Studio, luma_of

from longvid_tui.playing.server import FilmServer

BROWSER = os.environ.get("LONGVID_BROWSER", "")
pytestmark = pytest.mark.skipif(not BROWSER, reason="LONGVID_BROWSER names no browser")

VIDEO = "document.querySelector('video')"
SEEK = """(async () => {
  const video = document.querySelector("video"), found = [];
  const canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight);
  const paper = canvas.getContext("2d", { willReadFrequently: true });
  for (const number of NUMBERS) {
    const there = new Promise((done) => video.addEventListener("seeked", done, { once: true }));
    video.currentTime = (number + 0.5) / FPS;
    await there;
    await new Promise((done) => setTimeout(done, 60));
    paper.drawImage(video, 0, 0);
    found.push(paper.getImageData(100, 70, 1, 1).data[1]);
  }
  return found;
})()"""
PLAY = """(async () => {
  const video = document.querySelector("video"), times = [];
  const seen = (_, about) => { times.push(about.mediaTime); video.requestVideoFrameCallback(seen); };
  video.requestVideoFrameCallback(seen);
  const over = new Promise((done) => video.addEventListener("ended", done, { once: true }));
  video.currentTime = 0;
  await video.play();
  await over;
  return times;
})()"""


@pytest.fixture
def studio(conformed: Path) -> Studio:
    return Studio(conformed, 0, 0)


@pytest.fixture
def page(studio: Studio, tmp_path: Path) -> Iterator[Page]:
    with FilmServer(studio.film) as server, Page(BROWSER, tmp_path / "profile") as page:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        page.opens(server.address)
        yield page
        server.shutdown()


def wait_until(page: Page, script: str, wanted: Any, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while (found := page.runs(script)) != wanted:
        assert time.monotonic() < end, f"{script} is {found}, not {wanted}"
        time.sleep(0.2)


def test_the_film_plays_from_its_first_frame_on_grows_seeks_and_has_every_frame(
    studio: Studio, page: Page
) -> None:
    wait_until(
        page, "document.querySelector('#note')?.textContent", "0:00 of 0:15: the rest follows as it is made"
    )
    studio.moves_on(1, 0)
    wait_until(page, f"{VIDEO}.duration", (LENGTHS[0] - 16) / FPS)
    page.runs(f"void {VIDEO}.play()")
    studio.moves_on(2, 1)
    grown = (LENGTHS[0] + LENGTHS[1] - 16) / FPS
    wait_until(page, f"{VIDEO}.duration", grown)
    wait_until(page, f"{VIDEO}.currentTime > {grown - 0.5}", True)
    studio.moves_on(3, 2)
    wait_until(page, f"{VIDEO}.ended", True)
    assert page.runs(f"{VIDEO}.duration") == FRAMES / FPS

    wanted = [*range(10, 24), *range(58, 72), 96, 0, 40, 3, 95]
    script = SEEK.replace("NUMBERS", str(wanted)).replace("FPS", str(FPS))
    shown = [round((level * 219 / 255 + 16 - luma_of(0)) / 2) for level in page.runs(script)]
    assert shown == wanted

    times = page.runs(PLAY)
    quality = page.runs(
        f"(({{corruptedVideoFrames, droppedVideoFrames, totalVideoFrames}}) => "
        f"({{corruptedVideoFrames, droppedVideoFrames, totalVideoFrames}}))({VIDEO}.getVideoPlaybackQuality())"
    )
    gaps = Counter(round((after - before) * FPS, 3) for before, after in pairwise(times))
    print(f"duration {FRAMES / FPS} s, gaps in frames {dict(gaps)}, {quality}")
    assert quality["corruptedVideoFrames"] == 0
    # a busy machine may leave frames out, but none comes at a time of its own
    assert all(gap == round(gap) >= 1 for gap in gaps)


def test_another_first_take_makes_the_page_begin_again_where_it_was(studio: Studio, page: Page) -> None:
    studio.moves_on(3, 2)
    wait_until(page, f"{VIDEO}.duration", FRAMES / FPS)
    page.runs(f"{VIDEO}.currentTime = 3")
    before = page.runs(f"{VIDEO}.src")
    studio.moves_on(3, 2, other="other")
    wait_until(page, f"{VIDEO}.src !== '{before}' && {VIDEO}.readyState >= 2 && {VIDEO}.currentTime", 3)
