"""Where a command has done what takes seconds: right here in a shell, where nobody else waits, or beside the
loop of the engine, where everybody does. Standard library only."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, ParamSpec, Protocol, TypeVar

P = ParamSpec("P")
Result = TypeVar("Result")


class Elsewhere(Protocol):
    """Does work and answers what came of it; raises what it raises."""

    async def on_pixels(self, work: Callable[P, Result], *arguments: P.args, **named: P.kwargs) -> Result:
        """Call a function of `engine.pixels`."""
        ...

    async def on_disk(self, work: Callable[P, Result], *arguments: P.args, **named: P.kwargs) -> Result:
        """Call what reads or writes files and touches nothing that the caller works with meanwhile."""
        ...


class Here:
    """Nobody else waits: all of it is done at once."""

    async def on_pixels(self, work: Callable[P, Result], *arguments: P.args, **named: P.kwargs) -> Result:
        return work(*arguments, **named)

    async def on_disk(self, work: Callable[P, Result], *arguments: P.args, **named: P.kwargs) -> Result:
        return work(*arguments, **named)


HERE = Here()


def at_once(work: Coroutine[Any, Any, Result]) -> Result:
    """What comes of a coroutine that waits for nothing, without a loop: importing one takes a command longer than
    most of them work."""
    try:
        work.send(None)
    except StopIteration as done:
        return done.value  # type: ignore[no-any-return]
    raise RuntimeError("it waits for something")
