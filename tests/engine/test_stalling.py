"""When a generator counts as stalled."""

from __future__ import annotations

from longvid_tui.backends.contract import Progress
from longvid_tui.engine.stalling import Patience
from longvid_tui.engine.steps import Steps

MINUTES = 600.0


class Attempt(Patience):
    """Patience with an attempt whose progress nobody else hears."""

    def __init__(self) -> None:
        self.steps = Steps()
        super().__init__(MINUTES, self.steps, 0.0)

    def hear(self, progress: Progress | None, now: float) -> None:
        if progress:
            self.steps.hear(progress, now)
        super().hear(progress, now)


def at_step(patience: Attempt, done: int, now: float) -> None:
    patience.hear(Progress("sample", done, 50), now)


def sampling(each: float, steps: int = 4) -> tuple[Attempt, float]:
    """One that made so many steps, and when it made the last."""
    patience = Attempt()
    for done in range(steps + 1):
        at_step(patience, done, done * each)
    return patience, steps * each


def test_one_that_says_nothing_at_all_is_waited_for_as_long_as_the_person_says():
    patience = Attempt()
    assert not patience.complaint(600.0)
    assert patience.complaint(601.0) == "said nothing for 10 minutes"
    patience.hear(None, 601.0)
    assert not patience.complaint(1201.0)


def test_a_step_that_takes_far_longer_than_the_others_is_one_however_much_is_said():
    patience, now = sampling(each=40.0)
    patience.hear(None, now + 199.0)
    assert not patience.complaint(now + 199.0)
    assert patience.complaint(now + 201.0) == "made no step for 3 minutes, where one took 40.0 s"
    at_step(patience, 5, now + 201.0)
    assert not patience.complaint(now + 202.0)


def test_quick_steps_may_pause_for_two_minutes():
    patience, now = sampling(each=0.5)
    assert not patience.complaint(now + 119.0)
    assert patience.complaint(now + 121.0)


def test_before_there_are_steps_to_compare_with_and_after_the_last_only_silence_counts():
    patience, now = sampling(each=40.0, steps=2)
    assert not patience.complaint(now + 500.0)
    patience, now = sampling(each=40.0)
    patience.hear(Progress("decode", 0, 1), now)
    assert not patience.complaint(now + 500.0)


def test_one_that_says_nothing_of_its_decoding_is_not_taken_to_hang_at_the_last_step():
    patience, now = sampling(each=1.0, steps=50)
    assert not patience.complaint(now + 300.0)


def test_steps_that_were_made_before_anybody_looked_do_not_tell_how_long_one_takes():
    patience = Attempt()
    at_step(patience, 30, 0.0)  # read at once: of an attempt that an earlier engine started
    for more in (1, 2, 3):
        at_step(patience, 30 + more, more * 130.0)
    assert not patience.complaint(3 * 130.0 + 590.0)


def test_a_load_that_reads_is_no_silence():
    patience = Attempt()
    assert not patience.wonders(100.0)
    assert patience.wonders(200.0)
    patience.see_read(1000, 200.0)
    assert not patience.wonders(300.0)
    patience.see_read(2000, 400.0)
    assert not patience.complaint(1000.0)
    patience.see_read(2000, 900.0)
    assert patience.complaint(1001.0)
    patience.hear(Progress("sample", 0, 50), 1001.0)
    assert not patience.wonders(1500.0), "only while it loads"


def test_what_cannot_be_said_for_a_while_is_no_silence_and_no_long_step():
    patience, now = sampling(each=40.0)
    assert patience.complaint(now + 500.0)
    for minute in range(1, 61):
        patience.excuse(now + 60.0 * minute)
    assert not patience.complaint(now + 3700.0)
    assert patience.complaint(now + 3600.0 + MINUTES + 1.0)
