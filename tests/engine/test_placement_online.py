"""A film made in simulated time while everything goes wrong, as benchmarks/placement_online.py does it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "placement_online.py"


def test_no_start_is_ever_invalid_and_every_segment_ends_exactly_once():
    argv = [sys.executable, str(SCRIPT), "--scenarios", "storm;storm, group", "--seeds", "1", "--small"]
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
