"""Sends one question to an OpenAI-compatible server through Instructor, and deals with all that may come back.

Instructor yields growing objects while the answer is written. The rest is done here: the strict schema,
refusals, content filters, answers that were cut off, and no more requests than are needed (see `hearing`).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from functools import cache
from types import ModuleType
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

from longvid_tui.backends.contract import BackendError, RateLimited, Unavailable, unheard
from longvid_tui.backends.http import (
    CONNECT_SECONDS,
    FIRST_PAUSE,
    STRAIGHT,
    TRIES,
    Service,
    settled,
    trust,
)
from longvid_tui.backends.planners.openai import failures
from longvid_tui.backends.planners.openai.answers import Form
from longvid_tui.backends.planners.openai.hearing import Cut, Heard, watched
from longvid_tui.backends.planners.openai.passes import Answer, Message, Question
from longvid_tui.backends.replies import Reply
from longvid_tui.settings.sections import PlannerSettings

if TYPE_CHECKING:
    import httpx2
    from openai import AsyncOpenAI
    from openai.types.chat import ChatCompletionChunk

MAX_LINE_BYTES = 1 << 20
"""Most bytes of a line, which is an event of some hundred bytes, or a whole error."""


class Line:
    """A connection to the server, made by `open_line`."""

    def __init__(self, settings: PlannerSettings, service: Service, key: SecretStr, ends: float) -> None:
        self._settings = settings
        self._service = service
        self._key = key
        self._ends = ends
        self._open: AsyncOpenAI | None = None

    async def close(self) -> None:
        if self._open is not None:
            await self._open.close()

    async def ask(
        self,
        question: Question[Answer],
        messages: Sequence[Message],
        heard: Heard,
        on_partial: Callable[[Answer], None],
        on_wait: Callable[[str, float], None] = unheard,
    ) -> None:
        """Ask one question; `heard` then holds the answer, or what came of it before an error.

        An error that may pass is tried again, four times in all, but never after an answer has begun. Raises
        BackendError: Refused, BadAnswer for an answer that was cut off, and what HTTP and the service's codes
        mean.
        """
        for tries in range(1, TRIES + 1):
            try:
                await self._listen(question, messages, heard, on_partial)
                return
            except BackendError as error:
                if heard.begun or not error.retry:
                    raise
                if tries == TRIES:
                    raise error if isinstance(error, RateLimited) else settled(error) from error
                await self._pause(error, FIRST_PAUSE * 2 ** (tries - 1), on_wait)

    async def _client(self) -> AsyncOpenAI:
        if self._open is None:
            self._open = await asyncio.to_thread(_client, self._settings, self._service, self._key)
        return self._open

    async def _listen(
        self,
        question: Question[Answer],
        messages: Sequence[Message],
        heard: Heard,
        on_partial: Callable[[Answer], None],
    ) -> None:
        sdk, instructor = await asyncio.to_thread(_modules)
        client = await self._client()
        opened = AsyncExitStack()
        streams: list[AsyncIterator[ChatCompletionChunk]] = []

        async def create(**request: Any) -> AsyncIterator[ChatCompletionChunk]:
            request.pop("response_format", None)
            request |= _form(question, self._settings.mode)
            stream = await client.chat.completions.create(**request)
            opened.push_async_callback(stream.close)
            streams.append(watched(stream, heard))
            return streams[-1]

        mode = instructor.Mode.JSON_SCHEMA if self._settings.mode == "json_schema" else instructor.Mode.JSON
        asker = instructor.AsyncInstructor(
            client=client, create=instructor.patch(create=create, mode=mode), mode=mode
        )
        try:
            async with opened:
                answers = await asker.create(
                    model=self._settings.model,
                    messages=list(messages),
                    response_model=_growing(question.form),
                    max_retries=0,
                    stream=True,
                    stream_options={"include_usage": True},
                    extra_body=dict(self._settings.parameters),
                )
                await _follow(answers, streams, on_partial)
        except instructor.core.InstructorRetryException as error:
            raise self._meaning(sdk, error.__cause__ or error, heard) from error
        except (sdk.APIError, *_broken_off()) as error:
            raise self._meaning(sdk, error, heard) from error

    def _meaning(self, sdk: ModuleType, error: BaseException, heard: Heard) -> BackendError:
        """The error that an exception of the SDK or its HTTP library means; a lost answer counts as begun."""
        title, url = self._service.title, self._settings.base_url
        if isinstance(error, BackendError):
            return error
        if isinstance(error, sdk.APIStatusError):
            headers = {name.lower(): value for name, value in error.response.headers.items()}
            reply = Reply(error.status_code, headers, error.response.content, url)
            return self._service.failure(reply)
        if isinstance(error, sdk.APIConnectionError) and isinstance(error.__cause__, _unsent()):
            reason = self._service.clean(str(error.__cause__ or error))
            where = f"{title} cannot be reached at {url} ({reason})"
            return Unavailable(f"{where}: check that it runs, and the network.")
        if isinstance(error, sdk.APIError) and not isinstance(error, sdk.APIConnectionError):
            return self._service.failure(failures.in_stream(error.body, url))
        heard.begun = True
        return Cut(f"{title} broke off before its answer was complete")

    async def _pause(self, error: BackendError, seconds: float, on_wait: Callable[[str, float], None]) -> None:
        """Wait as long as the service says, and say so; raises the error if the deadline would pass
        meanwhile."""
        if isinstance(error, RateLimited) and error.retry_after is not None:
            seconds = error.retry_after
        if asyncio.get_running_loop().time() + seconds >= self._ends:
            raise error if isinstance(error, RateLimited) else settled(error)
        on_wait(str(error), seconds)
        await asyncio.sleep(seconds)


async def _follow(
    answers: AsyncGenerator[Answer, None],
    streams: Sequence[AsyncIterator[ChatCompletionChunk]],
    on_partial: Callable[[Answer], None],
) -> None:
    """Hand on an answer as it grows; one whose JSON Instructor cannot follow is heard to its end all the
    same."""
    async with aclosing(answers):
        try:
            async for answer in answers:
                on_partial(answer)
        except ValueError:
            async for _ in streams[-1]:
                pass


@asynccontextmanager
async def open_line(settings: PlannerSettings, service: Service, key: SecretStr) -> AsyncIterator[Line]:
    """Open a line, which is cut off at the service's deadline; raises Unavailable then."""
    try:
        async with asyncio.timeout(service.deadline) as clock:
            line = Line(settings, service, key, clock.when() or 0.0)
            try:
                yield line
            finally:
                await line.close()
    except TimeoutError:
        late = f"{service.title} was not done with the plan within {service.deadline:g} s"
        kept = "what it answered is kept: run again to go on from there"
        raise settled(Unavailable(f"{late}; {kept}, or raise {service.setting}.deadline_seconds.")) from None


@cache
def _modules() -> tuple[ModuleType, ModuleType]:
    """The SDK and Instructor. Importing them takes seconds, so call this in a thread, and only when needed."""
    import instructor
    import instructor.core
    import openai

    for noisy in ("instructor", "openai"):
        logging.getLogger(noisy).setLevel(logging.CRITICAL)  # they log refused requests, which may repeat a key
    return openai, instructor


@cache
def _growing(form: type[Form]) -> type[Form]:
    """The form for a half written answer; kept, because Instructor builds many models for it."""
    _, instructor = _modules()
    growing: type[Form] = instructor.openai_schema(instructor.Partial[form])
    return growing


def _bounding(service: Service) -> Callable[[httpx2.Response], Awaitable[None]]:
    """The hook that refuses a response with a line that does not end.

    The SDK gathers a line until its end comes, so one without an end would fill the memory.
    """
    import httpx2

    class Bounded(httpx2.AsyncByteStream):
        def __init__(self, body: httpx2.AsyncByteStream) -> None:
            self._body = body

        async def __aiter__(self) -> AsyncIterator[bytes]:
            line = 0
            async for piece in self._body:
                line = len(piece) - 1 - end if (end := piece.rfind(b"\n")) >= 0 else line + len(piece)
                if line > MAX_LINE_BYTES:
                    raise service.bad_answer("sends a line without an end: check planner.base_url.", None)
                yield piece

        async def aclose(self) -> None:
            await self._body.aclose()

    async def bound(response: httpx2.Response) -> None:
        assert isinstance(response.stream, httpx2.AsyncByteStream)
        # "identity" was asked for: what is compressed all the same might unpack to a thousand times its size.
        response.headers.pop("content-encoding", None)
        response.stream = Bounded(response.stream)

    return bound


def _client(settings: PlannerSettings, service: Service, key: SecretStr) -> AsyncOpenAI:
    import httpx2

    sdk, _ = _modules()
    patience = httpx2.Timeout(None, connect=CONNECT_SECONDS)
    client: AsyncOpenAI = sdk.AsyncOpenAI(
        api_key=key.get_secret_value(),
        base_url=settings.base_url,
        max_retries=0,
        timeout=patience,
        default_headers={"accept-encoding": "identity"},
        http_client=sdk.DefaultAsyncHttpxClient(
            follow_redirects=False,
            timeout=patience,
            verify=trust(),
            mounts=STRAIGHT,
            event_hooks={"response": [_bounding(service)]},
        ),
    )
    _ = client.chat  # the SDK imports its resources at their first use
    return client


def _form(question: Question[Any], mode: str) -> dict[str, Any]:
    """The field that makes the server answer in JSON, instead of Instructor's; none in mode `text`."""
    if mode == "json_schema":
        told = {"name": question.form.__name__.lower(), "strict": True, "schema": question.schema}
        return {"response_format": {"type": "json_schema", "json_schema": told}}
    return {"response_format": {"type": "json_object"}} if mode == "json" else {}


def _broken_off() -> tuple[type[Exception], ...]:
    import httpx2

    return (httpx2.HTTPError, httpx2.StreamError)


def _unsent() -> tuple[type[Exception], ...]:
    """The exceptions that mean that a request was not sent."""
    import httpx2

    return (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout, httpx2.ProxyError)
