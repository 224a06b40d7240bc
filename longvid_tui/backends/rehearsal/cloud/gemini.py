"""Google's Gemini API: generateContent for pictures, the list of models.

A prompt with the word `forbidden` is blocked, one with `unpaintable` ends without a picture: both with HTTP
200.
"""

from __future__ import annotations

import base64
from typing import Any

from longvid_tui.backends.rehearsal.cloud import canvases
from longvid_tui.backends.rehearsal.cloud.server import Answer, Handler, Rejected, Request, Route, json_answer

MODELS = ("gemini-nano-banana-2.1",)
RATIOS = {
    "1:1": (1024, 1024), "2:3": (832, 1248), "3:2": (1248, 832), "3:4": (864, 1184), "4:3": (1184, 864),
    "9:16": (768, 1344), "16:9": (1344, 768), "21:9": (1536, 672),
}  # fmt: skip
IMAGE_TOKENS = {"1K": 1120, "2K": 1680, "4K": 2520}
USD_PER_MILLION = {"text_in": 1.5, "image_out": 30}


def generate(request: Request) -> Answer:
    _authorized(request)
    assert request.match
    if request.match["model"] not in MODELS:
        raise refused(404, f"models/{request.match['model']} is not found for API version v1beta", "NOT_FOUND")
    body = request.json
    if unknown := sorted(body.keys() - {"contents", "generationConfig"}):
        raise refused(400, f'Invalid JSON payload received. Unknown name "{unknown[0]}"', "INVALID_ARGUMENT")
    config = body["generationConfig"]["imageConfig"]
    if config["aspectRatio"] not in RATIOS or config["imageSize"] not in IMAGE_TOKENS:
        raise refused(400, "Invalid value at 'generation_config.image_config'", "INVALID_ARGUMENT")
    parts = body["contents"][0]["parts"]
    prompt = "".join(part.get("text", "") for part in parts)
    pictures = [part["inlineData"] for part in parts if "inlineData" in part]
    if any(canvases.opened(base64.b64decode(one["data"])) is None for one in pictures):
        raise refused(400, "Unable to process input image.", "INVALID_ARGUMENT")
    if "forbidden" in prompt:
        return _blocked()
    if "unpaintable" in prompt:
        return _finished("IMAGE_SAFETY")
    return _painted(prompt, config, len(pictures))


def listing(request: Request) -> Answer:
    _authorized(request)
    return json_answer({"models": [{"name": f"models/{name}"} for name in MODELS]})


ROUTES: list[Route] = [
    ("POST", "/v1beta/models/(?P<model>[^:/]+):generateContent", generate),
    ("GET", "/v1beta/models", listing),
]


def refused(status: int, message: str, word: str, details: Any = None) -> Rejected:
    error = {"code": status, "message": message, "status": word, "details": details or []}
    return Rejected(status, {"error": error})


def rejecting(status: int, message: str, word: str, details: Any = None) -> Handler:
    return lambda _: refused(status, message, word, details).answer


def invalid_key() -> Rejected:
    details = [{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "API_KEY_INVALID"}]
    return refused(400, "API key not valid. Please pass a valid API key.", "INVALID_ARGUMENT", details)


def wrong_key() -> Handler:
    return lambda _: invalid_key().answer


def exhausted(quota: str = "GenerateRequestsPerMinutePerProject") -> Handler:
    details = [{"@type": "type.googleapis.com/google.rpc.QuotaFailure", "violations": [{"quotaId": quota}]}]
    message = "You exceeded your current quota. Please retry in 0.2s."
    return rejecting(429, message, "RESOURCE_EXHAUSTED", details)


def blocked(reason: str = "PROHIBITED_CONTENT") -> Handler:
    return lambda _: _blocked(reason)


def finished(reason: str) -> Handler:
    """A success without a picture."""
    return lambda _: _finished(reason)


def picture_of(data: bytes) -> Handler:
    return lambda _: json_answer(_candidates(data))


def _blocked(reason: str = "PROHIBITED_CONTENT") -> Answer:
    return json_answer({"promptFeedback": {"blockReason": reason}, "usageMetadata": {}})


def _finished(reason: str) -> Answer:
    usage = {"promptTokensDetails": [{"modality": "TEXT", "tokenCount": 8}]}
    content = {"parts": [{"text": "I cannot paint that."}]}
    return json_answer({"candidates": [{"content": content, "finishReason": reason}], "usageMetadata": usage})


def _candidates(data: bytes) -> dict[str, Any]:
    inline = {"mimeType": "image/png", "data": base64.b64encode(data).decode()}
    parts = [{"text": "Here it is."}, {"inlineData": inline}]
    return {"candidates": [{"content": {"role": "model", "parts": parts}, "finishReason": "STOP"}]}


def _authorized(request: Request) -> None:
    key = request.headers.get("x-goog-api-key", "")
    if request.query.startswith("key=") or not key.startswith(("AIza", "sk-stand-in")):
        raise invalid_key()


def _painted(prompt: str, config: dict[str, str], pictures: int) -> Answer:
    text, out = max(1, len(prompt) // 4), IMAGE_TOKENS[config["imageSize"]]
    inward = [{"modality": "TEXT", "tokenCount": text}]
    inward += [{"modality": "IMAGE", "tokenCount": 258 * pictures}] if pictures else []
    usage = {
        "promptTokenCount": text + 258 * pictures,
        "promptTokensDetails": inward,
        "candidatesTokenCount": out,
        "candidatesTokensDetails": [{"modality": "IMAGE", "tokenCount": out}],
    }
    cost = (text * USD_PER_MILLION["text_in"] + out * USD_PER_MILLION["image_out"]) / 1e6
    data = canvases.paint(prompt, RATIOS[config["aspectRatio"]])
    return json_answer({**_candidates(data), "usageMetadata": usage}, cost_usd=cost)
