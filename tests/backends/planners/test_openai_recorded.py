"""Twelve kinds of prompts and what models get wrong about them: recorded answers, replayed over HTTP.

docs/plans/recorded/README.md says what each shows; `recorded.py` beside this writes the questions anew.
"""

from __future__ import annotations

import re

import pytest
from recorded import RECORDED, Recording

from longvid_tui.backends.contract import PlanRequest
from longvid_tui.backends.planners.openai.brief import brief
from longvid_tui.project.canvas import Canvas
from longvid_tui.project.lint import lint
from longvid_tui.project.model import Plan

pytestmark = pytest.mark.usefixtures("_imported", "_keyed")


@pytest.fixture
def _keyed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LONGVID_PLANNER_KEY", "sk-stand-in-0123456789")


def test_there_are_twelve_kinds() -> None:
    assert len(RECORDED) == 12


@pytest.mark.parametrize("file", RECORDED, ids=lambda file: file.stem)
def test_the_same_is_asked_and_the_constraints_hold(file) -> None:
    recording = Recording.load(file)
    replay, exchanges = recording.replay(), recording.data["exchanges"]
    assert replay.asks == [exchange["asks"] for exchange in exchanges]
    advice = "uv run python tests/backends/planners/recorded.py, then read the difference"
    assert replay.questions == [str(exchange["question"]).strip() for exchange in exchanges], advice
    assert replay.plan == Plan(**recording.data["plan"]), advice
    counted = brief(PlanRequest(recording.prompt, recording.wanted, Canvas(1280, 720))).count
    assert len(replay.plan.segments) == counted
    assert len(replay.plan.keyframes) == counted + 1 + sum(replay.plan.cuts())
    assert [found for found in lint(replay.plan, recording.wanted) if found.severity != "note"] == []


def test_shots_of_the_persons_own_are_asked_for_word_for_word() -> None:
    (file,) = (file for file in RECORDED if file.stem == "shot-list")
    recording = Recording.load(file)
    own = re.findall(r"^\d\. (.*)$", recording.prompt, re.MULTILINE)
    question = recording.replay().questions[1]
    assert [f"s{number}" in question and shot in question for number, shot in enumerate(own, 1)] == [True] * 3
    assert "A bike comes near" not in question


def test_every_kind_but_two_needs_something_mended_or_asked_again() -> None:
    repaired = {
        file.stem
        for file in RECORDED
        for asks in re.findall(r"^ *-? *asks: (.*)$", file.read_text(encoding="utf-8"), re.MULTILINE)
        if "asked again" in asks or "anew" in asks
    }
    assert {file.stem for file in RECORDED} - repaired == {"abstract", "shot-list"}
