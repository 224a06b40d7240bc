"""Subjects: each is drawn in a box of height 1 that stands on (0, 0), y upwards, looking right."""

from __future__ import annotations

from collections.abc import Callable

from longvid_tui.backends.images.storyboard.cast import Subject
from longvid_tui.backends.images.storyboard.figures import (
    buildings,
    drifting,
    flying,
    glowing,
    growing,
    household,
    swimming,
    things,
    upright,
    vehicles,
)
from longvid_tui.backends.images.storyboard.figures.beasts import beast
from longvid_tui.backends.images.storyboard.figures.kinds import BEASTS
from longvid_tui.backends.images.storyboard.figures.pen import HUES, Pen
from longvid_tui.backends.images.storyboard.figures.people import person
from longvid_tui.backends.images.storyboard.scene import Scene

_OWN_COLOURS = {
    "fox": ("red", "orange"), "deer": ("brown", "red"), "squirrel": ("red",), "bear": ("brown",), "elephant": ("grey",),
}  # fmt: skip
"""What people call the coat an animal has anyway."""

PEOPLE = ("man", "woman", "child", "person")

_DRAWN: dict[str, Callable[[Pen, str], None]] = {
    "astronaut": upright.astronaut, "robot": upright.robot, "penguin": upright.penguin, "dinosaur": upright.dinosaur,
    "bird": flying.bird, "firefly": glowing.firefly, "butterfly": flying.butterfly, "dragon": flying.dragon,
    "fish": swimming.fish, "whale": swimming.whale, "seal": swimming.seal, "turtle": swimming.turtle,
    "octopus": swimming.octopus, "jellyfish": drifting.jellyfish, "iceberg": drifting.iceberg, "submarine": vehicles.submarine,
    "boat": vehicles.boat, "car": vehicles.car, "bus": vehicles.bus, "train": vehicles.train, "bicycle": vehicles.bicycle,
    "plane": vehicles.plane, "airship": vehicles.airship, "rocket": vehicles.rocket,
    "lighthouse": buildings.lighthouse, "house": buildings.house, "castle": buildings.castle, "temple": buildings.temple,
    "church": buildings.church, "tower": buildings.tower, "windmill": buildings.windmill, "bridge": buildings.bridge,
    "tent": buildings.tent, "hive": buildings.hive, "dome": buildings.dome, "door": buildings.door,
    "flower": growing.flower, "palm": growing.palm,
    "fire": glowing.fire, "candle": glowing.candle, "torch": glowing.torch, "lantern": glowing.lantern, "moon": glowing.moon,
    "umbrella": things.umbrella, "kite": things.kite, "balloon": things.balloon, "book": things.book, "letter": things.letter,
    "cup": things.cup, "bottle": things.bottle, "clock": household.clock, "piano": household.piano, "violin": household.violin,
    "table": household.table, "box": household.crate, "ball": things.ball, "shoe": things.shoe, "screen": household.screen,
    "egg": things.egg, "bell": household.bell,
}  # fmt: skip


DRAWN = frozenset((*_DRAWN, *BEASTS, *PEOPLE, "tree"))
"""All concepts there is a figure for."""


def draw_figure(pen: Pen, subject: Subject, scene: Scene, holds: bool = False) -> None:
    """Draw one of a subject, in the posture and the season of its scene."""
    hue = HUES.get(subject.colour, "")
    if subject.concept in BEASTS:
        coat = "" if subject.colour in _OWN_COLOURS.get(subject.concept, ()) else hue
        beast(pen, BEASTS[subject.concept], coat, running=scene.posture == "run", asleep=scene.posture == "lie")
    elif subject.concept in PEOPLE:
        person(pen, subject, scene.posture, holds)
    elif subject.concept == "tree":
        growing.tree(pen, hue, "winter" if scene.snowy else scene.season)
    else:
        _DRAWN[subject.concept](pen, hue)
