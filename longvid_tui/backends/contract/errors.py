"""The one error taxonomy: why a backend could not do what it was asked, and whether trying again makes sense."""

from __future__ import annotations

import math


class BackendError(Exception):
    """A backend could not do it. `str(error)` is one sentence for the person: the cause and the next step."""

    retry: bool = False
    """Whether the same request may succeed if it is sent again."""

    cost_usd: float | None = 0.0
    """What was paid although nothing came of it; None: something may have been paid, but nobody knows how much."""


class Refused(BackendError):
    """The service will not make this (moderation, policy): other words are needed."""

    suggestion: str = ""
    """The prompt in milder words, to offer to the person; it is never sent without being asked for."""


class BadKey(BackendError):
    """The key is missing, wrong or not allowed to do this."""


class NoQuota(BackendError):
    """The account has no credit left."""


class OverCap(BackendError):
    """The next request would cost more than the person allows: the run stops before it is sent."""


class RateLimited(BackendError):
    """Too many requests; it may work `retry_after` seconds from now (None: the service did not say)."""

    retry = True

    def __init__(self, sentence: str, retry_after: float | None = None) -> None:
        super().__init__(sentence)
        told = retry_after is not None and 0 <= retry_after < math.inf
        self.retry_after = retry_after if told else None


class Unavailable(BackendError):
    """The service or the network is down for now."""

    retry = True


class BadAnswer(BackendError):
    """The answer is not what was asked for: a broken picture, a truncated plan, a wrong size."""

    retry = True


class OutOfMemory(BackendError):
    """A GPU ran out of memory; `gpus` is how many the segment had."""

    retry = True
    gpus: int = 0


class OutOfHostMemory(BackendError):
    """The machine ran out of memory; `gpus` is how many the segment had.

    A class of its own because what helps a GPU that ran out, keeping models in host memory, makes this worse.
    """

    retry = True
    gpus: int = 0


class Stalled(BackendError):
    """No sign of progress for too long."""

    retry = True


class Crashed(BackendError):
    """The process ended by itself without a result."""

    retry = True


class Misconfigured(BackendError):
    """A setting, path or package is wrong: every further segment would fail the same way."""
