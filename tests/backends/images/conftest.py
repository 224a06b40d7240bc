"""Painters have keys, and a stand-in cloud to speak to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from buyers import Buyer
from painters import KEYS, PATHS

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


@pytest.fixture
def buyer(
    tmp_path: Path, cloud: Cloud, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Buyer]:
    """Somebody whose settings send every service's requests to the stand-in."""
    for service, path in PATHS.items():
        monkeypatch.setenv(f"LONGVID_{service.upper()}__BASE_URL", cloud.url + path)
    monkeypatch.setenv("LONGVID_OPENAI__QUALITY", "low")
    person = Buyer(tmp_path, capsys)
    yield person
    person.kills()
