"""Camera moves: which one a motion prompt asks for, and what the camera sees at each moment."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

ZOOM = 0.10
"""Share of the picture that a move leaves out at most: enough to be noticed, little enough to stay sharp."""

DISSOLVE_FROM, DISSOLVE_FOR = 0.55, 0.35
"""When the second picture begins to come in, and how long that takes, as shares of the segment."""


@dataclass(frozen=True)
class Move:
    """A camera move in the direction `right` and `down` (-1..1 each).

    `leave`: how far the camera closes in after the first picture, `arrive`: how far it is closed in before the
    last one, 0..1. `dissolves`: share of the segment after which the second picture comes in.
    """

    name: str
    right: float = 0.0
    down: float = 0.0
    leave: float = 1.0
    arrive: float = 1.0
    dissolves: float = DISSOLVE_FROM


@dataclass(frozen=True)
class View:
    """What is seen of a picture: magnification (>= 1) and centre (0..1 of width and height)."""

    zoom: float
    x: float
    y: float


STATIC = Move("static", leave=0.0, arrive=0.0)
PUSH_IN = Move("push in", leave=1.0, arrive=0.0)
PULL_OUT = Move("pull out", leave=0.0, arrive=1.0, dissolves=0.0)
"""The camera cannot draw back from the first picture, which is seen whole, so the second comes at once, from
near."""
PAN_LEFT = Move("pan left", right=-1.0)
PAN_RIGHT = Move("pan right", right=1.0)
TILT_UP = Move("tilt up", down=-1.0)
TILT_DOWN = Move("tilt down", down=1.0)
ORBIT = Move("orbit", right=0.7, down=-0.2)
DRIFT = Move("drift", right=0.35, down=0.2, leave=0.6, arrive=0.6)

_WORDS: tuple[tuple[Move, str], ...] = (
    (
        STATIC,
        r"static|locked[- ]off|still camera|camera (?:is |stays |holds )?(?:still|fixed|steady)|固定镜头|静止"
        r"|cámara fija|statische kamera|caméra fixe|plan fixe",
    ),
    (
        PUSH_IN,
        r"push(?:es|ing)?[- ]in|dolly(?:ing)?[- ]in|zoom(?:s|ing)?[- ]in|(?:moves?|closes?|tracks?) (?:in|closer|forward)"
        r"|推进|推近|拉近|镜头推|(?:se )?acerca|zoom avant|fährt (?:\w+ )?(?:näher|heran)|s'approche",
    ),
    (
        PULL_OUT,
        r"pull(?:s|ing)?[- ](?:out|back|away)|dolly(?:ing)?[- ]out|zoom(?:s|ing)?[- ]out|(?:moves?|tracks?) back"
        r"|拉远|拉出|后退|aleja|zoom arrière|fährt (?:\w+ )?zurück|recule",
    ),
    (
        PAN_LEFT,
        r"(?:pan|truck|track|slide|sweep|move|dolly)(?:s|es|ning|ing)?(?: \w+){0,2} left|向左|左移|左摇"
        r"|hacia la izquierda|nach links|vers la gauche",
    ),
    (
        PAN_RIGHT,
        r"(?:pan|truck|track|slide|sweep|move|dolly)(?:s|es|ning|ing)?(?: \w+){0,2} right|向右|右移|右摇"
        r"|hacia la derecha|nach rechts|vers la droite|tracking shot|tracks? along|panorámica|cámara sigue|kamera folgt|caméra suit|跟拍|跟随",
    ),
    (
        TILT_UP,
        r"tilt(?:s|ing)? up|crane(?:s|ing)? up|rises? up|向上|上摇|升起|hacia arriba|nach oben|vers le haut",
    ),
    (TILT_DOWN, r"tilt(?:s|ing)? down|crane(?:s|ing)? down|向下|下摇|hacia abajo|nach unten|vers le bas"),
    (ORBIT, r"orbit|circles? around|arc shot|环绕|orbita|umkreist|tourne autour"),
    (DRIFT, r"hand[- ]?held|drifts?|sways?|手持|cámara en mano|handkamera|à l'épaule"),
)
_PATTERNS = tuple((move, re.compile(words, re.IGNORECASE)) for move, words in _WORDS)
_UNASKED = (PUSH_IN, PAN_RIGHT, PULL_OUT, PAN_LEFT, DRIFT)


def move_for(prompt: str) -> Move:
    """The move whose words come first in the prompt; without any, one that depends on the prompt."""
    found = [(match.start(), move) for move, pattern in _PATTERNS if (match := pattern.search(prompt))]
    if found:
        return min(found, key=lambda pair: pair[0])[1]
    return _UNASKED[zlib.crc32(prompt.encode("utf-8", "replace")) % len(_UNASKED)]


def mix_at(move: Move, moment: float) -> float:
    """The opacity (0..1) of the last picture at a moment (0..1) of the segment."""
    return _smooth(min(1.0, max(0.0, (moment - move.dissolves) / DISSOLVE_FOR)))


def views(move: Move, moment: float) -> tuple[View, View]:
    """What is seen of the first and the last picture; at 0 the first, at 1 the last is seen as a whole.

    Both travel in the same direction: the first from its middle outwards, the last from the other side to its
    middle.
    """
    gone = _eased(moment)
    return _view(move, move.leave * gone, 1.0), _view(move, move.arrive * (1.0 - gone), -1.0)


def moments(frames: int) -> Iterator[float]:
    """The moment 0..1 of each frame; the last frame is 1."""
    return (index / (frames - 1) for index in range(frames))


def _view(move: Move, closeness: float, side: float) -> View:
    zoom = 1.0 + ZOOM * closeness
    slack = (1.0 - 1.0 / zoom) / 2.0
    return View(zoom, 0.5 + slack * move.right * side, 0.5 + slack * move.down * side)


def _eased(moment: float) -> float:
    """Half linear and half eased: in motion already at the keyframes, so that neighbours flow into each
    other."""
    return 0.5 * moment + 0.5 * _smooth(moment)


def _smooth(value: float) -> float:
    return value * value * (3.0 - 2.0 * value)
