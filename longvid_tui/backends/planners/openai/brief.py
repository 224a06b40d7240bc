"""What a plan has to keep, decided before anything is asked: the number of segments and the person's own
shots."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

from longvid_tui.backends.contract import PlanRequest, Refused
from longvid_tui.backends.lexicon import lexicon_for
from longvid_tui.backends.planners.outline.dividing import count_segments, divide
from longvid_tui.backends.planners.outline.phrases import phrases_for
from longvid_tui.backends.planners.outline.script import Script, read
from longvid_tui.project.canvas import Canvas
from longvid_tui.project.timing import film_seconds
from longvid_tui.project.tongues import LANGUAGES

DIALOGUE = {
    True: "with dialogue: people are seen speaking to each other; `speaks` names who, in at least one segment",
    False: "without dialogue: nobody is seen speaking, in no picture and no movement",
}
"""What a model is told about dialogue, by Wanted.dialogue."""


@dataclass(frozen=True)
class Brief:
    """What a plan has to keep. `shots`: empty, or the person's own words for every segment, to be kept
    verbatim.

    `language`, `dialogue`: as in Wanted.
    """

    count: int
    canvas: Canvas
    words: str
    note: str = ""
    shots: tuple[str, ...] = ()
    language: str | None = None
    dialogue: bool | None = None

    def text(self) -> str:
        """The brief as every pass is told it; what all passes share comes first, so that servers can cache
        it."""
        sections = [_section("The person's words", self.words), _section("The film", self._facts())]
        if self.note:
            sections.append(_section("The person rejected an earlier plan and says", self.note))
        if self.shots:
            listed = "\n".join(f"s{index}: {shot}" for index, shot in enumerate(self.shots, 1))
            told = "The person's own shots, one for each segment; keep them as they are"
            sections.append(_section(told, listed))
        return "\n".join(sections)

    def _facts(self) -> str:
        width, height = self.canvas.size
        shape = "wide" if width > height else "upright" if height > width else "square"
        facts = [
            f"exactly {self.count} segments, s1 to s{self.count}: {film_seconds(self.count):.0f} seconds",
            f"pictures of {width}x{height}, {shape}",
        ]
        if self.language:
            facts.append(f"the person's language is {LANGUAGES[self.language][0]}, whatever their words are in")
        if self.dialogue is not None:
            facts.append(DIALOGUE[self.dialogue])
        return "\n".join(f"- {fact}" for fact in facts)


def brief(request: PlanRequest) -> Brief:
    """The brief of a request; pure. Raises Refused if the prompt holds nothing that could be shown.

    The number of segments is the one that was set, else the one that `outline` finds in the prompt.
    """
    if not any(letter.isalpha() for letter in request.prompt):
        raise Refused("The prompt is empty: write what the film shows.")
    phrases, lexicon = phrases_for(request.prompt), lexicon_for(request.prompt)
    script = read(request.prompt, phrases, lexicon)
    note = read(request.note, phrases, lexicon)
    if note.lengths or note.parts:
        script.lengths, script.parts = note.lengths, note.parts
    count = count_segments(script, request.wanted, lexicon)
    own = _own_shots(script, count, request.prompt)
    wanted = request.wanted
    return Brief(count, request.canvas, request.prompt, request.note, own, wanted.language, wanted.dialogue)


def spans(count: int, most: int) -> list[range]:
    """1..count in as few spans of at most `most` as possible, of nearly equal length, in order."""
    parts = max(1, math.ceil(count / most))
    edges = [round(part * count / parts) for part in range(parts + 1)]
    return [range(start + 1, end + 1) for start, end in pairwise(edges)]


def _own_shots(script: Script, count: int, prompt: str) -> tuple[str, ...]:
    if not script.is_list:
        return ()
    beats = divide(script.shots, count, lexicon_for(prompt))
    return tuple(
        f"{beat.text} ({beat.part + 1} of {beat.parts})" if beat.parts > 1 else beat.text for beat in beats
    )


def _section(title: str, text: str) -> str:
    return f"# {title}\n\n{text.strip()}\n"
