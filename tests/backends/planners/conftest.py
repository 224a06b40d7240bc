from __future__ import annotations

from collections.abc import Iterator

import pytest
from desk import Desk

from longvid_tui.backends.rehearsal.cloud.server import Cloud

KEY = "sk-stand-in-0123456789"


@pytest.fixture(scope="session")
def _imported() -> None:
    """The SDK takes many seconds to import on a busy machine, which no deadline of a test should count."""
    import instructor  # noqa: F401
    import openai

    import longvid_tui.backends.planners.openai.author  # noqa: F401

    assert openai.AsyncOpenAI(api_key="none").chat


@pytest.fixture
def desk(_imported: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setenv("LONGVID_PLANNER_KEY", KEY)
    with Cloud() as cloud:
        yield Desk(cloud)
