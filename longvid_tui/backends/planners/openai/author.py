"""Writes a plan by asking a model, pass by pass."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from longvid_tui.backends.contract import BadAnswer, OverCap, PlanRequest, Refused
from longvid_tui.backends.planners.openai import assembly, passes, reading, rewriting
from longvid_tui.backends.planners.openai.answering import Answers
from longvid_tui.backends.planners.openai.answers import Beat, Shot, Story
from longvid_tui.backends.planners.openai.asking import Line
from longvid_tui.backends.planners.openai.brief import DIALOGUE, Brief, spans
from longvid_tui.backends.planners.openai.instructions import Instructions
from longvid_tui.backends.planners.openai.rewriting import Targets
from longvid_tui.project.model import Look, Plan
from longvid_tui.settings.sections import PlannerSettings

REPAIRS = 2
"""Most rounds of mending what lint finds; what is left then stays as a warning beside its segment."""

BEATS_PER_SHOT = 2
"""How many times as many beats as shots are asked for at once: a beat takes a tenth of the words of a shot."""


@dataclass
class Draft:
    """The film as far as it is written."""

    title: str = ""
    reasoning: str = ""
    look: Look = field(default_factory=Look)
    beats: list[Beat] = field(default_factory=list)
    shots: list[Shot] = field(default_factory=list)

    def plan(self, beats: Sequence[Beat] = (), shots: Sequence[Shot] = ()) -> Plan:
        """The plan so far, followed by the beats or shots that are just being written."""
        return assembly.plan(
            self.title, self.reasoning, self.look, [*self.beats, *beats], [*self.shots, *shots]
        )


class Author:
    """Writes one plan; `show` is called with the plan whenever it has grown."""

    def __init__(
        self,
        line: Line,
        settings: PlannerSettings,
        told: Instructions,
        request: PlanRequest,
        show: Callable[[Plan], None],
    ) -> None:
        self._settings = settings
        self._told = told
        self._request = request
        self._answer = Answers(line, settings, request).answer
        self._shown: Plan | None = None
        self._ear = show

    async def write(self, brief: Brief) -> Plan:
        """The whole plan; raises BackendError."""
        draft = Draft()
        most = BEATS_PER_SHOT * self._settings.segments_at_once
        if brief.count <= most:
            await self._write_story(brief, draft)
        else:
            await self._write_long_story(brief, draft, spans(brief.count, most))
        for beat, own in zip(draft.beats, brief.shots, strict=False):
            beat.happens = own
        for span in spans(brief.count, self._settings.segments_at_once):
            await self._write_shots(brief, draft, span)
        return await self._mended(draft.plan())

    async def redo(self, previous: Plan, segments: Sequence[str]) -> Plan:
        """`previous` with some segments written anew; raises BackendError."""
        wanted = rewriting.redone(previous, segments)
        note = f" The person says: {self._request.note}" if self._request.note else ""
        plan = previous
        for piece in rewriting.in_pieces(wanted, self._settings.segments_at_once):
            why = f"The person wants another version of what is marked, clearly different from what is there.{note}"
            plan = await self._rewritten(plan, piece, why)
        return await self._mended(plan, wanted.ids)

    async def _write_story(self, brief: Brief, draft: Draft) -> None:
        def show(story: Story) -> None:
            look = assembly.look(story.look)
            self._show(assembly.plan(story.title, story.reasoning, look, story.beats or (), ()))

        question = passes.story(self._told, brief)
        story = await self._answer(question, lambda answer: reading.lacks_of_story(answer, brief), show)
        draft.title, draft.reasoning, draft.look = story.title, story.reasoning, assembly.look(story.look)
        draft.beats = story.beats

    async def _write_long_story(self, brief: Brief, draft: Draft, parts: Sequence[range]) -> None:
        question = passes.treatment(self._told, brief, parts)
        film = await self._answer(
            question, lambda answer: reading.lacks_of_treatment(answer, len(parts), brief)
        )
        draft.title, draft.reasoning, draft.look = film.title, film.reasoning, assembly.look(film.look)
        so_far = ""
        for number, part in enumerate(parts):
            asked = passes.beats(self._told, brief, draft.look, film.parts, parts, number, so_far)
            written = await self._answer(
                asked,
                lambda answer, part=part: reading.lacks_of_beats(answer.beats, part, brief),  # type: ignore[misc]
                lambda answer: self._show(draft.plan(beats=answer.beats or ())),
            )
            draft.beats += written.beats
            so_far = written.so_far

    async def _write_shots(self, brief: Brief, draft: Draft, span: range) -> None:
        before = draft.shots[-1] if draft.shots else None
        cuts = [number == 1 or draft.beats[number - 1].cut for number in span]
        written = await self._answer(
            passes.shots(self._told, brief, draft.look, draft.beats, span, before),
            lambda answer: reading.lacks_of_shots(answer.shots, span, cuts),
            lambda answer: self._show(draft.plan(shots=answer.shots or ())),
        )
        draft.shots += written.shots

    async def _mended(self, plan: Plan, within: frozenset[str] | None = None) -> Plan:
        """The plan after up to REPAIRS rounds of mending; a round that mends nothing is undone and the last.

        If the model cannot or will not mend, or would cost too much, the plan stays as it was, with its
        warnings.
        """
        for _ in range(REPAIRS):
            faulty = rewriting.faulty(plan, self._request.wanted, within)
            pieces = rewriting.in_pieces(faulty, self._settings.segments_at_once)
            if not pieces:
                break
            why = "A check found the faults that stand beside what is marked."
            try:
                mended = await self._rewritten(plan, pieces[0], why)
            except (BadAnswer, OverCap, Refused):
                break
            if rewriting.faulty(mended, self._request.wanted, within).count >= faulty.count:
                break
            plan = mended
        self._show(plan)
        return plan

    async def _rewritten(self, plan: Plan, targets: Targets, why: str) -> Plan:
        keyframes, segments = targets.keyframes, targets.segments
        strip = rewriting.strip(plan, targets)
        if self._request.wanted.dialogue is False:
            why = f"{why} The film is {DIALOGUE[False]}."
        question = passes.rewrite(self._told, self._request.prompt, plan.look, strip, keyframes, segments, why)
        again = await self._answer(
            question,
            lambda answer: reading.lacks_of_rewrite(answer, keyframes, segments),
            lambda answer: self._show(assembly.rewritten(plan, answer, targets.ids)),
        )
        return assembly.rewritten(plan, again, targets.ids)

    def _show(self, plan: Plan) -> None:
        if plan != self._shown:
            self._shown = plan
            self._ear(plan)
