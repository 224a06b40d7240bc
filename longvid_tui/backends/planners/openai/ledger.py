"""What answers cost: tokens as the service counted them, dollars where the price is known."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from longvid_tui.backends import models
from longvid_tui.backends.contract import Spent
from longvid_tui.backends.planners.openai.hearing import Heard
from longvid_tui.settings import PlannerSettings


class Ledger:
    """Tells of each answer what it was for and what it cost."""

    def __init__(self, settings: PlannerSettings, tell: Callable[[Spent], None]) -> None:
        self._settings = settings
        self._tell = tell

    def enter(self, what: str, heard: Heard, problems: Sequence[str]) -> None:
        """Tell of one answer; `problems` are those of the answer before it, which made this one necessary."""
        again = f", asked again ({problems[0]})" if problems else ""
        cost = cost_usd(self._settings, heard.usage)
        self._tell(Spent(f"{what}{again}", self._settings.model, cost, {"usage": dict(heard.usage)}))


def cost_usd(settings: PlannerSettings, usage: Mapping[str, Any]) -> float | None:
    """Dollars of an answer by its usage; 0 on this machine or network, None where price or usage is unknown."""
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


def is_near(base_url: str) -> bool:
    """Whether a server is on this machine or its private network, where nobody sends a bill."""
    host = urlsplit(base_url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return host == "localhost" or "." not in host or host.endswith((".local", ".internal", ".lan"))
