"""OpenAI's images API: generations, edits, models; JSON, multipart and server-sent events.

Checks what the service checks: key, fields, model, size, quality, pictures, mask. A prompt with the word
`forbidden` is moderated, one with `unpaintable` is moderated after painting.
"""

from __future__ import annotations

import base64
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from PIL import Image

from longvid_tui.backends.rehearsal.cloud import canvases, chat
from longvid_tui.backends.rehearsal.cloud.server import (
    Answer,
    Handler,
    Part,
    Rejected,
    Request,
    Route,
    events,
    json_answer,
)

ANY_SIZE = ("gpt-image-2", "gpt-image-2-2026-04-21", "gpt-image-2.5-flare", "gpt-image-2.5-sunburst")
FIXED_SIZE = ("gpt-image-1.5", "gpt-image-1-mini", "gpt-image-1")
FIDELITY = ("gpt-image-1.5", "gpt-image-1")
SIZES = ("1024x1024", "1536x1024", "1024x1536")
GENERATE = frozenset(
    (
        "model",
        "prompt",
        "size",
        "quality",
        "n",
        "background",
        "moderation",
        "output_format",
        "output_compression",
        "stream",
        "partial_images",
        "user",
        "safety_identifier",
    )
)
EDIT = GENERATE - {"moderation"} | {"input_fidelity"}
OUTPUT_TOKENS = {"low": 272, "medium": 1056, "high": 4160, "xhigh": 6240, "max": 8320, "auto": 1056}
"""Of a picture of 1024x1024; other sizes by their area."""

USD_PER_MILLION = {"gpt-image-1-mini": (2, 2.5, 8), "gpt-image-1": (5, 10, 40)}
"""Text in, image in, image out; the rest of the family asks 5, 8, 30."""


@dataclass(frozen=True)
class Hand:
    """Who paints, with how many seconds between a picture's unfinished states."""

    brush: canvases.Brush = canvases.paint
    pause: float = 0.0


PLAIN = Hand()


def generations(request: Request, hand: Hand = PLAIN) -> Answer:
    _authorized(request)
    body = _object(request)
    if unknown := sorted(body.keys() - GENERATE):
        raise refused(400, f"Unknown parameter: '{unknown[0]}'.", "unknown_parameter", unknown[0])
    size = _checked(body)
    return _painted(body, hand.brush(body["prompt"], size), 0, "image_generation", hand.pause)


def edits(request: Request, hand: Hand = PLAIN) -> Answer:
    _authorized(request)
    body: dict[str, Any] = dict(request.form())
    if unknown := sorted(body.keys() - EDIT):
        raise refused(400, f"Unknown parameter: '{unknown[0]}'.", "unknown_parameter", unknown[0])
    body["stream"] = body.get("stream") == "true"
    body |= {name: int(body[name]) for name in ("n", "partial_images") if name in body}
    size = _checked(body)
    if "input_fidelity" in body and body["model"] not in FIDELITY:
        raise refused(400, "input_fidelity is not supported by this model.", "invalid_value", "input_fidelity")
    pictures = _pictures(request.files())
    keep = _kept(request.files(), pictures[0])
    words = body["prompt"]
    painted = canvases.repaint(pictures[0], keep, words, size, hand.brush) if keep else hand.brush(words, size)
    return _painted(body, painted, len(pictures), "image_edit", hand.pause)


def listing(request: Request) -> Answer:
    _authorized(request)
    names = (*ANY_SIZE, *FIXED_SIZE[:2], *chat.MODELS)
    return json_answer({"object": "list", "data": [{"id": name, "shutdown_date": None} for name in names]})


ROUTES: list[Route] = [
    ("POST", "/v1/images/generations", generations),
    ("POST", "/v1/images/edits", edits),
    ("GET", "/v1/models", listing),
]


def refused(status: int, message: str, code: str | None, param: str | None = None, **more: Any) -> Rejected:
    kind = "image_generation_user_error" if code == "moderation_blocked" else "invalid_request_error"
    error = {"message": message, "type": kind, "param": param, "code": code, **more}
    return Rejected(status, {"error": error})


def moderation(stage: str) -> Rejected:
    details = {"moderation_stage": stage, "categories": ["violence"]}
    message = "Your request was rejected by the safety system. If you believe this is an error, contact us."
    return refused(400, message, "moderation_blocked", moderation_details=details)


def moderated(stage: str = "input") -> Handler:
    return lambda _: moderation(stage).answer


def wrong_key() -> Handler:
    def handler(request: Request) -> Answer:
        key = request.headers.get("authorization", "").removeprefix("Bearer ")
        return refused(401, f"Incorrect API key provided: {key}.", "invalid_api_key").answer

    return handler


def unverified() -> Handler:
    message = "Your organization must be verified to use the model `gpt-image-2`."
    return lambda _: refused(403, message, None).answer


def no_quota() -> Handler:
    message = "You exceeded your current quota, please check your plan and billing details."
    return lambda _: refused(429, message, "insufficient_quota").answer


def rate_limited(after: str | None = None) -> Handler:
    message = (
        "Rate limit reached for gpt-image-2 (for limit gpt-image) in organization org-x on input-images per "
        "min: Limit 5, Used 5, Requested 1. Please try again in 0.2s."
    )
    answer = refused(429, message, "rate_limit_exceeded").answer
    return lambda _: Answer(429, answer.body, {**answer.headers, **({"retry-after": after} if after else {})})


def at_most(count: int, seconds: float) -> Handler:
    """A rate limit: `count` requests are let through in any `seconds`, the others hear when to come again."""
    passed: list[float] = []
    lock = threading.Lock()

    def handler(request: Request) -> Answer | None:
        with lock:
            now = time.monotonic()
            passed[:] = [at for at in passed if at > now - seconds]
            if len(passed) < count:
                passed.append(now)
                return None
            return rate_limited(f"{passed[0] + seconds - now:.3f}")(request)

    return handler


def stream_cut_short() -> Handler:
    """Partial pictures, then the end of the stream, properly ended or not: never a finished picture."""
    partial = {"type": "image_generation.partial_image", "b64_json": _b64(canvases.paint("p", (64, 64)))}
    return lambda _: events([("image_generation.partial_image", partial)])


def stream_error(code: str = "server_error") -> Handler:
    error = {"type": "error", "error": {"code": code, "message": "The server had an error while painting."}}
    return lambda _: events([("error", error)])


def picture_of(data: bytes) -> Handler:
    """A success with these bytes for a picture."""
    return lambda _: json_answer({"created": 1, "data": [{"b64_json": _b64(data)}]})


def broken_base64() -> Handler:
    return lambda _: json_answer({"created": 1, "data": [{"b64_json": "not*base64"}]})


def _authorized(request: Request) -> None:
    key = request.headers.get("authorization", "").removeprefix("Bearer ")
    if not key.startswith("sk-"):
        raise refused(401, f"Incorrect API key provided: {key}.", "invalid_api_key")


def _object(request: Request) -> dict[str, Any]:
    if request.headers.get("content-type") != "application/json" or not isinstance(request.json, dict):
        raise refused(400, "We could not parse the JSON body of your request.", None)
    return dict(request.json)


def _checked(body: dict[str, Any]) -> tuple[int, int]:
    """The size in pixels of a request whose fields are right."""
    model, prompt = body.get("model"), body.get("prompt")
    if model not in ANY_SIZE + FIXED_SIZE:
        message = f"The model `{model}` does not exist or you do not have access to it."
        raise refused(404, message, "model_not_found", "model")
    if not isinstance(prompt, str) or not 0 < len(prompt) <= 32_000:
        raise refused(400, "Invalid 'prompt': must be 1 to 32000 characters long.", "invalid_value", "prompt")
    if "forbidden" in prompt or "unpaintable" in prompt:
        raise moderation("input" if "forbidden" in prompt else "output")
    if body.get("quality", "auto") not in OUTPUT_TOKENS or body.get("n", 1) not in range(1, 11):
        raise refused(400, "Invalid value.", "invalid_value", "quality")
    if body.get("output_format", "png") != "png" or body.get("partial_images", 0) not in range(4):
        raise refused(400, "Invalid value.", "invalid_value", "partial_images")
    return _size(str(model), str(body.get("size", "auto")))


def _size(model: str, text: str) -> tuple[int, int]:
    if text == "auto":
        return 1024, 1024
    width, height = (int(edge) for edge in text.split("x"))
    longest, shortest = max(width, height), min(width, height)
    fine = not (width % 16 or height % 16) and longest <= 3840 and longest <= 3 * shortest
    fine = fine and 655_360 <= width * height <= 8_294_400
    if (model in FIXED_SIZE and text not in SIZES) or (model in ANY_SIZE and not fine):
        raise refused(400, f"Invalid size '{text}'.", "invalid_value", "size")
    return width, height


def _pictures(parts: list[Part]) -> list[Image.Image]:
    uploads = [part for part in parts if part.name in ("image", "image[]")]
    pictures = [canvases.upload(part) for part in uploads]
    if not 1 <= len(pictures) <= 16 or None in pictures:
        raise refused(400, "Invalid image file or mode for image 1.", "invalid_image_file", "image")
    return [picture for picture in pictures if picture]


def _kept(parts: list[Part], first: Image.Image) -> Image.Image | None:
    """255 where the first picture stays: everywhere the mask is opaque; None without a mask."""
    masks = [part for part in parts if part.name == "mask"]
    if not masks:
        return None
    mask = canvases.upload(masks[0])
    if mask is None or mask.format != "PNG" or "A" not in mask.getbands():
        raise refused(400, "Invalid mask image format - mask must be a PNG with alpha.", "invalid_mask", "mask")
    if mask.size != first.size or len(masks[0].data) > 4 << 20:
        raise refused(400, "Invalid mask size.", "invalid_mask", "mask")
    return mask.getchannel("A")


def _painted(body: dict[str, Any], data: bytes, pictures: int, event: str, pause: float) -> Answer:
    usage = _usage(body, data, pictures)
    rates = USD_PER_MILLION.get(body["model"], (5, 8, 30))
    inputs = usage["input_tokens_details"]
    counts = (inputs["text_tokens"], inputs["image_tokens"], usage["output_tokens"])
    cost = sum(count * rate for count, rate in zip(counts, rates, strict=True)) / 1e6
    whole = {"created": 1, "size": body.get("size"), "quality": body.get("quality"), "usage": usage}
    if not body.get("stream"):
        painted = [data, *(canvases.tinted(data, number) for number in range(1, body.get("n", 1)))]
        found = [{"b64_json": _b64(each)} for each in painted]
        return json_answer({**whole, "output_format": "png", "data": found}, cost_usd=cost)
    return events(list(_stream(body, data, whole, event)), pause, cost)


def _stream(body: dict[str, Any], data: bytes, whole: Any, event: str) -> Iterator[tuple[str, Any]]:
    for index in range(body.get("partial_images", 0)):
        partial = {"partial_image_index": index, "b64_json": _b64(canvases.unfinished(data, index))}
        yield f"{event}.partial_image", {"type": f"{event}.partial_image", **partial}
    yield f"{event}.completed", {"type": f"{event}.completed", "b64_json": _b64(data), **whole}


def _usage(body: dict[str, Any], data: bytes, pictures: int) -> dict[str, Any]:
    width, height = canvases.size_of(data)
    area = width * height / (1024 * 1024)
    text, images = max(1, len(body["prompt"]) // 4), 300 * pictures
    out = round(OUTPUT_TOKENS[body.get("quality", "auto")] * area) * body.get("n", 1)
    out += 100 * body.get("partial_images", 0)
    return {
        "input_tokens": text + images,
        "input_tokens_details": {"text_tokens": text, "image_tokens": images},
        "output_tokens": out,
        "total_tokens": text + images + out,
    }


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()
