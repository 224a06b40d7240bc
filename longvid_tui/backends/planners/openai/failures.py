"""What the errors of an OpenAI-compatible server mean if their HTTP status does not tell. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from longvid_tui.backends import models
from longvid_tui.backends.contract import (
    BackendError,
    BadKey,
    Misconfigured,
    RateLimited,
    Refused,
    Unavailable,
)
from longvid_tui.backends.openai_errors import NO_CREDIT, REFUSALS, code_of, error_of, no_credit
from longvid_tui.backends.replies import Reply, wait

SEES_NOTHING = re.compile(r"image_url|image input|multi-?modal|mmproj|vision", re.IGNORECASE)
"""How servers say that a model cannot see pictures: OpenAI, llama.cpp, vLLM, Ollama, in this order."""

TOO_LONG = re.compile(r"context (?:size|length|window)", re.IGNORECASE)
"""How servers without OpenAI's code (llama.cpp, vLLM) say that a question is too long for the model."""


def explain(title: str, model: str) -> Callable[[Reply], BackendError | None]:
    """The function that reads the errors of chat completions; see http.Service.explain."""

    def explained(reply: Reply) -> BackendError | None:
        code, message = code_of(error_of(reply.json())), said(reply)
        if code in NO_CREDIT:
            return no_credit(title)
        if code in REFUSALS:
            return Refused(f"{title} will not plan this (its content filter): use other words.")
        if code == "invalid_api_key":
            return BadKey(f"{title} refuses the key: see `longvid-tui keys check`.")
        if code == "model_not_found" or (reply.status == 404 and model in message):
            return Misconfigured(f"{title} has no model {model}: set planner.model to {_instead(model)}.")
        if reply.status in (400, 415, 422, 500, 501) and SEES_NOTHING.search(message):
            return Misconfigured(f"{model} cannot look at pictures: set planner.model to one that can.")
        too_long = reply.status in (400, 500) and TOO_LONG.search(message)
        if too_long or code == "context_length_exceeded" or reply.status == 413:
            return Misconfigured(
                f"The prompt is too long for {model}: shorten it, or set planner.segments_at_once lower."
            )
        if reply.status == 400 and "response_format" in message:
            return Misconfigured(f"{title} cannot answer by a schema with {model}: set planner.mode to json.")
        if code == "rate_limit_exceeded" and reply.status < 400:
            return RateLimited(f"{title} has had too many requests: it goes on by itself.", wait(reply))
        if reply.status < 300:
            return Unavailable(f"{title} broke off with an error: run again later.")
        return None

    return explained


def _instead(model: str) -> str:
    known = models.find("openai", model, "text")
    return models.successor(known) if known.ends else "one it has (`doctor` asks which)"


def said(reply: Reply) -> str:
    """The service's own words in an error; none about keys, which they may repeat."""
    message = error_of(reply.json()).get("message")
    return message if isinstance(message, str) and reply.status not in (401, 403) else ""


def in_stream(body: object, url: str) -> Reply:
    """An error that came as an event of a stream, in the form of a failed reply."""
    return Reply(200, {}, json.dumps({"error": body}, default=str).encode(), url)
