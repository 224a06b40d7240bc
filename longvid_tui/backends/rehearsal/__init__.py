"""`rehearsal`: planner and image provider `openai`, with a stand-in for the service on this machine.

Requests, schemas, streams, unfinished pictures, deadlines and retries are real; the answers are not: plans come
from `outline`, pictures from `storyboard`. Nothing is paid, no key is used, nothing leaves the machine.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import ClassVar, TypeVar

from longvid_tui.backends.contract import (
    Check,
    Fingerprint,
    ImageCapabilities,
    ImageRequest,
    ImageResult,
    Motion,
    MotionRequest,
    PlanRequest,
)
from longvid_tui.backends.images.openai import OpenAiPainter
from longvid_tui.backends.planners.openai import OpenAiPlanner
from longvid_tui.project.canvas import Canvas
from longvid_tui.project.model import Plan
from longvid_tui.settings import Settings

VERSION = 1

Request = TypeVar("Request", PlanRequest, MotionRequest)

NOWHERE = "http://127.0.0.1:1/v1"
"""The address until the stand-in is started, at which nobody listens."""


class RehearsalPlanner:
    """Speaks to the stand-in as `openai` does to the service."""

    name: ClassVar[str] = "rehearsal"

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def fingerprint(self) -> Fingerprint:
        return {"name": self.name, "version": VERSION}

    async def plan(self, request: PlanRequest, on_partial: Callable[[Plan], None]) -> Plan:
        """See `Planner`. All costs are reported as 0, because nothing was paid.

        The stand-in keeps the person's words as `outline` does, so it is not asked to write in another
        language.
        """
        request = replace(request, wanted=request.wanted.model_copy(update={"language": None}))
        planner = _Planner(await asyncio.to_thread(_at_the_stand_in, self._settings))
        return await planner.plan(self._for_nothing(request), on_partial)

    async def rewrite_motion(self, request: MotionRequest) -> Motion:
        """See `Seeing`."""
        planner = _Planner(await asyncio.to_thread(_at_the_stand_in, self._settings))
        return await planner.rewrite_motion(self._for_nothing(request))

    def quote(self, request: PlanRequest) -> float:
        """See `Quoting`."""
        del request
        return 0.0

    def _for_nothing(self, request: Request) -> Request:
        """The request, with all costs reported as 0."""
        return replace(
            request,
            may_spend=lambda _: request.may_spend(0.0),
            on_spent=lambda spent: request.on_spent(replace(spent, model=self.name, cost_usd=0.0)),
        )

    def checks(self) -> list[Check]:
        return [_nothing_is_real("planner")]


class RehearsalPainter:
    """Speaks to the stand-in as `openai` does to the service."""

    name: ClassVar[str] = "rehearsal"

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._painter: OpenAiPainter | None = None
        painter = _Painter(_rehearsing(settings, NOWHERE))
        self.capabilities: ImageCapabilities = replace(painter.capabilities, placeholder=True)

    def fingerprint(self) -> Fingerprint:
        return {"name": self.name, "version": VERSION}

    def price(self, canvas: Canvas, *, edit: bool = False, masked: bool = False) -> float:
        """See `Priced`."""
        del canvas, edit, masked
        return 0.0

    async def paint(self, request: ImageRequest) -> ImageResult:
        """See `ImageProvider`."""
        if self._painter is None:
            self._painter = _Painter(await asyncio.to_thread(_at_the_stand_in, self._settings))
        return replace(await self._painter.paint(request), model=self.name, cost_usd=0.0)

    def checks(self) -> list[Check]:
        return [_nothing_is_real("painter")]


class _Planner(OpenAiPlanner):
    """Looks for no key, so that a broken key file does not matter."""

    def _key(self) -> None:
        return None


class _Painter(OpenAiPainter):
    """Looks for no key."""

    def _key(self) -> None:
        return None


def _at_the_stand_in(settings: Settings) -> Settings:
    from longvid_tui.backends.rehearsal import stage

    return _rehearsing(settings, stage.address())


def _rehearsing(settings: Settings, address: str) -> Settings:
    """The settings with the stand-in's address for `planner` and `openai`, and models that it has."""
    planner = {"base_url": address, "model": "gpt-6-luna", "mode": "json_schema"}
    images = {"base_url": address, "model": "gpt-image-2", "quality": "low"}
    return settings.model_copy(
        update={
            "planner": settings.planner.model_copy(update=planner),
            "openai": settings.openai.model_copy(update=images),
        }
    )


def _nothing_is_real(who: str) -> Check:
    return Check(f"rehearsal {who}", True, "a stand-in on this machine: nothing is real and nothing is paid")
