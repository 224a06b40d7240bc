"""Finds backends by name among the installed entry points; a backend is imported when it is asked for.

The functions named after a kind return the backend of that name, and raise Misconfigured if it cannot be
loaded.
"""

from __future__ import annotations

import sys
from functools import cache
from importlib.metadata import EntryPoint, distributions, entry_points
from typing import Any, TypeVar

from longvid_tui.backends.contract import (
    BackendError,
    Finisher,
    ImageProvider,
    Misconfigured,
    Planner,
    VideoGenerator,
)
from longvid_tui.settings import Settings

PLANNERS = "longvid_tui.planners"
IMAGE_PROVIDERS = "longvid_tui.image_providers"
VIDEO_GENERATORS = "longvid_tui.video_generators"
INTERPOLATORS = "longvid_tui.interpolators"
UPSCALERS = "longvid_tui.upscalers"

_SPOKEN = {
    PLANNERS: "planner",
    IMAGE_PROVIDERS: "image provider",
    VIDEO_GENERATORS: "video generator",
    INTERPOLATORS: "interpolator",
    UPSCALERS: "upscaler",
}
Backend = TypeVar("Backend", Planner, ImageProvider, VideoGenerator, Finisher)


def names(group: str) -> list[str]:
    """Names of all installed backends of a group, sorted."""
    return sorted(entry_points(group=group).names)


def planner(name: str, settings: Settings) -> Planner:
    return _load(PLANNERS, name, settings, Planner)  # type: ignore[type-abstract]


def image_provider(name: str, settings: Settings) -> ImageProvider:
    return _load(IMAGE_PROVIDERS, name, settings, ImageProvider)  # type: ignore[type-abstract]


def video_generator(name: str, settings: Settings) -> VideoGenerator:
    return _load(VIDEO_GENERATORS, name, settings, VideoGenerator)  # type: ignore[type-abstract]


def interpolator(name: str, settings: Settings) -> Finisher:
    return _load(INTERPOLATORS, name, settings, Finisher)  # type: ignore[type-abstract]


def upscaler(name: str, settings: Settings) -> Finisher:
    return _load(UPSCALERS, name, settings, Finisher)  # type: ignore[type-abstract]


def _load(group: str, name: str, settings: Settings, protocol: type[Backend]) -> Backend:
    spoken = _SPOKEN[group]
    found = _find(group, name)
    if found is None:
        known = f"choose one of {', '.join(names(group))}" if names(group) else "install its package"
        raise Misconfigured(f"There is no {spoken} {name!r}: {known}.")
    try:
        backend: Any = found.load()(settings)
    except BackendError:
        raise
    except Exception as error:
        raise Misconfigured(
            f"The {spoken} {name!r} cannot be loaded ({error}): reinstall its package."
        ) from error
    if not isinstance(backend, protocol):
        raise Misconfigured(f"The {spoken} {name!r} does not follow the contract: update its package.")
    return backend


def _find(group: str, name: str) -> EntryPoint | None:
    found = _installed(tuple(sys.path)).get((group, name))
    if found is None:  # it may have been installed since
        _installed.cache_clear()
        found = _installed(tuple(sys.path)).get((group, name))
    return found


@cache
def _installed(path: tuple[str, ...]) -> dict[tuple[str, str], EntryPoint]:
    """Our entry points by group and name, from the metadata of all packages on the `path`."""
    found: dict[tuple[str, str], EntryPoint] = {}
    for package in distributions(path=list(path)):
        for entry in package.entry_points:
            if entry.group in _SPOKEN:
                found.setdefault((entry.group, entry.name), entry)
    return found
