"""Runs commands of the command line, each in a process, so that the screen gives the same answers as the shell."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from tempfile import TemporaryFile
from typing import IO, Any

LOOK_SECONDS = 0.2
"""Seconds between two looks whether a command that outlives the screen has ended."""

_PROGRAM = (sys.executable, "-P", "-m", "longvid_tui")
"""With `-P`, as the screen may stand in somebody's film: modules there are not ours to import."""
_LASTING: set[int] = set()

_USAGE = re.compile(r"^Invalid value(?: for '--(?P<option>[\w-]+)')?: | \(see `[^`]*`\)$")
"""The parts of a usage error that speak of options and --help, which a person at the screen did not type."""


class ErrandFailed(Exception):
    """A command failed; the text is what it said."""


async def done(*words: str, given: str = "") -> str:
    """What `longvid-tui WORDS` prints, with `given` on its stdin; raises ErrandFailed. Ends when nobody awaits
    it."""
    code, said, complaint = await _run(words, given)
    if code:
        raise ErrandFailed(complaint or "The command failed and did not say why.")
    return said


async def told(*words: str) -> Any:
    """The data that `longvid-tui WORDS`, --json among them, prints, whatever its exit code; raises
    ErrandFailed."""
    return _data(*await _run(words, ""))


async def delivered(*words: str) -> Any:
    """As `told`, but the command goes on to its end even if nobody awaits it any more."""
    with TemporaryFile() as said, TemporaryFile() as complaint:  # a pipe would break when the screen is left
        process = begun(*words, said=said, complaint=complaint)
        while process.poll() is None:  # noqa: ASYNC110  nobody could set an event
            await asyncio.sleep(LOOK_SECONDS)
        said.seek(0)
        complaint.seek(0)
        return _data(process.returncode, _text(said.read()), _complaint(complaint.read()))


def begun(
    *words: str, said: IO[bytes] | int = subprocess.DEVNULL, complaint: IO[bytes] | int = subprocess.DEVNULL
) -> subprocess.Popen[bytes]:
    """Start `longvid-tui WORDS`. It goes on to its end when the screen is left, where asyncio would kill its
    own."""
    return subprocess.Popen(
        [*_PROGRAM, *words], stdin=subprocess.DEVNULL, stdout=said, stderr=complaint, start_new_session=True
    )


@asynccontextmanager
async def lasting(*words: str) -> AsyncIterator[Any]:
    """The data that `longvid-tui WORDS` prints first; it runs until the block is left. Raises ErrandFailed."""
    process = await _begin(words)
    assert process.stdout
    assert process.stderr
    _LASTING.add(process.pid)
    try:
        try:
            said = await process.stdout.readuntil(b"\n}\n")
        except asyncio.IncompleteReadError:
            complaint = _complaint(await process.stderr.read())
            raise ErrandFailed(complaint or "The command failed and did not say why.") from None
        yield json.loads(said)
    finally:
        _LASTING.discard(process.pid)
        _end(process)


def end_lasting() -> None:
    """End what `lasting` began; called where the terminal is lost, as no block is left then."""
    for pid in _LASTING:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)


def _data(code: int, said: str, complaint: str) -> Any:
    try:
        return json.loads(said)
    except ValueError:
        raise ErrandFailed(complaint or f"The command ended with {code} and did not say why.") from None


async def _run(words: tuple[str, ...], given: str) -> tuple[int, str, str]:
    process = await _begin(words)
    try:
        said, complaint = await process.communicate(given.encode("utf-8", "replace"))
    finally:
        _end(process)
    return process.returncode or 0, _text(said), _complaint(complaint)


async def _begin(words: tuple[str, ...]) -> Process:
    pipe = asyncio.subprocess.PIPE
    return await asyncio.create_subprocess_exec(*_PROGRAM, *words, stdin=pipe, stdout=pipe, stderr=pipe)


def _end(process: Process) -> None:
    if process.returncode is None:
        with suppress(ProcessLookupError):
            process.terminate()


def _text(said: bytes) -> str:
    return said.decode("utf-8", "replace")


def _complaint(said: bytes) -> str:
    return _USAGE.sub(lambda found: f"{option}: " if (option := found["option"]) else "", _text(said).strip())
