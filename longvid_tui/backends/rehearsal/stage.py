"""The stand-in that this process speaks to in a rehearsal: started when it is first needed, gone with the
process."""

from __future__ import annotations

import time
from functools import cache, partial

from longvid_tui import __version__
from longvid_tui.backends.rehearsal import script
from longvid_tui.backends.rehearsal.cloud import openai_images
from longvid_tui.backends.rehearsal.cloud.openai_images import Hand
from longvid_tui.backends.rehearsal.cloud.server import Cloud, Request

REMEMBERS = 20
"""Requests in the ledger, with their pictures."""

KEY = "Bearer sk-rehearsal-no-key-is-needed"


@cache
def address() -> str:
    """Where the stand-in listens, such as http://127.0.0.1:40123/v1. Does I/O: to be called in a thread."""
    cloud = Cloud(remembers=REMEMBERS)
    cloud.always(_let_in)
    cloud.route("POST", "/v1/chat/completions", script.answer)
    hand = Hand(_illustrated, pause=0.3)
    cloud.route("POST", "/v1/images/generations", partial(openai_images.generations, hand=hand))
    cloud.route("POST", "/v1/images/edits", partial(openai_images.edits, hand=hand))
    cloud.__enter__()
    return f"{cloud.url}/v1"


def _let_in(request: Request) -> None:
    """Whoever asks has a key here, whatever theirs is: none is looked for, none is sent on."""
    request.headers = {**request.headers, "authorization": KEY}


def _illustrated(words: str, size: tuple[int, int]) -> bytes:
    """A picture of the storyboard's, which says about itself that no model made it; about as slow as a
    service."""
    from longvid_tui.backends.images.storyboard.painter import paint, to_png
    from longvid_tui.backends.images.storyboard.scene import read_scene

    time.sleep(0.3)
    return to_png(paint(read_scene(words, 0), *size, clean=False), f"longvid-tui {__version__}")
