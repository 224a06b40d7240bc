"""`stability`: Stable Diffusion 3.5 of Stability AI, with image-to-image and inpainting."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from pydantic import SecretStr

from longvid_tui.backends import masks, models
from longvid_tui.backends.contract import BackendError, Check, ImageRequest, Refused
from longvid_tui.backends.http import Call, Form, Service, Session, settled
from longvid_tui.backends.images.cloud import CloudPainter, Inputs, Painted, words
from longvid_tui.backends.models import Model
from longvid_tui.backends.replies import Reply

MAX_SEED = 4294967294
"""Largest seed. It stands for 0, which would let the service choose, so that a recipe would not determine the
picture."""


class StabilityPainter(CloudPainter):
    """Paints by Stable Diffusion. A filtered picture comes as a success with a blurred picture; a header
    tells."""

    name: ClassVar[str] = "stability"
    official: ClassVar[str] = "https://api.stability.ai"
    strength: ClassVar[bool] = True
    references: ClassVar[int] = 0

    def _prompt(self, request: ImageRequest, model: Model) -> str:
        return words(request, model)  # its models are told what the picture shows, not what to do

    async def _paint(
        self, session: Session, service: Service, request: ImageRequest, model: Model, inputs: Inputs
    ) -> Painted:
        path, task, asked = self._task(request, model, inputs)
        form: Form = [
            ("prompt", words(request, model)),
            ("seed", str(request.seed or MAX_SEED)),
            ("output_format", "png"),
            *([("negative_prompt", request.negative)] if model.negative and request.negative else []),
            *task,
        ]
        url = self._endpoint.at(f"v2beta/stable-image/{path}")
        reply = await session.send(Call("POST", url, form=form, headers={"accept": "image/*"}, paid=True))
        if reply.headers.get("finish-reason", "SUCCESS") != "SUCCESS":
            raise settled(Refused(f"{service.title} refuses the finished picture: use other words."), None)
        if not reply.kind.startswith("image/"):
            raise service.bad_answer("answers without a picture: check stability.base_url.", None)
        cost = None if inputs.mask else model.picture_price("any", *models.size_for(model, request.canvas))
        details = {"seed": reply.headers.get("seed", ""), "request": reply.headers.get("x-request-id", "")}
        return Painted(reply.content, asked, cost, details)

    def _task(self, request: ImageRequest, model: Model, inputs: Inputs) -> tuple[str, Form, str]:
        """Path, further parts and size in words: inpaint, image-to-image, or a picture from words alone."""
        if inputs.base and inputs.mask:
            mask = ("mask.png", masks.as_white(inputs.mask), "image/png")
            return "edit/inpaint", [("image", inputs.base.part), ("mask", mask)], "inpaint"
        if inputs.base:
            strength = ("strength", f"{request.strength:g}")
            form: Form = [("mode", "image-to-image"), ("model", self._own.model), strength]
            return "generate/sd3", [*form, ("image", inputs.base.part)], "image-to-image"
        aspect = models.aspect_for(model, request.canvas)
        form = [("mode", "text-to-image"), ("model", self._own.model), ("aspect_ratio", aspect)]
        return "generate/sd3", form, aspect

    async def _ask(self, session: Session, service: Service) -> Check:
        reply = await session.send(Call("GET", self._endpoint.at("v1/user/balance")))
        credits_left = service.object_in(reply).get("credits")
        return Check(f"{self.name} account", bool(credits_left), f"{credits_left or 'no'} credits left")

    def _headers(self, key: SecretStr) -> Mapping[str, str]:
        return {"authorization": f"Bearer {key.get_secret_value()}"}

    def _said(self, reply: Reply) -> str:
        errors = reply.json().get("errors")
        return "; ".join(map(str, errors)) if isinstance(errors, list) else ""

    def _explain(self, reply: Reply) -> BackendError | None:
        if reply.json().get("name") == "content_moderation":
            return Refused(f"{self._endpoint.title} refuses this prompt or picture: use other words.")
        return None
