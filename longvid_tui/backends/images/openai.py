"""`openai`: OpenAI's images API, and every server that speaks it (`openai.base_url`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from pydantic import SecretStr

from longvid_tui.backends import masks, models
from longvid_tui.backends.contract import (
    BackendError,
    BadKey,
    Check,
    Fingerprint,
    ImageRequest,
    Misconfigured,
    RateLimited,
    Refused,
)
from longvid_tui.backends.endpoint import is_near
from longvid_tui.backends.http import Call, Form, Service, Session, settled
from longvid_tui.backends.images import pictures
from longvid_tui.backends.images.cloud import CloudPainter, Inputs, Painted, answered, fetched
from longvid_tui.backends.images.pictures import NoPicture
from longvid_tui.backends.models import Model, TokenKind
from longvid_tui.backends.openai_errors import NO_CREDIT, REFUSALS, code_of, error_of, no_credit
from longvid_tui.backends.replies import Reply
from longvid_tui.project.canvas import Canvas, parse_size


class OpenAiPainter(CloudPainter):
    """Paints by GPT image models; servers other than OpenAI's are sent only the fields that all of them
    know."""

    name: ClassVar[str] = "openai"
    official: ClassVar[str] = "https://api.openai.com/v1"
    candidates: ClassVar[int] = 10
    prices_masks: ClassVar[bool] = True
    references: ClassVar[int] = 16

    def fingerprint(self) -> Fingerprint:
        return {**super().fingerprint(), "quality": self._own.quality}

    def _shape(self, model: Model, canvas: Canvas) -> tuple[int, int]:
        return models.size_for(model, canvas)

    async def _paint(
        self, session: Session, service: Service, request: ImageRequest, model: Model, inputs: Inputs
    ) -> Painted:
        width, height = models.size_for(model, request.canvas)
        fields = self._fields(request, model, f"{width}x{height}")
        alone = request.count == 1
        stream = request.on_partial is not None and alone and model.known and self._own.partial_images > 0
        if stream:
            fields |= {"stream": True, "partial_images": self._own.partial_images}
        ear = _Ear(service, self._failure, request.on_partial)
        reply = await session.send(self._call(fields, inputs, model), ear.hear if stream else None)
        answer = ear.result() if stream and reply.kind == "text/event-stream" else service.object_in(reply)
        cost = self._cost(model, answer, f"{width}x{height}", edit=bool(inputs.pictures))
        return await self._read(session, service, answer, f"{width}x{height}", cost)

    def _fields(self, request: ImageRequest, model: Model, size: str) -> dict[str, Any]:
        fields = {
            "model": self._own.model,
            "prompt": self._prompt(request, model),
            "size": size,
            "n": request.count,
        }
        if not model.known:
            return {**fields, "response_format": "b64_json"}
        quality = self._own.quality
        if model.qualities and quality not in ("auto", *model.qualities):
            offered = ", ".join(model.qualities)
            raise Misconfigured(
                f"{model.name} has no quality {quality}: set openai.quality to one of {offered}."
            )
        return {**fields, "quality": quality, "output_format": "png", "background": "opaque"}

    def _call(self, fields: Mapping[str, Any], inputs: Inputs, model: Model) -> Call:
        if not inputs.pictures:
            return Call("POST", self._endpoint.at("images/generations"), json=dict(fields), paid=True)
        texts: Form = [(name, _text(value)) for name, value in fields.items()]
        files: Form = [("image[]", picture.part) for picture in inputs.pictures]
        mask: Form = [("mask", ("mask.png", masks.as_alpha(inputs.mask), "image/png"))] if inputs.mask else []
        fidelity: Form = [("input_fidelity", "high")] if model.input_fidelity else []
        form = [*texts, *fidelity, *files, *mask]
        return Call("POST", self._endpoint.at("images/edits"), form=form, paid=True)

    async def _read(
        self, session: Session, service: Service, answer: Mapping[str, Any], size: str, cost: float | None
    ) -> Painted:
        """The pictures in an answer or in a `completed` event, with what they cost."""
        details = {name: answer[name] for name in ("usage", "quality", "size") if name in answer}
        data, *others = [await _picture(session, service, entry, cost) for entry in _entries(answer)]
        return Painted(data, size, cost, details, tuple(others))

    def _cost(self, model: Model, answer: Mapping[str, Any], size: str, *, edit: bool) -> float | None:
        if not model.known and not self._endpoint.is_official:
            return 0.0 if is_near(self._own.base_url) else None
        counted = model.cost(_tokens(answer.get("usage")))
        if counted is not None or edit:
            return counted
        width, height = parse_size(size)
        each = model.picture_price(str(answer.get("quality", self._own.quality)), width, height)
        return None if each is None else each * len(_entries(answer))

    @property
    def _quality(self) -> str:
        return str(self._own.quality)

    async def _ask(self, session: Session, service: Service) -> Check:
        reply = await session.send(Call("GET", self._endpoint.at("models")))
        listing = models.listed(service.object_in(reply).get("data"))
        return models.check_listing(self.name, self._own.model, listing)

    def _headers(self, key: SecretStr) -> Mapping[str, str]:
        return {"authorization": f"Bearer {key.get_secret_value()}"}

    def _said(self, reply: Reply) -> str:
        return str(error_of(reply.json()).get("message") or "")

    def _explain(self, reply: Reply) -> BackendError | None:
        return self._failure(error_of(reply.json()), reply.status)

    def _failure(self, error: Mapping[str, Any], status: int) -> BackendError | None:
        """The error that OpenAI's error object means; None: what `status` says. `status` is 0 within a
        stream."""
        code, title = code_of(error), self._endpoint.title
        if code in REFUSALS or "safety system" in str(error.get("message")):
            return _refusal(title, error.get("moderation_details"))
        if code in NO_CREDIT:
            return no_credit(title)
        if code == "model_not_found":
            choice = " or ".join(models.names(self.name)[:3])
            return Misconfigured(f"{title} has no model {self._own.model}: set openai.model to {choice}.")
        if status == 403 and "verif" in str(error.get("message")):
            return BadKey(
                f"{title} asks for a verified organisation: verify it in its settings, then run again."
            )
        return None


class _Ear:
    """Listens to the stream of one picture: hands on the unfinished ones and keeps the finished one."""

    def __init__(
        self,
        service: Service,
        failure: Callable[[Mapping[str, Any], int], BackendError | None],
        on_partial: Callable[[bytes], None] | None,
    ) -> None:
        self._service = service
        self._failure = failure
        self._on_partial = on_partial
        self._completed: dict[str, Any] | None = None

    def hear(self, event: dict[str, Any]) -> None:
        kind = str(event.get("type"))
        if kind == "error" or event.get("error"):
            raise settled(self._told(error_of(event)), None)
        if kind.endswith(".completed"):
            self._completed = event
        elif kind.endswith(".partial_image") and self._on_partial:
            self._show(event)

    def result(self) -> dict[str, Any]:
        """The completed event; raises BadAnswer if the stream ended without one."""
        if self._completed is None:
            raise self._service.bad_answer("ended its stream before the picture was complete: run again.", None)
        return self._completed

    def _show(self, event: Mapping[str, Any]) -> None:
        try:
            picture = pictures.decoded(event.get("b64_json"))
        except NoPicture:
            return  # the finished picture decides
        if self._on_partial:
            self._on_partial(picture)

    def _told(self, error: Mapping[str, Any]) -> BackendError:
        said = self._service.clean(str(error.get("message") or "no reason given"))
        if "rate_limit" in str(error.get("code")):
            return RateLimited(f"{self._service.title} has had too many requests ({said}): run again later.")
        known = self._failure(error, 0)
        return known or self._service.bad_answer(f"stopped while it painted ({said}): run again.", None)


def _entries(answer: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    found = answer.get("data")
    entries: list[Mapping[str, Any]] = (
        [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
    )
    return entries or [answer]


async def _picture(session: Session, service: Service, entry: Mapping[str, Any], cost: float | None) -> bytes:
    if "b64_json" not in entry and isinstance(entry.get("url"), str):
        return await fetched(session, service, entry["url"], cost)
    return answered(service, entry.get("b64_json"), cost)


def _refusal(title: str, details: object) -> Refused:
    found = details if isinstance(details, dict) else {}
    categories = ", ".join(map(str, found.get("categories") or ()))
    after = found.get("moderation_stage") == "output"
    what = "the finished picture" if after else "this prompt"
    refused = Refused(f"{title} refuses {what}{f' ({categories})' if categories else ''}: use other words.")
    return settled(refused, None if after else 0.0)


def _tokens(usage: object) -> dict[TokenKind, int]:
    """OpenAI's `usage` of an image request by kind of token."""
    if not isinstance(usage, dict):
        return {}
    details = usage.get("input_tokens_details") or {}
    counts: dict[TokenKind, object] = {
        "text_in": details.get("text_tokens"),
        "image_in": details.get("image_tokens"),
        "image_out": usage.get("output_tokens"),
    }
    return {kind: count for kind, count in counts.items() if isinstance(count, int)}


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
