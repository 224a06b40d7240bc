"""Runs work on pixels in niced processes beside the engine, so that its loop and the GPUs' loaders never
wait."""

from __future__ import annotations

import asyncio
import os
import pickle
import subprocess
import sys
from asyncio.subprocess import Process
from collections.abc import Callable
from contextlib import suppress
from typing import Any, ParamSpec, TypeVar

from longvid_tui import allotted
from longvid_tui.backends.contract import Crashed
from longvid_tui.engine import hand
from longvid_tui.launch import without_secrets

P = ParamSpec("P")
Result = TypeVar("Result")

START_SECONDS = 0.5
"""What a process takes before it can work: within that time a busy one is often done with its job."""

MOST = max(2, allotted.cores())
"""Processes at most: more than cores would only wait for each other. Two even on the smallest machine, so that
a clip can be checked while another is conformed."""


class Aside:
    """A pool of at most `most` processes. They are kept until `rest`, one of them `kept` seconds longer.

    A job waits `patience` seconds for a busy process before another one is started. They are started one after
    the other: until the new one can work, a busy one may be free again.
    """

    def __init__(self, patience: float = START_SECONDS, kept: float = 0.0, most: int = MOST) -> None:
        self._patience, self._kept = patience, kept
        self._places = asyncio.Semaphore(most)
        self._idle: asyncio.LifoQueue[Process] = asyncio.LifoQueue()
        self._busy = 0
        self._starting = asyncio.Lock()
        self._ending: asyncio.TimerHandle | None = None

    async def run(self, work: Callable[P, Result], *arguments: P.args, **named: P.kwargs) -> Result:
        """Call a function of a module in one of the processes and return its result.

        Raises what the function raises, and Crashed if the process ends. Cancelling this kills the process, and
        so everything it had begun.
        """
        async with self._places:
            done, result = await self._asked_of_one((work, arguments, named))
        if not done:
            raise result
        return result  # type: ignore[no-any-return]

    async def _asked_of_one(self, job: Any) -> tuple[bool, Any]:
        self._busy += 1
        if self._ending:
            self._ending.cancel()
        try:
            process = await self._free()
            answer = await _asked(process, job)
        finally:
            self._busy -= 1
        self._idle.put_nowait(process)
        return answer

    async def _free(self) -> Process:
        if self._busy > 1 and self._idle.empty():
            with suppress(TimeoutError):
                async with asyncio.timeout(self._patience):
                    return await self._idle.get()
        async with self._starting:
            while not self._idle.empty():
                process = self._idle.get_nowait()
                if process.returncode is None:  # it was not killed meanwhile
                    return process
            return await _start()

    async def rest(self) -> None:
        """End the idle processes, all but one: a job that comes soon finds its imports done."""
        last = self._idle.get_nowait() if self._kept and not self._idle.empty() else None
        dismissed = self._dismissed()
        if last:
            self._idle.put_nowait(last)
            self._ending = asyncio.get_running_loop().call_later(self._kept, self._dismissed)
        for process in dismissed:
            await process.wait()

    def _dismissed(self) -> list[Process]:
        """Tell the idle processes to end."""
        if self._ending:
            self._ending.cancel()
        dismissed = []
        while not self._idle.empty():
            process = self._idle.get_nowait()
            assert process.stdin
            process.stdin.close()
            dismissed.append(process)
        return dismissed


class BesideTheLoop:
    """How commands of the engine do what takes long, without stopping its loop; see engine.elsewhere."""

    def __init__(self, aside: Aside) -> None:
        self._aside = aside

    async def on_pixels(self, work: Callable[P, Result], *arguments: P.args, **named: P.kwargs) -> Result:
        return await self._aside.run(work, *arguments, **named)

    async def on_disk(self, work: Callable[P, Result], *arguments: P.args, **named: P.kwargs) -> Result:
        return await asyncio.to_thread(work, *arguments, **named)


async def _start() -> Process:
    """Start a process and wait until it answers."""
    try:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-P", "-m", hand.__name__),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=without_secrets(os.environ),
            start_new_session=True,
        )
    except OSError as error:
        raise Crashed(
            f"No process could be started to work on the film's pixels ({error.strerror}): it is tried again."
        ) from error
    await _asked(process, (os.getpid, (), {}))
    return process


async def _asked(process: Process, job: Any) -> tuple[bool, Any]:
    """Have a process do a job; returns whether it was done, and its result or its error."""
    try:
        return await _answer(process, job)
    except asyncio.IncompleteReadError as error:
        ended = await process.wait()
        raise Crashed(
            f"The process that worked on the film's pixels ended ({_how(ended)}): look for free memory, and run again."
        ) from error
    except BaseException:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()
        raise


async def _answer(process: Process, job: Any) -> tuple[bool, Any]:
    assert process.stdin
    assert process.stdout
    with suppress(BrokenPipeError, ConnectionResetError):  # then its answer is missing, too
        process.stdin.write(hand.framed(job))
        await process.stdin.drain()
    (length,) = hand.LENGTH.unpack(await process.stdout.readexactly(hand.LENGTH.size))
    done, result = pickle.loads(await process.stdout.readexactly(length))  # noqa: S301  our own process wrote it
    return bool(done), result


def _how(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"exit code {code}"
