"""Makes a segment: one attempt of the video generator, judged frame by frame, published as a take.

An attempt belongs to its shim and outlives this process. Following one that was started earlier is the same
code as following a new one.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeAlias

from longvid_tui.backends.contract import (
    LOADING,
    SAVING,
    BackendError,
    BadAnswer,
    Command,
    Crashed,
    OutOfMemory,
    Progress,
    Stalled,
    VideoRequest,
    unheard,
)
from longvid_tui.engine import attempts, pixels, residents
from longvid_tui.engine.aside import Aside
from longvid_tui.engine.attempts import Ended, Lost
from longvid_tui.engine.costs import Run, Work, published
from longvid_tui.engine.fleet import Lease
from longvid_tui.engine.forecast import RUN_FACTS
from longvid_tui.engine.processes import boot_id, dump_stacks
from longvid_tui.engine.studio import Notice, Studio
from longvid_tui.engine.tasks import Task
from longvid_tui.keys import redacted
from longvid_tui.media.images import normalise
from longvid_tui.project.canvas import Canvas
from longvid_tui.project.disk import sha256_file
from longvid_tui.project.history import OpenAttempt
from longvid_tui.project.items import Item, is_draft
from longvid_tui.project.model import Segment
from longvid_tui.project.state import ProjectState

Hear: TypeAlias = Callable[[str, Progress], None]

_POLL_SECONDS = 0.1
_LATE_SECONDS = 5.0
"""An attempt that is followed from so long after its start on was started by another engine."""

_DUMP_SECONDS = 1.0
"""What a stalled process gets to write its stacks before it is stopped."""
_RAW = "out.mp4"
_WHOLE = "whole.mp4"
"""A draft in the size of the others."""
_VERDICT = "verdict.json"


@dataclass
class Seen:
    """When an attempt did what, in seconds from its start; None for what it did not, or nobody saw.

    `whole`: it was followed from its start on. What is read of it later does not tell when it happened.
    """

    whole: bool = True
    loading: float | None = None
    filming_from: float | None = None
    saving_from: float | None = None

    def hear(self, progress: Progress, now: float) -> None:
        if not self.whole:
            return
        if progress.stage == LOADING:
            self.loading = now
        elif self.filming_from is None:
            self.filming_from = now
        if progress.stage == SAVING and self.saving_from is None:
            self.saving_from = now

    def filming(self, seconds: float, *, resident: bool) -> float | None:
        """How long GPUs filmed, of an attempt of so many seconds; None if that was not seen. Before an attempt is served
        by a resident it may wait for others, and what it saves keeps no GPU."""
        if not self.whole:
            return None
        if not resident:
            return seconds - (self.loading or 0.0)
        begin = self.filming_from if self.filming_from is not None else self.loading or 0.0
        return (seconds if self.saving_from is None else self.saving_from) - begin


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

    `lease`: the GPUs it has. `rung` counts the declared changes made after running out of memory; they are
    journaled, never hidden. `hear` is told where the attempt stands, by its id.
    """
    item = state.segments[task.target]
    assert item.recipe is not None
    directory = studio.folder.directory(f"attempts/{attempt_id}")
    request = await _request(studio, aside, state, item, directory)
    request = replace(request, rung=rung, gpus=lease.gpus if lease else ())
    studio.folder.disk.replace(directory / "request.json", json.dumps(request.to_json()).encode())
    command = studio.generator(draft=is_draft(item.recipe)).command(request)
    try:
        # Before `start`, whose shim has to name itself soon after.
        await asyncio.to_thread(_make_room, command, lease)
    except OSError as error:
        raise Crashed(f"The generator of {item.target} could not be started ({error.strerror}).") from error
    studio.folder.record(
        "start",
        attempt=attempt_id,
        target=item.target,
        key=item.key,
        recipe=dict(item.recipe),
        boot=boot_id(),
        changes=list(studio.ladder()[:rung]),
        **({"probe": True} if studio.probing else {}),
        **(lease.to_json() if lease else {}),
    )
    attempt = studio.folder.history.open_attempts[attempt_id]
    try:
        shim = attempts.spawn(directory, command)
    except OSError as error:
        _record_end(studio, attempt, "Crashed", str(error))
        raise Crashed(f"The generator of {item.target} could not be started ({error.strerror}).") from error
    try:
        await follow(studio, aside, attempt, task, hear)
    finally:
        shim.poll()


def _make_room(command: Command, lease: Lease | None) -> None:
    """Have the resident run that the attempt asks, or no resident on its GPUs; one that another attempt is being
    served by is left as it is."""
    if lease and lease.behind:
        if not (command.resident and residents.lives(command.resident)):
            raise Crashed("The worker that was to film it next has ended: it is asked of another.")
    elif command.resident:
        residents.keep(command.resident)
    elif lease:
        residents.free(lease.gpus)


async def follow(studio: Studio, aside: Aside, attempt: OpenAttempt, task: Task, hear: Hear = unheard) -> None:
    """Watch an attempt to its end, judge it, publish its take; raises BackendError and DiskError.

    Cancelling this coroutine stops the attempt and its whole process tree; one that has ended already stays
    open in the journal and is judged by the next run.
    """
    directory = studio.folder.path(f"attempts/{attempt.id}")
    try:
        try:
            end, seen = await _watch(studio, attempt, directory, task, hear)
        except asyncio.CancelledError:
            await _stop(attempt, directory)
            _record_end(studio, attempt, "stopped", "stopped by the person")
            raise
        await _judge(studio, aside, attempt, directory, end, seen)
    except BackendError as error:
        _record_end(studio, attempt, type(error).__name__, str(error))
        raise


async def _watch(
    studio: Studio, attempt: OpenAttempt, directory: Path, task: Task, hear: Hear
) -> tuple[Ended | Lost, Seen]:
    """How it ended, and what was seen meanwhile."""
    tail = attempts.LogTail(directory / "log")
    seen = Seen(whole=time.time() - attempt.started < _LATE_SECONDS)
    patience = studio.settings.run.stall_minutes * 60
    heard = time.monotonic()
    while True:
        standing = await asyncio.to_thread(attempts.look, directory, attempt.id, attempt.started)
        latest: Progress | None = None
        for line in tail.read():
            heard = time.monotonic()
            progress = studio.video.read_progress(line)
            if progress:
                seen.hear(progress, time.time() - attempt.started)
                latest = progress
        if latest:
            hear(attempt.id, latest)
            studio.tell(Notice("progress", task, latest.stage, latest.done, latest.total))
        if isinstance(standing, (Ended, Lost)):
            return standing, seen
        if time.monotonic() - heard > patience:
            await _give_up(attempt, directory)
            raise Stalled(
                f"The generator of {attempt.target} said nothing for {patience / 60:g} minutes and was stopped; "
                "where it stood is at the end of its log."
            )
        await asyncio.sleep(_POLL_SECONDS)


async def _give_up(attempt: OpenAttempt, directory: Path) -> None:
    await asyncio.to_thread(dump_stacks, attempt.id)
    await asyncio.sleep(_DUMP_SECONDS)
    await _stop(attempt, directory)


async def _stop(attempt: OpenAttempt, directory: Path) -> None:
    attempts.stop(directory)
    while not isinstance(attempts.look(directory, attempt.id, attempt.started), (Ended, Lost)):
        await asyncio.sleep(_POLL_SECONDS)
        attempts.stop(directory)


def _record_end(studio: Studio, attempt: OpenAttempt, how: str, detail: str) -> None:
    studio.folder.record("end", attempt=attempt.id, target=attempt.target, how=how, detail=redacted(detail))


async def _judge(
    studio: Studio, aside: Aside, attempt: OpenAttempt, directory: Path, end: Ended | Lost, seen: Seen
) -> None:
    if isinstance(end, Lost):
        raise Crashed(f"The generator of {attempt.target} vanished without a result: it is started again.")
    if end.code != 0:
        failure = attempts.failure(end, attempts.last_lines(directory / "log", 200))
        if isinstance(failure, OutOfMemory):
            failure.gpus = len(attempt.gpus)
        raise failure
    verdict = directory / _VERDICT
    if not verdict.exists():
        facts = await _verify(studio, aside, attempt, directory)
        studio.folder.disk.replace(verdict, json.dumps(facts).encode())
    judged = json.loads(verdict.read_bytes())
    filming = seen.filming(end.seconds, resident=bool(attempt.resident))
    if filming is not None:
        judged["facts"] |= _run_facts(studio, attempt, filming, seen.loading)
    if attempt.changes:
        judged["facts"]["changes"] = list(attempt.changes)
    raw = directory / _WHOLE
    raw = raw if raw.exists() else directory / _RAW
    relative = f"segments/{attempt.target}/{judged['sha'][:12]}.mp4"
    if raw.exists() or not studio.folder.path(relative).exists():
        await asyncio.to_thread(studio.folder.publish, attempt.target, raw, ".mp4", judged["sha"])
    studio.folder.record(
        "take",
        target=attempt.target,
        key=attempt.key,
        path=relative,
        recipe=dict(attempt.recipe),
        attempt=attempt.id,
        probe=attempt.probe,
        seconds=round(end.seconds, 3),
        on_gpus=None if filming is None else round(filming + (seen.loading or 0.0), 3),
        **judged,
    )
    _tidy(directory)


def _run_facts(studio: Studio, attempt: OpenAttempt, filming: float, loading: float | None) -> dict[str, Any]:
    """What the next estimate learns from a run on GPUs that filmed for so many seconds, after so many of loading."""
    canvas = Canvas.parse(attempt.recipe["canvas"])
    generator = studio.generator(draft=is_draft(attempt.recipe))
    cost = generator.cost_class(canvas, open_ended=attempt.recipe.get("last") is None)
    if cost is None or not attempt.gpus or filming <= 0:
        return {}
    work = Work(cost.backend, cost.model, canvas, cost.steps, attempt.recipe["frames"], cost.version)
    run = Run(work, published().card(attempt.card), len(attempt.gpus), filming, loading)
    return {RUN_FACTS: run.to_facts()}


async def _verify(studio: Studio, aside: Aside, attempt: OpenAttempt, directory: Path) -> dict[str, Any]:
    args: Mapping[str, Any] = json.loads((directory / "request.json").read_bytes())
    request = VideoRequest.from_json(args)
    problems, facts = await aside.run(
        pixels.verify,
        request.out,
        frames=request.frames,
        width=request.canvas.width,
        height=request.canvas.height,
        fps=request.fps,
        first=request.first,
        last=request.last,
        lands=studio.video.capabilities.lands_on_keyframes,
    )
    if problems:
        raise BadAnswer(f"The clip of {attempt.target} is refused: {'; '.join(problems)}")
    made = request.out
    if request.canvas != studio.folder.project.canvas:
        made = directory / _WHOLE
        await aside.run(pixels.stretch, request.out, made, studio.folder.project.canvas.size)
    sha = await asyncio.to_thread(sha256_file, made)
    return {"sha": sha, "bytes": made.stat().st_size, "facts": dict(facts)}


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
        out=directory / _RAW,
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
    """The picture in the size of drafts."""
    fitted = normalise(picture.read_bytes(), *canvas.size, "fill", (0.5, 0.5))
    studio.folder.disk.replace(path, fitted.png)
    return path


def _keyframe_path(studio: Studio, state: ProjectState, keyframe_id: str) -> Path:
    take = state.keyframes[keyframe_id].chosen
    assert take is not None
    return studio.folder.path(take.path)


def sweep_attempts(studio: Studio) -> None:
    """Remove folders made before their start was journaled, and what ended attempts left besides their logs."""
    root = studio.folder.root / "attempts"
    known = studio.folder.history.started
    for directory in root.iterdir() if root.is_dir() else ():
        if directory.name not in known:
            shutil.rmtree(directory, ignore_errors=True)
        elif directory.name not in studio.folder.history.open_attempts:
            _tidy(directory)


def _tidy(directory: Path) -> None:
    """Leave of an ended attempt what it said and how it ended; the ranks of torchrun keep logs in a folder."""
    for path in directory.iterdir():
        if path.name in ("log", "exit.json"):
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
