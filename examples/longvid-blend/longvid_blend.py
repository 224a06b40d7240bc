"""An interpolator for longvid-tui: frames between are their neighbours, blended, as a film scanner does it."""

from __future__ import annotations

from typing import ClassVar

import imageio_ffmpeg

from longvid_tui.backends.contract import Check, Command, Fingerprint, FinishRequest, Progress
from longvid_tui.settings import Settings


class BlendInterpolator:
    """Lets ffmpeg do it; a model of your own would be a process of your own."""

    name: ClassVar[str] = "blend"
    learned: ClassVar[bool] = False

    def __init__(self, settings: Settings) -> None:
        self._quality = int(settings.plugins.get("blend", {}).get("crf", 4))

    def fingerprint(self) -> Fingerprint:
        return {"name": self.name, "version": 1, "crf": self._quality}

    def command(self, request: FinishRequest) -> Command:
        between = f"tpad=stop=2:stop_mode=clone,minterpolate=fps={request.fps}:mi_mode=blend"
        encoder = ("-c:v", "libx264", "-crf", str(self._quality), "-frames:v", str(request.frames))
        ffmpeg = (imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-progress", "pipe:1", "-nostats")
        return Command((*ffmpeg, "-i", str(request.clip), "-vf", between, *encoder, str(request.out)))

    def read_progress(self, line: str) -> Progress | None:
        name, _, value = line.partition("=")
        return Progress("blend", int(value), 0) if name == "frame" and value.isdigit() else None

    def checks(self) -> list[Check]:
        return []
