"""Where the camera stands and how it moves: what the writer says, else what suits the action."""

from __future__ import annotations

import re
from collections.abc import Mapping

from longvid_tui.backends.lexicon import Lexicon
from longvid_tui.backends.planners.outline.phrases import Framing, Move

_CAMERA_ONLY = re.compile(
    r"^(?:(?:the )?(?:camera|shot|lens|view)\b|(?:slow(?:ly)? )?(?:pan|dolly|zoom|tilt|crane|track|push|pull|orbit|close[- ]up|"
    r"wide shot|aerial shot|tracking shot|static shot)\b|la cámara\b|(?:die )?kamera\b|la caméra\b|镜头|特写)",
    re.IGNORECASE,
)
_CAMERA = re.compile(
    r"\bcamera\b|\b(?:close[- ]?up|wide|medium|long|aerial|drone|tracking|establishing|static|crane|dolly|low[- ]angle|"
    r"high[- ]angle|overhead|pov|over[- ]the[- ]shoulder) (?:shot|view|angle)\b|\b(?:extreme )?close[- ]?ups?\b|^macro\b"
    r"|\bpan(?:s|ning)? (?:left|right|across|over)\b|\b(?:zoom|dolly|push|pull|tilt)(?:s|es|ing)?[- ](?:in|out|up|down|back|away)\b"
    r"|\btimelapse\b|seen from above|cámara|\bkamera|caméra|gros plan|plan large|primer plano|plano general|nahaufnahme|totale"
    r"|镜头|特写|远景|中景|近景|全景|俯拍|仰拍",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"^(?:(?:extreme |very )?(?:close[- ]?up|wide|medium|long|aerial|drone|tracking|establishing|static|crane|dolly|low[- ]angle|high[- ]angle"
    r"|overhead|macro|insert|pov|two[- ]shot|over[- ]the[- ]shoulder)(?: shot| view| angle)?|primer plano|plano (?:general|medio|detalle)"
    r"|nahaufnahme|totale|halbnahe|gros plan|plan (?:large|moyen|d'ensemble)|特写|远景|中景|近景|全景|俯拍|仰拍)\s*(?:[:：,，.–—-]|\b(?:of|on|de|von)\b)",
    re.IGNORECASE,
)
_CLOSE = re.compile(
    r"\b(?:faces?|eyes?|hands?|fingers?|lips|tears?|smil(?:es|ed|ing)|whispers?|drops?|details?|ring|key|scar|breath(?:es|ing)?"
    r"|cara|ojos?|manos?|sonríe|lágrimas?|gesicht|augen|hände|lächelt|tränen?|visage|yeux|mains?|sourit|larmes?)\b"
    r"|脸|眼睛|手指|双手|笑|泪",
    re.IGNORECASE,
)
_DEED_WORDS: Mapping[Move, str] = {
    "follow": r"\b(?:walk|run|ran|race|ride|rode|drive|drove|sail|swim|swam|chase|follow|march|gallop|hurr|flies|flew|flee|sprint|slid|cross"
    r"|camina|corre|cruza|vuela|sigue|cabalga|nada|läuft|rennt|fährt|fliegt|geht|folgt|schwimmt|marche|court|traverse|vole|suit|nage)\w*"
    r"|走|跑|奔|骑|飞|追|游|跟",
    "up": r"\b(?:climb|rise|rises|rose|lifts? off|takes? off|looks? up|tower|soar|ascend|sube|asciende|despega|steigt|klettert|hebt ab|monte"
    r"|grimpe|s'élève|lève les yeux)\w*|升起|爬|抬头|抬起头|起飞",
    "out": r"\b(?:everywhere|whole|entire|horizon|landscape|alone|empty|leaves|disappears?|vanish\w*|thousands?|hundreds|surround\w*|twenty"
    r"|todo el|toda la|horizonte|desaparece|miles|ganze\w*|überall|horizont|verschwindet|tausende?|partout|entier|horizon|disparaît)\b"
    r"|消失|整个|到处|远处|四周",
    "in": r"\b(?:look|looks|looked|sees?|saw|finds?|found|discover|open|listen|hear|hold|hug|watch|notice|picks? up|remember|speaks?"
    r"|mira|ve|encuentra|descubre|abre|escucha|oye|abraza|sieht|findet|entdeckt|öffnet|hört|hält|regarde|voit|trouve|découvre|ouvre"
    r"|écoute|entend|serre)\w*|看|发现|打开|听|抱|捡起",
}
_DEEDS = {move: re.compile(words, re.IGNORECASE) for move, words in _DEED_WORDS.items()}
_TURN: tuple[Move, ...] = ("in", "drift", "out", "right", "left")
_NEARER: tuple[Framing, ...] = ("close", "medium", "side", "close", "low", "medium", "long")


def is_camera_only(sentence: str, lexicon: Lexicon) -> bool:
    """Whether the sentence only moves the camera and shows nothing new."""
    return bool(_CAMERA_ONLY.match(sentence)) and lexicon.subjects.first(sentence) is None


def names_camera(text: str) -> bool:
    """Whether the writer says how the camera stands or moves."""
    return bool(_CAMERA.search(text))


def starts_with_framing(text: str) -> bool:
    """Whether the text begins with a size of shot, as in "Close-up: a hand": then it follows a cut."""
    return bool(_LABEL.match(text))


def without_framing(text: str) -> str:
    """The text without the size of shot it begins with."""
    rest = _LABEL.sub("", text).strip()
    return rest[:1].upper() + rest[1:]


def move_for(text: str, index: int, before: Move | None) -> Move:
    """A move that suits the action and is not the one `before`; without a known action, each in turn."""
    suits = [move for move, deed in _DEEDS.items() if deed.search(text)]
    turn = [_TURN[(index + at) % len(_TURN)] for at in range(len(_TURN))]
    return next(move for move in (*suits, *turn) if move != before)


def framing_for(text: str, index: int, opens: bool, before: Framing | None) -> Framing:
    """How near a still is seen: a new place from afar, faces and hands from near, and never as the one
    `before`."""
    if opens and before != "wide":
        return "wide"
    if _CLOSE.search(text) and before != "close":
        return "close"
    turn = [_NEARER[(index + at) % len(_NEARER)] for at in range(len(_NEARER))]
    return next(framing for framing in turn if framing != before)
