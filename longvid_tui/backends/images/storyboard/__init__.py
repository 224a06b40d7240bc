"""`storyboard`: keyframes without a model, illustrated from the words of the prompt. Always the same
picture."""

from __future__ import annotations

import asyncio
from typing import ClassVar

from longvid_tui import __version__
from longvid_tui.backends.contract import Check, Fingerprint, ImageCapabilities, ImageRequest, ImageResult
from longvid_tui.project.canvas import Canvas
from longvid_tui.settings import Settings

VERSION = 5


class StoryboardProvider:
    """Paints on the processor, in well under a second a picture; needs no GPU and no key."""

    name: ClassVar[str] = "storyboard"
    capabilities: ClassVar[ImageCapabilities] = ImageCapabilities(
        parallel=2, seconds_per_megapixel=0.5, placeholder=True
    )

    def __init__(self, settings: Settings | None = None) -> None:
        self._clean = bool(settings.get("storyboard.clean")) if settings is not None else False

    def fingerprint(self) -> Fingerprint:
        return {"name": self.name, "version": VERSION, "clean": self._clean}

    def price(self, canvas: Canvas, *, edit: bool = False, masked: bool = False) -> float:
        """See `Priced`."""
        del canvas, edit, masked
        return 0.0

    async def paint(self, request: ImageRequest) -> ImageResult:
        """See `ImageProvider`. A note counts as more words of the prompt."""
        return ImageResult(await asyncio.to_thread(self._picture, request), f"{self.name} {VERSION}")

    def checks(self) -> list[Check]:
        return [Check(self.name, True, "placeholders drawn from the words, on this machine: no key")]

    def _picture(self, request: ImageRequest) -> bytes:
        from longvid_tui.backends.images.storyboard.painter import paint, to_png
        from longvid_tui.backends.images.storyboard.scene import read_scene

        words = f"{request.prompt} {request.note}".strip()
        scene = read_scene(words, request.seed)
        return to_png(paint(scene, *request.canvas.size, self._clean), f"longvid-tui {__version__}")
