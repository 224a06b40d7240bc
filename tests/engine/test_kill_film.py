"""Three kills while a film is conformed, mended and joined, as benchmarks/kill_film.py does them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "kill_film.py"


@pytest.mark.soak
@pytest.mark.timeout(400)
def test_killed_while_it_is_put_together_a_film_stays_what_it_was_until_the_next_is_whole():
    argv = [sys.executable, str(SCRIPT), "--kills", "3"]
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
