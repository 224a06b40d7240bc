"""The progress of a run of Wan, read from lines of its log: load, encode, sample, decode, save."""

from __future__ import annotations

import re

from longvid_tui.backends.contract import Progress
from longvid_tui.backends.video.wan.launching import STEP_MARK

_LOAD_TOTAL = 10
"""T5, VAE, CLIP and the seven shards of a 14B checkpoint, each counted as equally long."""

_LOGGED = (
    ("Creating Wan", " pipeline", Progress("load", 0, _LOAD_TOTAL)),
    ("loading ", "_VAE.pth", Progress("load", 1, _LOAD_TOTAL)),
    ("loading ", "models_clip", Progress("load", 2, _LOAD_TOTAL)),
    ("Creating WanModel", "", Progress("load", 3, _LOAD_TOTAL)),
    ("Generating video", "", Progress("encode", 0, 1)),
    ("Saving generated video", "", Progress("save", 0, 1)),
    ("Finished.", "", Progress("save", 1, 1)),
)
"""What generate.py logs: how a message starts, what else it holds, and what it tells (Wan2.1@9737cba)."""

_MESSAGE = re.compile(r"\] INFO: (.*)")
_BAR = re.compile(rf"(?:\[default(\d+)\]:)?{STEP_MARK} ([^@]*?) ?(\d+)/(\d+) ")
"""A step of a progress bar, of rank 0 or of one of torchrun's ranks; a line may hold several."""


def read_progress(line: str) -> Progress | None:
    """The progress that a line tells; None if none. It may be a piece of a line, or hold several bars."""
    message = _MESSAGE.search(line)
    return _logged(message[1]) if message else _barred(line)


def _logged(message: str) -> Progress | None:
    # Before bars are looked for: the log repeats the prompt, and that may hold anything.
    said = (each for start, part, each in _LOGGED if message.startswith(start) and part in message)
    return next(said, None)


def _barred(line: str) -> Progress | None:
    bars = [bar.groups() for bar in _BAR.finditer(line) if bar[1] in (None, "0")]
    if not bars:
        return None
    _, description, done, total = bars[-1]
    return _shards(int(done), int(total)) if description else _steps(int(done), int(total))


def _shards(done: int, total: int) -> Progress:
    """The progress of a load: weights are its last 7 tenths, however many files they have."""
    return Progress("load", 3 + round(7 * done / total) if total else 3, _LOAD_TOTAL)


def _steps(done: int, total: int) -> Progress:
    """The progress of sampling; after the last step, when the bar is silent, that of decoding."""
    return Progress("decode", 0, 1) if total and done == total else Progress("sample", done, total)
