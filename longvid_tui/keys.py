"""Keys of the services: where they are looked for, and how they are shown.

Environment > a command of yours (`openai.key_command`) > the system's keyring, if the package `keyring` is
installed > `credentials.yaml` beside your settings, which nobody else may be able to read. Never a project.
"""

from __future__ import annotations

import os
import shlex
import stat
import subprocess
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pydantic import SecretStr

from longvid_tui.settings import PROGRAM, Settings, user_settings_path
from longvid_tui.strict_yaml import Problem, Problems, parse


@dataclass(frozen=True)
class Service:
    """Who a key belongs to: its name in sentences, the environment variables its own tools read, and the page
    where keys are made."""

    title: str
    variables: tuple[str, ...]
    page: str


SERVICES = {
    "openai": Service("OpenAI", ("OPENAI_API_KEY",), "https://platform.openai.com/api-keys"),
    "stability": Service("Stability AI", ("STABILITY_API_KEY",), "https://platform.stability.ai/account/keys"),
    "gemini": Service(
        "Google Gemini", ("GEMINI_API_KEY", "GOOGLE_API_KEY"), "https://aistudio.google.com/apikey"
    ),
    "flux": Service("Black Forest Labs", ("BFL_API_KEY",), "https://dashboard.bfl.ai/keys"),
    "images": Service("an image server of your own", ("LONGVID_IMAGES_KEY",), "that server"),
    "planner": Service("the planner's own server", ("LONGVID_PLANNER_KEY",), "that server"),
}

COMMAND_SECONDS = 60
"""Long enough to type a passphrase into the dialog of a key agent."""


@dataclass(frozen=True)
class Found:
    """A key and where it came from, in words."""

    key: SecretStr
    source: str


def find(service: str, settings: Settings) -> SecretStr | None:
    """The key of a service, or None; raises Problems for a command or a file that cannot be used."""
    found = locate(service, settings)
    return found.key if found else None


def locate(service: str, settings: Settings) -> Found | None:
    """The key of a service with where it came from, or None; raises Problems."""
    places: tuple[Callable[[], Found | None], ...] = (
        lambda: _from_environment(service),
        lambda: _from_command(service, settings),
        lambda: _from_keyring(service),
        lambda: _from_file(service),
    )
    return next((found for look in places if (found := look())), None)


def credentials_path() -> Path:
    """The file of last resort, whether it exists or not: lines of `service: key`."""
    return user_settings_path().with_name("credentials.yaml")


def ending(key: SecretStr) -> str:
    """How a key may be shown: `ends ..abcd`, or nothing of a key too short to lose four characters."""
    value = key.get_secret_value()
    return f"ends ..{value[-4:]}" if len(value) >= 16 else "too short to show a part of"


def advice(service: str) -> str:
    """What to do when a service has no key."""
    known = SERVICES[service]
    return f"set {known.variables[0]} (keys are made at {known.page}) or see `longvid-tui keys check`"


def _from_environment(service: str) -> Found | None:
    for name in SERVICES[service].variables:
        if value := os.environ.get(name, "").strip():
            return Found(SecretStr(value), f"environment {name}")
    return None


def _from_command(service: str, settings: Settings) -> Found | None:
    command = getattr(getattr(settings, service, None), "key_command", None)
    return Found(_output(service, command), f"{service}.key_command") if command else None


@cache
def _output(service: str, command: str) -> SecretStr:
    """First line that the command prints; run once in a process, for it may ask the person."""
    name = f"{service}.key_command"
    try:
        argv = shlex.split(command)
        done = subprocess.run(
            argv, check=False, stdin=subprocess.DEVNULL, capture_output=True, timeout=COMMAND_SECONDS
        )
    except (OSError, ValueError, IndexError, subprocess.TimeoutExpired) as error:
        raise _problem(name, f"cannot be run ({type(error).__name__}): try it in a shell") from error
    lines = done.stdout.decode(errors="replace").split("\n")
    if done.returncode or not lines[0].strip():
        raise _problem(name, f"gave no key (exit code {done.returncode}): try it in a shell")
    return SecretStr(lines[0].strip())


def _from_keyring(service: str) -> Found | None:
    try:
        import keyring
    except ImportError:
        return None
    with suppress(keyring.errors.KeyringError, RuntimeError):
        if value := keyring.get_password(PROGRAM, service):
            return Found(SecretStr(value), "keyring")
    return None


def _from_file(service: str) -> Found | None:
    path = credentials_path()
    try:
        fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _problem(
            "", f"cannot be opened ({error.strerror}): make it a plain file of yours", path
        ) from error
    with os.fdopen(fd, "rb") as file:
        status = os.fstat(fd)
        if stat.S_IMODE(status.st_mode) & 0o077 or status.st_uid != os.getuid():
            raise _problem("", f"others can read or change it: run chmod 600 {shlex.quote(str(path))}", path)
        parsed = parse(file.read(), str(path))
    entries = parsed.data if isinstance(parsed.data, dict) else {}
    if problems := list(_mistakes(entries)):
        raise Problems([parsed.problem((name,), what) for name, what in problems])
    value = entries.get(service)
    return Found(SecretStr(value.strip()), str(path)) if value else None


def _mistakes(entries: dict[str, object]) -> Iterator[tuple[str, str]]:
    for name, value in entries.items():
        if name not in SERVICES:
            yield name, f"is no service: write one of {', '.join(SERVICES)}"
        elif not isinstance(value, str):
            yield name, "must be text: put the key in quotes"


def _problem(field: str, what: str, path: Path | None = None) -> Problems:
    return Problems([Problem(str(path or "settings"), 0, 0, field, what)])
