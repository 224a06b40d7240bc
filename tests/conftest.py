"""Every test has its own state and settings folders, and the stand-in backends are installed as plugins.

The property tests try the same cases each time, so that the suite says the same of the same code;
`--hypothesis-profile=default` tries others.
"""

from __future__ import annotations

import sys
from pathlib import Path

import hypothesis
import pytest

PLUGINS = Path(__file__).parent / "doubles" / "plugins"
sys.path.insert(0, str(PLUGINS))
hypothesis.settings.load_profile("ci")


@pytest.fixture(autouse=True)
def _own_surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(PLUGINS))
    monkeypatch.setenv("LONGVID_STATE_DIR", str(tmp_path / ".state"))
    monkeypatch.setenv("LONGVID_CONFIG_DIR", str(tmp_path / ".config"))
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "120")
