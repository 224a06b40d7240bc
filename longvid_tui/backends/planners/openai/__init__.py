"""`openai`: plans by a language model, of OpenAI or of any server that speaks its chat completions."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from pydantic import SecretStr

from longvid_tui.backends import models
from longvid_tui.backends.contract import (
    BackendError,
    Check,
    Fingerprint,
    Misconfigured,
    Motion,
    MotionRequest,
    PlanRequest,
)
from longvid_tui.backends.endpoint import ASK_SECONDS, Endpoint
from longvid_tui.backends.http import Call, Service
from longvid_tui.backends.planners.openai import failures, instructions
from longvid_tui.project.model import Plan
from longvid_tui.settings import Settings
from longvid_tui.strict_yaml import did_you_mean

if TYPE_CHECKING:
    from longvid_tui.backends.planners.openai.asking import Line

OFFICIAL = "https://api.openai.com/v1"

_NO_KEY = SecretStr("none")
"""Sent to servers that need no key, because the SDK sends nothing without one."""


class OpenAiPlanner:
    """Asks for look and beats, then for pictures and movements, then has what lint finds mended
    (docs/planning.md)."""

    name: ClassVar[str] = "openai"

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._own = settings.planner
        self._endpoint = Endpoint("openai", "planner", OFFICIAL, self._own.base_url)
        self._quoted: tuple[PlanRequest, float | None] | None = None

    def fingerprint(self) -> Fingerprint:
        told = instructions.load(self._own.instructions).versions()
        return {"name": self.name, "model": self._own.model, "mode": self._own.mode, "instructions": told}

    async def plan(self, request: PlanRequest, on_partial: Callable[[Plan], None]) -> Plan:
        """See `Planner`. docs/planning.md tells how many requests it takes; a refusal costs one."""
        from longvid_tui.backends.planners.openai.author import Author
        from longvid_tui.backends.planners.openai.brief import brief

        told = instructions.load(self._own.instructions)
        async with self._line() as line:
            author = Author(line, self._own, told, request, on_partial)
            if request.previous is not None and request.redo:
                return await author.redo(request.previous, request.redo)
            return await author.write(brief(request))

    def quote(self, request: PlanRequest) -> float | None:
        """See `Quoting`. The last quote is kept, because every snapshot of a film without a plan asks for
        it."""
        if self._quoted is None or self._quoted[0] != request:
            self._quoted = request, self._price(request)
        return self._quoted[1]

    def _price(self, request: PlanRequest) -> float | None:
        from longvid_tui.backends.planners.openai.quoting import quote

        try:
            return quote(self._own, instructions.load(self._own.instructions), request)
        except BackendError:
            return None  # told when it is planned

    async def rewrite_motion(self, request: MotionRequest) -> Motion:
        """See `Seeing`; fails as `plan` does."""
        from longvid_tui.backends.planners.openai import assembly, passes, reading, showing
        from longvid_tui.backends.planners.openai.answering import Answers

        told = instructions.load(self._own.instructions)
        first, last = [
            await asyncio.to_thread(showing.data_url, path) for path in (request.first, request.last)
        ]
        question = passes.motion(told, request.segment, request.look, (first, last), request.note)
        async with self._line() as line:
            answers = Answers(line, self._own, request)
            return assembly.motion(await answers.answer(question, reading.lacks_of_motion))

    @asynccontextmanager
    async def _line(self) -> AsyncIterator[Line]:
        from longvid_tui.backends.planners.openai.asking import open_line

        self._refuse_retired()
        key = await asyncio.to_thread(self._key)
        async with open_line(self._own, self._service(key), key or _NO_KEY) as line:
            yield line

    def checks(self) -> list[Check]:
        key = self._endpoint.check_key("planner key", self._settings)
        return [key, self._check_model(), self._check_instructions()]

    async def ask(self) -> list[Check]:
        """See `Online`: whether the server has the model."""
        try:
            key = await asyncio.to_thread(self._key)
        except BackendError:
            return []  # told by `checks`
        service = replace(self._service(key), deadline=ASK_SECONDS)
        try:
            async with service.session() as session:
                reply = await session.send(Call("GET", self._endpoint.at("models")))
                return [self._check_listing(service.object_in(reply).get("data"))]
        except BackendError as error:
            return [Check("planner server", False, str(error))]

    def _service(self, key: SecretStr | None) -> Service:
        title = self._endpoint.title
        return Service(
            title=title,
            setting="planner",
            deadline=self._own.deadline_seconds,
            secrets=(key,) if key else (),
            headers={"authorization": f"Bearer {key.get_secret_value()}"} if key else {},
            explain=failures.explain(title, self._own.model),
            said=failures.said,
        )

    def _key(self) -> SecretStr | None:
        return self._endpoint.key(self._settings)

    def _refuse_retired(self) -> None:
        """Raise Misconfigured, without a request, for a model that was shut down."""
        check = self._check_model()
        if not check.ok:
            raise Misconfigured(check.sentence)

    def _check_model(self) -> Check:
        if not self._endpoint.is_official:
            return Check("planner model", True, f"{self._own.model} at {self._own.base_url}")
        check = models.check("openai", self._own.model, setting="planner.model", kind="text")
        return replace(check, name="planner model")

    def _check_listing(self, entries: object) -> Check:
        name, listing, title = self._own.model, models.listed(entries), "planner server"
        if name not in listing:
            near = did_you_mean(name, listing) or f"; it has {', '.join(list(listing)[:5]) or 'none'}"
            return Check(title, False, f"{self._endpoint.title} has no {name}{near}")
        model = models.find("openai", name, "text")
        ending = models.check_end(title, self._endpoint.title, model, listing[name], "planner.model")
        return ending or Check(title, True, f"{self._endpoint.title} offers {name}")

    def _check_instructions(self) -> Check:
        try:
            versions = instructions.load(self._own.instructions).versions()
        except BackendError as error:
            return Check("planner instructions", False, str(error))
        return Check("planner instructions", True, f"version {versions['film']}")
