"""Makes a segment: one attempt of the video generator, started, watched to its end, and judged.

An attempt belongs to its shim and outlives this process. One that was started earlier is followed by the same
code as a new one.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

from longvid_tui.backends.contract import (
    SAVING,
    BackendError,
    Command,
    Crashed,
    Progress,
    Stalled,
    VideoRequest,
    unheard,
)
from longvid_tui.engine import attempts, pixels, residents
from longvid_tui.engine.aside import Aside
from longvid_tui.engine.attempts import Lost
from longvid_tui.engine.failures import BETWEEN_GPUS, Ended, NeverBegun, NoRoomForClip, Undying
from longvid_tui.engine.fleet import Lease
from longvid_tui.engine.judging import NOBODY_SAW, RAW, Seen, judge, record_end, time_of
from longvid_tui.engine.logtail import LogTail
from longvid_tui.engine.processes import boot_id, bytes_read, dump_stacks
from longvid_tui.engine.stalling import Patience
from longvid_tui.engine.steps import Steps
from longvid_tui.engine.studio import Notice, Studio
from longvid_tui.engine.tasks import Task
from longvid_tui.media.images import normalise
from longvid_tui.project.canvas import Canvas
from longvid_tui.project.disk import read_file
from longvid_tui.project.history import OpenAttempt
from longvid_tui.project.items import Item, is_draft
from longvid_tui.project.model import Segment
from longvid_tui.project.state import ProjectState

Hear: TypeAlias = Callable[[str, Progress, float | None], None]

_POLL_SECONDS = 0.1
_QUIET_SECONDS = 2.0
"""A generator that has been silent for so long may have found no room on the disk for its log."""

_LATE_SECONDS = 5.0
"""An attempt that was older than this when it was first followed was started by another engine."""

_STILL_SSIM = 0.98
"""Above this SSIM of the keyframes next to nothing moves in the clip (Wan2.1#372)."""

_DUMP_SECONDS = 1.0
"""How long a stalled process is given to write its stacks before it is stopped."""

_END_SECONDS = float(os.environ.get("LONGVID_END_SECONDS", "30"))
"""What a stopped attempt gets to be over: half of it passes before its shim kills what has not ended."""


async def render_segment(
    studio: Studio,
    aside: Aside,
    state: ProjectState,
    task: Task,
    attempt_id: str,
    lease: Lease | None = None,
    *,
    rung: int = 0,
    hear: Hear = unheard,
) -> None:
    """Run one attempt for the segment and publish its take; raises BackendError and DiskError.

    `lease`: the GPUs it has. `rung`: how many rungs of the generator's ladder were taken after memory ran out;
    what they change is journaled. `hear`: called with the attempt's id and its progress.
    """
    item = state.segments[task.target]
    assert item.recipe is not None
    directory = studio.folder.directory(f"attempts/{attempt_id}")
    request = await _request(studio, aside, state, item, directory)
    request = replace(request, rung=rung, gpus=lease.gpus if lease else ())
    if lease and not rung:
        await _say_if_still(studio, aside, item.target, request)
    studio.folder.disk.replace(directory / "request.json", json.dumps(request.to_json()).encode())
    command = studio.generator(draft=is_draft(item.recipe)).command(request)
    try:
        # Before `start`, whose shim has to name itself soon after.
        await asyncio.to_thread(_make_room, command, lease)
    except OSError as error:
        raise Crashed(f"The generator could not be started ({error.strerror}).") from error
    attempt = _journal_start(studio, item, attempt_id, lease, rung)
    try:
        shim = attempts.spawn(directory, command)
    except OSError as error:
        record_end(studio, attempt, "Crashed", str(error))
        raise Crashed(f"The generator could not be started ({error.strerror}).") from error
    try:
        await follow(studio, aside, attempt, task, hear)
    finally:
        shim.poll()


def _journal_start(studio: Studio, item: Item, attempt_id: str, lease: Lease | None, rung: int) -> OpenAttempt:
    """Journal that an attempt starts, before it does: what runs is always known to the next engine."""
    studio.folder.record(
        "start",
        attempt=attempt_id,
        target=item.target,
        key=item.key,
        recipe=dict(item.recipe or {}),
        boot=boot_id(),
        changes=list(studio.ladder()[:rung]),
        **({"probe": True} if studio.probing else {}),
        **(lease.to_json() if lease else {}),
    )
    return studio.folder.history.open_attempts[attempt_id]


async def _say_if_still(studio: Studio, aside: Aside, target: str, request: VideoRequest) -> None:
    """Warn of keyframes that look alike although their words differ, before GPUs work on them."""
    alike = await aside.run(pixels.likeness, request.first, request.last) if request.last else 0.0
    if alike > _STILL_SSIM:
        studio.note(
            f"{target} starts and ends with nearly the same picture (SSIM {alike:.2f}), so little will move:"
            " retake one of its keyframes."
        )


def _make_room(command: Command, lease: Lease | None) -> None:
    """Start the resident that the attempt needs, or end the residents on its GPUs if it needs none.

    If the attempt queues behind another, its resident is at work and only has to be alive.
    """
    if lease and lease.behind:
        if not (command.resident and residents.lives(command.resident)):
            raise NeverBegun("The worker that was to film it next has ended: it is asked of another.")
    elif command.resident:
        residents.keep(command.resident)
    elif lease:
        residents.free(lease.gpus)


async def follow(studio: Studio, aside: Aside, attempt: OpenAttempt, task: Task, hear: Hear = unheard) -> None:
    """Watch an attempt to its end, judge it, publish its take; raises BackendError and DiskError.

    Cancelling this coroutine stops the attempt and its whole process tree; one that has ended already stays
    open in the journal and is judged by the next run. Raises Undying, even then, for one that cannot be killed.
    """
    directory, ran = studio.folder.path(f"attempts/{attempt.id}"), NOBODY_SAW
    try:
        try:
            end, seen = await _watch(studio, attempt, directory, task, hear)
        except asyncio.CancelledError:
            await _stop(attempt, directory)
            record_end(studio, attempt, "stopped", "stopped by the person")
            raise
        ran = time_of(attempt, directory, end, seen)
        await judge(studio, aside, attempt, directory, end, seen)
    except BackendError as error:
        record_end(studio, attempt, type(error).__name__, str(error), ran)
        if isinstance(error, NoRoomForClip):
            attempts.tidy(directory)
        raise


async def _watch(
    studio: Studio, attempt: OpenAttempt, directory: Path, task: Task, hear: Hear
) -> tuple[Ended | Lost, Seen]:
    """Watch an attempt to its end; returns how it ended and what was seen. Raises Stalled."""
    tail = LogTail(directory / "log")
    since_start = time.time() - attempt.started
    seen = Seen(whole=since_start < _LATE_SECONDS)
    began = time.monotonic() - since_start  # from here on clocks may be set
    steps = Steps()
    patience = Patience(studio.settings.run.stall_minutes * 60, steps, time.monotonic())
    saves = False
    while True:
        standing = await asyncio.to_thread(attempts.look, directory, attempt.id, attempt.started)
        lines, now = tail.read(), time.monotonic()
        latest = _progress_in(lines, studio, seen, now - began)
        if latest:
            saves = latest.stage == SAVING
            steps.hear(latest, now)
            hear(attempt.id, latest, steps.each)
            studio.tell(Notice("progress", task, latest.stage, latest.done, latest.total))
        over = isinstance(standing, (Ended, Lost))
        if (over or patience.silence(now) > _QUIET_SECONDS) and studio.room.is_short():
            patience.excuse(now)  # what it says finds no room, nor its shim to write how it ended
            seen.short_of_room = True
        if isinstance(standing, (Ended, Lost)):
            return standing, seen
        if not seen.begun and attempt.behind in studio.folder.history.open_attempts:
            patience.excuse(now)  # it waits for that one, which has patience of its own
        elif lines:
            patience.hear(latest, now)
        elif patience.wonders(now):
            patience.see_read(await asyncio.to_thread(_bytes_read, attempt), now)
        if complaint := patience.complaint(now):
            await _give_up(attempt, directory, saves=saves)
            advice = f" If several GPUs hang again, {BETWEEN_GPUS}." if len(attempt.gpus) > 1 else ""
            raise Stalled(
                f"The generator {complaint} and was stopped; where it stood is at the end of its log.{advice}"
            )
        await asyncio.sleep(_POLL_SECONDS)


def _progress_in(lines: Sequence[str], studio: Studio, seen: Seen, at: float) -> Progress | None:
    """The last progress in new lines of the log; all of it is noted in `seen`, `at` seconds from the start."""
    latest: Progress | None = None
    for line in lines:
        progress = studio.video.read_progress(line)
        if progress and progress.makes_sense:
            seen.hear(progress, at)
            latest = progress
    return latest


def _bytes_read(attempt: OpenAttempt) -> int:
    return bytes_read([attempt.id, *residents.marks(attempt.gpus)])


async def _give_up(attempt: OpenAttempt, directory: Path, *, saves: bool) -> None:
    """Stop an attempt that stalled, and its resident, which would keep the next try waiting as well.

    While the attempt `saves`, its resident works for another one already and is left alone.
    """
    await asyncio.to_thread(dump_stacks, attempt.id)
    await asyncio.sleep(_DUMP_SECONDS)
    if not saves:
        with suppress(OSError):
            await asyncio.to_thread(residents.free, attempt.gpus)
    await _stop(attempt, directory)


async def _stop(attempt: OpenAttempt, directory: Path) -> None:
    """End it; raises Undying."""

    def has_ended() -> bool:
        return isinstance(attempts.look(directory, attempt.id, attempt.started), (Ended, Lost))

    deadline = time.monotonic() + _END_SECONDS
    attempts.stop(directory)
    while not await asyncio.to_thread(has_ended):
        if time.monotonic() > deadline:
            raise Undying(attempt.target, has_ended)
        await asyncio.sleep(_POLL_SECONDS)
        attempts.stop(directory)


async def _request(
    studio: Studio, aside: Aside, state: ProjectState, item: Item, directory: Path
) -> VideoRequest:
    assert item.recipe is not None
    project, canvas = state.project, Canvas.parse(item.recipe["canvas"])
    position = next(i for i, segment in enumerate(project.segments) if segment.id == item.target)
    segment = project.segments[position]
    first = await _first_picture(studio, aside, state, segment, position, directory)
    last = _keyframe_path(studio, state, segment.last) if segment.last else None
    if canvas != project.canvas:
        first = await asyncio.to_thread(_small, studio, first, canvas, directory / "first.png")
        last = last and await asyncio.to_thread(_small, studio, last, canvas, directory / "last.png")
    return VideoRequest(
        first=first,
        last=last,
        prompt=item.recipe["prompt"],
        canvas=canvas,
        seed=item.recipe["seed"],
        out=directory / RAW,
        negative=item.recipe["negative"],
        frames=item.recipe["frames"],
        fps=item.recipe["fps"],
    )


async def _first_picture(
    studio: Studio, aside: Aside, state: ProjectState, segment: Segment, position: int, directory: Path
) -> Path:
    if segment.continuity != "chain":
        assert segment.first is not None
        return _keyframe_path(studio, state, segment.first)
    before = state.segments[state.project.segments[position - 1].id].chosen
    assert before is not None
    path = directory / "first.png"
    studio.folder.disk.replace(path, await aside.run(pixels.last_frame, studio.folder.path(before.path)))
    return path


def _small(studio: Studio, picture: Path, canvas: Canvas, path: Path) -> Path:
    """Write the picture in the size of drafts to `path`, and return that."""
    fitted = normalise(read_file(picture), *canvas.size, "fill", (0.5, 0.5))
    studio.folder.disk.replace(path, fitted.png)
    return path


def _keyframe_path(studio: Studio, state: ProjectState, keyframe_id: str) -> Path:
    take = state.keyframes[keyframe_id].chosen
    assert take is not None
    return studio.folder.path(take.path)


def sweep_attempts(studio: Studio) -> None:
    """Remove folders of attempts that were never journaled, and all that ended attempts left besides their
    logs.

    Links are not followed, because a project may come from anybody. Raises LeavesProject.
    """
    root = studio.folder.path("attempts")
    known = studio.folder.history.started
    for directory in root.iterdir() if root.is_dir() else ():
        if directory.is_symlink():
            continue
        if directory.name not in known:
            shutil.rmtree(directory, ignore_errors=True)
        elif directory.name not in studio.folder.history.open_attempts:
            attempts.tidy(directory)
