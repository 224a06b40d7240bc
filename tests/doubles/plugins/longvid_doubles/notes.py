"""Lines that stand-ins leave in files, so that tests can count what they did. Standard library only."""

from __future__ import annotations

import os
from pathlib import Path


def note(variable: str, line: str) -> None:
    """Append a line to the file an environment variable names, if it does."""
    target = os.environ.get(variable)
    if target:
        with Path(target).open("a", encoding="utf-8") as file:
            file.write(line + "\n")
