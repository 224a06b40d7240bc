"""A planner that speaks to the stand-in cloud as it would to OpenAI, and what its person hears."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from longvid_tui.backends.contract import BackendError, Motion, MotionRequest, PlanRequest, Spent
from longvid_tui.backends.planners.openai import OpenAiPlanner
from longvid_tui.backends.rehearsal.cloud import chat
from longvid_tui.backends.rehearsal.cloud.server import Cloud, Request
from longvid_tui.project.canvas import Canvas
from longvid_tui.project.model import Look, Plan, Segment, Wanted
from longvid_tui.settings import Settings

CHAT = "/v1/chat/completions"


@dataclass
class Desk:
    """A person who lets the planner work: `grown` are the plans seen while they grew, `spent` what was paid."""

    cloud: Cloud
    settings: dict[str, Any] = field(default_factory=dict)
    grown: list[Plan] = field(default_factory=list)
    spent: list[Spent] = field(default_factory=list)
    waits: list[tuple[str, float]] = field(default_factory=list)

    @property
    def asked(self) -> list[Request]:
        """The questions that reached the service."""
        return self.cloud.calls(CHAT)

    def question(self, number: int) -> str:
        """All that was said in one of them, from 0; negative from the end."""
        return "\n".join(map(chat.words_of, self.asked[number].json["messages"]))

    def planner(self) -> OpenAiPlanner:
        own = {"base_url": f"{self.cloud.url}/v1", "deadline_seconds": 60, **self.settings}
        return OpenAiPlanner(Settings.load(overrides={f"planner.{name}": value for name, value in own.items()}))

    def wishes(
        self, prompt: str = "A walk along a harbour.", segments: int | None = 3, **more: Any
    ) -> PlanRequest:
        return PlanRequest(
            prompt,
            more.pop("wanted", Wanted(segments=segments)),
            Canvas(1280, 720),
            on_spent=self.spent.append,
            on_wait=lambda why, seconds: self.waits.append((why, seconds)),
            **more,
        )

    def plan(self, prompt: str = "A walk along a harbour.", segments: int | None = 3, **more: Any) -> Plan:
        return asyncio.run(self.planner().plan(self.wishes(prompt, segments, **more), self.grown.append))

    def looks(self, first: Path, last: Path, words: str = "She walks along the quay.", **more: Any) -> Motion:
        """Have the movement between two pictures written."""
        request = MotionRequest(
            Segment(id="s7", prompt=words),
            first,
            last,
            more.pop("look", Look()),
            on_spent=self.spent.append,
            **more,
        )
        return asyncio.run(self.planner().rewrite_motion(request))

    def fails(self, *of: Any, **more: Any) -> BackendError:
        with pytest.raises(BackendError) as raised:
            self.plan(*of, **more)
        return raised.value
