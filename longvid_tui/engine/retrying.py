"""Whether a failed job is tried again, when, and with what declared change: a pure decision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from longvid_tui.backends.contract import MORE_GPUS, BackendError, OutOfMemory, RateLimited

LONGEST_PAUSE = 30.0
"""Most seconds between two tries, unless the service asks for more."""


@dataclass(frozen=True)
class Retry:
    """Try again after `pause` seconds, at this `rung` of the ladder; `change` says in words what is new on
    it."""

    pause: float
    rung: int
    change: str = ""


def decide(
    error: Exception, tries: int, retries: int, rung: int = 0, ladder: Sequence[str] = ()
) -> Retry | None:
    """What to do after the `tries`-th failure (from 1) of a job; None: give up.

    When GPU memory runs out, a generator with a ladder climbs a rung each time, and gives up at its end: the
    same would fail again. MORE_GPUS as its last rung is taken again and again, until there are no more. Every
    other error that may pass is tried `retries` more times, after the pause that the service asks for, if it
    does.
    """
    if not isinstance(error, BackendError) or not error.retry:
        return None
    if isinstance(error, OutOfMemory) and ladder:
        change = ladder[min(rung, len(ladder) - 1)]
        return Retry(0.0, rung + 1, change) if rung < len(ladder) or change == MORE_GPUS else None
    if tries > retries:
        return None
    if isinstance(error, RateLimited) and error.retry_after is not None:
        return Retry(error.retry_after, rung)
    return Retry(min(LONGEST_PAUSE, 0.5 * 2**tries), rung)
