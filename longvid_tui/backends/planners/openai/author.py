"""Writes a plan by asking, pass by pass; each answer is kept under a hash of its question."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic

from longvid_tui.backends.contract import BadAnswer, PlanRequest, Refused
from longvid_tui.backends.http import settled
from longvid_tui.backends.planners.openai import assembly, passes, reading, rewriting, shelf
from longvid_tui.backends.planners.openai.answers import Beat, Shot, Story
from longvid_tui.backends.planners.openai.asking import Line
from longvid_tui.backends.planners.openai.brief import Brief, spans
from longvid_tui.backends.planners.openai.hearing import Cut, Heard
from longvid_tui.backends.planners.openai.instructions import Instructions
from longvid_tui.backends.planners.openai.ledger import Ledger
from longvid_tui.backends.planners.openai.passes import Answer, Question
from longvid_tui.backends.planners.openai.rewriting import Targets
from longvid_tui.project.model import Look, Plan, digest
from longvid_tui.settings import PlannerSettings

ASKS = 3
"""Answers paid for one question: the first, and two more when they are not what was asked for."""

REPAIRS = 2
"""Rounds of mending what lint finds; what is left then stays as a warning beside its segment."""

BEATS_PER_SHOT = 2
"""A beat is written in a tenth of the words of a shot; twice as many at once still read as one story."""


@dataclass
class Draft:
    """The film as far as it is written."""

    title: str = ""
    reasoning: str = ""
    look: Look = field(default_factory=Look)
    beats: list[Beat] = field(default_factory=list)
    shots: list[Shot] = field(default_factory=list)

    def plan(self, beats: Sequence[Beat] = (), shots: Sequence[Shot] = ()) -> Plan:
        """The plan with what is just being written after what is there."""
        return assembly.plan(
            self.title, self.reasoning, self.look, [*self.beats, *beats], [*self.shots, *shots]
        )


class Author:
    """One plan's author. `show` gets the plan whenever it has grown."""

    def __init__(
        self,
        line: Line,
        settings: PlannerSettings,
        told: Instructions,
        request: PlanRequest,
        show: Callable[[Plan], None],
    ) -> None:
        self._line = line
        self._settings = settings
        self._told = told
        self._request = request
        self._ledger = Ledger(settings, request.on_spent)
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
        story = await self._answer(question, lambda answer: reading.lacks_of_story(answer, brief.count), show)
        draft.title, draft.reasoning, draft.look = story.title, story.reasoning, assembly.look(story.look)
        draft.beats = story.beats

    async def _write_long_story(self, brief: Brief, draft: Draft, parts: Sequence[range]) -> None:
        question = passes.treatment(self._told, brief, parts)
        film = await self._answer(question, lambda answer: reading.lacks_of_treatment(answer, len(parts)))
        draft.title, draft.reasoning, draft.look = film.title, film.reasoning, assembly.look(film.look)
        so_far = ""
        for number, part in enumerate(parts):
            asked = passes.beats(self._told, brief, draft.look, film.parts, parts, number, so_far)
            written = await self._answer(
                asked,
                lambda answer, part=part: reading.lacks_of_beats(answer.beats, part),  # type: ignore[misc]
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
        """The plan after at most two rounds of mending; a round that mends nothing is the last, and undone.

        Where a model cannot or will not mend, the plan is as good as before: its warnings stay.
        """
        for _ in range(REPAIRS):
            faulty = rewriting.faulty(plan, self._request.wanted, within)
            pieces = rewriting.in_pieces(faulty, self._settings.segments_at_once)
            if not pieces:
                break
            why = "A check found the faults that stand beside what is marked."
            try:
                mended = await self._rewritten(plan, pieces[0], why)
            except (BadAnswer, Refused):
                break
            if rewriting.faulty(mended, self._request.wanted, within).count >= faulty.count:
                break
            plan = mended
        self._show(plan)
        return plan

    async def _rewritten(self, plan: Plan, targets: Targets, why: str) -> Plan:
        keyframes, segments = targets.keyframes, targets.segments
        strip = rewriting.strip(plan, targets)
        question = passes.rewrite(self._told, self._request.prompt, plan.look, strip, keyframes, segments, why)
        again = await self._answer(
            question,
            lambda answer: reading.lacks_of_rewrite(answer, keyframes, segments),
            lambda answer: self._show(assembly.rewritten(plan, answer, targets.ids)),
        )
        return assembly.rewritten(plan, again, targets.ids)

    async def _answer(
        self,
        question: Question[Answer],
        lacks: Callable[[Answer], list[str]],
        show: Callable[[Answer], None] = lambda _: None,
    ) -> Answer:
        """The answer to a question: the one kept, or a new one, asked for again while it is not what was asked."""
        key = self._key(question)
        kept = _read(shelf.take(key) or "", question, lacks)
        if kept.answer is not None:
            show(kept.answer)
            return kept.answer
        messages: list[dict[str, str]] = question.messages()
        problems: Sequence[str] = ()
        heard = Heard()
        for _ in range(ASKS):
            heard = await self._ask(question, messages, show, problems)
            read = _read(heard.text, question, lacks, heard.broken)
            if read.answer is not None:
                shelf.put(key, heard.text)
                return read.answer
            problems = read.problems
            messages = question.messages() if heard.broken else _told_again(question, heard.text, problems)
        raise settled(self._useless(question, problems, heard))

    def _useless(self, question: Question[Answer], problems: Sequence[str], heard: Heard) -> BadAnswer:
        if heard.broken:
            return BadAnswer(f"{heard.broken}, {ASKS} times: run again later.")
        return BadAnswer(
            f"{self._settings.model} could not write {question.what} in {ASKS} answers "
            f"({'; '.join(problems[:2])}): set another planner.model, or planner.segments_at_once lower."
        )

    async def _ask(
        self,
        question: Question[Answer],
        messages: Sequence[dict[str, str]],
        show: Callable[[Answer], None],
        problems: Sequence[str],
    ) -> Heard:
        """One paid answer, entered in the ledger whatever becomes of it."""
        heard = Heard()
        try:
            await self._line.ask(question, messages, heard, show, self._request.on_wait)
        except Cut as error:
            heard.broken = str(error)
        finally:
            if heard.begun:
                self._ledger.enter(question.what, heard, problems)
        return heard

    def _show(self, plan: Plan) -> None:
        if plan != self._shown:
            self._shown = plan
            self._ear(plan)

    def _key(self, question: Question[Answer]) -> str:
        """Hash of all that determines an answer besides chance; another take is another chance."""
        how = self._settings.model_dump(include={"model", "base_url", "mode", "parameters"})
        return digest([how, question.messages(), question.schema, self._request.take])


@dataclass(frozen=True)
class _Read(Generic[Answer]):
    """An answer, or why it is none that can be used."""

    answer: Answer | None = None
    problems: Sequence[str] = ()


def _read(
    written: str, question: Question[Answer], lacks: Callable[[Answer], list[str]], broken: str = ""
) -> _Read[Answer]:
    if broken:
        return _Read(problems=[broken])
    try:
        answer = reading.read(written, question.form)
    except reading.Unreadable as error:
        return _Read(problems=[str(error)])
    problems = lacks(answer)
    return _Read(problems=problems) if problems else _Read(answer)


def _told_again(question: Question[Answer], written: str, problems: Sequence[str]) -> list[dict[str, str]]:
    """The question, the answer to it, and what that lacks."""
    listed = "\n".join(f"- {problem}" for problem in problems)
    complaint = f"This cannot be used:\n{listed}\nAnswer the whole question again, with that put right."
    return [
        *question.messages(),
        {"role": "assistant", "content": written},
        {"role": "user", "content": complaint},
    ]
