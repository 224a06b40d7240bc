"""Prepares the wish to change a still's picture, or for candidates: checks it and stores the mask, before
anything is paid."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from longvid_tui.backends.contract import Refused
from longvid_tui.engine import pixels
from longvid_tui.engine.elsewhere import Elsewhere
from longvid_tui.engine.studio import Studio
from longvid_tui.engine.targets import WrongTarget
from longvid_tui.project.history import Revision, Take
from longvid_tui.project.items import Item


@dataclass(frozen=True)
class Change:
    """What is to change in a picture.

    `mask`: path of a picture file, or `rectangle`: as masks.rectangle reads it; neither: all of it may change.
    `strength`: how far, 0..1; None if not said.
    """

    note: str = ""
    mask: str = ""
    rectangle: str = ""
    strength: float | None = None

    @property
    def masked(self) -> bool:
        return bool(self.mask or self.rectangle)


async def wish(
    studio: Studio, item: Item, change: Change | None, candidates: int, elsewhere: Elsewhere
) -> dict[str, Any]:
    """The fields of a `retake` event besides target and note; raises WrongTarget, Refused, BadPicture,
    DiskError."""
    if item.locked:
        raise Refused(f"{item.target} is locked: `unlock` it first.")
    if change is None and candidates == 1:
        return {}
    if item.target.startswith("s"):
        raise WrongTarget(f"{item.target} is a clip: only keyframes can be changed or have candidates")
    if item.recipe is None:
        raise Refused(f"{item.target} {item.reason}; ask after that.")
    asked = {"subject": item.subject, "candidates": candidates}
    return {**asked, "revision": await _revision(studio, item, change, elsewhere)} if change else asked


async def _revision(studio: Studio, item: Item, change: Change, elsewhere: Elsewhere) -> dict[str, Any]:
    base = item.chosen
    if base is None:
        raise Refused(f"{item.target} has no picture to change yet: make it with `run` first.")
    _is_said(item, change)
    _is_possible(studio, item.target, change)
    mask = await _kept_mask(studio, item.target, base, change, elsewhere) if change.masked else ""
    return asdict(Revision(base.sha, mask, change.strength, change.note))


def _is_said(item: Item, change: Change) -> None:
    if change.masked and change.strength is not None:
        raise WrongTarget("within a mask all is painted anew: leave the strength out, or the mask")
    if change.mask and change.rectangle:
        raise WrongTarget("give a mask as a picture or as a rectangle, not both")
    words = f"{change.note}{(item.recipe or {}).get('prompt', '')}"
    if not words.strip() or not (change.note.strip() or change.masked or change.strength is not None):
        raise WrongTarget(f"say with a note what is to change in {item.target}")


def _is_possible(studio: Studio, target: str, change: Change) -> None:
    can, name = studio.images.capabilities, studio.images.name
    otherwise = (
        f"make {target} anew with a plain `retake`, or choose another image provider (docs/providers.md)."
    )
    if not can.image_to_image:
        raise Refused(f"{name} paints from words alone and cannot change a picture: {otherwise}")
    if change.masked and not can.masks:
        raise Refused(f"{name} takes no masks: {otherwise}")
    if change.strength is not None and not can.strength:
        raise Refused(f"{name} cannot be told a strength: {otherwise}")


async def _kept_mask(studio: Studio, target: str, base: Take, change: Change, elsewhere: Elsewhere) -> str:
    """Store the mask in the project, in the size of the picture; returns its relative path."""
    picture, mask = studio.folder.path(base.path), Path(change.mask) if change.mask else None
    data = await elsewhere.on_pixels(pixels.mask_for, picture, mask, change.rectangle)
    return studio.folder.keep(target, data, "-mask.png", hashlib.sha256(data).hexdigest())
