"""The reducer of the journal: what each event changes in the history of a project. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from longvid_tui.project.forms import LATEST, misfit
from longvid_tui.project.history import (
    Cost,
    Edit,
    History,
    Judgement,
    Mended,
    OpenAttempt,
    Order,
    Painting,
    Proposal,
    Record,
    Revision,
    Step,
    Take,
)
from longvid_tui.project.journal import Event, JournalDamaged

_SAY_NOTHING = ("stopped", "NeverBegun")
"""Ends of attempts that do not count as failures: they say nothing against the next try."""


def replay(events: Iterable[Event]) -> History:
    """What has happened by the last of the events; raises JournalDamaged as `apply` does."""
    history = History()
    for event in events:
        apply(history, event)
    return history


def apply(history: History, event: Event) -> None:
    """Take in the next event; one of an unknown kind changes nothing.

    Raises JournalDamaged if a known kind has another form than this program writes.
    """
    history.last_seq = event.seq
    try:
        if wrong := misfit(event.kind, event.data):
            raise TypeError(f"{wrong} is missing or of another kind")
        if not 0 <= event.time < LATEST:
            raise ValueError("it has no time")
        if "req" in event.data:
            history.requests.add(event.data["req"])
        if handler := _HANDLERS.get(event.kind):
            handler(history, event)
    except (TypeError, ValueError, IndexError) as error:
        raise JournalDamaged(
            f"journal.jsonl:{event.seq}: no known form of `{event.kind}` ({error}); nothing was changed, "
            "open the project with the version of longvid-tui that wrote it"
        ) from error


def _plan(history: History, event: Event) -> None:
    history.plan_sha = event.data["sha"]
    history.plan_prompt = event.data["prompt_sha"]
    history.redo = ()


def _approve(history: History, event: Event) -> None:
    target, sha = event.data["target"], event.data["sha"]
    if target == "plan":
        history.plans_approved = history.plans_approved | {sha}
        history.plan_rejected = _without(history.plan_rejected, sha)
        return
    record = history.record(target)
    record.approved = sha
    record.rejected = _without(record.rejected, sha)


def _reject(history: History, event: Event) -> None:
    target, sha, note = event.data["target"], event.data["sha"], event.data.get("note", "")
    if target == "plan":
        history.plan_rejected = history.plan_rejected | {sha: note}
        history.plans_approved = history.plans_approved - {sha}
        return
    record = history.record(target)
    record.rejected = record.rejected | {sha: note}
    record.approved = None
    record.locked = None if record.locked == sha else record.locked
    _another_take(record, note)


def _retake(history: History, event: Event) -> None:
    record, data = history.record(event.data["target"]), event.data
    record.subject = data.get("subject", "")
    record.revision = Revision(**data["revision"]) if data.get("revision") else None
    retaken = record.retaken
    _another_take(record, data.get("note", ""), data.get("candidates", 1))
    by = data.get("by")
    record.retaken = retaken + (by == "quality") if by in ("quality", "refusal") else 0


def _another_take(record: Record, note: str, candidates: int = 1) -> None:
    record.number = record.asked = max(record.number, record.asked) + candidates
    record.candidates = candidates
    record.note = note
    record.choice = None
    record.retaken = 0


def _choose(history: History, event: Event) -> None:
    record = history.record(event.data["target"])
    record.choice = (event.data["sha"], event.data["key"])
    record.rejected = _without(record.rejected, event.data["sha"])
    record.locked = event.data["sha"] if record.locked else None  # a lock follows what is chosen


def _lock(history: History, event: Event) -> None:
    history.record(event.data["target"]).locked = event.data["sha"]


def _unlock(history: History, event: Event) -> None:
    history.record(event.data["target"]).locked = None


_LONGEST_SECONDS = 1e6
"""Eleven days: no attempt is expected to take longer, whatever a journal says."""


def _start(history: History, event: Event) -> None:
    data = event.data
    failures = history.failures.get(data["key"], [])
    history.started.add(data["attempt"])
    history.open_attempts[data["attempt"]] = OpenAttempt(
        id=data["attempt"],
        target=data["target"],
        key=data["key"],
        recipe=data["recipe"],
        started=event.time,
        gpus=tuple(data.get("gpus", ())),
        card=data.get("card", ""),
        changes=tuple(data.get("changes", ())),
        probe=data.get("probe", False),
        resident=data.get("resident", ""),
        behind=data.get("behind", ""),
        why=data.get("why", ""),
        expected=min(data.get("expected", 0.0), _LONGEST_SECONDS),
        tries=len(failures) + 1,
        failure=failures[-1] if failures else "",
    )


def _end(history: History, event: Event) -> None:
    attempt = history.open_attempts.get(event.data["attempt"])
    if attempt and event.data.get("how") not in _SAY_NOTHING:
        history.failures.setdefault(attempt.key, []).append(event.data.get("detail", ""))
    if attempt and event.data.get("how") == "NeedsAnotherSeed":
        history.unusable.add(attempt.key)
    _close(history, event.data["attempt"], event)


def _close(history: History, attempt_id: str, event: Event) -> None:
    """End an attempt and count the time of its GPUs.

    The time that the event tells is better than the time between the events: nobody may have looked for hours,
    and the attempt may have waited behind another.
    """
    attempt, data = history.open_attempts.pop(attempt_id, None), event.data
    if attempt:
        until_now = max(0.0, event.time - attempt.started)
        known = (seconds for name in ("on_gpus", "seconds") if (seconds := data.get(name)) is not None)
        history.gpu_seconds += len(attempt.gpus) * next(known, until_now)


def _painted(history: History, event: Event) -> None:
    whole = {name: event.data[name] for name in Painting.__dataclass_fields__}
    others = ({name: other[name] for name in ("key", "path", "sha")} for other in event.data.get("others", ()))
    for each in (whole, *({**whole, **other} for other in others)):
        painting = Painting(**each)
        history.record(event.data["target"]).paintings[painting.key] = painting
    _spent(history, event)


def _take(history: History, event: Event) -> None:
    known = {name: event.data[name] for name in Take.__dataclass_fields__ if name in event.data}
    take = Take(**known, made_at=event.time)
    record = history.record(take.target)
    record.takes.append(take)
    # A rejected take that was made again with the same bytes is asked about again, or it would be made for ever.
    record.rejected = _without(record.rejected, take.sha)
    if take.recipe.get("take") == record.number:
        record.note = ""
    _close(history, take.attempt, event)


def _motion(history: History, event: Event) -> None:
    proposal = Proposal(**{name: event.data[name] for name in Proposal.__dataclass_fields__})
    history.proposals[event.data["target"]] = proposal
    record = history.record(event.data["target"])
    record.rejected = _without(record.rejected, proposal.sha)  # proposed again with the same words: ask again
    record.note = ""  # it was about the proposal before
    if history.order:
        left = tuple(name for name in history.order.motions if name != event.data["segment"])
        history.order = replace(history.order, motions=left)


def _seam(history: History, event: Event) -> None:
    splice = event.data["splice"]
    history.seams[event.data["key"]] = Mended((splice[0], splice[1]) if splice else None, event.data["shows"])


def _assemble(history: History, event: Event) -> None:
    history.film = event.data


def _run(history: History, event: Event) -> None:
    data = event.data
    history.broke_off = ""
    history.order = Order(
        data["until"],
        data["approve"],
        most_usd=data.get("most_usd"),
        most_gpu_hours=data.get("most_gpu_hours"),
        draft=data.get("draft", False),
        probe=data.get("probe", ""),
        strategy=data.get("strategy"),
        motions=tuple(data.get("motions", ())),
    )


def _rest(history: History, event: Event) -> None:
    history.order = None
    history.broke_off = str(event.data.get("why", ""))


def _redo_plan(history: History, event: Event) -> None:
    history.redo = tuple(event.data["segments"])


def _edit(history: History, event: Event) -> None:
    history.steps.append(Edit(event.data["before"], event.data["after"], event.data.get("req", "")))
    history.undone.clear()


def _undo(history: History, event: Event) -> None:
    step = _moved(event, history.steps, history.undone)
    if isinstance(step, Judgement):
        vars(_judged(history, step.target)).update(step.was)


def _redo(history: History, event: Event) -> None:
    step = _moved(event, history.undone, history.steps)
    if isinstance(step, Judgement):
        vars(_judged(history, step.target)).update(step.became)


def _moved(event: Event, source: list[Step], goal: list[Step]) -> Step:
    """The newest judgement of the target that the event names; if it names none, the newest edit."""
    target = event.data.get("target")
    places = [at for at, step in enumerate(source) if getattr(step, "target", None) == target]
    goal.append(source.pop(places[-1]))
    return goal[-1]


def _undoable(handler: Callable[[History, Event], None]) -> Callable[[History, Event], None]:
    """The handler, which also keeps what it changed for `undo` if a command, not the engine itself, asked for it."""

    def judge(history: History, event: Event) -> None:
        if "req" not in event.data:
            handler(history, event)
            return
        target, request = event.data["target"], event.data["req"]
        before = vars(_judged(history, target)).copy()
        handler(history, event)
        after = vars(_judged(history, target))
        became = {name: after[name] for name in after if name != "asked" and after[name] is not before[name]}
        was = {name: before[name] for name in became}
        judgement = Judgement(target, request, event.kind, event.data.get("sha", ""), was, became)
        history.steps.append(judgement)
        history.undone = [step for step in history.undone if isinstance(step, Edit)]

    return judge


def _judged(history: History, target: str) -> History | Record:
    return history if target == "plan" else history.record(target)


def _without(judged: Mapping[str, str], sha: str) -> dict[str, str]:
    return {other: note for other, note in judged.items() if other != sha}


def _spent(history: History, event: Event) -> None:
    usd, target = event.data["cost_usd"], event.data["target"]
    was = history.costs.get(target, Cost())
    history.costs[target] = Cost(was.usd + (usd or 0.0), was.answers + 1, was.unpriced + (usd is None))


def _pause(history: History, _: Event) -> None:
    history.order = replace(history.order, paused=True) if history.order else None


def _resume(history: History, _: Event) -> None:
    history.order = replace(history.order, paused=False) if history.order else None


_HANDLERS: Mapping[str, Callable[[History, Event], None]] = {
    "run": _run,
    "rest": _rest,
    "pause": _pause,
    "redo plan": _redo_plan,
    "edit": _edit,
    "undo": _undo,
    "redo": _redo,
    "spent": _spent,
    "resume": _resume,
    "plan": _plan,
    "approve": _undoable(_approve),
    "reject": _undoable(_reject),
    "retake": _undoable(_retake),
    "choose": _undoable(_choose),
    "lock": _undoable(_lock),
    "unlock": _undoable(_unlock),
    "start": _start,
    "end": _end,
    "painted": _painted,
    "take": _take,
    "motion": _motion,
    "seam": _seam,
    "assemble": _assemble,
}
