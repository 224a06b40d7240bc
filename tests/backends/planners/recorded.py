"""Recorded conversations between the planner `openai` and a model (docs/plans/recorded), and how they are replayed.

uv run python tests/backends/planners/recorded.py      asks anew, with the recorded answers, and writes what was
                                                       asked and the plan that comes out
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from outlined import read
from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import LiteralScalarString

from longvid_tui.backends.contract import PlanRequest, Spent
from longvid_tui.backends.planners.openai import OpenAiPlanner
from longvid_tui.backends.rehearsal.cloud import chat
from longvid_tui.backends.rehearsal.cloud.server import Cloud
from longvid_tui.project.canvas import Canvas
from longvid_tui.project.model import Plan, Wanted
from longvid_tui.settings import Settings

PLANS = Path(__file__).parents[3] / "docs" / "plans"
RECORDED = sorted((PLANS / "recorded").glob("*.yaml"))
CHAT = "/v1/chat/completions"
THE_PROMPT = "(the prompt)"
"""Stands in recorded questions for the person's words, which are told in each."""


@dataclass
class Replay:
    """What happened: the plan, and for each request what it was for and what it said last."""

    plan: Plan
    asks: list[str] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Recording:
    """One file: `data` as it stands there, the person's words and wishes out of it."""

    data: Any

    @classmethod
    def load(cls, file: Path) -> Recording:
        return cls(YAML().load(file.read_text(encoding="utf-8")))

    @property
    def prompt(self) -> str:
        named = self.data.get("of")
        told = read(PLANS / f"{named}.yaml") if named else self.data
        return str(told["prompt"]).strip()

    @property
    def wanted(self) -> Wanted:
        return Wanted(**self.data.get("wanted", {}))

    def replay(self) -> Replay:
        """Have the film planned by the recorded answers, through the real planner, over HTTP; raises BackendError."""
        told: list[Spent] = []
        request = PlanRequest(self.prompt, self.wanted, Canvas(1280, 720), on_spent=told.append)
        with Cloud() as cloud:
            for exchange in self.data["exchanges"]:
                finish = None if exchange.get("cut") else "stop"
                cloud.then(chat.saying(str(exchange["answer"]).strip(), finish), path=CHAT)
            own = {"base_url": f"{cloud.url}/v1", "mode": self.data.get("mode", "json_schema")}
            settings = Settings.load(overrides={f"planner.{name}": value for name, value in own.items()})
            plan = asyncio.run(OpenAiPlanner(settings).plan(request, lambda _: None))
            said = [call.json["messages"][-1]["content"] for call in cloud.calls(CHAT)]
        questions = [text.replace(self.prompt, THE_PROMPT).strip() for text in said]
        return Replay(plan, [spent.what for spent in told], questions)


def record(file: Path) -> None:
    """Write the questions and the plan of a recording anew; its answers stay."""
    recording = Recording.load(file)
    replay = recording.replay()
    exchanges = []
    for exchange, asks, question in zip(
        recording.data["exchanges"], replay.asks, replay.questions, strict=True
    ):
        new = {"asks": asks, "question": LiteralScalarString(question + "\n"), "answer": exchange["answer"]}
        exchanges.append(new | ({"cut": True} if exchange.get("cut") else {}))
    plan = replay.plan.model_dump(mode="json", exclude_defaults=True)
    told = {name: value for name, value in recording.data.items() if name not in ("exchanges", "plan")}
    yaml = YAML()
    yaml.width = 112
    with file.open("w", encoding="utf-8") as out:
        yaml.dump({**told, "exchanges": exchanges, "plan": plan}, out)
    print(f"{file.name}: {len(exchanges)} requests, {len(replay.plan.segments)} segments")


if __name__ == "__main__":
    for path in RECORDED:
        record(path)
