"""Forty kills of a run, as benchmarks/kill_run.py does them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "kill_run.py"


@pytest.mark.timeout(400)
@pytest.mark.parametrize("seed", [1, 2])
def test_killed_at_random_moments_nothing_finished_is_lost_or_made_twice(seed):
    argv = [sys.executable, str(SCRIPT), "--kills", "20", "--segments", "10", "--seed", str(seed)]
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
