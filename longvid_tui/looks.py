"""Polls what nobody announces, from a thread of its own, so that the screen is woken only by what has changed."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from longvid_tui import crashes

TOGETHER_SECONDS = 0.2
"""Seconds by which a look may be early, to be taken with others: waking up costs more than most looks."""

BROKEN_SECONDS = 60.0
"""Seconds until a look that raised an exception is taken again."""

ANSWER_SECONDS = 5.0
"""Seconds a look may wait for an answer; the other looks wait as long."""

Look = Callable[[], float]
"""Looks once, and answers in how many seconds it is worth looking again."""


class Looks:
    """Takes several looks, each at its own pace; one that takes long holds up the others."""

    def __init__(self, *looks: Look) -> None:
        self._looks = looks
        self._woken = threading.Event()
        self._over = False
        self._thread = threading.Thread(target=self._keep, name="looks", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def now(self) -> None:
        """Look at everything at once: something happened that the pace does not know of."""
        self._woken.set()

    def close(self) -> None:
        self._over = True
        self._woken.set()

    def _keep(self) -> None:
        due = dict.fromkeys(self._looks, 0.0)
        while not self._over:
            for look in self._looks:
                if due[look] <= time.monotonic() + TOGETHER_SECONDS:
                    due[look] = _taken(look) + time.monotonic()
            if self._woken.wait(max(0.0, min(due.values()) - time.monotonic())):
                self._woken.clear()
                due = dict.fromkeys(self._looks, 0.0)


def _taken(look: Look) -> float:
    try:
        return look()
    except Exception:  # noqa: BLE001  the other looks go on, and nothing is printed over the screen
        crashes.kept("screen")
        return BROKEN_SECONDS
