"""How large things are next to each other, and how they are in the world: afloat, in the air, in a hand."""

from __future__ import annotations

_SIZES: dict[str, tuple[float, float]] = {
    # concept: height next to a grown person of height 1 (compressed, so that all fit a picture), width in own heights
    "man": (1.0, 0.42), "woman": (0.97, 0.42), "person": (0.98, 0.42), "child": (0.74, 0.46), "astronaut": (1.04, 0.55),
    "robot": (1.02, 0.55), "penguin": (0.55, 0.6), "dinosaur": (0.95, 1.4),
    "fox": (0.50, 1.45), "wolf": (0.60, 1.3), "dog": (0.52, 1.05), "cat": (0.38, 1.0), "lion": (0.66, 1.3), "tiger": (0.62, 1.4),
    "horse": (1.05, 1.15), "deer": (1.0, 0.95), "cow": (0.86, 1.3), "sheep": (0.62, 1.05), "bear": (0.82, 1.2),
    "rabbit": (0.36, 0.8), "squirrel": (0.34, 0.9), "mouse": (0.20, 1.3), "elephant": (1.4, 1.3),
    "bird": (0.30, 1.35), "butterfly": (0.18, 1.2), "firefly": (0.06, 1.0), "dragon": (1.25, 1.75), "fish": (0.30, 1.4), "whale": (0.85, 2.2),
    "seal": (0.48, 1.5), "turtle": (0.36, 1.7), "octopus": (0.85, 1.6), "jellyfish": (0.5, 0.8), "iceberg": (1.7, 1.65),
    "boat": (1.35, 1.15), "submarine": (0.95, 2.4), "car": (0.62, 2.05), "bus": (1.05, 2.5), "train": (1.05, 6.0), "bicycle": (0.62, 1.55), "plane": (0.6, 2.1),
    "airship": (1.5, 0.8), "rocket": (1.6, 0.5), "lighthouse": (2.4, 0.5), "house": (1.4, 1.08), "castle": (2.3, 1.15),
    "temple": (1.9, 1.1), "church": (1.9, 0.95), "tower": (2.3, 0.32), "windmill": (2.0, 0.85), "bridge": (0.9, 3.0), "tent": (0.8, 1.5),
    "hive": (0.55, 0.85), "dome": (1.3, 2.0), "palm": (1.8, 0.95), "door": (1.3, 0.62), "tree": (1.9, 0.75), "flower": (0.42, 0.5), "fire": (0.5, 0.95), "candle": (0.26, 0.45), "torch": (0.44, 0.3), "lantern": (0.34, 0.5),
    "moon": (0.6, 1.0), "umbrella": (0.62, 1.1), "kite": (0.5, 0.7), "balloon": (0.72, 0.56), "book": (0.17, 1.7), "letter": (0.17, 1.4),
    "cup": (0.16, 1.1), "bottle": (0.3, 0.4), "clock": (0.24, 1.0), "piano": (0.78, 1.5), "violin": (0.42, 0.4), "table": (0.46, 2.0),
    "box": (0.34, 1.3), "ball": (0.22, 1.0), "shoe": (0.17, 2.0), "screen": (0.4, 1.5), "egg": (0.2, 0.76), "bell": (0.26, 0.85),
}  # fmt: skip

AIRBORNE = frozenset(
    ["bird", "plane", "airship", "dragon", "butterfly", "firefly", "kite", "rocket", "balloon", "moon"]
)
AFLOAT = frozenset(["boat", "whale", "fish", "seal", "turtle", "iceberg", "submarine", "octopus", "jellyfish"])
BUILDINGS = frozenset(
    [
        "lighthouse",
        "house",
        "castle",
        "temple",
        "church",
        "tower",
        "windmill",
        "tree",
        "palm",
        "hive",
        "dome",
        "train",
        "bus",
        "bridge",
        "tent",
    ]
)
"""What stands behind the living rather than beside them."""

HELD = frozenset(
    [
        "umbrella",
        "kite",
        "balloon",
        "lantern",
        "candle",
        "torch",
        "book",
        "letter",
        "cup",
        "bottle",
        "clock",
        "flower",
        "ball",
        "violin",
        "egg",
        "bell",
        "box",
        "shoe",
    ]
)
TABLETOP = frozenset(
    [
        "candle",
        "book",
        "letter",
        "cup",
        "bottle",
        "clock",
        "egg",
        "bell",
        "box",
        "ball",
        "shoe",
        "flower",
        "lantern",
        "screen",
        "violin",
    ]
)
HANDS = frozenset(["man", "woman", "person", "child", "robot", "astronaut"])
OVERHEAD = frozenset(["umbrella", "kite", "balloon", "torch"])
"""What rises above the hand that holds it; of several, each of several people holds one."""


def height_of(concept: str) -> float:
    return _SIZES[concept][0]


def width_of(concept: str) -> float:
    """In its own heights."""
    return _SIZES[concept][1]
