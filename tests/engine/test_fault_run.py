"""One in thirty-four disk operations fails in turn, as benchmarks/fault_run.py does it with all of them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "fault_run.py"


@pytest.mark.soak
@pytest.mark.timeout(400)
def test_a_disk_that_fails_at_any_operation_costs_no_result_and_makes_nothing_twice():
    argv = [sys.executable, str(SCRIPT), "--segments", "4", "--stride", "34", "--offset", "9"]
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "all resumed, none wrong" in done.stdout
