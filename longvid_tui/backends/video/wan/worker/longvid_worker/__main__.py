"""Loads the model, then films the segments that are asked for, one after the other."""

from __future__ import annotations

import faulthandler
import json
import logging
import os
import signal
import sys
import time
import traceback
from pathlib import Path
from typing import Any, Callable  # noqa: UP035 (Python 3.8)

from .desk import CRASHED, Desk
from .model import Cancelled, Frames, Model, keyframes
from .ranks import Ranks, join

GIVEN_UP = object()


def serve(desk: Desk | None, model: Model, ranks: Ranks) -> None:
    """Film until it is time to end. Only rank 0 has a `desk`; the other ranks hear from it."""
    while True:
        job = desk.next_job() if desk else None
        request = ranks.hear(job.request if job else None)
        if request is None:
            break
        if job:
            logging.info("Segment %d.", job.number)
        _answer(request, desk, model, ranks)
    if desk:
        desk.close()


def _answer(request: dict[str, Any], desk: Desk | None, model: Model, ranks: Ranks) -> None:
    """Film one segment and answer its client; its frames may still be saved while the next one is filmed."""
    pictures, objection = keyframes(request)
    objections = list(filter(None, ranks.all(objection)))
    if objections:
        if desk:
            desk.settle("failed", error=objections[0])
        return
    video = _filmed(request, pictures, desk, model, ranks)
    if video is GIVEN_UP:
        model.put_away()
        logging.info("Cancelled.")
        if desk:
            desk.settle("cancelled")
    elif desk:
        logging.info("Saving generated video to %s", desk.frames_to())
        desk.deliver(Frames(video))


def _filmed(request: dict[str, Any], pictures: list[Any], desk: Desk | None, model: Model, ranks: Ranks) -> Any:
    try:
        return model.film(request, pictures, _heeding(desk, ranks))
    except Cancelled:
        # Answered instead of raised: a traceback would keep what the run holds on the GPU.
        return GIVEN_UP


def _heeding(desk: Desk | None, ranks: Ranks) -> Callable[[], None]:
    """The function that every rank calls before a step, so that all go on, or all give up."""
    last = time.monotonic()

    def before_step() -> None:
        nonlocal last
        if ranks.hear(desk.is_cancelled() if desk else None):
            raise Cancelled
        if desk:
            desk.stepped(time.monotonic() - last)
            last = time.monotonic()

    return before_step


def main(path: str) -> None:
    args = json.loads(Path(path).read_text(encoding="utf-8"))
    faulthandler.register(signal.SIGUSR1, all_threads=True)
    rank = int(os.environ.get("RANK", "0"))
    desk = Desk(Path(args["directory"]), args["idle_seconds"]) if rank == 0 else None
    os.chdir(args["repo"])
    sys.path[0] = args["repo"]
    logging.basicConfig(
        level=logging.INFO if rank == 0 else logging.ERROR,
        format="[%(asctime)s] %(levelname)s: %(message)s",
        handlers=[logging.StreamHandler(sys.stdout)],
    )
    try:
        ranks = join(args)
        model = Model(args, ranks)
        if desk:
            desk.loaded = True
        serve(desk, model, ranks)
    except BaseException:  # noqa: BLE001
        traceback.print_exc()
        sys.stdout.flush()
        if desk:
            desk.close()
        # Other ranks may be waiting inside NCCL for this one: nothing can be tidied up any more.
        os._exit(CRASHED)


if __name__ == "__main__":
    main(sys.argv[1])
