"""Painters have keys, and a stand-in cloud to speak to."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from painters import KEYS

from longvid_tui.backends.rehearsal.cloud.server import Cloud


@pytest.fixture(autouse=True)
def _keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, key in KEYS.items():
        monkeypatch.setenv(name, key)
    monkeypatch.delenv("GOOGLE_API_KEY", raising=False)


@pytest.fixture
def cloud() -> Iterator[Cloud]:
    with Cloud() as cloud:
        yield cloud
