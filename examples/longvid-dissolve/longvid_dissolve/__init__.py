"""A video generator for longvid-tui: every segment dissolves from its first picture to its last."""

from __future__ import annotations

import sys
from typing import ClassVar

from longvid_tui.backends.contract import (
    Check,
    Command,
    Fingerprint,
    Progress,
    VideoCapabilities,
    VideoRequest,
)
from longvid_tui.project.canvas import Canvas
from longvid_tui.settings import Settings


class DissolveGenerator:
    """Says which process films a segment and what its output means; the process is `__main__`."""

    name: ClassVar[str] = "dissolve"
    capabilities: ClassVar[VideoCapabilities] = VideoCapabilities(placeholder=True)

    def __init__(self, settings: Settings) -> None:
        self._ease = bool(settings.plugins.get("dissolve", {}).get("ease", True))

    def fingerprint(self, canvas: Canvas, open_ended: bool = False) -> Fingerprint:
        return {"name": self.name, "version": 1, "ease": self._ease}

    def cost_class(self, canvas: Canvas, *, open_ended: bool = False, rung: int = 0) -> None:
        return None

    def ladder(self) -> tuple[str, ...]:
        return ()

    def command(self, request: VideoRequest) -> Command:
        args = {**request.to_json(), "ease": self._ease}
        return Command((sys.executable, "-m", "longvid_dissolve", "{args}"), args=args)

    def read_progress(self, line: str) -> Progress | None:
        if not line.startswith("frame "):
            return None
        done, _, total = line.removeprefix("frame ").partition("/")
        return Progress("dissolve", int(done), int(total))

    def checks(self) -> list[Check]:
        return []
