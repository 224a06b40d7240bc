"""How long a GPU is left alone on which something crashed or hung."""

from __future__ import annotations

from collections.abc import Collection, Iterable

_REST_SECONDS, _LONGEST_REST = 30.0, 600.0
"""What a GPU rests after something crashed or hung on it: what failed is tried elsewhere, and one that fails all at
once does not get the whole film to fail. Twice as long each time, until something is made on it. Estimates."""

_NO_STRIKE = (0, 0.0)


class Resting:
    """Of the GPUs of one machine, by UUID. Every `now` is of one monotonic clock."""

    def __init__(self) -> None:
        self._strikes: dict[str, tuple[int, float]] = {}
        """How often in a row something crashed or hung on a GPU, and when last."""

    def failed(self, gpus: Iterable[str], now: float) -> None:
        """Something crashed or hung on these."""
        self._strikes |= {gpu: (self._strikes.get(gpu, _NO_STRIKE)[0] + 1, now) for gpu in gpus}

    def worked(self, gpus: Collection[str]) -> None:
        """Something was made on these."""
        self._strikes = {gpu: strikes for gpu, strikes in self._strikes.items() if gpu not in gpus}

    def seconds(self, gpu: str, among: Iterable[str], now: float) -> float:
        """How long a GPU still rests; 0 if on all it is `among` as much has failed, which is no fault of theirs."""
        strikes, last = self._strikes.get(gpu, _NO_STRIKE)
        if strikes == min(self._strikes.get(other, _NO_STRIKE)[0] for other in among):
            return 0.0
        rest = min(_LONGEST_REST, _REST_SECONDS * 2.0 ** min(strikes - 1, 9))
        return max(0.0, last + rest - now)
