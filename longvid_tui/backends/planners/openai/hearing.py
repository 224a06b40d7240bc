"""Watches one streamed answer on its way to Instructor: what was said, why it stopped, and whether it is an
answer.

Instructor follows growing JSON and nothing else: it makes an empty answer of a refusal, and a shorter one of an
answer that was cut off.
"""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from longvid_tui.backends.contract import BadAnswer, Refused
from longvid_tui.backends.http import settled
from longvid_tui.redacting import redacted

if TYPE_CHECKING:
    from openai import AsyncStream
    from openai.types.chat import ChatCompletionChunk

MOST_CHARACTERS = 250_000
"""Most characters of an answer; the longest that is asked for has 60,000. A model that repeats itself is
stopped."""

GLANCE_SECONDS = 0.2
"""How often a growing answer is looked at; Instructor reads it from its start each time."""


SAID_CHARACTERS = 200


class Cut(BadAnswer):
    """The answer was cut off; asking again may help. The text is the first half of a sentence."""


@dataclass
class Heard:
    """What came in of one answer. `begun`: the service has begun to answer, and will bill it. `finish`: why it
    stopped, "" if it has not."""

    begun: bool = False
    text: str = ""
    refusal: str = ""
    finish: str | None = None
    broken: str = ""
    """How the answer was cut off; "" if it was not."""
    usage: Mapping[str, Any] = field(default_factory=dict)


async def watched(stream: AsyncStream[ChatCompletionChunk], heard: Heard) -> AsyncIterator[ChatCompletionChunk]:
    """The stream with its text gathered into few chunks; at its end, raises unless it was a whole answer."""
    held, due, spoken = "", 0.0, False
    chunk = None
    try:
        async for chunk in stream:
            heard.begun = True
            held += _take(chunk, heard)
            if not spoken:
                held = held[held.find("{") :] if "{" in held else ""
                spoken = bool(held)
            if len(heard.text) > MOST_CHARACTERS:
                raise settled(BadAnswer("The planner's answer has no end: set another planner.model."))
            if held and time.monotonic() >= due:
                yield _with_text(chunk, held)
                held, due = "", time.monotonic() + GLANCE_SECONDS
        if held and chunk is not None:
            yield _with_text(chunk, held)
        _judge(heard, stream.response.headers.get("content-type", ""))
    except json.JSONDecodeError as error:
        raise Cut("The planner's server sent an event that is no JSON") from error


def _take(chunk: ChatCompletionChunk, heard: Heard) -> str:
    """Note all that a chunk says; returns its text."""
    if chunk.usage is not None:
        heard.usage = chunk.usage.model_dump(exclude_none=True)
    said = ""
    for choice in chunk.choices:
        heard.finish = choice.finish_reason or heard.finish
        heard.refusal += choice.delta.refusal or ""
        said += choice.delta.content or ""
    heard.text += said
    return said


def _with_text(chunk: ChatCompletionChunk, text: str) -> ChatCompletionChunk:
    from openai.types.chat.chat_completion_chunk import Choice, ChoiceDelta

    return chunk.model_copy(update={"choices": [Choice(index=0, delta=ChoiceDelta(content=text))]})


def _judge(heard: Heard, kind: str) -> None:
    """Raise BackendError if the answer was refused, filtered or cut off, or was no stream at all."""
    if heard.refusal or heard.finish == "content_filter":
        words = redacted(" ".join(heard.refusal.split()))[:SAID_CHARACTERS].rstrip(" .")
        because = f" ({words})" if words else ""
        raise Refused(f"The model refuses to plan this{because}: say it in other words.")
    if heard.finish == "length":
        raise settled(
            BadAnswer(
                "The model's answer was cut at its limit of tokens: set planner.segments_at_once lower, or "
                "another planner.model."
            )
        )
    if not heard.begun and not kind.startswith("text/event-stream"):
        what = "a web page" if kind.startswith("text/html") else kind or "nothing"
        raise settled(
            BadAnswer(f"The planner's server answers with {what} instead of a stream: check planner.base_url.")
        )
    if heard.finish is None:
        raise Cut("The planner's answer ended in the middle")
