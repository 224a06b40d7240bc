"""The installed backends that plan, paint and film, and what each lacks on this machine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from longvid_tui.backends import registry
from longvid_tui.backends.contract import BackendError, Check, ImageProvider, Planner, VideoGenerator
from longvid_tui.settings import Settings

Kind = Literal["planner", "images", "video"]
"""The kinds of backends, by their names in projects, settings and the options of `new`."""

_KINDS: dict[Kind, tuple[str, Callable[[str, Settings], Planner | ImageProvider | VideoGenerator]]] = {
    "planner": (registry.PLANNERS, registry.planner),
    "images": (registry.IMAGE_PROVIDERS, registry.image_provider),
    "video": (registry.VIDEO_GENERATORS, registry.video_generator),
}


@dataclass(frozen=True)
class Choice:
    """An installed backend. `default`: `new` takes it unless told otherwise.

    `sentence`: what it would run with, or the first thing to do before it can.
    """

    kind: Kind
    name: str
    default: bool
    ready: bool
    sentence: str


def choices(settings: Settings) -> Iterator[Choice]:
    """All installed backends, checked on this machine without asking any service; never raises."""
    for kind, (group, load) in _KINDS.items():
        for name in registry.names(group):
            try:
                found = load(name, settings).checks()
            except BackendError as error:
                found = [Check(name, False, str(error))]
            lacking = [check.sentence for check in found if not check.ok]
            said = lacking[:1] or [check.sentence for check in found] or ["installed"]
            default = name == getattr(settings.backends, kind)
            yield Choice(kind, name, default, not lacking, "; ".join(said))
