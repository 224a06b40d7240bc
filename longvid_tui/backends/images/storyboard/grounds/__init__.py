"""Places: what lies behind and under the subjects. The same place has the same hills, trees and roofs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from longvid_tui.backends.images.storyboard.grounds.abstract import abstract
from longvid_tui.backends.images.storyboard.grounds.beyond import sky, space, underwater
from longvid_tui.backends.images.storyboard.grounds.city import city, roof, station
from longvid_tui.backends.images.storyboard.grounds.heights import cave, mountain
from longvid_tui.backends.images.storyboard.grounds.land import desert, field, hills, road
from longvid_tui.backends.images.storyboard.grounds.room import room
from longvid_tui.backends.images.storyboard.grounds.shores import beach, cliff, cliff_top, harbour, lake, sea
from longvid_tui.backends.images.storyboard.grounds.stage import Stage
from longvid_tui.backends.images.storyboard.grounds.village import village
from longvid_tui.backends.images.storyboard.grounds.winter import ice, snow
from longvid_tui.backends.images.storyboard.grounds.woods import forest
from longvid_tui.backends.images.storyboard.sheet import Point

WATERS = frozenset(("sea", "beach", "harbour", "cliff", "lake"))
"""Places where boats float."""

FLOATING = frozenset(("space", "underwater", "sky", "abstract"))
"""Places without a ground to stand on."""

_GROUNDS: dict[str, Callable[[Stage], None]] = {
    "abstract": abstract, "hills": hills, "field": field, "forest": forest, "mountain": mountain, "cave": cave, "sea": sea,
    "beach": beach, "cliff": cliff, "harbour": harbour, "lake": lake, "snow": snow, "ice": ice, "desert": desert,
    "village": village, "city": city, "roof": roof, "station": station, "road": road, "room": room, "space": space,
    "underwater": underwater, "sky": sky,
}  # fmt: skip


GROUNDS = frozenset(_GROUNDS)
"""All places there is a picture of."""


@dataclass(frozen=True)
class Floor:
    """Where feet can be: `y` in the foreground, `far` behind it, between `left` and `right`.

    `perch` is where the one building of a place belongs, if it has such a spot; `water` is where boats can be,
    if not everywhere; `step` is how far before `far` a building comes that stands there alone.
    """

    y: float
    far: float
    left: float
    right: float
    perch: Point | None = None
    water: tuple[float, float] | None = None
    step: float = 0.08


def draw_ground(stage: Stage) -> None:
    """The sky and the place of the scene; everything but the subjects and the weather."""
    _GROUNDS[stage.scene.place](stage)


def floor_of(stage: Stage) -> Floor:
    place, aspect = stage.scene.place, stage.sheet.aspect
    near = min(0.91, max(0.85, stage.horizon + 0.2))
    far = min(near - 0.06, stage.horizon + 0.15)
    if place == "cliff":
        left, right, y = cliff_top(stage)
        wide = right - left
        on_the_right = left > aspect / 4  # the building stands at the outer end, the living towards the edge
        land = (
            (left + 0.04 * wide, left + 0.56 * wide)
            if on_the_right
            else (left + 0.44 * wide, right - 0.04 * wide)
        )
        perch = left + (0.74 if on_the_right else 0.26) * wide, y + 0.02
        water = (0.0, left) if on_the_right else (right, aspect)
        return Floor(y + 0.035, y + 0.02, *land, perch, water)
    if place in ("sea", "beach", "harbour"):  # on the sand or the quay, not in the water
        return Floor(near, max(far, 0.84), 0.05 * aspect, 0.95 * aspect)
    if place == "lake":  # on the far shore
        return Floor(near, stage.horizon + 0.03, 0.05 * aspect, 0.95 * aspect, step=0.0)
    if place in ("room", "station", "roof"):
        return Floor(min(0.92, near + 0.02), near - 0.08, 0.06 * aspect, 0.94 * aspect)
    return Floor(near, far, 0.05 * aspect, 0.95 * aspect)
