"""Makes a keyframe or master: buys or reads each picture once, fits it to the canvas, publishes the take."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from longvid_tui.backends.contract import BadAnswer, ImageRequest, ImageResult, Refused, amounts
from longvid_tui.engine import pixels
from longvid_tui.engine.aside import Aside
from longvid_tui.engine.elsewhere import Elsewhere
from longvid_tui.engine.forming import shown_while_it_forms
from longvid_tui.engine.studio import Studio
from longvid_tui.engine.tasks import Task
from longvid_tui.media.errors import BadPicture
from longvid_tui.media.images import Normalised, normalise
from longvid_tui.project.disk import DiskError, read_file
from longvid_tui.project.items import Item
from longvid_tui.project.masters import own_picture
from longvid_tui.project.model import digest
from longvid_tui.project.stills import Recipe, own_recipe, paint_key

_SUFFIXES = {b"\x89PNG": ".png", b"\xff\xd8\xff": ".jpg", b"RIFF": ".webp"}


async def paint_still(studio: Studio, aside: Aside, item: Item, task: Task) -> None:
    """Make all missing takes of `item`; raises BackendError and DiskError."""
    for recipe in item.missing:
        started = time.monotonic()
        own = own_picture(studio.folder.project, item.target)
        if "picture" in recipe and own is not None:
            fitted = await _fit_own(studio, aside, own)
        else:
            data = await _bought(studio, item, recipe) or await _buy(studio, item, recipe, task)
            fitted = await asyncio.to_thread(_fit, studio, data, item, recipe)
        seconds = time.monotonic() - started
        await studio.room.for_(partial(_publish, studio, item.target, recipe, fitted, seconds))


async def _fit_own(studio: Studio, aside: Aside, own: str) -> Normalised:
    project = studio.folder.project
    try:
        _, fitted = await aside.run(
            pixels.fitted, studio.folder.path(own), project.canvas, project.fit, project.focus
        )
    except BadPicture as error:
        raise DiskError(f"{own}: {error}") from error
    return fitted


@dataclass(frozen=True)
class Brought:
    """The person's own picture, copied to `path` in the project and `fitted` to the canvas in `seconds`.

    `recipe`: of a still that shows it.
    """

    path: str
    fitted: Normalised
    recipe: Recipe
    seconds: float


async def bring_in(studio: Studio, target: str, file: Path, elsewhere: Elsewhere) -> Brought:
    """Copy the person's own picture into the project; raises BadPicture if it cannot be used, and DiskError."""
    started, project = time.monotonic(), studio.folder.project
    try:
        sha, fitted = await elsewhere.on_pixels(pixels.fitted, file, project.canvas, project.fit, project.focus)
    except BadPicture as error:
        raise BadPicture(f"{file}: {error}") from error
    studio.folder.directory("pictures")
    place = f"pictures/{target.removeprefix('@')}-{sha[:12]}{file.suffix.lower()}"
    await elsewhere.on_disk(_copy, studio, file, sha, place)
    recipe = own_recipe(project, sha)
    return Brought(place, fitted, recipe, time.monotonic() - started)


def _copy(studio: Studio, file: Path, sha: str, place: str) -> None:
    data = read_file(file)
    if hashlib.sha256(data).hexdigest() != sha:
        raise BadPicture(f"{file} was written while it was read: upload it again")
    studio.folder.disk.replace(studio.folder.path(place), data)


def show_own_picture(studio: Studio, item: Item, brought: Brought) -> None:
    """Publish the take of a still that shows the person's own picture; no backend is asked."""
    if brought.recipe in item.missing:
        _publish(studio, item.target, brought.recipe, brought.fitted, brought.seconds)


def _publish(studio: Studio, target: str, recipe: Recipe, fitted: Normalised, seconds: float) -> None:
    sha = hashlib.sha256(fitted.png).hexdigest()
    path = studio.folder.keep(target, fitted.png, ".png", sha)
    studio.folder.record(
        "take",
        target=target,
        key=digest(recipe),
        sha=sha,
        path=path,
        bytes=len(fitted.png),
        recipe=dict(recipe),
        pixels=fitted.pixels,
        seconds=round(seconds, 3),
    )


async def _bought(studio: Studio, item: Item, recipe: Recipe) -> bytes:
    """The picture that was bought for this recipe before; empty if there is none."""
    painting = item.record.paintings.get(paint_key(recipe))
    if painting is None or not studio.folder.path(painting.path).is_file():
        return b""
    return await asyncio.to_thread(read_file, studio.folder.path(painting.path))


async def _buy(studio: Studio, item: Item, recipe: Recipe, task: Task) -> bytes:
    """Have a picture painted, and with it as many other candidates as one request returns; journal them as one
    event."""
    after = item.missing.index(recipe)
    wanted = [one for one in item.missing[after:] if not await _bought(studio, item, one)]
    wanted = wanted[: studio.images.capabilities.candidates]
    request = replace(_request(studio, item, recipe), count=len(wanted))
    with shown_while_it_forms(studio, task) as on_partial:
        result = await studio.images.paint(replace(request, on_partial=on_partial))
    await studio.room.for_(partial(_keep, studio, item.target, wanted, result))
    return result.data


def _keep(studio: Studio, target: str, wanted: Sequence[Recipe], result: ImageResult) -> None:
    """Store the painted pictures and journal what they cost."""
    pictures = zip(wanted, (result.data, *result.others), strict=False)
    first, *others = [_stored(studio, target, one, data) for one, data in pictures]
    studio.folder.record(
        "painted",
        target=target,
        **first,
        **({"others": others} if others else {}),
        cost_usd=amounts.paid(result.cost_usd),
        model=result.model,
        details=dict(result.details),
    )


def _stored(studio: Studio, target: str, recipe: Recipe, data: bytes) -> dict[str, str]:
    sha = hashlib.sha256(data).hexdigest()
    path = studio.folder.keep(target, data, f"-original{_suffix(data)}", sha)
    return {"key": paint_key(recipe), "path": path, "sha": sha}


def _request(studio: Studio, item: Item, recipe: Recipe) -> ImageRequest:
    request = ImageRequest(
        prompt=recipe["prompt"],
        canvas=studio.folder.project.canvas,
        seed=recipe["seed"],
        negative=recipe["negative"],
        note=_note(item, recipe),
        references=_references(studio, recipe),
        on_wait=partial(studio.note_wait, item.target),
    )
    if "revision" not in recipe:
        return request
    strength = recipe["revision"]["strength"]
    told = {} if strength is None else {"strength": strength}
    return replace(request, base=_base(studio, item, recipe), mask=_mask(studio, recipe), **told)


def _note(item: Item, recipe: Recipe) -> str:
    """What the person said: what is to change in the picture, and what was wrong with the take before."""
    said = (recipe.get("revision", {}).get("note", ""), item.record.note)
    return ". ".join(dict.fromkeys(filter(None, said)))


def _references(studio: Studio, recipe: Recipe) -> tuple[Path, ...]:
    """The pictures of the masters, by the pixels the recipe names; raises Refused if one is gone."""
    found: list[Path] = []
    for target, named in recipe.get("masters", {}).items():
        takes = studio.folder.history.record(target).takes
        paths = [studio.folder.path(take.path) for take in reversed(takes) if take.pixels == named]
        there = next((path for path in paths if path.is_file()), None)
        if there is None:
            raise Refused(f"The picture of {target} is gone: `run` again to make it anew.")
        found.append(there)
    return tuple(found)


def _base(studio: Studio, item: Item, recipe: Recipe) -> Path:
    """The picture that is to be changed; raises Refused if it is gone."""
    take = item.record.take(recipe["revision"]["base"])
    path = studio.folder.path(take.path) if take else None
    if path is None or not path.is_file():
        raise Refused(f"The picture of {item.target} that was to be changed is gone: retake it anew.")
    return path


def _mask(studio: Studio, recipe: Recipe) -> Path | None:
    mask = recipe.get("revision", {}).get("mask")
    return studio.folder.path(mask) if mask else None


def _fit(studio: Studio, data: bytes, item: Item, recipe: Recipe) -> Normalised:
    project = studio.folder.project
    try:
        fitted = normalise(data, *project.canvas.size, project.fit, project.focus)
    except BadPicture as error:
        raise BadAnswer(f"The picture for {item.target} cannot be used: {error}") from error
    mask = _mask(studio, recipe)
    if mask is None:
        return fitted
    from longvid_tui.backends import masks

    return masks.kept_outside(fitted, _base(studio, item, recipe), mask)


def _suffix(data: bytes) -> str:
    return next((suffix for magic, suffix in _SUFFIXES.items() if data.startswith(magic)), ".bin")
