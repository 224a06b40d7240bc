"""Makes a keyframe: buys or reads its picture once, fits it to the canvas, publishes the take."""

from __future__ import annotations

import asyncio
import hashlib
import time

from longvid_tui.backends.contract import BadAnswer, ImageRequest
from longvid_tui.engine.studio import Notice, Studio
from longvid_tui.media.errors import BadPicture
from longvid_tui.media.images import Normalised, normalise
from longvid_tui.project.disk import DiskError
from longvid_tui.project.model import Keyframe
from longvid_tui.project.state import Item, Recipe, paint_key

_SUFFIXES = {b"\x89PNG": ".png", b"\xff\xd8\xff": ".jpg", b"RIFF": ".webp"}


async def paint_keyframe(studio: Studio, item: Item) -> None:
    """Make the take that `item` wants; raises BackendError and DiskError."""
    assert item.recipe is not None
    started = time.monotonic()
    keyframe = studio.folder.project.keyframe(item.target)
    data = await _picture(studio, keyframe, item, item.recipe)
    fitted = await asyncio.to_thread(_fit, studio, data, keyframe)
    sha = hashlib.sha256(fitted.png).hexdigest()
    path = studio.folder.keep(item.target, fitted.png, ".png", sha)
    studio.folder.record(
        "take",
        target=item.target,
        key=item.key,
        sha=sha,
        path=path,
        bytes=len(fitted.png),
        recipe=dict(item.recipe),
        pixels=fitted.pixels,
        seconds=round(time.monotonic() - started, 3),
    )


async def _picture(studio: Studio, keyframe: Keyframe, item: Item, recipe: Recipe) -> bytes:
    if keyframe.picture is not None:
        return await asyncio.to_thread(studio.folder.path(keyframe.picture).read_bytes)
    key = paint_key(recipe)
    painting = item.record.paintings.get(key)
    if painting and studio.folder.path(painting.path).is_file():
        return await asyncio.to_thread(studio.folder.path(painting.path).read_bytes)
    result = await studio.images.paint(
        ImageRequest(
            prompt=recipe["prompt"],
            canvas=studio.folder.project.canvas,
            seed=recipe["seed"],
            negative=recipe["negative"],
            note=item.record.note,
            on_wait=lambda why, seconds: studio.tell(
                Notice("note", None, f"{item.target} waits {seconds:.0f} s: {why}")
            ),
        )
    )
    sha = hashlib.sha256(result.data).hexdigest()
    path = studio.folder.keep(item.target, result.data, f"-original{_suffix(result.data)}", sha)
    studio.folder.record(
        "painted",
        target=item.target,
        key=key,
        path=path,
        sha=sha,
        cost_usd=result.cost_usd,
        model=result.model,
        details=dict(result.details),
    )
    return result.data


def _fit(studio: Studio, data: bytes, keyframe: Keyframe) -> Normalised:
    project = studio.folder.project
    try:
        return normalise(data, *project.canvas.size, project.fit, project.focus)
    except BadPicture as error:
        if keyframe.picture is not None:
            raise DiskError(f"{keyframe.picture}: {error}") from error
        raise BadAnswer(f"The picture for {keyframe.id} cannot be used: {error}") from error


def _suffix(data: bytes) -> str:
    return next((suffix for magic, suffix in _SUFFIXES.items() if data.startswith(magic)), ".bin")
