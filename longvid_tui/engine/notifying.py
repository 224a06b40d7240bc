"""Tells the person that a run rests or waits by the command or webhook in their settings."""

from __future__ import annotations

import logging
import os
import subprocess
import threading
from collections.abc import Mapping
from typing import Any

from longvid_tui.launch import without_secrets
from longvid_tui.settings.sections import NotifySettings
from longvid_tui.showing import one_line

COMMAND_SECONDS = 30
WEBHOOK_SECONDS = 10

_log = logging.getLogger(__name__)


def sentence(title: str, outcome: Mapping[str, Any]) -> str:
    """What to say of a run that rests or waits; "" if the person stopped it or it had nothing to make."""
    if outcome["how"] == "waits":
        stage = outcome["gate"]["stage"]
        return f"{title} waits for your approval of the {stage}."
    if outcome["how"] == "failed":
        return f"{title} failed: {', '.join(outcome['failed']) or 'the run broke off'}."
    if outcome["how"] == "capped":
        return f"{title} has cost what it may: raise --max-{outcome['cap']} to go on."
    return f"{title} is ready." if outcome["how"] == "done" and outcome["made"] else ""


def notify(settings: NotifySettings, folder: str, outcome: Mapping[str, Any], said: str) -> None:
    """Run the command and call the webhook in a thread; failures are only logged."""
    if said and (settings.command or settings.webhook):
        threading.Thread(target=_tell, args=(settings, folder, outcome["how"], said), daemon=True).start()


def _tell(settings: NotifySettings, folder: str, how: str, said: str) -> None:
    if settings.command:
        try:
            _run([*settings.command, one_line(said).lstrip("-")])  # a title must not pass for an option
        except (OSError, subprocess.SubprocessError) as error:
            _log.warning("notify.command failed: %s", error)
    if settings.webhook:
        import httpx2

        try:
            message = {"text": said, "project": folder, "how": how}
            httpx2.post(settings.webhook, json=message, timeout=WEBHOOK_SECONDS).raise_for_status()
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            _log.warning("notify.webhook failed: %s", type(error).__name__)  # its address may hold a token


def _run(argv: list[str]) -> None:
    subprocess.run(
        argv,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        env=without_secrets(os.environ),
        timeout=COMMAND_SECONDS,
        check=True,
    )
