"""Gets a question answered: by the answer that was kept for it, or by asking until an answer can be used."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic

from longvid_tui.backends.contract import BadAnswer, MotionRequest, PlanRequest
from longvid_tui.backends.http import settled
from longvid_tui.backends.planners.openai import reading, shelf
from longvid_tui.backends.planners.openai.asking import Line
from longvid_tui.backends.planners.openai.hearing import Cut, Heard
from longvid_tui.backends.planners.openai.ledger import Ledger
from longvid_tui.backends.planners.openai.passes import Answer, Message, Question
from longvid_tui.project.model import digest
from longvid_tui.settings.sections import PlannerSettings

ASKS = 3
"""How many answers are paid for one question: the first, and two more if they cannot be used."""


class Answers:
    """Answers the questions of one request; raises BackendError."""

    def __init__(self, line: Line, settings: PlannerSettings, request: PlanRequest | MotionRequest) -> None:
        self._line = line
        self._settings = settings
        self._request = request
        self._ledger = Ledger(settings, request)

    async def answer(
        self,
        question: Question[Answer],
        lacks: Callable[[Answer], list[str]],
        show: Callable[[Answer], None] = lambda _: None,
    ) -> Answer:
        """The answer to a question: the one that was kept, or a new one, asked for again until it can be
        used."""
        key = self._key(question)
        kept = _read(shelf.take(key) or "", question, lacks)
        if kept.answer is not None:
            show(kept.answer)
            return kept.answer
        messages = question.messages()
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
        messages: Sequence[Message],
        show: Callable[[Answer], None],
        problems: Sequence[str],
    ) -> Heard:
        """One paid answer, which is entered in the ledger whatever becomes of it."""
        self._ledger.foresee(question, messages)
        heard = Heard()
        try:
            await self._line.ask(question, messages, heard, show, self._request.on_wait)
        except Cut as error:
            heard.broken = str(error)
        finally:
            if heard.begun:
                self._ledger.enter(question, heard, problems)
        return heard

    def _key(self, question: Question[Answer]) -> str:
        """Hash of all that determines an answer, besides chance; another take has another hash."""
        how = self._settings.model_dump(include={"model", "base_url", "mode", "parameters"})
        return digest([how, question.messages(), question.schema, self._request.take])


@dataclass(frozen=True)
class _Read(Generic[Answer]):
    """An answer, or the reasons why it cannot be used."""

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


def _told_again(question: Question[Answer], written: str, problems: Sequence[str]) -> list[Message]:
    """The messages that ask again: the question, the answer to it, and what that lacks."""
    listed = "\n".join(f"- {problem}" for problem in problems)
    complaint = f"This cannot be used:\n{listed}\nAnswer the whole question again, with that put right."
    return [
        *question.messages(),
        {"role": "assistant", "content": written},
        {"role": "user", "content": complaint},
    ]
