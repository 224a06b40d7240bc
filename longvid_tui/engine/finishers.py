"""What finishes exports by the person's settings: the models of plugins, run as processes, and a
certificate."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import tempfile
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

from longvid_tui.backends import registry
from longvid_tui.backends.contract import Command, Crashed, Finisher, FinishRequest, Misconfigured, Refused
from longvid_tui.exporting.finish import Model, Wanted
from longvid_tui.exporting.seal import Seal
from longvid_tui.launch import without_secrets
from longvid_tui.settings import Settings

_LAST_WORDS = 200
"""Most characters of the process's last line that an error quotes."""


def interpolator(settings: Settings) -> Model | None:
    """The interpolator that is set; None: ffmpeg makes the frames between. Raises Misconfigured."""
    name = settings.film.interpolator
    return model_of(name, registry.interpolator(name, settings)) if name else None


def upscaler(settings: Settings) -> Model | None:
    """The upscaler that is set; None: ffmpeg enlarges. Raises Misconfigured."""
    name = settings.film.upscaler
    return model_of(name, registry.upscaler(name, settings)) if name else None


def seal(settings: Settings) -> Seal | None:
    """What signs exports; None if no certificate is set. Raises Refused if it is set by half."""
    c2pa = settings.c2pa
    if not (c2pa.certificate or c2pa.key):
        return None
    if not (c2pa.certificate and c2pa.key):
        raise Refused("Only one of c2pa.certificate and c2pa.key is set: set both, or neither.")
    return Seal(Path(c2pa.certificate).expanduser(), Path(c2pa.key).expanduser())


def model_of(name: str, finisher: Finisher) -> Model:
    """A finisher in the form that exporting knows; its `make` raises BackendError."""
    return Model(name, finisher.fingerprint(), partial(_run, finisher), finisher.learned)


def _run(finisher: Finisher, wanted: Wanted, on_progress: Callable[[int], None]) -> None:
    """Run the finisher's process to its end, however long that takes; its whole tree ends with us.

    Raises BackendError.
    """
    request = FinishRequest(wanted.clip, wanted.out, wanted.frames, wanted.fps, *wanted.size)
    said: deque[str] = deque(maxlen=20)
    with tempfile.TemporaryDirectory() as folder:
        process = _start(finisher, finisher.command(request), Path(folder) / "args.json")
        assert process.stdout is not None
        try:
            for line in process.stdout:
                said.append(line.strip())
                progress = finisher.read_progress(line.rstrip("\n"))
                if progress and progress.makes_sense:
                    on_progress(progress.done * wanted.frames // (progress.total or wanted.frames))
            code = process.wait()
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            process.stdout.close()
    if code:
        last = next((line for line in reversed(said) if line), "it said nothing")
        raise Crashed(
            f"{finisher.name} ended with exit code {code} ({last[:_LAST_WORDS]}): correct its settings, or take it "
            "out of film.interpolator or film.upscaler."
        )


def _start(finisher: Finisher, command: Command, args: Path) -> subprocess.Popen[str]:
    args.touch(0o600)
    args.write_text(json.dumps(dict(command.args)), encoding="utf-8")
    try:
        return subprocess.Popen(
            command.line(args),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=command.cwd,
            env={**without_secrets(os.environ), **command.env},
            start_new_session=True,
            text=True,
            errors="replace",
        )
    except OSError as error:
        why = error.strerror or error
        raise Misconfigured(f"{finisher.name} cannot be run ({why}): check its paths.") from error
