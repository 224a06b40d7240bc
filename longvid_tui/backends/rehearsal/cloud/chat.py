"""OpenAI's chat completions as a stand-in: requests checked as the service does, and answers as it sends them.

    POST /v1/chat/completions    JSON, or a stream of server-sent events
    GET  /v1/models              stands in openai_images, which lists these models, too

Faults of the model itself are handlers: `cloud.then(chat.refusal())`.
"""

from __future__ import annotations

import base64
import json
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from longvid_tui.backends.rehearsal.cloud import canvases
from longvid_tui.backends.rehearsal.cloud.filling import filled
from longvid_tui.backends.rehearsal.cloud.schemas import check_strict
from longvid_tui.backends.rehearsal.cloud.server import (
    Answer,
    Handler,
    Rejected,
    Request,
    Route,
    events,
    json_answer,
)

MODELS = ("gpt-6-luna", "gpt-6-sol", "local-model")
USD_PER_TOKEN = {"gpt-6-luna": (0.1e-6, 0.5e-6), "gpt-6-sol": (2e-6, 10e-6)}
TOKENS_OF_A_PICTURE = 765
PIECE = 192
"""Characters in one event of a stream; more where a stream would have over a thousand."""

Change = Callable[[Any], Any]
_PICTURE = re.compile(r"data:image/(?:png|jpeg|webp|gif);base64,(?P<data>[A-Za-z0-9+/=]+)")


def complete(request: Request) -> Answer:
    """The answer of a good model."""
    return _answer(request)


def answered(request: Request, fill: Callable[[Any], Any], seconds: float = 0.0) -> Answer:
    """The answer that `fill` makes for the schema, checked and sent as the service does, in so many seconds."""
    _check(request)
    text = json.dumps(fill(_schema_of(request)), ensure_ascii=False)
    return _send(request, text, pause=seconds * _piece(text) / max(1, len(text)))


def slowly(pause: float) -> Handler:
    """A good answer, with `pause` seconds between its pieces."""
    return lambda request: _answer(request, pause=pause)


def refusal(words: str = "I'm sorry, I can't assist with that request.") -> Handler:
    return lambda request: _send(request, "", refusal=words)


def content_filter() -> Handler:
    """The service stops in the middle because of what the model was writing."""
    return lambda request: _answer(request, finish="content_filter", upto=0.4)


def length() -> Handler:
    """The limit of tokens was reached before the answer was complete."""
    return lambda request: _answer(request, finish="length", upto=0.6)


def cut_stream(upto: float = 0.5) -> Handler:
    """The connection breaks in the middle of the answer."""
    return lambda request: replace(_answer(request, finish=None, upto=upto), cut=True)


def unfinished(upto: float = 0.5) -> Handler:
    """The stream ends properly, but the answer does not."""
    return lambda request: _answer(request, finish=None, upto=upto)


def changed(change: Change) -> Handler:
    """An answer that `change` made something else of."""
    return lambda request: _answer(request, change=change)


def wrapped(before: str, after: str) -> Handler:
    """A good answer with words around it."""

    def answer(request: Request) -> Answer:
        _check(request)
        return _send(request, f"{before}{json.dumps(_filled(request), ensure_ascii=False)}{after}")

    return answer


def wrong_count(field: str, by: int = -1) -> Handler:
    """A list with fewer items than asked for, or more, as servers that do not enforce schemas allow."""

    def change(answer: Any) -> Any:
        items = answer.get(field, [])
        return {**answer, field: items[:by] if by < 0 else items + items[-1:] * by}

    return changed(change)


def extra_keys() -> Handler:
    return changed(lambda answer: {**answer, "comment": "Here is your plan!", "confidence": 0.9})


def prose(words: str = "Sure! Here is a plan for your film: first, ...") -> Handler:
    return saying(words)


def saying(text: str, finish: str | None = "stop") -> Handler:
    """An answer of these words; without a `finish` the stream ends as if there were more."""

    def answer(request: Request) -> Answer:
        _check(request)
        return _send(request, text, finish)

    return answer


def unstreamed() -> Handler:
    """A whole JSON answer where a stream was asked for."""
    return lambda _: json_answer({"object": "chat.completion", "choices": []})


def error_in_stream(code: str = "server_error") -> Handler:
    """The stream begins well, then carries an error."""
    body = {"error": {"message": "The server had an error while processing your request.", "code": code}}
    return lambda request: events([("", _chunk(request, {"content": '{"title"'})), ("", body)])


def broken_event() -> Handler:
    """The stream begins well, then carries an event that is no JSON."""
    return lambda request: events([("", _chunk(request, {"content": '{"title"'})), ("", '{"id": "chatc')])


def wrong_key(key: str = "sk-stand-in-0123456789") -> Handler:
    """401, with the refused key in the text as the service writes it."""
    return _error(401, "invalid_api_key", f"Incorrect API key provided: {key}.")


def rate_limited(retry_after: str | None = None) -> Handler:
    words = "Rate limit reached for gpt-6-luna in organization org-x on tokens per min: Limit 30000."
    return _error(429, "rate_limit_exceeded", words, {"retry-after": retry_after} if retry_after else {})


def no_quota() -> Handler:
    words = "You exceeded your current quota, please check your plan and billing details."
    return _error(429, "insufficient_quota", words)


def too_long() -> Handler:
    return _error(400, "context_length_exceeded", "This model's maximum context length is 8192 tokens.")


def too_long_for_llama_cpp() -> Handler:
    words = "request (9104 tokens) exceeds the available context size (8192 tokens), try increasing it"
    return _error(400, "exceed_context_size_error", words)


def repeating() -> Handler:
    """A model that says the same again and again, as small ones do."""

    def change(answer: Any) -> Any:
        return {**answer, "beats": [{**beat, "happens": "A golden lion."} for beat in answer["beats"]]}

    return changed(change)


ROUTES: list[Route] = [
    ("POST", r"(?:/v1)?/chat/completions", complete),
]


def _error(status: int, code: str, message: str, headers: dict[str, str] | None = None) -> Handler:
    body = {"error": {"message": message, "type": "error", "param": None, "code": code}}
    return lambda _: json_answer(body, status, headers)


def _answer(
    request: Request,
    change: Change = lambda answer: answer,
    finish: str | None = "stop",
    upto: float = 1.0,
    pause: float = 0.0,
) -> Answer:
    _check(request)
    text = json.dumps(change(_filled(request)), ensure_ascii=False)
    return _send(request, text[: int(len(text) * upto)], finish, pause)


def _check(request: Request) -> None:
    body = request.json
    if not re.fullmatch(r"Bearer \S+", request.headers.get("authorization", "")):
        message = "You didn't provide an API key."
        raise Rejected(401, {"error": {"message": message, "code": "invalid_api_key"}})
    if body.get("model") not in MODELS:
        message = f"The model `{body.get('model')}` does not exist or you do not have access to it."
        raise Rejected(404, {"error": {"message": message, "code": "model_not_found"}})
    if not body.get("messages") or not all(m.keys() == {"role", "content"} for m in body["messages"]):
        raise Rejected(400, {"error": {"message": "Invalid 'messages'.", "param": "messages"}})
    for message in body["messages"]:
        _check_content(message["content"])
    told = (body.get("response_format") or {}).get("json_schema")
    if told is not None:
        if not re.fullmatch(r"[\w-]{1,64}", told.get("name", "")) or told.get("strict") is not True:
            raise Rejected(400, {"error": {"message": "'strict' must be true.", "param": "response_format"}})
        check_strict(told["schema"])


def _check_content(content: Any) -> None:
    """A text, or a list of texts and pictures; a picture is a data URL that holds one."""
    for part in () if isinstance(content, str) else content:
        if part.get("type") == "text" and isinstance(part.get("text"), str):
            continue
        if part.get("type") != "image_url":
            raise Rejected(400, {"error": {"message": "Invalid value: content.type.", "param": "messages"}})
        found = _PICTURE.fullmatch(part["image_url"]["url"])
        if found is None or canvases.opened(base64.b64decode(found["data"])) is None:
            message = "You uploaded an unsupported image. Please make sure your image is valid."
            raise Rejected(400, {"error": {"message": message, "code": "image_parse_error"}})


def blind(message: str = "Invalid content type. image_url is only supported by certain models.") -> Handler:
    """A model that cannot look: what shows it a picture is refused."""

    def answer(request: Request) -> Answer:
        if b'"image_url"' in request.body:
            raise Rejected(400, {"error": {"message": message, "code": "invalid_value"}})
        return complete(request)

    return answer


def _send(
    request: Request, text: str, finish: str | None = "stop", pause: float = 0.0, refusal: str = ""
) -> Answer:
    body = request.json
    read, written = _tokens(body["messages"]), len(text or refusal) // 4
    usage = {"prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written,
             "prompt_tokens_details": {"cached_tokens": 0}}  # fmt: skip
    price = USD_PER_TOKEN.get(body["model"], (0.0, 0.0))
    cost = read * price[0] + written * price[1]
    if not body.get("stream"):
        message = {"role": "assistant", "content": text or None, "refusal": refusal or None}
        choice = {"index": 0, "finish_reason": finish, "message": message}
        answer = {"id": "chatcmpl-1", "object": "chat.completion", "created": 0, "model": body["model"]}
        return json_answer({**answer, "choices": [choice], "usage": usage}, cost_usd=cost)
    return events([("", item) for item in _chunks(request, text, finish, refusal, usage)], pause, cost)


def _chunks(request: Request, text: str, finish: str | None, refusal: str, usage: Any) -> Iterator[Any]:
    yield _chunk(request, {"role": "assistant", "content": ""})
    for start in range(0, len(refusal), PIECE):
        yield _chunk(request, {"refusal": refusal[start : start + PIECE]})
    piece = _piece(text)
    for start in range(0, len(text), piece):
        yield _chunk(request, {"content": text[start : start + piece]})
    if finish is None:
        return
    yield _chunk(request, {}, finish)
    if (request.json.get("stream_options") or {}).get("include_usage"):
        yield {**_chunk(request, {}), "choices": [], "usage": usage}
    yield "[DONE]"


def _piece(text: str) -> int:
    return max(PIECE, len(text) // 1000)


def _chunk(request: Request, delta: Any, finish: str | None = None) -> Any:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion.chunk",
        "created": int(time.time()),
        "model": request.json["model"],
        "choices": [choice],
    }


def _filled(request: Request) -> Any:
    """An answer that fills the schema asked for, or the one that stands in the messages."""
    return filled(_schema_of(request), _words(request))


def _tokens(messages: Any) -> int:
    pictures = sum(isinstance(message["content"], list) for message in messages) * 2
    return len(json.dumps([words_of(message) for message in messages])) // 4 + pictures * TOKENS_OF_A_PICTURE


def words_of(message: Any) -> str:
    """The text of a message, with or without pictures."""
    content = message["content"]
    if isinstance(content, str):
        return content
    return "\n".join(part["text"] for part in content if part["type"] == "text")


def _words(request: Request) -> str:
    return "\n".join(words_of(message) for message in request.json["messages"])


def _schema_of(request: Request) -> Any:
    """The schema of the response format, or the one that stands in the messages."""
    told = (request.json.get("response_format") or {}).get("json_schema")
    if told:
        return told["schema"]
    words = _words(request)
    start = words.index("{", words.index("json_schema"))
    return json.JSONDecoder().raw_decode(words[start:])[0]
