"""Turns beats into keyframes at their boundaries and segments between them, no two alike."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from longvid_tui.backends.planners.outline.camera import framing_for, move_for, names_camera
from longvid_tui.backends.planners.outline.cast import Setting
from longvid_tui.backends.planners.outline.dividing import Beat
from longvid_tui.backends.planners.outline.phrases import Framing, Move, Phrases
from longvid_tui.project.model import Keyframe, Segment
from longvid_tui.project.tongues import begins_cjk

MOST_STILL, MOST_MOTION = 600, 700
"""Most characters of a prompt, about 100 words: models ignore what comes later."""

_FIRST_PRONOUN = re.compile(r"\b(?:he|she|él|ella|er|il|elle)\b|[他她](?!们)", re.IGNORECASE)
_LONGEST_CHINESE_NAME = 6
"""Most characters of a Chinese text that only names something; a longer one tells something."""

_ACTS = re.compile(
    r"\b(?:[a-z]{2,}(?:s|ed|ing)|ran|took|went|fell|saw|came|rose|sat|stood) (?=\w)|\w(?:t|en|a|e|an) \w",
    re.IGNORECASE,
)


def draw(
    beats: Sequence[Beat], settings: Sequence[Setting], phrases: Phrases
) -> tuple[tuple[Keyframe, ...], tuple[Segment, ...]]:
    """The keyframes and segments of N beats: N segments, N+1 keyframes, and one more for each cut."""
    artist = _Artist(phrases)
    segments: list[Segment] = []
    first = ""
    for index, (beat, setting) in enumerate(zip(beats, settings, strict=True)):
        after = beats[index + 1] if index + 1 < len(beats) else None
        if index == 0 or beat.cut:
            first = artist.still(beat, setting, opens=True)
        if after is None or after.cut:
            last = artist.ending(beat, setting)
        else:
            last = artist.still(after, settings[index + 1], opens=settings[index + 1].new_place)
        segments.append(
            Segment(
                id=f"s{index + 1}",
                first=first,
                last=last,
                prompt=artist.motion(beat, setting, index),
                scene=beat.shot.scene,
                transition="cut" if beat.cut else "continue",
            )
        )
        first = last
    return tuple(artist.keyframes), tuple(segments)


class _Artist:
    """Writes the prompts, and remembers them so that no two are the same."""

    def __init__(self, phrases: Phrases) -> None:
        self._phrases = phrases
        self._seen: set[str] = set()
        self._framing: Framing | None = None
        self._move: Move | None = None
        self.keyframes: list[Keyframe] = []

    def still(self, beat: Beat, setting: Setting, opens: bool) -> str:
        """Add the keyframe that a beat begins with; returns its id."""
        words = _shortened(_naming(beat.opening, setting.he), MOST_STILL)
        if beat.parts > 1:
            words = self._with(words, self._stretch(beat))
        return self._add(words, beat, setting, opens and beat.part == 0)

    def ending(self, beat: Beat, setting: Setting) -> str:
        """Add the keyframe that a scene ends with; returns its id."""
        words = _shortened(_naming(beat.closing, setting.he), MOST_STILL)
        views = self._phrases.views
        after = self._phrases.ending if _acts(beat) or not views else self._view(beat.part + 1)
        return self._add(self._with(words, after), beat, setting, opens=False)

    def motion(self, beat: Beat, setting: Setting, index: int) -> str:
        """The motion prompt of a beat: the action, then a camera move, unless the writer chose one."""
        if beat.shot.verbatim and beat.parts == 1 and len(beat.text) <= MOST_MOTION:
            words = beat.text
        else:
            words = self._action(beat, setting)
            if self._phrases.moves and not names_camera(beat.text):
                self._move = move_for(beat.text, index, self._move)
                words = f"{words}{self._phrases.space}{self._phrases.moves[self._move]}"
        return next(words for words in self._variants(words) if self._is_new(f"motion {words}"))

    def _action(self, beat: Beat, setting: Setting) -> str:
        """What happens in a beat, in sentences; the first one says which stretch of a longer action it is."""
        if beat.parts == 1:
            return self._stopped(_shortened(_naming(beat.text, setting.he), MOST_MOTION))
        words = self._stopped(
            self._with(_shortened(_naming(beat.opening, setting.he), MOST_STILL), self._stretch(beat))
        )
        rest = _shortened(beat.text.removeprefix(beat.opening).strip(), MOST_MOTION - MOST_STILL)
        return f"{words}{self._phrases.space}{rest}" if rest and rest != beat.text else words

    def _stopped(self, words: str) -> str:
        return f"{words}{self._phrases.full_stop}" if words[-1].isalnum() else words

    def _add(self, words: str, beat: Beat, setting: Setting, opens: bool) -> str:
        words = next(words for words in self._variants(words) if self._is_new(f"still {words}"))
        camera = ""
        if self._phrases.framings and not names_camera(words) and (beat.parts == 1 or _acts(beat)):
            self._framing = framing_for(beat.opening, len(self.keyframes), opens, self._framing)
            camera = self._phrases.framings[self._framing]
        keyframe = Keyframe(
            id=f"k{len(self.keyframes) + 1}",
            prompt=words,
            place=setting.place,
            cast=setting.cast,
            props=setting.props,
            camera=camera,
            light=setting.light,
        )
        self.keyframes.append(keyframe)
        return keyframe.id

    def _stretch(self, beat: Beat) -> str:
        """Words for the stretch of a longer action or view that this beat is; different for each part."""
        phases = self._phrases.phases
        if not phases:
            return f"{beat.part + 1}/{beat.parts}"
        if not _acts(beat):
            return self._view(beat.part)
        return phases[min(len(phases) - 1, round(beat.part / max(1, beat.parts - 1) * (len(phases) - 1)))]

    def _view(self, part: int) -> str:
        """The `part`-th look at a thing: around it first, then again through its day."""
        views, lights = self._phrases.views, self._phrases.lights
        view, turn = views[part % len(views)], part // len(views)
        return f"{view}{self._phrases.comma}{lights[(turn - 1) % len(lights)]}" if turn else view

    def _with(self, text: str, addition: str) -> str:
        return f"{text.rstrip(' .。!！,，;；')}{self._phrases.comma}{addition}"

    def _variants(self, words: str) -> Iterator[str]:
        """The words, then with other views, then with numbers, until one of them is new."""
        yield words
        for view in self._phrases.views:
            yield self._with(words, view)
        number = 2
        while True:
            yield f"{words.rstrip(' .。')} ({number})"
            number += 1

    def _is_new(self, key: str) -> bool:
        new = key not in self._seen
        self._seen.add(key)
        return new


def _acts(beat: Beat) -> bool:
    """Whether somebody does something in a beat, or there is only something to see."""
    chinese = begins_cjk(beat.text)
    return len(beat.text) > _LONGEST_CHINESE_NAME if chinese else bool(_ACTS.search(beat.text))


def _naming(text: str, he: str) -> str:
    """The text with its first pronoun replaced by whom it stands for, because a still is painted by itself."""
    match = _FIRST_PRONOUN.search(text) if he else None
    if match is None:
        return text
    opens = match.start() == 0 or text[match.start() - 2 : match.start() - 1] in ".!?…"
    name = he[:1].upper() + he[1:] if opens else he
    return f"{text[: match.start()]}{name}{text[match.end() :]}"


def _shortened(text: str, most: int) -> str:
    """Whole sentences from the start, as far as they fit."""
    if len(text) <= most:
        return text
    cut = max(text.rfind(stop, 0, most) for stop in (". ", "! ", "? ", "。", "！", "？"))
    if cut > most // 3:
        return text[: cut + 1]
    return text[: max(text.rfind(" ", 0, most), 0) or most].rstrip(",;，； ")
