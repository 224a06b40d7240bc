"""What a machine needs to make films; each finding is one sentence with what to do about it."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import sys
from collections import Counter
from contextlib import suppress
from pathlib import Path

from longvid_tui import allotted, keys, mounts
from longvid_tui.backends import registry
from longvid_tui.backends.contract import BackendError, Check, Online
from longvid_tui.gpus import Sampler
from longvid_tui.media.errors import MediaError
from longvid_tui.media.ffmpeg import ENCODERS, FILTERS, capabilities, find_ffmpeg
from longvid_tui.settings import Settings
from longvid_tui.strict_yaml import Problems

MEMORY_BYTES = 2 << 30
"""Memory for two animatic segments and a conform at the same time, with some to spare."""

DISK_BYTES = 5 << 30
"""Takes, conformed pieces and the film of about five minutes at 1280x720."""

GPU_SECONDS = 3.0
"""How long GPUs are given to answer; one that hangs does not."""


def examine(folder: Path, settings: Settings) -> list[Check]:
    """Look at everything; never raises."""
    return [
        _python(),
        _ffmpeg(settings),
        _disk(folder),
        _filesystem(folder),
        _memory(),
        _gpus(),
        _terminal(),
        _logout(),
        *_keys(settings),
        *_backends(settings),
        *_signing(settings),
    ]


def _python() -> Check:
    version = ".".join(map(str, sys.version_info[:3]))
    return Check("python", sys.version_info >= (3, 11), f"Python {version}")


def _ffmpeg(settings: Settings) -> Check:
    try:
        found = find_ffmpeg(settings.ffmpeg.path)
        lacking = sorted((set(ENCODERS) | set(FILTERS)) - capabilities(found))
    except MediaError as error:
        return Check("ffmpeg", False, str(error))
    if lacking:
        return Check(
            "ffmpeg",
            False,
            f"{found.path} lacks {', '.join(lacking)}: unset ffmpeg.path to use the bundled one",
        )
    return Check("ffmpeg", True, f"ffmpeg {found.version} at {found.path}")


def _disk(folder: Path) -> Check:
    try:
        free = shutil.disk_usage(folder).free
    except OSError as error:
        return Check("disk", False, f"{folder} cannot be looked at: {error.strerror}")
    if not os.access(folder, os.W_OK | os.X_OK):
        return Check("disk", False, f"{folder} cannot be written: change its owner or mode, or work on a copy")
    enough = free >= DISK_BYTES
    advice = "" if enough else f": free {DISK_BYTES >> 30} GB or put the project on another disk"
    return Check("disk", enough, f"{free / 2**30:.1f} GB free in {folder}{advice}")


def _filesystem(folder: Path) -> Check:
    kind = mounts.kind_of(folder)
    if kind in ("tmpfs", "ramfs"):
        return Check("filesystem", False, f"{folder} is in memory: projects here are gone at reboot")
    if kind.startswith("nfs"):
        return Check("filesystem", True, f"{folder} is on NFS: work on a project from one machine at a time")
    return Check("filesystem", True, "local disk")


def _memory() -> Check:
    available = allotted.memory()
    enough = available >= MEMORY_BYTES
    advice = "" if enough else ": close something, or set run.segments_parallel to 1"
    return Check("memory", enough, f"{available / 2**30:.1f} GB of memory available{advice}")


def _gpus() -> Check:
    """Which GPUs there are; having none is no fault here, because the generator says itself what it needs."""
    sampler = Sampler()
    sampler.start()
    reading = sampler.first(GPU_SECONDS)
    sampler.stop()
    if reading.problem:
        return Check("GPUs", True, f"{reading.problem} The animatic needs none")
    cards = Counter(sample.name or "GPU that does not answer" for sample in reading.gpus)
    listed = ", ".join(f"{count} x {name}" for name, count in cards.items())
    return Check("GPUs", True, f"{listed}; `longvid-tui gpus` tells which can film")


def _terminal() -> Check:
    if not sys.stdout.isatty():
        return Check("terminal", True, "not a terminal: use `run`, `status --json` and the other commands")
    columns, rows = shutil.get_terminal_size()
    colours = "24-bit colour" if os.environ.get("COLORTERM") else f"TERM={os.environ.get('TERM', 'unset')}"
    return Check("terminal", columns >= 60 and rows >= 15, f"{columns}x{rows}, {colours}")


def _logout() -> Check:
    """Whether systemd ends what a user left running (logind.conf(5), KillUserProcesses)."""
    for path in (Path("/etc/systemd/logind.conf"), *sorted(Path("/etc/systemd/logind.conf.d").glob("*.conf"))):
        with suppress(OSError):
            if re.search(
                r"^\s*KillUserProcesses\s*=\s*(yes|true|1|on)\b", path.read_text(), re.MULTILINE | re.I
            ):
                advice = "`loginctl enable-linger` or a start under `systemd-run --user --scope` keeps it"
                return Check("logout", False, f"{path} has logging out end your runs: {advice}")
    return Check("logout", True, "runs go on after you log out")


def _keys(settings: Settings) -> list[Check]:
    held: list[Check] = []
    for service, about in keys.SERVICES.items():
        try:
            found = keys.locate(service, settings)
        except Problems as problem:
            held.append(Check(f"{service} key", False, str(problem)))
            continue
        if found:
            held.append(
                Check(f"{service} key", True, f"{about.title}: set ({keys.ending(found.key)}), {found.source}")
            )
    return held or [Check("keys", True, "none set; the embedded planner and painter need none")]


def _backends(settings: Settings) -> list[Check]:
    chosen, film = settings.backends, settings.film
    found: list[Check] = []
    for load, name in (
        (registry.planner, chosen.planner),
        (registry.image_provider, chosen.images),
        (registry.video_generator, chosen.video),
        (registry.interpolator, film.interpolator),
        (registry.upscaler, film.upscaler),
    ):
        if name is None:
            continue
        try:
            backend = load(name, settings)
            found.extend(backend.checks() or [Check(name, True, "installed")])
            if isinstance(backend, Online):
                found.extend(asyncio.run(backend.ask()))
        except BackendError as error:
            found.append(Check(name, False, str(error)))
    return list(dict.fromkeys(found))  # one service may plan and paint


def _signing(settings: Settings) -> list[Check]:
    # exporting loads Pillow, which no other command is to wait for
    from longvid_tui.engine import finishers

    try:
        seal = finishers.seal(settings)
        if seal is None:
            return []
        seal.check()
    except (BackendError, MediaError) as error:
        return [Check("c2pa", False, str(error))]
    return [Check("c2pa", True, f"exports are signed with {seal.certificate}")]
