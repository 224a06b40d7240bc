"""Judges how an attempt ended: names its failure, or checks its clip and publishes it as a take."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from longvid_tui.backends.contract import (
    LOADING,
    SAVING,
    BackendError,
    BadAnswer,
    Crashed,
    Misconfigured,
    OutOfHostMemory,
    OutOfMemory,
    Progress,
    VideoRequest,
)
from longvid_tui.engine import attempts, pixels, residents
from longvid_tui.engine.aside import Aside
from longvid_tui.engine.attempts import Lost
from longvid_tui.engine.costs import RUN_FACTS, Run, Work, own_runs, published
from longvid_tui.engine.failures import (
    Ended,
    NeedsAnotherSeed,
    NeverBegun,
    NoRoomForClip,
    failure,
    found_no_room,
)
from longvid_tui.engine.logtail import last_lines
from longvid_tui.engine.room import LEAST
from longvid_tui.engine.studio import Studio
from longvid_tui.gantt import spoken
from longvid_tui.project.canvas import Canvas
from longvid_tui.project.disk import DiskError, read_file, sha256_file
from longvid_tui.project.history import OpenAttempt
from longvid_tui.project.items import is_draft
from longvid_tui.redacting import redacted

RAW = "out.mp4"
_WHOLE = "whole.mp4"
"""A draft's clip, enlarged to the canvas of the film."""
_VERDICT = "verdict.json"

NOBODY_SAW: Mapping[str, float | None] = {}
"""The times of an attempt that nobody watched to its end; see `time_of`."""


@dataclass
class Seen:
    """When an attempt was seen doing what, in seconds from its start; None for what was not seen.

    `whole`: it was watched from its start on; otherwise no times are kept, because what its log says may have
    happened long before it was read. `begun`: it said where it stood. `short_of_room`: the disk was full
    meanwhile, so its log need not say why it failed.
    """

    whole: bool = True
    begun: bool = False
    loading: float | None = None
    filming_from: float | None = None
    saving_from: float | None = None
    short_of_room: bool = False

    def hear(self, progress: Progress, now: float) -> None:
        self.begun = True
        if not self.whole:
            return
        if progress.stage == LOADING:
            self.loading = now
        elif self.filming_from is None:
            self.filming_from = now
        if progress.stage == SAVING and self.saving_from is None:
            self.saving_from = now

    def filming(self, seconds: float, *, resident: bool) -> float | None:
        """How long the GPUs filmed, of the `seconds` that the attempt took; None if that was not seen.

        With a resident, waiting for its turn does not count, nor does saving, which keeps no GPU.
        """
        if not self.whole:
            return None
        if not resident:
            return seconds - (self.loading or 0.0)
        begin = self.filming_from if self.filming_from is not None else self.loading or 0.0
        return (seconds if self.saving_from is None else self.saving_from) - begin

    def on_gpus(self, attempt: OpenAttempt, seconds: float) -> float | None:
        """How long an attempt that took `seconds` had its GPUs; None if that was not seen."""
        filming = self.filming(seconds, resident=bool(attempt.resident))
        return None if filming is None else round(filming + (self.loading or 0.0), 3)


async def judge(
    studio: Studio, aside: Aside, attempt: OpenAttempt, directory: Path, end: Ended | Lost, seen: Seen
) -> None:
    """Publish the take of an attempt that ended well; raises DiskError, and BackendError for every other end.

    The verdict on a clip is kept beside it, so that it is not decoded again should the engine be killed before
    the take is journaled.
    """
    if isinstance(end, Lost):
        raise Crashed("The generator vanished without a result: it is started again.")
    said = last_lines(directory / "log", 200)
    lacked_room = not end.stopped and (seen.short_of_room or found_no_room(said))
    if end.code != 0:
        raise _why_failed(attempt, directory, end, seen, said, lacked_room=lacked_room)
    verdict = directory / _VERDICT
    if not verdict.exists():
        facts = await _verify(studio, aside, directory, lacked_room=lacked_room)
        studio.folder.disk.replace(verdict, json.dumps(facts).encode())
    judged = json.loads(read_file(verdict))
    filming = seen.filming(end.seconds, resident=bool(attempt.resident))
    run = _run(studio, attempt, filming, seen.loading) if filming is not None else None
    if run:
        _say_if_slow(studio, attempt.target, run)
        judged["facts"][RUN_FACTS] = run.to_facts()
    if attempt.changes:
        judged["facts"]["changes"] = list(attempt.changes)
    raw = directory / _WHOLE
    raw = raw if raw.exists() else directory / RAW
    path = await asyncio.to_thread(studio.folder.publish, attempt.target, raw, judged["sha"])
    studio.folder.record(
        "take",
        target=attempt.target,
        key=attempt.key,
        path=path,
        recipe=dict(attempt.recipe),
        attempt=attempt.id,
        probe=attempt.probe,
        seconds=round(end.seconds, 3),
        on_gpus=seen.on_gpus(attempt, end.seconds),
        **judged,
    )
    attempts.tidy(directory)


def _why_failed(
    attempt: OpenAttempt, directory: Path, end: Ended, seen: Seen, said: Sequence[str], *, lacked_room: bool
) -> BackendError:
    """The error that an end without success means; `said` are the last lines of its log."""
    if not end.stopped and _has_moved(directory):
        return Crashed("The project was moved while its generator worked: it is started again.")
    if attempt.behind and not (end.stopped or seen.begun or _is_served(attempt)):
        return NeverBegun("The worker ended before it filmed this: it is asked of another.")
    failed = failure(end, said)
    if isinstance(failed, (OutOfMemory, OutOfHostMemory)):
        failed.gpus = len(attempt.gpus)
    if isinstance(failed, Crashed) and lacked_room:
        return NoRoomForClip(failed, _twice_what_was_written(directory))
    return failed


def _is_served(attempt: OpenAttempt) -> bool:
    """Whether the worker that was to film it still lives."""
    holdings = residents.holdings()
    return any(set(gpus) == set(attempt.gpus) and model == attempt.resident for gpus, model in holdings)


def _has_moved(directory: Path) -> bool:
    """Whether the folder that the generator writes to is gone, because the project has another name by now."""
    try:
        out = Path(json.loads(read_file(directory / "request.json"))["out"])
    except (DiskError, ValueError, LookupError, TypeError):
        return False
    return out.parent != directory and not out.parent.exists()


def _run(studio: Studio, attempt: OpenAttempt, filming: float, loading: float | None) -> Run | None:
    """The run to learn from, if GPUs were used: `filming` and `loading` are its seconds."""
    canvas = Canvas.parse(attempt.recipe["canvas"])
    generator = studio.generator(draft=is_draft(attempt.recipe))
    cost = generator.cost_class(canvas, open_ended=attempt.recipe.get("last") is None)
    if cost is None or not attempt.gpus or filming <= 0:
        return None
    work = Work(cost.backend, cost.model, canvas, cost.steps, attempt.recipe["frames"], cost.version)
    return Run(work, published().card(attempt.card), len(attempt.gpus), filming, loading)


def _say_if_slow(studio: Studio, target: str, run: Run) -> None:
    """Say that a run took far longer than is published, once for each kind of run.

    A GPU that throttles, or the slower kind of attention, can halve the speed of all segments.
    """
    kind = (run.work, run.card, run.gpus)
    usual = published().far_over(*kind, run.seconds)
    known = (each for each in own_runs(studio.folder.history) if (each.work, each.card, each.gpus) == kind)
    if usual is None or any(known):
        return
    on = f"{run.gpus} {run.card}{'s' * (run.gpus > 1)}"
    studio.note(
        f"{target} took {spoken(run.seconds)} on {on}, and {spoken(usual)} are published:"
        " `longvid-tui gpus` tells of clocks, power and throttling; is flash attention 3 installed?"
    )


async def _verify(studio: Studio, aside: Aside, directory: Path, *, lacked_room: bool) -> dict[str, Any]:
    # Not at the path in the request: the project may have been moved since, and something else may lie there.
    made = directory / RAW
    request = VideoRequest.from_json(json.loads(read_file(directory / "request.json")))
    problems, facts, misfit, unlike = await aside.run(
        pixels.verify,
        made,
        frames=request.frames,
        width=request.canvas.width,
        height=request.canvas.height,
        fps=request.fps,
        first=request.first,
        last=request.last,
        lands=studio.video.capabilities.lands_on_keyframes,
    )
    if problems:
        refused: BackendError = BadAnswer(f"The clip is refused: {'; '.join(problems)}")
        if misfit:
            other = "choose another `canvas` in project.yaml, or another generator (`backends`)"
            refused = Misconfigured(f"{refused}, as every other will be: {other}.")
        elif unlike:
            refused = NeedsAnotherSeed(f"{refused}: another seed, other words or keyframes may help.")
        raise NoRoomForClip(refused, _twice_what_was_written(directory)) if lacked_room else refused
    if request.canvas != studio.folder.project.canvas:
        small, made = made, directory / _WHOLE
        await aside.run(pixels.stretch, small, made, studio.folder.project.canvas.size)
    sha = await asyncio.to_thread(sha256_file, made)
    return {"sha": sha, "bytes": made.stat().st_size, "facts": dict(facts)}


def _twice_what_was_written(directory: Path) -> int:
    """Bytes to wait for after a clip filled the disk before it was whole: twice what there was of it."""
    try:
        written = (directory / RAW).lstat().st_size
    except OSError:
        written = 0
    return LEAST + 2 * written


def record_end(
    studio: Studio, attempt: OpenAttempt, how: str, detail: str, ran: Mapping[str, float | None] = NOBODY_SAW
) -> None:
    """Journal the end of an attempt without a take.

    `how`: the name of its error, or "stopped". `ran`: how long it took, as `time_of` returns it.
    """
    said = {"attempt": attempt.id, "target": attempt.target, "how": how, "detail": redacted(detail)}
    studio.folder.record("end", **said, **ran)


def time_of(attempt: OpenAttempt, directory: Path, end: Ended | Lost, seen: Seen) -> Mapping[str, float | None]:
    """How long an attempt took (`seconds`) and had its GPUs (`on_gpus`, None: not seen), for its last event.

    If it left no record of its end, it counts until the last line of its log.
    """
    if isinstance(end, Ended):
        had_none = attempt.behind and end.code != 0 and not seen.begun
        on_gpus = 0.0 if had_none else seen.on_gpus(attempt, end.seconds)
        return {"seconds": round(end.seconds, 3), "on_gpus": on_gpus}
    try:
        last_word = (directory / "log").stat().st_mtime
    except OSError:
        return NOBODY_SAW
    return {"seconds": round(max(0.0, last_word - attempt.started), 3)}
