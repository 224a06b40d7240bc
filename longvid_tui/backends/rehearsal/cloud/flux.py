"""Black Forest Labs' API: orders, the state of a job, the picture under an address of its own, credits.

A prompt with the word `forbidden` is moderated before, one with `unpaintable` after painting.
"""

from __future__ import annotations

import base64
import itertools
from typing import Any

from longvid_tui.backends.rehearsal.cloud import canvases
from longvid_tui.backends.rehearsal.cloud.server import Answer, Handler, Rejected, Request, Route, json_answer

CREDITS = {"flux-2-pro": 3.0, "flux-2-max": 7.0, "flux-2-flex": 5.0, "flux-pro-1.0-fill": 5.0}
FIELDS = frozenset(("prompt", "seed", "width", "height", "output_format", "safety_tolerance", "image", "mask"))
PENDING_LOOKS = 1
"""How often a job is asked after before it is ready."""

_jobs: dict[str, dict[str, Any]] = {}
_numbers = itertools.count(1)


def order(request: Request) -> Answer:
    _authorized(request)
    assert request.match
    model, body = request.match["model"], request.json
    if model not in CREDITS:
        raise Rejected(404, {"detail": "Not Found"})
    names = {name for name in body if not name.startswith("input_image")}
    if unknown := sorted(names - FIELDS):
        raise invalid(f"Extra inputs are not permitted: {unknown[0]}")
    fill = model == "flux-pro-1.0-fill"
    data = _filled(body) if fill else canvases.paint(body["prompt"], _size(body))
    name = f"job-{next(_numbers)}"
    _jobs[name] = {"data": data, "looks": 0, "prompt": body["prompt"]}
    price = CREDITS[model] + (1.5 if "input_image" in body else 0)
    ticket = {"id": name, "polling_url": f"{request.base_url}/v1/get_result?id={name}", "cost": price}
    return json_answer(ticket, cost_usd=price / 100)


def result(request: Request) -> Answer:
    _authorized(request)
    name = request.query.removeprefix("id=")
    job = _jobs.get(name)
    if job is None:
        return json_answer({"id": name, "status": "Task not found", "result": None})
    job["looks"] += 1
    if "forbidden" in job["prompt"] or "unpaintable" in job["prompt"]:
        status = "Request Moderated" if "forbidden" in job["prompt"] else "Content Moderated"
        return json_answer({"id": name, "status": status, "result": None})
    if job["looks"] <= PENDING_LOOKS:
        return json_answer({"id": name, "status": "Pending", "result": None})
    sample = {"sample": f"{request.base_url}/delivery/{name}.png", "seed": 7}
    return json_answer({"id": name, "status": "Ready", "result": sample})


def delivery(request: Request) -> Answer:
    if "x-key" in request.headers:
        raise Rejected(400, {"detail": "the key was sent to the storage"})
    assert request.match
    return Answer(200, _jobs[request.match["job"]]["data"], {"content-type": "image/png"})


def credit(request: Request) -> Answer:
    _authorized(request)
    return json_answer({"credits": 250.0})


ROUTES: list[Route] = [
    ("POST", "/v1/(?P<model>flux-[^/]+)", order),
    ("GET", "/v1/get_result", result),
    ("GET", "/delivery/(?P<job>.+)[.]png", delivery),
    ("GET", "/v1/credits", credit),
]


def invalid(message: str) -> Rejected:
    return Rejected(422, {"detail": [{"loc": ["body"], "msg": message, "type": "value_error"}]})


def rejecting(status: int, detail: str) -> Handler:
    return lambda _: json_answer({"detail": detail}, status)


def answering(status: str) -> Handler:
    """A job in this state, for the path of results."""
    return lambda _: json_answer({"id": "job", "status": status, "result": None})


def sending_to(url: str) -> Handler:
    """An order that is to be asked after elsewhere."""
    return lambda _: json_answer({"id": "job", "polling_url": url})


def picture_of(data: bytes) -> Handler:
    """Bytes under the address of the picture."""
    return lambda _: Answer(200, data, {"content-type": "image/png"})


def _authorized(request: Request) -> None:
    if not request.headers.get("x-key"):
        raise Rejected(403, {"detail": "Not authenticated"})


def _size(body: dict[str, Any]) -> tuple[int, int]:
    width, height = body["width"], body["height"]
    if width % 16 or height % 16 or min(width, height) < 64 or width * height > 4_000_000:
        raise invalid("width and height: multiples of 16 from 64, at most 4 megapixels")
    count = sum(name.startswith("input_image") for name in body)
    if count > 8 or any(_decoded(body[name]) is None for name in body if name.startswith("input_image")):
        raise invalid("input_image: at most 8 pictures in base64")
    return width, height


def _filled(body: dict[str, Any]) -> bytes:
    base, mask = _decoded(body.get("image")), _decoded(body.get("mask"))
    if base is None or mask is None or mask.size != base.size:
        raise invalid("mask: must have the size of the image")
    keep = mask.convert("L").point(lambda level: 255 - level)
    return canvases.repaint(base, keep, body["prompt"], base.size)


def _decoded(text: Any) -> Any:
    return canvases.opened(base64.b64decode(text)) if isinstance(text, str) else None
