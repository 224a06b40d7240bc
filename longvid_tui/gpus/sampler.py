"""Asks every GPU once a second, each in a thread of its own: one that hangs keeps nobody waiting."""

from __future__ import annotations

import threading
import time
from dataclasses import replace

from longvid_tui.gpus.sample import NOT_YET, Group, Reading, Sample, groups

_RETRY_SECONDS = 10.0
"""Between looks for a driver, where there was none: it may be loaded while we run."""
_ANSWER_SECONDS = 2.0
"""What each GPU gets to answer for the first time, before the others are asked how they reach each other."""
_POLL_SECONDS = 0.01


class Sampler:
    """Keeps the latest sample of every GPU. Reading it never waits for a driver.

    A thread stuck in the driver is left where it is: nothing can end it, and only its own GPU grows stale.
    """

    def __init__(self, interval: float = 1.0) -> None:
        self.interval = interval
        self._over = threading.Event()
        self._began = time.monotonic()
        self._problem: str | None = None
        self._driver: str | None = None
        self._samples: dict[int, tuple[float, Sample]] = {}
        self._groups: tuple[Group, ...] | None = None

    def start(self) -> None:
        self._began = time.monotonic()
        threading.Thread(target=self._find_gpus, name="gpus", daemon=True).start()

    def stop(self) -> None:
        """Ask no more; what hangs in the driver ends with the process."""
        self._over.set()

    def read(self) -> Reading:
        """What is known now, each GPU with the age of its sample."""
        now = time.monotonic()
        problem = self._problem
        if problem is None:
            problem = f"The NVIDIA driver has not answered for {now - self._began:.0f} s."
        samples = tuple(replace(sample, age=now - at) for at, sample in list(self._samples.values()))
        return Reading(samples, problem, self._driver, self._groups or ())

    def first(self, seconds: float = 5.0) -> Reading:
        """What is known once every GPU has answered, or after `seconds`."""
        deadline = time.monotonic() + seconds
        while not self._is_complete() and time.monotonic() < deadline:
            time.sleep(_POLL_SECONDS)
        return self.read()

    def _is_complete(self) -> bool:
        if self._problem or self._groups is None:
            return bool(self._problem)
        return len(self._answering()) == len(self._samples)

    def _answering(self) -> list[int]:
        return [index for index, (_, sample) in list(self._samples.items()) if sample.fault != NOT_YET]

    def _find_gpus(self) -> None:
        count = self._connect()
        now = time.monotonic()
        self._samples = {index: (now, Sample(index, fault=NOT_YET)) for index in range(count)}
        self._problem = "" if count else "The NVIDIA driver finds no GPU."
        for index in range(count):
            threading.Thread(target=self._watch, args=(index,), name=f"gpu {index}", daemon=True).start()
        self._find_groups(count)

    def _connect(self) -> int:
        from longvid_tui.gpus import nvml

        while not self._over.is_set():
            try:
                self._driver, count = nvml.connect()
            except nvml.NoDriver as error:
                self._problem = str(error)
                self._over.wait(_RETRY_SECONDS)
            else:
                return count
        return 0

    def _watch(self, index: int) -> None:
        from longvid_tui.gpus import nvml

        watch = nvml.Watch(index)
        while not self._over.is_set():
            asked = time.monotonic()
            self._samples[index] = asked, watch.sample()
            self._over.wait(self.interval)

    def _find_groups(self, count: int) -> None:
        """Of those that answer soon: one that hangs would hang this question, too."""
        from longvid_tui.gpus import nvml

        deadline = time.monotonic() + _ANSWER_SECONDS
        while len(self._answering()) < count and time.monotonic() < deadline:
            time.sleep(_POLL_SECONDS)
        self._groups = groups(range(count), nvml.links(self._answering()))
