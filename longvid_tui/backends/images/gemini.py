"""`gemini`: Google's Gemini image models, which take many references and no masks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, ClassVar

from pydantic import SecretStr

from longvid_tui.backends import models
from longvid_tui.backends.contract import (
    BackendError,
    BadKey,
    Check,
    Fingerprint,
    ImageRequest,
    NoQuota,
    Refused,
)
from longvid_tui.backends.http import Call, Service, Session, settled
from longvid_tui.backends.images.cloud import CloudPainter, Inputs, Painted, answered
from longvid_tui.backends.images.pictures import Picture
from longvid_tui.backends.models import Model, TokenKind
from longvid_tui.backends.replies import Reply
from longvid_tui.project.canvas import Canvas

_REFUSALS = frozenset(
    f"{prefix}{reason}"
    for prefix in ("", "IMAGE_")
    for reason in ("SAFETY", "PROHIBITED_CONTENT", "RECITATION", "BLOCKLIST", "SPII")
)


class GeminiPainter(CloudPainter):
    """Paints by Gemini, which refuses with a success that has no picture, and the reason in one of two
    places."""

    name: ClassVar[str] = "gemini"
    official: ClassVar[str] = "https://generativelanguage.googleapis.com/v1beta"
    masks: ClassVar[bool] = False
    references: ClassVar[int] = 14

    def fingerprint(self) -> Fingerprint:
        return {**super().fingerprint(), "resolution": self._own.resolution}

    def price(self, canvas: Canvas, *, edit: bool = False, masked: bool = False) -> float | None:
        """See `Priced`; unknown for pictures made from others, because what sending those costs is not
        listed."""
        return None if edit else super().price(canvas, masked=masked)

    def _shape(self, model: Model, canvas: Canvas) -> tuple[int, int]:
        width, _, height = models.aspect_for(model, canvas).partition(":")
        return int(width), int(height)

    async def _paint(
        self, session: Session, service: Service, request: ImageRequest, model: Model, inputs: Inputs
    ) -> Painted:
        aspect = models.aspect_for(model, request.canvas)
        body = {
            "contents": [
                {"role": "user", "parts": [{"text": self._prompt(request, model)}, *_parts(inputs.pictures)]}
            ],
            "generationConfig": {
                "responseModalities": ["IMAGE"],
                "imageConfig": {"aspectRatio": aspect, "imageSize": self._own.resolution},
            },
        }
        url = self._endpoint.at(f"models/{self._own.model}:generateContent")
        answer = service.object_in(await session.send(Call("POST", url, json=body, paid=True)))
        usage = answer.get("usageMetadata")
        cost = model.cost(_tokens(usage))
        picture = next(_pictures(answer), None)
        if picture is None:
            raise self._pictureless(service, answer, cost)
        data = answered(service, picture.get("data"), cost)
        return Painted(data, f"{aspect} {self._own.resolution}", cost, {"usage": usage} if usage else {})

    @property
    def _quality(self) -> str:
        return str(self._own.resolution)

    def _pictureless(self, service: Service, answer: Mapping[str, Any], cost: float | None) -> BackendError:
        before = _first_word(answer.get("promptFeedback"), "blockReason")
        after = next((_first_word(one, "finishReason") for one in _objects(answer.get("candidates"))), "")
        if before:
            return Refused(f"{service.title} refuses this prompt ({before}): use other words.")
        if after in _REFUSALS:
            refused = Refused(f"{service.title} refuses the finished picture ({after}): use other words.")
            return settled(refused, cost)
        why = f" ({after})" if after else ""
        return service.bad_answer(f"answered without a picture{why}: run again or use other words.", cost)

    async def _ask(self, session: Session, service: Service) -> Check:
        reply = await session.send(Call("GET", self._endpoint.at("models?pageSize=1000")))
        names = [str(one.get("name")) for one in _objects(service.object_in(reply).get("models"))]
        listing = {name.removeprefix("models/"): None for name in names}
        return models.check_listing(self.name, self._own.model, listing)

    def _headers(self, key: SecretStr) -> Mapping[str, str]:
        return {"x-goog-api-key": key.get_secret_value()}

    def _said(self, reply: Reply) -> str:
        return str(_error(reply).get("message") or "")

    def _explain(self, reply: Reply) -> BackendError | None:
        details = str(_error(reply).get("details"))
        if "API_KEY_INVALID" in details or "API key not valid" in self._said(reply):
            return BadKey(f"{self._endpoint.title} refuses the key: see `longvid-tui keys check`.")
        if reply.status == 429 and "PerDay" in details:
            return NoQuota(
                f"{self._endpoint.title} allows no more pictures today: wait, or enable billing for the key."
            )
        return None


def _parts(pictures: Iterable[Picture]) -> list[dict[str, Any]]:
    return [{"inlineData": {"mimeType": one.media_type, "data": one.base64}} for one in pictures]


def _pictures(answer: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for candidate in _objects(answer.get("candidates")):
        content = candidate.get("content")
        for part in _objects(content.get("parts") if isinstance(content, dict) else None):
            if isinstance(part.get("inlineData"), dict) and not part.get("thought"):
                yield part["inlineData"]


def _tokens(usage: object) -> dict[TokenKind, int]:
    """Gemini's `usageMetadata` by kind of token; thoughts are billed as text."""
    if not isinstance(usage, dict):
        return {}
    inward, outward = _by_modality(usage, "prompt"), _by_modality(usage, "candidates")
    thoughts = usage.get("thoughtsTokenCount")
    return {
        "text_in": inward.get("TEXT", 0),
        "image_in": inward.get("IMAGE", 0),
        "text_out": outward.get("TEXT", 0) + (thoughts if isinstance(thoughts, int) else 0),
        "image_out": outward.get("IMAGE", 0),
    }


def _by_modality(usage: Mapping[str, Any], side: str) -> dict[str, int]:
    entries = _objects(usage.get(f"{side}TokensDetails"))
    return {
        str(one.get("modality")): one["tokenCount"] for one in entries if isinstance(one.get("tokenCount"), int)
    }


def _objects(found: object) -> list[dict[str, Any]]:
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _error(reply: Reply) -> Mapping[str, Any]:
    error = reply.json().get("error")
    return error if isinstance(error, dict) else {}


def _first_word(found: object, name: str) -> str:
    return str(found.get(name) or "") if isinstance(found, dict) else ""
