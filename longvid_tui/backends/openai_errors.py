"""Error objects of OpenAI's APIs, and of servers that speak them:
https://platform.openai.com/docs/guides/error-codes
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from longvid_tui.backends.contract import NoQuota

NO_CREDIT = frozenset({"insufficient_quota", "billing_hard_limit_reached", "billing_not_active"})
REFUSALS = frozenset({"content_filter", "content_policy_violation", "moderation_blocked"})
"""Codes of refused requests and refused answers."""


def error_of(answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """The error object of an answer; some servers send its fields at the top, or only a text."""
    error = answer.get("error")
    if isinstance(error, dict):
        return error
    return {"message": error} if isinstance(error, str) else answer


def code_of(error: Mapping[str, Any]) -> str:
    """The code or type of an error; "" if it has none."""
    return str(error.get("code") or error.get("type") or "")


def no_credit(title: str) -> NoQuota:
    return NoQuota(f"{title} has no credit left for this account: buy some, then run again.")
