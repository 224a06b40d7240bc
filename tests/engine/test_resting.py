"""How long GPUs are left alone on which something crashed."""

from __future__ import annotations

import time

from longvid_tui.backends.contract import SAMPLING, Crashed, Progress
from longvid_tui.engine.fleet import Fleet, Lease
from longvid_tui.engine.resting import Resting


def rests(resting: Resting, now: float) -> list[float]:
    return [resting.seconds(gpu, "abc", now) for gpu in "abc"]


def test_a_gpu_rests_twice_as_long_each_time_until_something_is_made_on_it():
    resting = Resting()
    resting.failed("a", 100.0)
    assert rests(resting, 110.0) == [20.0, 0.0, 0.0]
    assert rests(resting, 130.0) == [0.0, 0.0, 0.0]
    for _ in range(9):
        resting.failed("a", 200.0)
    assert rests(resting, 200.0) == [600.0, 0.0, 0.0]
    resting.worked("a")
    resting.failed("a", 300.0)
    assert rests(resting, 300.0) == [30.0, 0.0, 0.0]


def test_none_rests_where_all_have_failed_as_often():
    resting = Resting()
    resting.failed("abc", 0.0)
    assert rests(resting, 0.0) == [0.0, 0.0, 0.0]
    resting.failed("b", 0.0)
    assert rests(resting, 0.0) == [0.0, 60.0, 0.0]


def test_what_a_worker_has_handed_over_was_made_on_its_gpu():
    fleet, on_a = Fleet(), Lease(("a",), resident="14B")
    fleet.lease("s1", on_a)
    fleet.judge("s1", Crashed("It ended."))
    fleet.give_back("s1")
    assert fleet.resting.seconds("a", "ab", time.monotonic()) > 20
    fleet.lease("s2", on_a)
    fleet.lease("s3", Lease(("a",), resident="14B", behind="s2"))
    fleet.hear("s3", Progress(SAMPLING, 0, 50), None)
    assert fleet.resting.seconds("a", "ab", time.monotonic()) == 0.0
