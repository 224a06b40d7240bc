"""`flux`: FLUX models of Black Forest Labs. A job is ordered, polled, and its picture fetched."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Mapping
from typing import Any, ClassVar
from urllib.parse import urlsplit

from pydantic import SecretStr

from longvid_tui.backends import masks, models
from longvid_tui.backends.contract import BackendError, Check, ImageRequest, RateLimited, Refused, Unavailable
from longvid_tui.backends.http import Call, Service, Session, settled
from longvid_tui.backends.images.cloud import CloudPainter, Inputs, Painted, fetched, words
from longvid_tui.backends.models import Model
from longvid_tui.backends.replies import Reply

FILL = "flux-pro-1.0-fill"
"""The model that repaints within masks, whatever model is set for the rest."""

FIRST_LOOK, LAST_LOOK = 0.5, 2.0
"""Seconds between two polls of a job, growing from the first to the last."""

USD_PER_CREDIT = 0.01
SAFETY_TOLERANCE = 2
"""Of 0 (strict) to 5; the service's own default."""

_OWN_HOSTS = ".bfl.ai"


class FluxPainter(CloudPainter):
    """Paints by FLUX. An order is paid for and never sent again; polling and fetching may be tried again."""

    name: ClassVar[str] = "flux"
    official: ClassVar[str] = "https://api.bfl.ai/v1"
    references: ClassVar[int] = 8

    async def _paint(
        self, session: Session, service: Service, request: ImageRequest, model: Model, inputs: Inputs
    ) -> Painted:
        path, task, asked = self._task(request, model, inputs)
        body = {
            "prompt": words(request, model) if inputs.mask else self._prompt(request, model),
            "seed": request.seed,
            "output_format": "png",
            "safety_tolerance": SAFETY_TOLERANCE,
            **task,
        }
        order = service.object_in(
            await session.send(Call("POST", self._endpoint.at(path), json=body, paid=True))
        )
        session.owes = True
        cost = self._cost(order, request, model, inputs)
        job = self._job(service, order, cost)
        try:
            result = await self._finished(session, service, job, cost)
        except (RateLimited, Unavailable) as error:
            lost = "took the order and then did not say how it stands: run again to order anew."
            raise service.bad_answer(lost, cost) from error
        picture = await fetched(session, service, self._sample(service, result, cost), cost)
        details = {"job": order.get("id"), "seed": result.get("seed")}
        return Painted(picture, asked, cost, {name: found for name, found in details.items() if found})

    def _task(self, request: ImageRequest, model: Model, inputs: Inputs) -> tuple[str, dict[str, Any], str]:
        """Path, further fields and size in words."""
        if inputs.base and inputs.mask:
            mask = base64.b64encode(masks.as_white(inputs.mask)).decode()
            return FILL, {"image": inputs.base.base64, "mask": mask}, "inpaint"
        width, height = models.size_for(model, request.canvas)
        names = ["input_image", *(f"input_image_{number}" for number in range(2, len(inputs.pictures) + 1))]
        pictures = {name: picture.base64 for name, picture in zip(names, inputs.pictures, strict=False)}
        return self._own.model, {"width": width, "height": height, **pictures}, f"{width}x{height}"

    def _cost(
        self, order: Mapping[str, Any], request: ImageRequest, model: Model, inputs: Inputs
    ) -> float | None:
        if isinstance(order.get("cost"), (int, float)):
            return float(order["cost"]) * USD_PER_CREDIT
        if inputs.mask:
            return None
        size = models.size_for(model, request.canvas)
        return model.picture_price("any", *size, edit=bool(inputs.pictures))

    def _job(self, service: Service, order: Mapping[str, Any], cost: float | None) -> str:
        """The address at which to poll the job; it has to be the service's own, because the key goes there."""
        url = order.get("polling_url")
        if not isinstance(url, str):
            raise service.bad_answer("took the order without saying where to ask after it: run again.", cost)
        asked, own = urlsplit(url), urlsplit(self._own.base_url)
        same = (asked.scheme, asked.netloc) == (own.scheme, own.netloc)
        if not same and not (asked.scheme == "https" and (asked.hostname or "").endswith(_OWN_HOSTS)):
            raise service.bad_answer(
                "sends elsewhere for the picture, where no key belongs: check the key.", cost
            )
        return url

    async def _finished(
        self, session: Session, service: Service, job: str, cost: float | None
    ) -> Mapping[str, Any]:
        pause = FIRST_LOOK
        while True:
            answer = service.object_in(await session.send(Call("GET", job)))
            status = str(answer.get("status"))
            if status == "Ready":
                result = answer.get("result")
                return result if isinstance(result, dict) else {}
            if error := self._ended(service, status, cost):
                raise error
            await asyncio.sleep(pause)
            pause = min(LAST_LOOK, pause * 1.5)

    @staticmethod
    def _ended(service: Service, status: str, cost: float | None) -> BackendError | None:
        if status == "Request Moderated":
            return Refused(f"{service.title} refuses this prompt or picture: use other words.")
        if status == "Content Moderated":
            return settled(Refused(f"{service.title} refuses the finished picture: use other words."), cost)
        if status in ("Error", "Failed", "Task not found"):
            return service.bad_answer(f"lost the picture ({status}): run again.", None)
        return None

    @staticmethod
    def _sample(service: Service, result: Mapping[str, Any], cost: float | None) -> str:
        url = result.get("sample")
        if not isinstance(url, str) or not url.startswith(("https://", "http://")):
            raise service.bad_answer("finished without saying where the picture is: run again.", cost)
        return url

    async def _ask(self, session: Session, service: Service) -> Check:
        reply = await session.send(Call("GET", self._endpoint.at("credits")))
        credits_left = service.object_in(reply).get("credits")
        return Check(f"{self.name} account", bool(credits_left), f"{credits_left or 'no'} credits left")

    def _headers(self, key: SecretStr) -> Mapping[str, str]:
        return {"x-key": key.get_secret_value()}

    def _said(self, reply: Reply) -> str:
        detail = reply.json().get("detail")
        if isinstance(detail, list):
            return "; ".join(str(one.get("msg")) for one in detail if isinstance(one, dict))
        return str(detail or "")
