"""Several looks at their own paces from one thread."""

import math
import os
import threading
import time

from longvid_tui.looks import TOGETHER_SECONDS, Looks
from longvid_tui.wire import state_dir


def test_each_look_has_its_own_pace_and_what_is_due_soon_is_looked_at_together() -> None:
    taken: list[tuple[str, float]] = []
    done = threading.Event()

    def quick() -> float:
        taken.append(("quick", time.monotonic()))
        return 0.25

    def slow() -> float:
        taken.append(("slow", time.monotonic()))
        if len(taken) > 3:
            done.set()
        return 0.25 + TOGETHER_SECONDS / 2

    looks = Looks(quick, slow)
    looks.start()
    assert done.wait(5)
    looks.close()
    assert [name for name, _ in taken[:4]] == ["quick", "slow", "quick", "slow"]
    assert taken[3][1] - taken[2][1] < TOGETHER_SECONDS / 2


def test_it_sleeps_until_it_is_told_to_look_and_ends_when_it_is_closed() -> None:
    taken: list[float] = []
    looked = threading.Event()

    def look() -> float:
        taken.append(time.monotonic())
        looked.set()
        return 60.0 if len(taken) == 1 else math.inf if len(taken) == 2 else 60.0

    looks = Looks(look, lambda: 60.0)
    looks.start()
    assert looked.wait(5)
    looked.clear()
    looks.now()
    assert looked.wait(5)
    assert len(taken) == 2
    looks.close()
    looks._thread.join(5)
    assert not looks._thread.is_alive()


def test_a_look_that_breaks_is_kept_in_the_log_and_the_others_go_on() -> None:
    taken = threading.Event()

    def breaks() -> float:
        raise ZeroDivisionError

    def other() -> float:
        taken.set()
        return 60.0

    log = state_dir() / "crash.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    log.touch()
    os.truncate(log, 2 << 20)
    looks = Looks(breaks, other)
    looks.start()
    assert taken.wait(5)
    taken.clear()
    looks.now()
    assert taken.wait(5)
    looks.close()
    looks._thread.join(5)
    assert log.read_text().count("\nZeroDivisionError") == 2, "the log does not grow for ever"
    assert log.with_suffix(".log.1").stat().st_size == 2 << 20
