"""What of a prompt can be drawn: where, when, in which weather, who, doing what, seen from how far."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from typing import Literal

from longvid_tui.backends.images.storyboard.cast import MOST_SUBJECTS, Subject, brought_by, subjects_of
from longvid_tui.backends.lexicon import LANDS_OF, Lexicon, lexicon_for

Framing = Literal["wide", "medium", "close", "low", "high"]
Posture = Literal["stand", "walk", "run", "sit", "lie", "reach"]

Mood = Literal["calm", "glad", "sad", "angry", "surprised", "speaking", "asleep"]

ABSTRACT = "abstract"
"""The place of a prompt that names neither a place nor a thing."""

_FRAMINGS: tuple[tuple[Framing, str], ...] = (
    (
        "close",
        r"close[- ]?ups?|\ba detail of|portrait|\bmacro\b|face of|filling the frame|primer plano|un detalle|nahaufnahme|ein detail|gros plan"
        r"|un détail|特写|近景|细节(?!丰富)",
    ),
    (
        "low",
        r"low[- ]angle|from below|contrapicado|desde abajo|froschperspektive|von unten|contre-plongée|d'en bas|仰拍|从下往上",
    ),
    (
        "high",
        r"high[- ]angle|\baerial|overhead|bird's[- ]eye|\bdrone\b|from above|\bpicado|desde arriba|vogelperspektive|von oben|plongée|d'en haut"
        r"|俯拍|航拍|俯瞰|俯视",
    ),
    (
        "medium",
        r"medium|mid[- ]shot|waist|over[- ]the[- ]shoulder|from the side|plano medio|de lado|halbnahe|von der seite|plan moyen|de côté|中景|侧面",
    ),
    (
        "wide",
        r"\bwide\b|long shot|establishing|panorama|plano general|plano largo|totale|weite|plan large|plan d'ensemble|远景|全景",
    ),
)
_FRAMED = tuple((framing, re.compile(words, re.IGNORECASE)) for framing, words in _FRAMINGS)
_POSTURES: tuple[tuple[Posture, str], ...] = (
    ("lie", r"\b(?:sleeps?|sleeping|asleep|lies|lay|lying|duerme|schläft|liegt|dort)\b|睡|躺"),
    (
        "sit",
        r"\b(?:sits?|sat|sitting|kneels?|knelt|kneeling|crouch\w*|meditat\w*|se sienta|sentad[oa]|sitzt|kniet|assise?|s'assied)\b|坐|跪|蹲",
    ),
    (
        "run",
        r"\b(?:(?:runs?|ran|running)(?! (?:low|out|dry)\b)|races|raced|sprints?|chas\w+|flees?|gallops?|corre|corriendo|rennt|läuft|court|courent)\b|跑|奔",
    ),
    (
        "reach",
        r"\b(?:waves|waving|raises?|raised|reach\w*|danc\w+|jumps?|leaps?|celebrat\w*|arms|throws?|climb\w*|baila|salta|levanta|tanzt|springt"
        r"|hebt|danse|saute|lève)\b|跳|舞|挥|举",
    ),
    (
        "walk",
        r"\b(?:walk\w*|cross\w*|wander\w*|strolls?|march\w*|steps?|enters?|leaves|returns?|comes|goes|hik\w+|camina|cruza|entra|vuelve|geht"
        r"|kommt|überquert|wandert|marche|traverse|entre|rentre)\b|走|穿过",
    ),
)
_POSED = tuple((posture, re.compile(words, re.IGNORECASE)) for posture, words in _POSTURES)
_MOODS: tuple[tuple[Mood, str], ...] = (
    (
        "asleep",
        r"\b(?:sleeps?|sleeping|asleep|eyes closed|dreams?|duerme|dormid[oa]|schläft|dort|endormie?)\b|睡|闭着眼",
    ),
    (
        "glad",
        r"\b(?:smil\w+|laugh\w*|happ\w+|joy\w*|grin\w*|cheer\w*|sonríe\w*|ríe|feliz|lächelt\w*|lacht|froh|sourit|souriante?|rit|heureu\w+)\b|笑|高兴|快乐",
    ),
    (
        "sad",
        r"\b(?:cr(?:y|ies|ying)|tears?|weep\w*|sobs?|sad\w*|grie\w+|lonely|llora\w*|triste|lágrimas|weint|traurig|tränen|pleure\w*|larmes)\b|哭|泪|悲",
    ),
    (
        "angry",
        r"\b(?:angr\w*|anger|furious|shouts?|scream\w*|fur(?:y|ioso)|grita|wütend|schreit|colère|crie)\b|怒|生气",
    ),
    (
        "surprised",
        r"\b(?:surpris\w+|gasps?|shock\w*|amaz\w+|astonish\w*|startled|sorprend\w+|überrascht|staunt|surprise?)\b|惊",
    ),
    (
        "speaking",
        r"\b(?:speak\w*|talk\w*|says?|whispers?|sings?|habla|dice|canta|spricht|sagt|redet|singt|parle|dit|chante|converse)\b|说|唱",
    ),
)
_MOODED = tuple((mood, re.compile(words, re.IGNORECASE)) for mood, words in _MOODS)
_NIGHT = re.compile(
    r"\bstars\b|\bmoon\b|\bluna\b|\bmond\b|\blune\b|estrellas|sterne|étoiles|星|月亮", re.IGNORECASE
)
_STARS = re.compile(r"\bstars?\b|starry|星|estrellas|sterne|étoiles", re.IGNORECASE)
_NO_COLOUR = re.compile(
    r"black[- ]and[- ]white|monochrome|\bnoir\b|黑白|水墨|blanco y negro|schwarz-?weiß|noir et blanc",
    re.IGNORECASE,
)
_AT_HOME: dict[str, str] = {
    concept: place
    for place, concepts in {
        "underwater": "fish whale turtle seal octopus jellyfish submarine",
        "sea": "boat iceberg",
        "beach": "palm",
        "cliff": "lighthouse",
        "space": "astronaut rocket",
        "road": "car bicycle bus",
        "field": "train cow sheep horse kite windmill airship butterfly firefly rabbit flower balloon hive",
        "forest": "fox deer bear wolf squirrel tent",
        "room": "candle book letter cup bottle clock piano violin table screen box mouse",
        "snow": "penguin",
        "desert": "lion",
        "mountain": "dragon",
        "village": "house castle temple church",
        "city": "robot tower umbrella",
        "sky": "plane bird",
    }.items()
    for concept in concepts.split()
}
"""Where things are found when nothing says where they are."""

_OF_THE_DEEP = frozenset(("octopus", "jellyfish", "submarine"))
_WET = frozenset(("underwater", "sea", "beach", "harbour", "cliff", "lake", "ice", "room", "cave"))
"""Where those may be: a canyon or a forest that they are in lies under water."""


@dataclass(frozen=True)
class Scene:
    """A drawable prompt. `room`: what a room is used for, or what kind of land it is. `place_seed` is the same
    for the same place, `seed` for the same prompt and seed.

    `words` are what an abstract picture is made of: the first sentence of the prompt.
    """

    place: str
    room: str
    time: str
    season: str
    weather: str
    snowy: bool
    subjects: tuple[Subject, ...]
    framing: Framing
    posture: Posture
    mood: Mood
    place_seed: int
    seed: int
    monochrome: bool = False
    stars: bool = False
    words: str = ""


def read_scene(prompt: str, seed: int) -> Scene:
    """The scene of a prompt in any language; words that cannot be drawn only vary the picture."""
    lexicon = lexicon_for(prompt)
    subjects = list(subjects_of(prompt, lexicon))
    brought = brought_by(prompt, lexicon)
    place, _, kind = (_place(prompt, lexicon) or _found_at(prompt, lexicon, subjects, brought)).partition(" ")
    if place not in _WET and any(subject.concept in _OF_THE_DEEP for subject in subjects):
        place, kind = "underwater", ""
    shown = {subject.concept for subject in subjects}
    subjects += [one for one in brought if one.concept not in shown and _fits(one.concept, place)]
    times, season, weather = (
        words.first(prompt) for words in (lexicon.times, lexicon.seasons, lexicon.weather)
    )
    room = lexicon.rooms.first(prompt) if place == "room" else None
    kind = room.concept if room else next(_lands(prompt, lexicon, place), kind)
    return Scene(
        place=place,
        room=kind,
        time=times.concept if times else "night" if _NIGHT.search(prompt) else "day",
        season=season.concept if season else "",
        weather=weather.concept if weather else "",
        snowy=lexicon.snowy.first(prompt) is not None or bool(season and season.concept == "winter"),
        subjects=tuple(subjects[:MOST_SUBJECTS]),
        framing=next((framing for framing, words in _FRAMED if words.search(prompt)), "wide"),
        posture=next((posture for posture, words in _POSED if words.search(prompt)), "stand"),
        mood=next((mood for mood, words in _MOODED if words.search(prompt)), "calm"),
        place_seed=zlib.crc32(f"{place} {kind}".strip().encode()),
        seed=zlib.crc32(prompt.encode("utf-8", "replace")) ^ seed,
        monochrome=bool(_NO_COLOUR.search(prompt)),
        stars=bool(_STARS.search(prompt)),
        words=re.split(r"[.!?。！？]", prompt, maxsplit=1)[0],
    )


def _lands(prompt: str, lexicon: Lexicon, place: str) -> Iterator[str]:
    """What grows there or which world it is, if that is to be seen of such a place."""
    return (mention.concept for mention in lexicon.lands.mentions(prompt) if LANDS_OF[mention.concept] == place)


def _found_at(prompt: str, lexicon: Lexicon, subjects: list[Subject], brought: list[Subject]) -> str:
    """Where a prompt is that does not say so: where its people work, else where its things are found."""
    if works := lexicon.workplaces.first(prompt):
        return works.concept
    homes = (_AT_HOME[one.concept] for one in (*brought, *subjects) if one.concept in _AT_HOME)
    return next(homes, "hills" if subjects else ABSTRACT)


def _fits(thing: str, place: str) -> bool:
    """Whether a thing that is only brought along can be seen there: no boat in a kitchen."""
    home = _AT_HOME.get(thing, "hills")
    if home in ("sea", "cliff"):
        return place in ("sea", "cliff", "beach", "harbour", "lake")
    if home == "room":
        return place == "room"
    return place not in ("room", "space", "underwater", "cave", "sky", "sea", "roof")


def _place(prompt: str, lexicon: Lexicon) -> str:
    """The place of a prompt: one that has a sentence to itself, as a look gives it, before one named in
    passing."""
    for sentence in re.split(r"[.!?。！？]\s*", prompt)[1:]:
        found = _places(sentence, lexicon)
        if found and len(sentence.split()) <= 6 and lexicon.living.first(sentence) is None:
            return _of(found)
    return _of(_places(prompt, lexicon))


def _places(text: str, lexicon: Lexicon) -> list[str]:
    """The places of a text in order.

    Of two words in a row the last says what it is: "a castle hall". A building that stands somewhere is a thing
    to be seen there: "a church in a field".
    """
    mentions = list(lexicon.places.mentions(text))
    whole = [
        mention
        for mention, after in zip_longest(mentions, mentions[1:])
        if after is None or text[mention.end : after.start] != " "
    ]
    buildings = {(thing.start, thing.end) for thing in lexicon.subjects.mentions(text)}
    grounds = [mention for mention in whole if (mention.start, mention.end) not in buildings]
    return [mention.concept for mention in grounds or whole]


def _of(found: list[str]) -> str:
    if not found:
        return ""
    if found[0] in ("sky", "sea") and len(found) > 1:
        return found[1]  # "a cliff above the sea" is a cliff
    return found[0]
