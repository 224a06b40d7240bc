"""Painters that speak to the stand-in cloud as they would to the services."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw

from longvid_tui.backends.contract import ImageRequest, ImageResult
from longvid_tui.backends.images.cloud import CloudPainter
from longvid_tui.backends.images.flux import FluxPainter
from longvid_tui.backends.images.gemini import GeminiPainter
from longvid_tui.backends.images.openai import OpenAiPainter
from longvid_tui.backends.images.stability import StabilityPainter
from longvid_tui.backends.rehearsal.cloud import canvases
from longvid_tui.backends.rehearsal.cloud.server import Cloud
from longvid_tui.project.canvas import Canvas
from longvid_tui.settings import Settings

PAINTERS = {
    "openai": OpenAiPainter,
    "stability": StabilityPainter,
    "gemini": GeminiPainter,
    "flux": FluxPainter,
}
PATHS = {"openai": "/v1", "stability": "", "gemini": "/v1beta", "flux": "/v1"}
KEYS = {
    "OPENAI_API_KEY": "sk-stand-in-0123456789-OPEN",
    "STABILITY_API_KEY": "sk-stand-in-0123456789-STAB",
    "GEMINI_API_KEY": "AIzaStandIn0123456789-GEMI",
    "BFL_API_KEY": "stand-in-0123456789-FLUX",
    "LONGVID_IMAGES_KEY": "sk-stand-in-0123456789-IMAG",
}
"""The services' own keys, and the one for the stand-in, which is a server of one's own."""


def hire(service: str, cloud: Cloud, **own: Any) -> CloudPainter:
    """A painter of `service` at the stand-in's address; `own` are settings of its section."""
    own = {"base_url": cloud.url + PATHS[service], "deadline_seconds": 20, **own}
    return PAINTERS[service](
        Settings.load(overrides={f"{service}.{name}": value for name, value in own.items()})
    )


def request(prompt: str = "a dog on a beach", canvas: str = "1280x720", **more: Any) -> ImageRequest:
    return ImageRequest(prompt, Canvas.parse(canvas), seed=7, **more)


def paint(painter: CloudPainter, wanted: ImageRequest | None = None) -> ImageResult:
    return asyncio.run(painter.paint(wanted or request()))


def together(*jobs: Awaitable[Any]) -> list[Any]:
    """Run jobs side by side; answers what each returned or raised."""

    async def run() -> list[Any]:
        return await asyncio.gather(*jobs, return_exceptions=True)

    return asyncio.run(run())


def picture_file(path: Path, colour: tuple[int, int, int] = (200, 30, 30), size: str = "1280x720") -> Path:
    width, height = map(int, size.split("x"))
    path.write_bytes(canvases.encode(Image.new("RGB", (width, height), colour)))
    return path


def mask_file(path: Path, box: tuple[int, int, int, int], size: str = "1280x720") -> Path:
    """White where to repaint."""
    width, height = map(int, size.split("x"))
    mask = Image.new("L", (width, height), 0)
    ImageDraw.Draw(mask).rectangle(box, fill=255)
    path.write_bytes(canvases.encode(mask))
    return path
