"""Where a service is reached: at its own address, or at the person's own server that speaks its protocol."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

from pydantic import SecretStr

from longvid_tui import keys
from longvid_tui.backends.contract import BadKey, Check
from longvid_tui.settings import Settings
from longvid_tui.strict_yaml import Problems

ASK_SECONDS = 20.0
"""How long `doctor` waits for a service."""


@dataclass(frozen=True)
class Endpoint:
    """The address `url` that requests go to; `official` is the service's own.

    `service`: whose protocol is spoken (keys.SERVICES). `own`: the name under which the key for the person's
    own server is kept.
    """

    service: str
    own: str
    official: str
    url: str

    @property
    def is_official(self) -> bool:
        return self.url.rstrip("/") == self.official

    @property
    def title(self) -> str:
        """The name of what is spoken to, for the start of a sentence."""
        if self.is_official:
            return keys.SERVICES[self.service].title
        return f"The server at {urlsplit(self.url).netloc.rpartition('@')[2]}"

    def at(self, path: str) -> str:
        return f"{self.url.rstrip('/')}/{path}"

    def key(self, settings: Settings) -> SecretStr | None:
        """The key to send: the service's to the service alone, the person's own server gets its own, or none.

        May run the command that the person set for keys. Raises BadKey.
        """
        try:
            key = keys.find(self.service if self.is_official else self.own, settings)
        except Problems as problems:
            raise BadKey(f"The key cannot be read: {problems}") from problems
        if key is None and self.is_official:
            raise BadKey(f"There is no key for {self.title}: {keys.advice(self.service)}.")
        return key

    def check_key(self, name: str, settings: Settings) -> Check:
        """What `doctor` says of the key, under that name."""
        try:
            key = self.key(settings)
        except BadKey as error:
            return Check(name, False, str(error))
        return Check(name, True, f"set ({keys.ending(key)})" if key else "none, and none is needed")


def is_near(url: str) -> bool:
    """Whether a server is on this machine or in its private network, where nothing is billed."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return host == "localhost" or "." not in host or host.endswith((".local", ".internal", ".lan"))
