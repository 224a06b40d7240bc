"""What a run says where every line stays: each cause once, and no reason for what was not there yet."""

from __future__ import annotations

from typing import Any

import pytest

from longvid_tui.cli.progress import Progress

_AWAY = "The server cannot be reached: check that it runs."


def notice(kind: str, text: str = "", task: str = "", target: str = "", reason: str = "") -> dict[str, Any]:
    doing = {"kind": task, "target": target, "name": f"{task} {target}", "reason": reason}
    return {"kind": kind, "task": doing if task else None, "text": text}


@pytest.mark.parametrize(
    ("notices", "lines"),
    [
        ([notice("finished", "", "paint", "k1", "not made yet")], ["painted k1"]),
        ([notice("finished", "", "paint", "k1", "its words changed")], ["painted k1 (its words changed)"]),
        (
            [
                notice("note", f"The planner waits 1 s: {_AWAY}"),
                notice("note", f"The planner waits 2 s: {_AWAY}"),
                notice("failed", _AWAY, "plan", "plan"),
            ],
            [f"The planner waits 1 s: {_AWAY}", "The planner waits 2 s: the same"],
        ),
        (
            [notice("retrying", _AWAY, "paint", "k1"), notice("failed", _AWAY, "paint", "k2")],
            [f"k1: {_AWAY} (tried again)", "k2: the same"],
        ),
    ],
)
def test_a_cause_is_told_once(
    notices: list[dict[str, Any]], lines: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with Progress() as progress:
        for each in notices:
            progress.hear(each)
    assert capsys.readouterr().err.splitlines() == lines
