"""What whoever comes later is told of what was said before."""

from __future__ import annotations

from typing import Any

from longvid_tui.engine.notices import MOST_KEPT, Notices


def told(*said: tuple[str, str, str], about: str = "") -> list[tuple[str, str, float]]:
    """What is kept after a notice each second: (kind, target or "", text)."""
    notices = Notices()
    for moment, (kind, target, text) in enumerate(said):
        task: dict[str, Any] | None = {"name": f"paint {target}", "target": target} if target else None
        news = {"kind": kind, "task": task, "text": text, "t": float(moment)}
        notices.hear(news, about if kind == "note" else "")
    return [(each["kind"], each["text"], each["t"]) for each in notices.kept()]


def test_what_failed_before_a_picture_was_made_after_all_matters_no_more() -> None:
    assert told(
        ("retrying", "k1", "Away."), ("retrying", "k2", "Away."), ("started", "k1", ""), ("finished", "k1", "")
    ) == [("retrying", "Away.", 1.0)]


def test_what_is_said_again_stands_once_and_only_the_newest_are_kept() -> None:
    assert told(("note", "", "Full."), ("failed", "k1", "No."), ("note", "", "Full.")) == [
        ("failed", "No.", 1.0),
        ("note", "Full.", 2.0),
    ]
    assert len(told(*(("note", "", str(number)) for number in range(MOST_KEPT + 5)))) == MOST_KEPT


def test_of_what_is_told_again_with_other_numbers_the_newest_is_kept_and_nothing_is_lost_by_it() -> None:
    waits = (("note", "", f"k{number} waits {60 - number} s: it is busy") for number in range(2, MOST_KEPT + 5))
    assert told(("failed", "k1", "No."), *waits, about="services") == [
        ("failed", "No.", 0.0),
        ("note", f"k{MOST_KEPT + 4} waits {56 - MOST_KEPT} s: it is busy", MOST_KEPT + 3.0),
    ]
