"""What commands print: data on stdout, narration on stderr, and the exit codes."""

from __future__ import annotations

import json
import shlex
import sys
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from longvid_tui.showing import show

DONE, FAILED, USAGE, WAITS, CAPPED, INTERRUPTED = 0, 1, 2, 3, 4, 130


def out() -> Console:
    """The console for results: stdout, as wide as the terminal."""
    return Console(highlight=False, markup=False, emoji=False, soft_wrap=False)


def err() -> Console:
    """The console for narration: stderr, whose lines the terminal wraps."""
    return Console(stderr=True, highlight=False, markup=False, emoji=False, soft_wrap=True)


def narrate(text: str, *, error: bool = False) -> None:
    """One sentence for the person, on stderr."""
    err().print(Text(show(text), style="bold red" if error else ""))


def say(text: str) -> None:
    """One line of result, on stdout."""
    out().print(Text(show(text)), soft_wrap=True)


def print_json(value: Any) -> None:
    """A result as JSON on stdout, in ASCII where stdout has no Unicode."""
    unicode = (sys.stdout.encoding or "").lower().startswith("utf")
    sys.stdout.write(json.dumps(value, indent=2, ensure_ascii=not unicode) + "\n")


def typed(folder: Path) -> str:
    """A folder as it can be copied from a sentence into a command: relative to here where it can be, and
    quoted."""
    root, here = folder.absolute(), Path.cwd()
    name = str(root.relative_to(here) if root.is_relative_to(here) else root)
    return shlex.quote(f"./{name}" if name.startswith("-") else name)
