"""Requests to a paid service over HTTP: one deadline, one retry policy, and every failure a BackendError.

An error that will not pass costs one request. One that may pass (408, 429, 5xx, no connection) costs at most
four within the deadline, after the pauses that the service asks for. A paid request whose answer was lost is
not sent again, because it may have been billed.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from pydantic import SecretStr

from longvid_tui.backends.contract import (
    BackendError,
    BadAnswer,
    BadKey,
    Misconfigured,
    NoQuota,
    RateLimited,
    Refused,
    Unavailable,
    unheard,
)
from longvid_tui.backends.replies import EventReader, Reply, object_or_none, wait
from longvid_tui.redacting import redacted

if TYPE_CHECKING:
    import ssl

    import httpx2

TRIES = 4
MAX_ANSWER_BYTES = 64 << 20
"""A 4096x4096 PNG in base64 inside JSON, twice over."""

CONNECT_SECONDS = 10.0
UNPAID_READ_SECONDS = 30.0
"""How long a request that costs nothing waits for the next byte before it is sent again."""

STRAIGHT = {f"all://{host}": None for host in ("127.0.0.1", "localhost", "[::1]")}
"""Servers on this machine are reached directly, whatever proxies the environment names."""

FIRST_PAUSE = 0.5
_EVENTS = "text/event-stream"
_SAID_CHARACTERS = 200

ErrorT = TypeVar("ErrorT", bound=BackendError)
Form: TypeAlias = Sequence[tuple[str, str | tuple[str, bytes, str]]]
"""Parts of a multipart body: name and text, or name and (file name, bytes, content type)."""


@dataclass(frozen=True)
class Call:
    """One request. `paid`: the answer may be billed. `bare`: sent without the service's headers, so without
    key."""

    method: str
    url: str
    json: Any = None
    form: Form = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    paid: bool = False
    bare: bool = False


class Pace:
    """Spreads the requests of one account after the service has said that they are too many.

    After a refusal with "wait r seconds" the next request goes out r seconds later and the others r seconds
    apart; every success halves the distance.
    """

    def __init__(self) -> None:
        self._next = self._gap = 0.0

    def delay(self) -> float:
        """Seconds until a request may go out now."""
        return max(0.0, self._next - _now())

    def take_turn(self) -> None:
        """Claim the next moment at which a request may go out."""
        self._next = max(_now(), self._next) + self._gap

    def slow_down(self, seconds: float) -> None:
        self._gap = max(self._gap, seconds)
        self._next = max(self._next, _now() + seconds)

    def ease(self) -> None:
        self._gap = self._gap / 2 if self._gap > FIRST_PAUSE else 0.0


@dataclass
class Service:
    """A service, and how it is spoken to.

    `title`: its name in sentences. `setting`: the section of its settings. `deadline`: seconds for a
    conversation. `explain`: the error that a failed reply means; None if its status tells. `said`: the
    service's own words in such a reply.
    """

    title: str
    setting: str
    deadline: float
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    secrets: tuple[SecretStr, ...] = ()
    explain: Callable[[Reply], BackendError | None] = lambda _: None
    said: Callable[[Reply], str] = lambda _: ""
    pace: Pace = field(default_factory=Pace, repr=False)

    @asynccontextmanager
    async def session(self, on_wait: Callable[[str, float], None] = unheard) -> AsyncIterator[Session]:
        """A conversation, which is cut off at the deadline; raises BackendError."""
        import httpx2

        limits = httpx2.Limits(max_keepalive_connections=0)
        client = httpx2.AsyncClient(limits=limits, verify=trust(), mounts=STRAIGHT)
        session = Session(self, client, _now() + self.deadline, on_wait)
        try:
            async with asyncio.timeout(self.deadline), client:
                yield session
        except TimeoutError:
            raise self._late(owes=session.owes) from None

    def object_in(self, reply: Reply) -> dict[str, Any]:
        """The JSON object in a successful reply; raises BadAnswer if it is something else, such as a web
        page."""
        found = object_or_none(reply.content)
        if found is None:
            what = "a web page" if reply.kind == "text/html" else "something else"
            raise self.bad_answer(
                f"answers with {what} where JSON belongs: check {self.setting}.base_url.", None
            )
        return found

    def failure(self, reply: Reply) -> BackendError:
        """The error that a failed reply means."""
        return self.explain(reply) or self._by_status(reply)

    def bad_answer(self, what: str, cost_usd: float | None) -> BadAnswer:
        """The error for an answer that is not what was asked for; it is not tried again, as it was paid for."""
        return settled(BadAnswer(self.clean(f"{self.title} {what}")), cost_usd)

    def clean(self, text: str) -> str:
        """Text of the service in a form that may be shown: one line, without keys."""
        return redacted(" ".join(text.split()), [secret.get_secret_value() for secret in self.secrets])

    def quoted(self, reply: Reply) -> str:
        """Status and words of a reply, in brackets, for a sentence."""
        said = self.clean(self.said(reply)).rstrip(". ")[:_SAID_CHARACTERS]
        return f"(HTTP {reply.status}{f': {said}' if said else ''})"

    def _by_status(self, reply: Reply) -> BackendError:
        title, said, status = self.title, self.quoted(reply), reply.status
        if status == 401:
            return BadKey(f"{title} refuses the key {said}: see `longvid-tui keys check`.")
        if status == 402:
            return NoQuota(f"{title} has no credit left for this account {said}: buy some, then run again.")
        if status == 403:
            return BadKey(
                f"{title} does not let this key do that {said}: check the account or use another key."
            )
        if status == 404:
            return Misconfigured(
                f"{title} does not know what was asked for {said}: check {self.setting}.model and base_url."
            )
        if status == 413:
            return Refused(f"{title} takes no request that large {said}: use fewer or smaller pictures.")
        if status == 429:
            return RateLimited(f"{title} has had too many requests {said}: it goes on by itself.", wait(reply))
        if status == 408 or status >= 500:
            return Unavailable(f"{title} is out of order {said}: run again later.")
        if 300 <= status < 400:
            return Misconfigured(f"{title} has moved {said}: correct {self.setting}.base_url.")
        return Misconfigured(
            f"{title} does not accept the request {said}: check the settings of {self.setting}."
        )

    def _late(self, *, owes: bool) -> BackendError:
        late = f"{self.title} did not answer within {self.deadline:g} s"
        if not owes:
            return settled(Unavailable(f"{late}: run again later."))
        advice = f"run again, or raise {self.setting}.deadline_seconds"
        return settled(Unavailable(f"{late} and may bill the request all the same: {advice}."), None)


class Session:
    """A conversation with a service. `owes`: a paid request was sent, and its answer has not come in."""

    def __init__(
        self, service: Service, client: httpx2.AsyncClient, ends: float, on_wait: Callable[[str, float], None]
    ) -> None:
        self._service = service
        self._client = client
        self._ends = ends
        self._on_wait = on_wait
        self.owes = False

    async def send(self, call: Call, hear: Callable[[dict[str, Any]], None] | None = None) -> Reply:
        """The answer to a request, which is tried again if that may help; raises BackendError.

        `hear`: called with each event that is a JSON object, if the answer is a stream of server-sent events.
        """
        error: BackendError | None = None
        for tries in range(1, TRIES + 1):
            await self._await_turn(error)
            try:
                return await self._attempt(call, hear)
            except BackendError as failed:
                error = failed
            if not error.retry:
                raise error
            if isinstance(error, RateLimited):
                self._service.pace.slow_down(error.retry_after or FIRST_PAUSE * 2 ** (tries - 1))
            elif tries < TRIES:
                await self._sleep(error, FIRST_PAUSE * 2 ** (tries - 1))
        assert error is not None
        raise error if isinstance(error, RateLimited) else settled(error)

    async def _attempt(self, call: Call, hear: Callable[[dict[str, Any]], None] | None) -> Reply:
        import httpx2

        try:
            reply = await self._exchange(call, hear)
        except (httpx2.InvalidURL, httpx2.UnsupportedProtocol) as error:
            setting = f"{self._service.setting}.base_url"
            raise Misconfigured(f"{setting} is no address ({error}): correct it.") from error
        except (httpx2.TransportError, httpx2.DecodingError) as error:
            raise self._broken(error, call) from error
        if reply.status >= 300:
            raise self._service.failure(reply)
        self._service.pace.ease()
        return reply

    async def _exchange(self, call: Call, hear: Callable[[dict[str, Any]], None] | None) -> Reply:
        self.owes = self.owes or call.paid
        response = await self._client.send(self._request(call), stream=True)
        try:
            heard = response.is_success and response.headers.get("content-type", "").startswith(_EVENTS)
            pieces: list[bytes] = []
            await self._read(response, EventReader(hear).read if hear and heard else pieces.append)
        finally:
            await response.aclose()
        self.owes = self.owes and not call.paid
        return Reply(response.status_code, dict(response.headers), b"".join(pieces), call.url)

    def _request(self, call: Call) -> httpx2.Request:
        import httpx2

        patience = httpx2.Timeout(None if call.paid else UNPAID_READ_SECONDS, connect=CONNECT_SECONDS)
        body: dict[str, Any] = {"json": call.json} if call.json is not None else {}
        if call.form:
            body["files"] = [
                (name, (None, part) if isinstance(part, str) else part) for name, part in call.form
            ]
        headers = {
            **({} if call.bare else self._service.headers),
            "accept-encoding": "identity",
            **call.headers,
        }
        return self._client.build_request(call.method, call.url, headers=headers, timeout=patience, **body)

    async def _read(self, response: httpx2.Response, take: Callable[[bytes], None]) -> None:
        size = 0
        async with aclosing(response.aiter_bytes()) as pieces:
            async for piece in pieces:
                size += len(piece)
                if size > MAX_ANSWER_BYTES:
                    much = f"sends more than {MAX_ANSWER_BYTES >> 20} MB"
                    raise self._service.bad_answer(f"{much}: check {self._service.setting}.base_url.", None)
                take(piece)

    def _broken(self, error: Exception, call: Call) -> BackendError:
        import httpx2

        title, reason = self._service.title, self._service.clean(str(error)) or type(error).__name__
        if "CERTIFICATE_VERIFY_FAILED" in reason:
            return Misconfigured(
                f"The certificate of {title} cannot be checked: install ca-certificates or set SSL_CERT_FILE."
            )
        unsent = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout, httpx2.ProxyError)
        if isinstance(error, unsent):
            self.owes = self.owes and not call.paid
            host = httpx2.URL(call.url).netloc.decode()
            where = "" if host in title else f" at {host}"
            return Unavailable(
                f"{title} cannot be reached{where} ({reason}): check that it runs, and the network."
            )
        broke = f"{title} broke off before its answer was complete ({reason})"
        if not call.paid:
            return Unavailable(f"{broke}: run again.")
        return settled(
            Unavailable(f"{broke} and may bill the request all the same: run again to ask anew."), None
        )

    async def _await_turn(self, error: BackendError | None) -> None:
        pace = self._service.pace
        delay = pace.delay()
        if delay > 0:
            busy = f"{self._service.title} takes no more requests for now: it goes on by itself."
            await self._sleep(error or RateLimited(busy, delay), delay)
        pace.take_turn()

    async def _sleep(self, error: BackendError, seconds: float) -> None:
        """Wait before the next try and say so; raises the error at once if the deadline would pass
        meanwhile."""
        if _now() + seconds >= self._ends:
            raise error if isinstance(error, RateLimited) else settled(error)
        self._on_wait(str(error), seconds)
        await asyncio.sleep(seconds)


@cache
def trust() -> ssl.SSLContext:
    """The certificates of the system. The first call takes 0.3 s, with httpx2's import: call it in a thread."""
    import httpx2

    return httpx2.create_ssl_context()


def settled(error: ErrorT, cost_usd: float | None = 0.0) -> ErrorT:
    """`error`, marked as not to be tried again, with what was paid (None: unknown)."""
    error.retry, error.cost_usd = False, cost_usd
    return error


def _now() -> float:
    return asyncio.get_running_loop().time()
