"""What is said of attempts that are at work, or only wait for their turn."""

from __future__ import annotations

import pytest

from longvid_tui.doing import placed, waits


@pytest.mark.parametrize(
    ("stage", "said"),
    [(None, "next after s4"), ("", "next after s4"), ("encode", "on 2 GPUs, as it is soonest")],
)
def test_one_behind_another_waits_until_it_has_begun(stage: str | None, said: str) -> None:
    progress = None if stage is None else {"stage": stage, "done": 0, "total": 0}
    attempt = {
        "behind": "s4-0123456789",
        "gpus": ["a", "b"] if stage else [],
        "why": "as it is soonest",
        "progress": progress,
    }
    assert waits(attempt) == (not stage)
    assert placed(attempt) == said
