"""What answers cost: tokens as counted by the service, or as expected, and dollars if the price is known."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from longvid_tui.backends import models
from longvid_tui.backends.contract import MotionRequest, PlanRequest, Spent
from longvid_tui.backends.endpoint import is_near
from longvid_tui.backends.planners.openai.hearing import Heard
from longvid_tui.backends.planners.openai.passes import Message, Question
from longvid_tui.settings.sections import PlannerSettings

BYTES_OF_A_TOKEN = 4
"""For English text and JSON; a Chinese character of three bytes is about one token."""

TOKENS_OF_A_PICTURE = 1100
"""For a picture of 768 pixels (https://platform.openai.com/docs/guides/images-vision)."""


class Ledger:
    """Reports what each answer was for and what it cost, and what each question will cost."""

    def __init__(self, settings: PlannerSettings, request: PlanRequest | MotionRequest) -> None:
        self._settings = settings
        self._request = request
        self._longer = 1.0
        """How many times as long as expected the longest answer was, because some models think before they
        write."""

    def foresee(self, question: Question[Any], messages: Sequence[Message]) -> None:
        """Ask whether a question may be paid, before it is asked; raises OverCap."""
        self._request.may_spend(price(self._settings, question, messages, self._longer))

    def enter(self, question: Question[Any], heard: Heard, problems: Sequence[str]) -> None:
        """Report one answer; `problems`: of the answer before it, which made this one necessary."""
        again = f", asked again ({problems[0]})" if problems else ""
        cost = cost_usd(self._settings, heard.usage)
        written = heard.usage.get("completion_tokens") or 0
        self._longer = max(self._longer, written / question.tokens)
        told = Spent(f"{question.what}{again}", self._settings.model, cost, {"usage": dict(heard.usage)})
        self._request.on_spent(told)


def price(
    settings: PlannerSettings, question: Question[Any], messages: Sequence[Message], longer: float = 1.0
) -> float | None:
    """Dollars of a question before it is asked, as `cost_usd`; its answer is taken to be `longer` times as long
    as asked for."""
    asked = len(json.dumps([messages, question.schema], ensure_ascii=False).encode("utf-8", "replace"))
    shown = sum(len(picture) for picture in question.pictures)
    read = (asked - shown) // BYTES_OF_A_TOKEN + TOKENS_OF_A_PICTURE * len(question.pictures)
    return cost_usd(settings, {"prompt_tokens": read, "completion_tokens": round(question.tokens * longer)})


def cost_usd(settings: PlannerSettings, usage: Mapping[str, Any]) -> float | None:
    """Dollars of an answer by its usage; 0 on this machine or network, None if price or usage is unknown."""
    model = models.find("openai", settings.model)
    if not model.known and is_near(settings.base_url):
        return 0.0
    return model.cost(tokens(usage))


def tokens(usage: Mapping[str, Any]) -> models.Tokens:
    """Tokens by kind from a `usage` of chat completions; empty if there was none."""
    cached = (usage.get("prompt_tokens_details") or {}).get("cached_tokens") or 0
    return {
        "text_in": (usage.get("prompt_tokens") or 0) - cached,
        "cached_in": cached,
        "text_out": usage.get("completion_tokens") or 0,
    }
