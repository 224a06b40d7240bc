"""Where a command does what takes seconds: in a shell at once, in the engine beside its loop, on which all
wait.

Standard library only.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, ParamSpec, Protocol, TypeVar

P = ParamSpec("P")
Result = TypeVar("Result")


class Elsewhere(Protocol):
    """Calls functions and returns their results; raises what they raise."""

    async def on_pixels(self, work: Callable[P, Result], *arguments: P.args, **named: P.kwargs) -> Result:
        """Call a function of `engine.pixels`."""
        ...

    async def on_disk(self, work: Callable[P, Result], *arguments: P.args, **named: P.kwargs) -> Result:
        """Call a function that reads or writes files, and shares nothing with what the caller does
        meanwhile."""
        ...


class Here:
    """For a shell, where nobody else waits: calls at once."""

    async def on_pixels(self, work: Callable[P, Result], *arguments: P.args, **named: P.kwargs) -> Result:
        return work(*arguments, **named)

    async def on_disk(self, work: Callable[P, Result], *arguments: P.args, **named: P.kwargs) -> Result:
        return work(*arguments, **named)


HERE = Here()


def at_once(work: Coroutine[Any, Any, Result]) -> Result:
    """The result of a coroutine that never waits, without an event loop: importing asyncio takes longer than
    most commands work. Raises RuntimeError if it does wait."""
    try:
        work.send(None)
    except StopIteration as done:
        return done.value  # type: ignore[no-any-return]
    raise RuntimeError("it waits for something")
