"""`animatic`: segments without a model, by a camera move over the two keyframes and a late dissolve between
them.

Like FLF2V it makes 81 frames at 16 fps, of which the first and the last equal the keyframes.
"""

from __future__ import annotations

import re
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

VERSION = 3

_LINE = re.compile(r"@LV (\w+) (\d+)/(\d+)")


class AnimaticGenerator:
    """Films on the processor, in a process of its own, without GPU and key."""

    name: ClassVar[str] = "animatic"
    capabilities: ClassVar[VideoCapabilities] = VideoCapabilities(
        open_ended=True, seconds_per_megapixel=6.0, placeholder=True
    )

    def __init__(self, settings: Settings | None = None) -> None:
        del settings  # it has none

    def fingerprint(self, canvas: Canvas, open_ended: bool = False) -> Fingerprint:
        del canvas, open_ended
        return {"name": self.name, "version": VERSION}

    def cost_class(self, canvas: Canvas, *, open_ended: bool = False, rung: int = 0) -> None:
        del canvas, open_ended, rung

    def ladder(self) -> tuple[str, ...]:
        return ()

    def command(self, request: VideoRequest) -> Command:
        return Command((sys.executable, "-m", __name__, "{args}"), args=request.to_json())

    def read_progress(self, line: str) -> Progress | None:
        match = _LINE.match(line)
        return Progress(match[1], int(match[2]), int(match[3])) if match else None

    def checks(self) -> list[Check]:
        return [Check(self.name, True, "moves over the keyframes, on this machine: no GPU")]
