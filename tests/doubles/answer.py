"""What a command answered."""

from __future__ import annotations

import json
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

from longvid_tui.cli.app import run


@dataclass
class Answer:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def typed(*words: str | Path) -> Answer:
    """What a command answers in this process: one of its own takes a processor half a second to start."""
    with redirect_stdout(StringIO()) as out, redirect_stderr(StringIO()) as err:
        code = run([str(word) for word in words])
    return Answer(code, out.getvalue(), err.getvalue())
