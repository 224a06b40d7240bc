"""Whether a failed job is tried again, when, and with what change."""

from __future__ import annotations

import pytest

from longvid_tui.backends.contract import (
    MORE_GPUS,
    Crashed,
    Misconfigured,
    OutOfHostMemory,
    OutOfMemory,
    RateLimited,
)
from longvid_tui.engine.retrying import Retry, decide

LADDER = ("the text encoder works on the processor", MORE_GPUS)


@pytest.mark.parametrize(
    ("rung", "again"),
    [(0, Retry(0.0, 1, LADDER[0])), (1, Retry(0.0, 2, MORE_GPUS)), (2, Retry(0.0, 3, MORE_GPUS))],
)
def test_running_out_of_memory_climbs_and_the_last_rung_gives_more_gpus_again_and_again(rung, again):
    assert decide(OutOfMemory("full"), 9, 2, rung, LADDER) == again


def test_a_ladder_without_more_gpus_ends():
    assert decide(OutOfMemory("full"), 1, 2, 0, LADDER[:1]) == Retry(0.0, 1, LADDER[0])
    assert decide(OutOfMemory("full"), 2, 2, 1, LADDER[:1]) is None


def test_out_of_host_memory_climbs_nothing_that_would_need_more_of_it():
    assert decide(OutOfHostMemory("full"), 1, 2, 0, LADDER) == Retry(1.0, 0)
    assert decide(OutOfHostMemory("full"), 3, 2, 0, LADDER) is None


def test_what_may_pass_is_tried_a_few_times_and_what_is_wrong_is_not():
    assert decide(Crashed("broke"), 2, 2) == Retry(2.0, 0)
    assert decide(Crashed("broke"), 3, 2) is None
    assert decide(Misconfigured("no such file"), 1, 2) is None
    assert decide(RateLimited("later", 17.0), 1, 2) == Retry(17.0, 0)
