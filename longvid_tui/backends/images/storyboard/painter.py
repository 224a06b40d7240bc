"""Composes a scene into one picture: ground, figures, weather, finish and label."""

from __future__ import annotations

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image, PngImagePlugin

from longvid_tui.backends.contract import ANIMATIC_LABEL
from longvid_tui.backends.images.storyboard.grounds import draw_ground, floor_of
from longvid_tui.backends.images.storyboard.grounds.stage import Stage
from longvid_tui.backends.images.storyboard.laying import lay
from longvid_tui.backends.images.storyboard.light import light_for
from longvid_tui.backends.images.storyboard.scene import Framing, Scene
from longvid_tui.backends.images.storyboard.sheet import Floats, Layer, Sheet
from longvid_tui.backends.images.storyboard.staging import place
from longvid_tui.backends.images.storyboard.weather import weather
from longvid_tui.media.labels import bar
from longvid_tui.media.linear import LUMA

_HORIZON: dict[Framing, float] = {"wide": 0.60, "medium": 0.58, "close": 0.60, "low": 0.74, "high": 0.40}
_SOFT: dict[Framing, float] = {"close": 0.011, "medium": 0.0028}
"""How far the ground is out of focus behind figures that are near, in heights."""


def paint(scene: Scene, width: int, height: int, clean: bool) -> NDArray[np.uint8]:
    """height x width x 3 pixels of a scene; the same for the same scene and size. `clean` leaves out the
    label."""
    stage = staged(scene, width, height)
    sheet = stage.sheet
    draw_ground(stage)
    placements = place(stage, floor_of(stage))
    if placements and scene.framing in _SOFT:
        sheet.blur(_SOFT[scene.framing])
    layer = Layer(width, height)
    for placement in placements:
        lay(stage, layer, placement)
    weather(stage)
    return _labelled(_finished(sheet, scene, stage.chance), clean)


def staged(scene: Scene, width: int, height: int) -> Stage:
    """The empty stage of a scene: its light, and where the camera stands."""
    chance = np.random.default_rng(scene.seed)
    return Stage(
        sheet=Sheet(width, height),
        light=light_for(scene.time, scene.weather, scene.room),
        scene=scene,
        left=float(chance.uniform(0.7, 1.7)),
        zoom=float(chance.uniform(1.0, 1.10)) * {"close": 1.3, "medium": 1.12}.get(scene.framing, 1.0),
        horizon=_HORIZON[scene.framing] + float(chance.uniform(-0.025, 0.025)),
        chance=chance,
    )


def to_png(pixels: NDArray[np.uint8], software: str) -> bytes:
    """PNG that says in its metadata what it is and what made it."""
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Comment", ANIMATIC_LABEL)
    texts.add_text("Software", software)
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "PNG", compress_level=3, pnginfo=texts)
    return out.getvalue()


def _finished(sheet: Sheet, scene: Scene, chance: np.random.Generator) -> NDArray[np.uint8]:
    """Vignette, grain and, where the style asks for it, no colour."""
    pixels: Floats = np.clip(sheet.pixels, 0, 1)
    if scene.monochrome:
        grey = pixels @ np.array(LUMA, np.float32)
        pixels = np.repeat(np.clip((grey - 0.5) * 1.12 + 0.5, 0, 1)[..., None], 3, -1)
    x, y = (sheet.columns / sheet.aspect - 0.5) * 2, (sheet.rows - 0.5) * 2
    shade = np.asarray(1 - 0.17 * np.clip(x * x + y * y - 0.35, 0, 1.5), np.float32)
    grain = chance.standard_normal((sheet.height // 2 + 1, sheet.width // 2 + 1), np.float32) * np.float32(
        0.006
    )
    grain = np.repeat(np.repeat(grain, 2, 0), 2, 1)[: sheet.height, : sheet.width]
    return np.asarray(np.clip((pixels * shade[..., None] + grain[..., None]) * 255 + 0.5, 0, 255), np.uint8)


def _labelled(pixels: NDArray[np.uint8], clean: bool) -> NDArray[np.uint8]:
    if clean:
        return pixels
    drawn = np.asarray(bar(ANIMATIC_LABEL, pixels.shape[1], pixels.shape[0]))
    pixels[-len(drawn) :] = drawn
    return pixels
