"""What every backend says about itself, whatever it makes: a fingerprint, checks, a label."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

ANIMATIC_LABEL = "ANIMATIC - placeholder, not AI generated"
"""What every picture, clip and film of the embedded backends says about itself in its metadata."""

Fingerprint = Mapping[str, Any]
"""JSON of all that determines a backend's result besides its request: version, model, steps, quality."""


@dataclass(frozen=True)
class Check:
    """One finding of a preflight: what was looked at, whether it is well, and what to do if it is not."""

    name: str
    ok: bool
    sentence: str


@runtime_checkable
class Online(Protocol):
    """A backend with a service behind it that answers questions about the set-up free of charge."""

    async def ask(self) -> list[Check]:
        """What the service says, for `doctor`; empty without a key. Never raises."""
        ...


def unheard(*_: object) -> None:
    """The default for callbacks that report something: nobody listens."""
