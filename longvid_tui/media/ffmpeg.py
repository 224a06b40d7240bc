"""The ffmpeg binary: which one, what it can do, and one way to run it."""

from __future__ import annotations

import ctypes
import os
import re
import shutil
import signal
import subprocess
import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from longvid_tui import full_disk
from longvid_tui.launch import without_secrets
from longvid_tui.media.errors import FfmpegFailed, NoRoom

ENCODERS = ("libx264", "aac")
FILTERS = ("scale", "setparams", "trim")
"""What any ffmpeg must have before it is used."""

OLDEST = 6
"""Major version of a system ffmpeg that is preferred over the bundled one."""

_PR_SET_PDEATHSIG = 1
_QUIET = ("-hide_banner", "-nostdin", "-nostats", "-v", "error", "-progress", "pipe:1", "-stats_period", "0.2")


@dataclass(frozen=True)
class Ffmpeg:
    """An ffmpeg binary that was found, and its version as it says it."""

    path: str
    version: str


def find_ffmpeg(configured: str | None = None) -> Ffmpeg:
    """LONGVID_FFMPEG, the configured one, a capable one on PATH, or the bundled one; raises FfmpegFailed."""
    named = os.environ.get("LONGVID_FFMPEG") or configured
    if named:
        return _inspect(named)
    system = shutil.which("ffmpeg")
    if system and _is_capable(system):
        return _inspect(system)
    return _bundled()


@lru_cache
def capabilities(ffmpeg: Ffmpeg) -> frozenset[str]:
    """Names of all its encoders and filters."""
    listed = [_ask(ffmpeg.path, "-hide_banner", what) for what in ("-encoders", "-filters")]
    return frozenset(
        fields[1] for text in listed for fields in map(str.split, text.splitlines()) if len(fields) > 1
    )


def run_ffmpeg(
    ffmpeg: Ffmpeg,
    arguments: Sequence[str],
    *,
    on_progress: Callable[[int], None] | None = None,
) -> None:
    """Run to the end with null stdin and a clean environment; `on_progress` gets frames written so far.

    Raises FfmpegFailed with the last line ffmpeg said, and NoRoom. What `on_progress` raises ends it within about a
    second; whatever ends the thread that runs it, even SIGKILL, ends it at once.
    """
    process = subprocess.Popen(
        [ffmpeg.path, *_QUIET, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=without_secrets(os.environ),
        start_new_session=True,
        preexec_fn=_ending_with(os.getpid()),  # noqa: PLW1509  it allocates nothing, so no lock can be held
        text=True,
        errors="replace",
    )
    assert process.stdout is not None
    assert process.stderr is not None
    said: deque[str] = deque(maxlen=50)
    ear = threading.Thread(target=said.extend, args=(process.stderr,), daemon=True)
    ear.start()
    try:
        for line in process.stdout:
            name, _, value = line.strip().partition("=")
            if on_progress and name == "frame" and value.isdigit():
                on_progress(int(value))
    except BaseException:
        _stop(process)
        raise
    finally:
        code = process.wait()
        ear.join()
        process.stdout.close()
        process.stderr.close()
    if code:
        raise _failure(code, said)


def _failure(code: int, said: Sequence[str]) -> FfmpegFailed | NoRoom:
    """What an exit code other than 0 means, from the last lines ffmpeg said."""
    if full := next((line.strip() for line in said if full_disk.SAID.search(line)), ""):
        return NoRoom(f"ffmpeg could not do it: {full}")
    last = next((line.strip() for line in reversed(said) if line.strip()), f"exit code {code}")
    return FfmpegFailed(f"ffmpeg could not do it: {last}")


def _ending_with(parent: int) -> Callable[[], None]:
    """What a child does before it becomes ffmpeg, so that the kernel ends it with its `parent`."""
    prctl = ctypes.CDLL(None).prctl

    def bind() -> None:
        prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:
            os._exit(127)

    return bind


def _stop(process: subprocess.Popen[str]) -> None:
    """TERM, a second, KILL: x264 flushes its whole lookahead on TERM."""
    process.terminate()
    try:
        process.wait(1)
    except subprocess.TimeoutExpired:
        process.kill()


def _bundled() -> Ffmpeg:
    import imageio_ffmpeg

    try:
        return _inspect(imageio_ffmpeg.get_ffmpeg_exe())
    except RuntimeError as error:
        raise FfmpegFailed("There is no ffmpeg: install one, or set ffmpeg.path in your settings") from error


@lru_cache
def _inspect(path: str) -> Ffmpeg:
    if not shutil.which(path):
        raise FfmpegFailed(f"There is no ffmpeg at {path}: correct ffmpeg.path or LONGVID_FFMPEG")
    match = re.search(r"ffmpeg version n?(\S+)", _ask(path, "-version"))
    if not match:
        raise FfmpegFailed(f"{path} is not ffmpeg: correct ffmpeg.path or LONGVID_FFMPEG")
    return Ffmpeg(str(Path(path)), match[1])


def _is_capable(path: str) -> bool:
    try:
        found = _inspect(path)
    except FfmpegFailed:
        return False
    major = found.version.split(".")[0]
    return major.isdigit() and int(major) >= OLDEST and {*ENCODERS, *FILTERS} <= capabilities(found)


def _ask(path: str, *arguments: str) -> str:
    try:
        return subprocess.run(
            [path, *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env=without_secrets(os.environ),
            text=True,
            errors="replace",
            timeout=20,
            check=False,
        ).stdout
    except (OSError, subprocess.TimeoutExpired) as error:
        raise FfmpegFailed(f"{path} does not run ({error}): correct ffmpeg.path or LONGVID_FFMPEG") from error
