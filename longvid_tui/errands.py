"""Commands of the command line that the screen has done by a process of their own: one answer for both faces."""

from __future__ import annotations

import asyncio
import json
import re
import sys
from typing import Any

_USAGE = re.compile(r"^Invalid value(?: for '--(?P<option>[\w-]+)')?: | \(see `[^`]*`\)$")
"""What a usage error says for those who typed options, which a person at the screen did not."""


class ErrandFailed(Exception):
    """What the command said why it could not."""


async def done(*words: str, given: str = "") -> str:
    """What `longvid-tui WORDS` prints; raises ErrandFailed. Ends with whoever waits for it."""
    code, said, complaint = await _run(words, given)
    if code:
        raise ErrandFailed(complaint or "The command failed and did not say why.")
    return said


async def told(*words: str) -> Any:
    """The data that `longvid-tui WORDS` prints (with --json among them), also where it ends with another code than 0."""
    code, said, complaint = await _run(words, "")
    try:
        return json.loads(said)
    except ValueError:
        raise ErrandFailed(complaint or f"The command ended with {code} and did not say why.") from None


async def _run(words: tuple[str, ...], given: str) -> tuple[int, str, str]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "longvid_tui", *words),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        said, complaint = await process.communicate(given.encode("utf-8", "replace"))
    finally:
        if process.returncode is None:
            process.kill()
    return (
        process.returncode or 0,
        said.decode("utf-8", "replace"),
        _USAGE.sub(
            lambda found: f"{option}: " if (option := found["option"]) else "",
            complaint.decode("utf-8", "replace").strip(),
        ),
    )
