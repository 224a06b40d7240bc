"""The stand-in that this process speaks to in a rehearsal, started when first needed and gone with the
process."""

from __future__ import annotations

import threading
import time
from collections import Counter
from functools import cache, partial

from longvid_tui import __version__
from longvid_tui.backends.rehearsal import script
from longvid_tui.backends.rehearsal.cloud import openai_images
from longvid_tui.backends.rehearsal.cloud.openai_images import Hand
from longvid_tui.backends.rehearsal.cloud.server import Cloud, Request

REMEMBERS = 20
"""How many requests the stand-in remembers, with their pictures."""

KEY = "Bearer sk-rehearsal-no-key-is-needed"


@cache
def address() -> str:
    """Where the stand-in listens, such as http://127.0.0.1:40123/v1. Does I/O, so it has to be called in a
    thread."""
    cloud = Cloud(remembers=REMEMBERS)
    cloud.always(_let_in)
    cloud.route("POST", "/v1/chat/completions", script.answer)
    hand = Hand(_Painter().paint, pause=0.3)
    cloud.route("POST", "/v1/images/generations", partial(openai_images.generations, hand=hand))
    cloud.route("POST", "/v1/images/edits", partial(openai_images.edits, hand=hand))
    cloud.__enter__()
    return f"{cloud.url}/v1"


def _let_in(request: Request) -> None:
    """Accept any request; no real key ever comes here."""
    request.headers = {**request.headers, "authorization": KEY}


class _Painter:
    """Paints as `storyboard` does, but never the same picture twice, and about as slowly as a service."""

    def __init__(self) -> None:
        self._asked: Counter[str] = Counter()
        self._lock = threading.Lock()

    def paint(self, words: str, size: tuple[int, int]) -> bytes:
        """A picture that says about itself that no model made it."""
        from longvid_tui.backends.images.storyboard.painter import paint, to_png
        from longvid_tui.backends.images.storyboard.scene import read_scene

        with self._lock:
            seed = self._asked[words]
            self._asked[words] += 1
        time.sleep(0.3)
        return to_png(paint(read_scene(words, seed), *size, clean=False), f"longvid-tui {__version__}")
