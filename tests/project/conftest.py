from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from powercut import MEMORY


@pytest.fixture
def memory() -> Iterator[Path]:
    """A folder in memory where there is one, for tests that flush thousands of times."""
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        yield Path(folder)
