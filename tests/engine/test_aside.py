"""Work on pixels goes on beside the engine: niced, without keys, and never longer than whoever asked lives."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from copy import copy
from pathlib import Path
from typing import TypeVar

import pytest

from longvid_tui.backends.contract import Crashed
from longvid_tui.engine.aside import MOST, START_SECONDS, Aside
from longvid_tui.engine.hand import NICE
from longvid_tui.engine.shim import read_stat
from longvid_tui.media.errors import BadClip, FragmentsDiffer
from longvid_tui.media.film import check_film

LEAST = 19
"""No process is nicer than that."""

Answer = TypeVar("Answer")


def beside(
    work: Callable[[Aside], Awaitable[Answer]], patience: float = START_SECONDS, most: int = MOST
) -> Answer:
    async def whole() -> Answer:
        aside = Aside(patience, most=most)
        try:
            return await work(aside)
        finally:
            await aside.rest()

    return asyncio.run(whole())


def ended(pid: int) -> bool:
    """Within a moment."""
    late = time.monotonic() + 10
    while (stat := read_stat(pid)) and not stat.over:
        if time.monotonic() > late:
            return False
        time.sleep(0.01)
    return True


def test_one_niced_process_without_keys_does_one_job_after_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-none")

    async def work(aside: Aside) -> tuple[int, int, int, str | None]:
        first = await aside.run(os.getpid)
        nice = await aside.run(os.getpriority, os.PRIO_PROCESS, 0)
        return first, await aside.run(os.getpid), nice, await aside.run(os.getenv, "OPENAI_API_KEY")

    first, second, nice, key = beside(work)
    assert first == second != os.getpid()
    assert nice == min(os.getpriority(os.PRIO_PROCESS, 0) + NICE, LEAST)
    assert key is None
    assert ended(first)


@pytest.mark.parametrize(("patience", "most", "processes"), [(60, 2, 1), (0.05, 2, 2), (0.05, 1, 1)])
def test_a_process_is_started_for_a_job_that_has_waited_long_if_there_may_be_one_more(
    patience: float, most: int, processes: int
) -> None:
    """Each job answers the process it is done by, after half a second."""
    job = ["sh", "-c", "sleep 0.5; echo $PPID"]

    async def work(aside: Aside) -> set[bytes]:
        return set(await asyncio.gather(*(aside.run(subprocess.check_output, job) for _ in range(2))))

    assert len(beside(work, patience, most)) == processes


def test_an_error_comes_back_as_it_is_and_the_process_goes_on(tmp_path: Path) -> None:
    odd = FragmentsDiffer(Path("b.mp4"), Path("a.mp4"))

    async def work(aside: Aside) -> tuple[int, int]:
        before = await aside.run(os.getpid)
        with pytest.raises(BadClip, match="cannot be opened") as caught:
            await aside.run(check_film, tmp_path / "none.mp4", 1)
        assert "in check_film" in "".join(caught.value.__notes__)
        came = await aside.run(copy, odd)
        assert (came.pieces, str(came)) == (odd.pieces, str(odd))
        return before, await aside.run(os.getpid)

    before, after = beside(work)
    assert before == after


def test_a_process_that_is_killed_is_told_and_the_next_job_gets_another() -> None:
    async def work(aside: Aside) -> tuple[int, int]:
        pid = await aside.run(os.getpid)
        with pytest.raises(Crashed, match=r"ended \(signal 9\)"):
            await aside.run(os.kill, pid, signal.SIGKILL)
        return pid, await aside.run(os.getpid)

    before, after = beside(work)
    assert before != after


def test_a_machine_that_starts_no_process_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    async def work(aside: Aside) -> None:
        monkeypatch.setattr(sys, "executable", "/nowhere/python")
        with pytest.raises(Crashed, match=r"No process could be started .* \(No such file or directory\)"):
            await aside.run(os.getpid)

    beside(work)


def test_what_is_cancelled_is_killed() -> None:
    async def work(aside: Aside) -> int:
        pid = await aside.run(os.getpid)
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(aside.run(time.sleep, 60), 0.05)
        return pid

    assert ended(beside(work))


def test_the_one_that_worked_last_is_there_for_the_next_run_and_ends_when_none_comes() -> None:
    async def work() -> tuple[int, int, int]:
        aside = Aside(kept=0.2)
        before = await aside.run(os.getpid)
        await aside.rest()
        after = await aside.run(os.getpid)
        await aside.rest()
        assert await asyncio.to_thread(ended, after)
        other = await aside.run(os.getpid)
        await aside.rest()
        assert await asyncio.to_thread(ended, other)
        return before, after, other

    before, after, other = asyncio.run(work())
    assert before == after != other


ASKER = """
import asyncio, os, time
from longvid_tui.engine.aside import START_SECONDS, Aside

async def work():
    aside = Aside()
    print(await aside.run(os.getpid), flush=True)
    await aside.run(time.sleep, 60)

asyncio.run(work())
"""


def test_it_ends_with_whoever_asked() -> None:
    with subprocess.Popen([sys.executable, "-c", ASKER], stdout=subprocess.PIPE) as asker:
        assert asker.stdout
        pid = int(asker.stdout.readline())
        asker.kill()
    assert ended(pid)
