"""An image provider for longvid-tui: every keyframe is a card with its words, as in silent films."""

from __future__ import annotations

import asyncio
import io
import random
import textwrap
from typing import ClassVar

from longvid_tui.backends.contract import (
    Check,
    Fingerprint,
    ImageCapabilities,
    ImageRequest,
    ImageResult,
    Misconfigured,
)
from longvid_tui.project.canvas import Canvas
from longvid_tui.settings import Settings

VERSION = 1
"""Counted up whenever the same request gives another picture, so that films know theirs are old."""


class CardPainter:
    """Paints on the processor; needs no key."""

    name: ClassVar[str] = "cards"
    capabilities: ClassVar[ImageCapabilities] = ImageCapabilities(parallel=2, placeholder=True)

    def __init__(self, settings: Settings) -> None:
        self._paper = str(settings.plugins.get("cards", {}).get("paper", "#20242c"))

    def fingerprint(self) -> Fingerprint:
        return {"name": self.name, "version": VERSION, "paper": self._paper}

    async def paint(self, request: ImageRequest) -> ImageResult:
        data = await asyncio.to_thread(self._card, request)
        return ImageResult(data, model=f"cards-{VERSION}", cost_usd=0.0)

    def price(self, canvas: Canvas, *, edit: bool = False, masked: bool = False) -> float:
        return 0.0

    def checks(self) -> list[Check]:
        try:
            self._colour()
        except Misconfigured as error:
            return [Check("cards paper", False, str(error))]
        return [Check("cards paper", True, self._paper)]

    def _colour(self) -> tuple[int, int, int]:
        from PIL import ImageColor

        try:
            red, green, blue, *_ = ImageColor.getrgb(self._paper)
        except ValueError as error:
            raise Misconfigured(
                f"plugins.cards.paper is no colour ({self._paper}): set one such as '#20242c'."
            ) from error
        return red, green, blue

    def _card(self, request: ImageRequest) -> bytes:
        from PIL import Image, ImageDraw, ImageFont

        width, height = request.canvas.size
        card = Image.new("RGB", (width, height), self._colour())
        draw, size = ImageDraw.Draw(card), max(8, height // 16)
        dust = random.Random(request.seed)  # noqa: S311  for looks, and the same for the same seed
        for _ in range(60):
            x, y = dust.randrange(width), dust.randrange(height)
            draw.ellipse((x, y, x + height // 90, y + height // 90), fill="#6c7280")
        words = textwrap.fill(f"{request.prompt} {request.note}".strip(), max(12, 2 * width // size - 8))
        font = ImageFont.load_default(size)
        draw.multiline_text((size, height // 2), words, fill="#f4f1e8", font=font, anchor="lm")
        out = io.BytesIO()
        card.save(out, "PNG")
        return out.getvalue()
