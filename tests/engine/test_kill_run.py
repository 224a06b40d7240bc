"""Forty kills of a run, as benchmarks/kill_run.py does them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "kill_run.py"


@pytest.mark.soak
@pytest.mark.timeout(400)
def test_killed_at_random_moments_nothing_finished_is_lost_or_made_twice():
    argv = [sys.executable, str(SCRIPT), "--kills", "40", "--segments", "10"]
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
