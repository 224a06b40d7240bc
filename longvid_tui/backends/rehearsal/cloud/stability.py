"""Stability AI's v2beta API: generate/sd3 from words or a picture, edit/inpaint, the balance.

A prompt with the word `forbidden` is moderated; one with `unpaintable` gets a success with a blurred picture.
"""

from __future__ import annotations

from typing import Any

from PIL import Image

from longvid_tui.backends.rehearsal.cloud import canvases
from longvid_tui.backends.rehearsal.cloud.server import (
    Answer,
    Handler,
    Part,
    Rejected,
    Request,
    Route,
    json_answer,
)

USD = {"sd3.5-large": 0.065, "sd3.5-large-turbo": 0.04, "sd3.5-medium": 0.035}
SIZES = {
    "16:9": (1344, 768), "1:1": (1024, 1024), "21:9": (1536, 640), "2:3": (832, 1216), "3:2": (1216, 832),
    "4:5": (896, 1088), "5:4": (1088, 896), "9:16": (768, 1344), "9:21": (640, 1536),
}  # fmt: skip
GENERATE = frozenset(
    (
        "prompt",
        "mode",
        "model",
        "aspect_ratio",
        "strength",
        "seed",
        "output_format",
        "negative_prompt",
        "cfg_scale",
    )
)
INPAINT = frozenset(("prompt", "negative_prompt", "seed", "output_format", "grow_mask", "style_preset"))


def sd3(request: Request) -> Answer:
    form, files = _form(request, GENERATE)
    model, mode = form.get("model", "sd3.5-large"), form.get("mode", "text-to-image")
    if model not in USD:
        raise refused(400, f"model: unknown model {model}")
    if "negative_prompt" in form and model.endswith("turbo"):
        raise refused(400, "negative_prompt: not supported by this model")
    if mode == "image-to-image":
        base, strength = _picture(files, "image"), float(form.get("strength", "-1"))
        if not 0 <= strength <= 1 or "aspect_ratio" in form:
            raise refused(
                400, "strength: required for image-to-image, from 0 to 1; aspect_ratio is not allowed"
            )
        keep = Image.new("L", base.size, round(255 * (1 - strength)))
        return _success(canvases.repaint(base, keep, form["prompt"], base.size), form, USD[model])
    if files:
        raise refused(400, "image: not allowed in text-to-image")
    if form.get("aspect_ratio", "1:1") not in SIZES:
        raise refused(400, "aspect_ratio: must be one of the listed ratios")
    return _success(canvases.paint(form["prompt"], SIZES[form.get("aspect_ratio", "1:1")]), form, USD[model])


def inpaint(request: Request) -> Answer:
    form, files = _form(request, INPAINT)
    base, mask = _picture(files, "image"), _picture(files, "mask").convert("L")
    if mask.size != base.size:
        raise refused(400, "mask: must have the size of the image")
    keep = mask.point(lambda level: 255 - level)
    return _success(canvases.repaint(base, keep, form["prompt"], base.size), form, 0.05)


def balance(request: Request) -> Answer:
    _authorized(request)
    return json_answer({"credits": 1000.0})


ROUTES: list[Route] = [
    ("POST", "/v2beta/stable-image/generate/sd3", sd3),
    ("POST", "/v2beta/stable-image/edit/inpaint", inpaint),
    ("GET", "/v1/user/balance", balance),
]


def refused(status: int, error: str, name: str = "bad_request") -> Rejected:
    return Rejected(status, {"id": "0123456789abcdef", "name": name, "errors": [error]})


def rejecting(status: int, error: str, name: str) -> Handler:
    return lambda _: refused(status, error, name).answer


def moderated() -> Handler:
    return rejecting(403, "Your request was flagged by our content moderation system.", "content_moderation")


def filtered() -> Handler:
    return lambda _: _success(canvases.paint("blurred", (64, 64)), {}, 0.0, "CONTENT_FILTERED")


def picture_of(data: bytes) -> Handler:
    return lambda _: Answer(200, data, {"content-type": "image/png", "finish-reason": "SUCCESS"})


def _authorized(request: Request) -> None:
    if not request.headers.get("authorization", "").startswith("Bearer sk-"):
        raise refused(401, "authorization: invalid or missing API key", "unauthorized")


def _form(request: Request, fields: frozenset[str]) -> tuple[dict[str, str], list[Part]]:
    _authorized(request)
    if request.headers.get("accept") not in ("image/*", "application/json"):
        raise refused(400, "accept: must be image/* or application/json")
    if len(request.body) > 10 << 20:
        raise refused(413, "the request is larger than 10 MiB", "payload_too_large")
    form = request.form()
    if unknown := sorted(form.keys() - fields):
        raise refused(400, f"{unknown[0]}: unknown parameter")
    if not 1 <= len(form.get("prompt", "")) <= 10_000:
        raise refused(400, "prompt: 1 to 10000 characters")
    if not 0 <= int(form.get("seed", "0")) <= 4294967294:
        raise refused(400, "seed: 0 to 4294967294")
    if "forbidden" in form["prompt"]:
        raise refused(403, "Your request was flagged.", "content_moderation")
    return form, request.files()


def _picture(files: list[Part], name: str) -> Image.Image:
    found = next((canvases.upload(part) for part in files if part.name == name), None)
    if found is None:
        raise refused(400, f"{name}: required, a PNG, JPEG or WEBP file")
    return found


def _success(data: bytes, form: dict[str, Any], cost: float, reason: str = "SUCCESS") -> Answer:
    reason = "CONTENT_FILTERED" if "unpaintable" in form.get("prompt", "") else reason
    head = {"content-type": "image/png", "finish-reason": reason, "seed": form.get("seed", "1")}
    return Answer(200, data, {**head, "x-request-id": "0123456789abcdef"}, cost_usd=cost)
