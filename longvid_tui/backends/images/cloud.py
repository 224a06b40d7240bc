"""What all image providers behind a service share: settings, key, model, checks, and fitting pictures to its
sizes."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, ClassVar

from pydantic import SecretStr

from longvid_tui.backends import masks, models, rewording
from longvid_tui.backends.contract import (
    BackendError,
    BadKey,
    Check,
    Fingerprint,
    ImageCapabilities,
    ImageRequest,
    ImageResult,
    Misconfigured,
    RateLimited,
    Refused,
    Unavailable,
)
from longvid_tui.backends.endpoint import ASK_SECONDS, Endpoint
from longvid_tui.backends.http import Call, Pace, Service, Session, trust
from longvid_tui.backends.images import pictures
from longvid_tui.backends.images.pictures import Frame, NoPicture, Picture
from longvid_tui.backends.models import Model
from longvid_tui.backends.replies import Reply
from longvid_tui.project.canvas import Canvas
from longvid_tui.settings import Settings


@dataclass(frozen=True)
class Inputs:
    """The pictures of a request, read from their files; `mask` has the size of `base`."""

    base: Picture | None
    references: tuple[Picture, ...]
    mask: masks.Mask | None

    @property
    def pictures(self) -> tuple[Picture, ...]:
        """The base, if there is one, then the references."""
        return (self.base, *self.references) if self.base else self.references


@dataclass(frozen=True)
class Painted:
    """What a service sent. `size`: what it was asked for, in its own words. `others`: further pictures."""

    data: bytes
    size: str
    cost_usd: float | None
    details: Mapping[str, Any]
    others: tuple[bytes, ...] = ()


class CloudPainter(ABC):
    """An image provider behind a service; its settings are the section of its name."""

    name: ClassVar[str]
    version: ClassVar[int] = 1
    official: ClassVar[str]
    """The service's own address. At another one, models may live longer, and no key may be needed."""

    masks: ClassVar[bool] = True
    strength: ClassVar[bool] = False
    prices_masks: ClassVar[bool] = False
    """Whether repainting within a mask costs as much as a picture that is made from others."""
    candidates: ClassVar[int] = 1
    references: ClassVar[int]
    """How many reference pictures the service takes, unless the model's own number is known."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._own = getattr(settings, self.name)
        self._endpoint = Endpoint(self.name, "images", self.official, self._own.base_url)
        self._pace = Pace()
        self._service: Service | None = None

    @cached_property
    def capabilities(self) -> ImageCapabilities:
        own = models.find(self.name, self._own.model).references
        return ImageCapabilities(
            masks=self.masks,
            image_to_image=True,
            strength=self.strength,
            candidates=self.candidates,
            references=self.references if own is None else own,
            parallel=self._own.parallel,
        )

    def fingerprint(self) -> Fingerprint:
        """See `ImageProvider`; includes the address if it is not the service's own."""
        elsewhere = {} if self._endpoint.is_official else {"at": self._own.base_url}
        return {"name": self.name, "version": self.version, "model": self._own.model, **elsewhere}

    async def paint(self, request: ImageRequest) -> ImageResult:
        """See `ImageProvider`; the note is added to the prompt."""
        model = self._model()
        self._refuse_what_it_cannot(request, model)
        shape = self._shape(model, request.canvas)
        inputs, frame = await asyncio.to_thread(_read_inputs, request, shape)
        if self._service is None:
            self._service = await asyncio.to_thread(self._open)
        service = self._service
        try:
            async with service.session(request.on_wait) as session:
                painted = await self._paint(session, service, request, model, inputs)
        except Refused as refused:
            refused.suggestion = rewording.milder(request.prompt)
            raise
        wide, high = await self._verified(painted, service)
        details = {"asked": painted.size, "got": f"{wide}x{high}", **painted.details}
        data, *others = (painted.data, *painted.others)
        if frame:
            data, *others = [await asyncio.to_thread(pictures.cropped, each, frame) for each in (data, *others)]
        return ImageResult(data, model.name, painted.cost_usd, details, tuple(others))

    def price(self, canvas: Canvas, *, edit: bool = False, masked: bool = False) -> float | None:
        """See `Priced`."""
        if masked and not self.prices_masks:
            return None
        model = models.find(self.name, self._own.model)
        return model.estimate(self._quality, *models.size_for(model, canvas), edit=edit)

    def checks(self) -> list[Check]:
        key = self._endpoint.check_key(f"{self.name} key", self._settings)
        if self._endpoint.is_official:
            return [key, models.check(self.name, self._own.model)]
        return [key, Check(f"{self.name} model", True, f"{self._own.model} at {self._own.base_url}")]

    async def ask(self) -> list[Check]:
        """See `Online`."""
        try:
            service = await asyncio.to_thread(self._open)
        except BackendError:
            return []  # told by `checks`
        service.deadline = min(service.deadline, ASK_SECONDS)
        try:
            async with service.session() as session:
                return [await self._ask(session, service)] if service.secrets else []
        except BackendError as error:
            return [Check(f"{self.name} account", False, str(error))]

    @abstractmethod
    async def _paint(
        self, session: Session, service: Service, request: ImageRequest, model: Model, inputs: Inputs
    ) -> Painted:
        """Ask the service for the pictures of the request; raises BackendError."""

    @abstractmethod
    async def _ask(self, session: Session, service: Service) -> Check:
        """Ask the service about the account, free of charge; raises BackendError."""

    @abstractmethod
    def _headers(self, key: SecretStr) -> Mapping[str, str]:
        """The headers that carry the key."""

    @abstractmethod
    def _said(self, reply: Reply) -> str:
        """The service's own words in a failed reply."""

    def _explain(self, _: Reply) -> BackendError | None:
        """The error that a failed reply means at this service; None: what its status usually means."""
        return None

    def _shape(self, _model: Model, _canvas: Canvas) -> tuple[int, int] | None:
        """Width and height, or their ratio, of what the service makes of a base; None: those of the base."""
        return None

    def _prompt(self, request: ImageRequest, model: Model) -> str:
        """The prompt as the service is sent it: an instruction, if a picture is to be changed."""
        if not (request.base and request.note):
            return words(request, model)
        change = f"Change this in the first picture and keep everything else of it as it is: {request.note}"
        shows = f"It shows: {request.prompt}" if request.prompt else ""
        return words(replace(request, prompt="\n\n".join(filter(None, (change, shows))), note=""), model)

    @property
    def _quality(self) -> str:
        """The column of the price list that counts."""
        return "any"

    def _model(self) -> Model:
        look = models.lookup if self._endpoint.is_official else models.find
        return look(self.name, self._own.model)

    def _refuse_what_it_cannot(self, request: ImageRequest, model: Model) -> None:
        title, can = self._endpoint.title, self.capabilities
        if model.prompt_chars and len(self._prompt(request, model)) > model.prompt_chars:
            raise Refused(
                f"{title} takes prompts of at most {model.prompt_chars} characters: shorten this one."
            )
        if request.mask and not request.base:
            raise Misconfigured("A mask needs a picture to repaint: retake a keyframe that has one.")
        if request.mask and not can.masks:
            raise Misconfigured(f"{title} takes no masks: retake without one or choose another image provider.")
        if request.references and len(request.references) + bool(request.base) > can.references:
            most = f"at most {can.references}" if can.references else "no"
            raise Misconfigured(
                f"{title} takes {most} reference pictures: use fewer or another image provider."
            )

    def _open(self) -> Service:
        """The service with its key. Does I/O, so it has to be called in a thread."""
        key = self._key()
        trust()
        return Service(
            title=self._endpoint.title,
            setting=self.name,
            deadline=self._own.deadline_seconds,
            headers=self._headers(key) if key else {},
            secrets=(key,) if key else (),
            explain=self._explain,
            said=self._said,
            pace=self._pace,
        )

    def _key(self) -> SecretStr | None:
        return self._endpoint.key(self._settings)

    async def _verified(self, painted: Painted, service: Service) -> tuple[int, int]:
        try:
            for other in painted.others:
                await asyncio.to_thread(pictures.verify, other)
            return await asyncio.to_thread(pictures.verify, painted.data)
        except NoPicture as error:
            raise service.bad_answer(f"{error}: run again to ask anew.", painted.cost_usd) from error


def words(request: ImageRequest, model: Model) -> str:
    """The prompt with the note, and with what to avoid if the model takes no negative prompt."""
    avoid = f"Avoid: {request.negative}." if request.negative and not model.negative else ""
    return "\n\n".join(part for part in (request.prompt, request.note, avoid) if part)


def answered(service: Service, text: object, cost_usd: float | None) -> bytes:
    """The picture in a base64 field of an answer; raises BadAnswer."""
    try:
        return pictures.decoded(text)
    except NoPicture as error:
        raise service.bad_answer(f"{error}: run again to ask anew.", cost_usd) from error


async def fetched(session: Session, service: Service, url: str, cost_usd: float | None) -> bytes:
    """The bytes of a finished picture behind an address, asked for without the key; raises BackendError."""
    try:
        return (await session.send(Call("GET", url, bare=True))).content
    except (BadKey, Misconfigured, RateLimited, Unavailable) as error:
        raise service.bad_answer(
            "does not hand out the finished picture: run again to ask anew.", cost_usd
        ) from error


def _read_inputs(request: ImageRequest, shape: tuple[int, int] | None) -> tuple[Inputs, Frame | None]:
    """The pictures of a request, with the base on a ground of `shape`; the frame says where on it (None: no
    ground)."""
    references = tuple(map(pictures.read, request.references))
    if request.base is None:
        return Inputs(None, references, None), None
    base = pictures.read(request.base)
    mask = masks.read(request.mask, base.size) if request.mask else None
    frame = pictures.frame_for(base.size, shape) if shape else None
    if frame is None:
        return Inputs(base, references, mask), None
    return Inputs(frame.lay(base), references, mask and frame.lay_mask(mask)), frame
