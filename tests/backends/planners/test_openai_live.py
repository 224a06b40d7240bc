"""The planner `openai` with a real model, for those who have one: LONGVID_LIVE_PLANNER=BASE_URL,MODEL pytest ...

A server from wheels: `pip install xllamacpp`, a GGUF file, and its `Server`; or llama.cpp, vLLM, Ollama, LM Studio.
"""

from __future__ import annotations

import asyncio
import os

import pytest
from desk import Desk

from longvid_tui.backends.contract import BackendError
from longvid_tui.project.lint import lint
from longvid_tui.project.model import Wanted

LIVE = os.environ.get("LONGVID_LIVE_PLANNER", "")


@pytest.mark.skipif(not LIVE, reason="LONGVID_LIVE_PLANNER names no server")
@pytest.mark.timeout(960)
def test_a_real_model_makes_a_plan_that_can_be_filmed_or_is_refused_in_a_sentence(desk: Desk) -> None:
    base_url, _, model = LIVE.partition(",")
    desk.settings = {"base_url": base_url, "model": model, "deadline_seconds": 900, "segments_at_once": 2}
    assert [check.ok for check in asyncio.run(desk.planner().ask())] == [True]
    try:
        plan = desk.plan("A fox crosses a frozen lake at dawn.", segments=2)
    except BackendError as error:
        print(f"{type(error).__name__}: {error}")
        assert str(error).endswith(".")  # noqa: PT017  either outcome is good
        return
    print(plan.model_dump_json(indent=2))
    assert [finding for finding in lint(plan, Wanted(segments=2)) if finding.severity == "error"] == []
