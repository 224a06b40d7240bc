"""What happened, reduced from the journal: takes, choices, approvals and attempts of every item."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal, Protocol

from longvid_tui.project.forms import LATEST, misfit
from longvid_tui.project.journal import JournalDamaged
from longvid_tui.project.model import digest


class Happened(Protocol):
    """One line of the journal."""

    @property
    def seq(self) -> int: ...
    @property
    def time(self) -> float: ...
    @property
    def kind(self) -> str: ...
    @property
    def data(self) -> Mapping[str, Any]: ...


@dataclass(frozen=True)
class Take:
    """One immutable result. `path` is relative to the project; `recipe` is all that determined it.

    `pixels` is the sha256 of a keyframe's RGB bytes; for a clip, `sha` names the bytes of the file. `probe`: it
    was filmed by itself, to see how it comes out.
    """

    target: str
    key: str
    sha: str
    path: str
    bytes: int
    recipe: Mapping[str, Any]
    made_at: float
    pixels: str = ""
    attempt: str = ""
    seconds: float = 0.0
    probe: bool = False
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def short(self) -> str:
        return self.sha[:12]


@dataclass(frozen=True)
class Painting:
    """A picture as a provider gave it, stored before anything else was done with it.

    `cost_usd` is of the request, which may have brought several pictures; None: unknown.
    """

    key: str
    path: str
    sha: str
    cost_usd: float | None
    model: str


@dataclass(frozen=True)
class Revision:
    """A change of the picture of take `base`, by its sha, instead of a new picture.

    `mask`: path of the part to repaint, "" for all of it. `strength` 0..1: how far from the base, None where
    nothing was said. `note`: what is to change.
    """

    base: str
    mask: str = ""
    strength: float | None = None
    note: str = ""

    def facts(self) -> dict[str, Any]:
        """As the recipe holds it."""
        return {name: value for name, value in asdict(self).items() if name != "note" or value}


@dataclass(frozen=True)
class Proposal:
    """A movement written again from a segment's pictures. `subject`: of which words and pictures
    (project.motions); `seen`: what was found to differ between these."""

    subject: str
    prompt: str
    prompt_zh: str
    seen: str

    @property
    def sha(self) -> str:
        """What an approval or a rejection of it names."""
        return digest([self.subject, self.prompt, self.prompt_zh])


@dataclass(frozen=True)
class Cost:
    """What a target has cost so far: dollars of so many paid answers, and of how many of them nobody knows the
    price."""

    usd: float = 0.0
    answers: int = 0
    unpriced: int = 0


@dataclass(frozen=True)
class Mended:
    """What became of a seam.

    `splice`: how many groups before and after it the file of its key takes the place of; None: it needs none.
    `shows`: its grade, score, reason and measures (media.seams); None for a change that is meant to be seen.
    """

    splice: tuple[int, int] | None
    shows: Mapping[str, Any] | None


@dataclass
class Record:
    """The story of one keyframe or segment so far. `number` counts the takes that were asked for anew (`asked`:
    those also whose order was taken back, so that no number means two takes), `retaken` those of the last that
    nobody asked for but the remarks on the take before. `note`: what was said of the take that is asked for; it
    is told once.

    How they were asked for: the last `candidates` of them to choose from, or as a `revision`; of a keyframe, as
    long as it is to show `subject` (stills.Wish), which it was to show just then.
    """

    takes: list[Take] = field(default_factory=list)
    paintings: dict[str, Painting] = field(default_factory=dict)
    number: int = 0
    asked: int = 0
    retaken: int = 0
    note: str = ""
    subject: str = ""
    candidates: int = 1
    revision: Revision | None = None
    rejected: dict[str, str] = field(default_factory=dict)
    choice: tuple[str, str] | None = None
    locked: str | None = None
    approved: str | None = None

    def take(self, sha: str | None) -> Take | None:
        return next((take for take in reversed(self.takes) if take.sha == sha), None)


@dataclass(frozen=True)
class OpenAttempt:
    """A generator run that was started and of which no end is known.

    `changes`: the rungs it runs with after running out of memory, in words. `resident`: what the resident it
    asks has loaded. `behind`: the attempt that it waits for there: it has its `gpus` from the end of that on.
    `why`: it has so many, and these. `tries`: how many of the same there have been, this one among them, and how
    the last of them failed.
    """

    id: str
    target: str
    key: str
    recipe: Mapping[str, Any]
    started: float
    gpus: tuple[str, ...] = ()
    card: str = ""
    changes: tuple[str, ...] = ()
    probe: bool = False
    resident: str = ""
    behind: str = ""
    why: str = ""
    tries: int = 1
    failure: str = ""


Stage = Literal["plan", "masters", "keyframes", "segments", "film"]
"""How far a film is wanted; all but the last end at a gate."""
Strategy = Literal["auto", "wide", "parallel"]
"""How GPUs are shared: the film soonest, the first segment soonest, the least GPU time."""


@dataclass(frozen=True)
class Order:
    """What the person wants done now: run to a stage, approving on the way or not; `paused`: nothing new.

    `draft`: segments for a first look, smaller and in fewer steps. `probe`: this segment only, "first" for the
    first. `strategy`: None as the settings say. `most_usd` and `most_gpu_hours`: what all of the project may
    have cost in the end, None for any amount.
    """

    until: Stage
    approve: bool
    paused: bool = False
    most_usd: float | None = None
    most_gpu_hours: float | None = None
    draft: bool = False
    probe: str = ""
    strategy: Strategy | None = None
    motions: tuple[str, ...] = ()
    """Segments whose movements are still to be written again from their pictures; nothing else is done."""


@dataclass(frozen=True)
class Edit:
    """A change of project.yaml through a command, by the revisions before and after it."""

    before: str
    after: str
    request: str = ""


@dataclass(frozen=True)
class Judgement:
    """What a person said of a target, by the fields of its record that it changed: as they were, and as they
    became.

    `request`: the command that said it, of several targets maybe. `kind`: of its event; `sha`: of what it was
    said, "" where it named nothing.
    """

    target: str
    request: str
    kind: str
    sha: str
    was: Mapping[str, Any]
    became: Mapping[str, Any]


Step = Edit | Judgement
"""What `undo` takes back."""


@dataclass
class History:
    """The journal, reduced. Apply events in order; unknown kinds are kept out, never misread."""

    records: dict[str, Record] = field(default_factory=dict)
    open_attempts: dict[str, OpenAttempt] = field(default_factory=dict)
    started: set[str] = field(default_factory=set)
    failures: dict[str, list[str]] = field(default_factory=dict)
    """How attempts failed, in words, by the key of what they were to make."""
    unusable: set[str] = field(default_factory=set)
    """Keys of clips that could not be used, and would be the same if they were made again."""
    plans_approved: set[str] = field(default_factory=set)
    plan_rejected: dict[str, str] = field(default_factory=dict)
    plan_sha: str | None = None
    plan_prompt: str | None = None
    proposals: dict[str, Proposal] = field(default_factory=dict)
    seams: dict[str, Mended] = field(default_factory=dict)
    film: Mapping[str, Any] | None = None
    order: Order | None = None
    broke_off: str = ""
    """Why the last run failed; "" where it did not."""
    requests: set[str] = field(default_factory=set)
    redo: tuple[str, ...] = ()
    steps: list[Step] = field(default_factory=list)
    undone: list[Step] = field(default_factory=list)
    costs: dict[str, Cost] = field(default_factory=dict)
    gpu_seconds: float = 0.0
    last_seq: int = 0

    @property
    def spent_usd(self) -> float:
        return sum(cost.usd for cost in self.costs.values())

    @property
    def unpriced(self) -> int:
        """Answers whose price is not known."""
        return sum(cost.unpriced for cost in self.costs.values())

    def last(self, *, undone: bool = False) -> list[Step]:
        """What `undo` (or `redo`) is about, newest first: all that one command did."""
        stack = self.undone if undone else self.steps
        return [
            step for step in reversed(stack) if step is stack[-1] or step.request == stack[-1].request != ""
        ]

    def record(self, target: str) -> Record:
        return self.records.setdefault(target, Record())

    def apply(self, event: Happened) -> None:
        """Take in the next event; raises JournalDamaged if it is of another shape than this program knows."""
        self.last_seq = event.seq
        try:
            if wrong := misfit(event.kind, event.data):
                raise TypeError(f"{wrong} is missing or of another kind")
            if not 0 <= event.time < LATEST:
                raise ValueError("it has no time")
            if "req" in event.data:
                self.requests.add(event.data["req"])
            if handler := _HANDLERS.get(event.kind):
                handler(self, event)
        except (TypeError, ValueError, IndexError) as error:
            raise JournalDamaged(
                f"journal.jsonl:{event.seq}: no known form of `{event.kind}` ({error}); nothing was changed, "
                "open the project with the version of longvid-tui that wrote it"
            ) from error


def replay(events: Iterable[Happened]) -> History:
    history = History()
    for event in events:
        history.apply(event)
    return history


def _plan(history: History, event: Happened) -> None:
    history.plan_sha = event.data["sha"]
    history.plan_prompt = event.data["prompt_sha"]
    history.redo = ()


def _approve(history: History, event: Happened) -> None:
    target, sha = event.data["target"], event.data["sha"]
    if target == "plan":
        history.plans_approved = history.plans_approved | {sha}
        history.plan_rejected = _without(history.plan_rejected, sha)
        return
    record = history.record(target)
    record.approved = sha
    record.rejected = _without(record.rejected, sha)


def _reject(history: History, event: Happened) -> None:
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


def _retake(history: History, event: Happened) -> None:
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


def _choose(history: History, event: Happened) -> None:
    record = history.record(event.data["target"])
    record.choice = (event.data["sha"], event.data["key"])
    record.rejected = _without(record.rejected, event.data["sha"])
    record.locked = event.data["sha"] if record.locked else None  # a lock follows what is chosen


def _lock(history: History, event: Happened) -> None:
    history.record(event.data["target"]).locked = event.data["sha"]


def _unlock(history: History, event: Happened) -> None:
    history.record(event.data["target"]).locked = None


def _start(history: History, event: Happened) -> None:
    data = event.data
    failures = history.failures.get(data["key"], [])
    history.started.add(data["attempt"])
    history.open_attempts[data["attempt"]] = OpenAttempt(
        data["attempt"],
        data["target"],
        data["key"],
        data["recipe"],
        event.time,
        tuple(data.get("gpus", ())),
        data.get("card", ""),
        tuple(data.get("changes", ())),
        data.get("probe", False),
        data.get("resident", ""),
        data.get("behind", ""),
        data.get("why", ""),
        tries=len(failures) + 1,
        failure=failures[-1] if failures else "",
    )


_NO_TRY = ("stopped", "NeverBegun")
"""How attempts end that say nothing against another."""


def _end(history: History, event: Happened) -> None:
    attempt = history.open_attempts.get(event.data["attempt"])
    if attempt and event.data.get("how") not in _NO_TRY:
        history.failures.setdefault(attempt.key, []).append(event.data.get("detail", ""))
    if attempt and event.data.get("how") == "NeedsAnotherSeed":
        history.unusable.add(attempt.key)
    _close(history, event.data["attempt"], event)


def _close(history: History, attempt_id: str, event: Happened) -> None:
    """It is over, and the GPUs it had have been paid for. What it says of its time is nearer to the truth than
    the journal's: nobody may have looked for hours, and it may have waited for another."""
    attempt, data = history.open_attempts.pop(attempt_id, None), event.data
    if attempt:
        until_now = max(0.0, event.time - attempt.started)
        known = (seconds for name in ("on_gpus", "seconds") if (seconds := data.get(name)) is not None)
        history.gpu_seconds += len(attempt.gpus) * next(known, until_now)


def _painted(history: History, event: Happened) -> None:
    whole = {name: event.data[name] for name in Painting.__dataclass_fields__}
    others = ({name: other[name] for name in ("key", "path", "sha")} for other in event.data.get("others", ()))
    for each in (whole, *({**whole, **other} for other in others)):
        painting = Painting(**each)
        history.record(event.data["target"]).paintings[painting.key] = painting
    _spent(history, event)


def _take(history: History, event: Happened) -> None:
    known = {name: event.data[name] for name in Take.__dataclass_fields__ if name in event.data}
    take = Take(**known, made_at=event.time)
    record = history.record(take.target)
    record.takes.append(take)
    # Made again to the same bytes: ask again, do not make it for ever.
    record.rejected = _without(record.rejected, take.sha)
    if take.recipe.get("take") == record.number:
        record.note = ""
    _close(history, take.attempt, event)


def _motion(history: History, event: Happened) -> None:
    proposal = Proposal(**{name: event.data[name] for name in Proposal.__dataclass_fields__})
    history.proposals[event.data["target"]] = proposal
    record = history.record(event.data["target"])
    record.rejected = _without(record.rejected, proposal.sha)  # the same again: ask again
    record.note = ""  # it was said of the one before
    if history.order:
        left = tuple(name for name in history.order.motions if name != event.data["segment"])
        history.order = replace(history.order, motions=left)


def _seam(history: History, event: Happened) -> None:
    splice = event.data["splice"]
    history.seams[event.data["key"]] = Mended((splice[0], splice[1]) if splice else None, event.data["shows"])


def _assemble(history: History, event: Happened) -> None:
    history.film = event.data


def _run(history: History, event: Happened) -> None:
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


def _rest(history: History, event: Happened) -> None:
    history.order = None
    history.broke_off = str(event.data.get("why", ""))


def _redo_plan(history: History, event: Happened) -> None:
    history.redo = tuple(event.data["segments"])


def _edit(history: History, event: Happened) -> None:
    history.steps.append(Edit(event.data["before"], event.data["after"], event.data.get("req", "")))
    history.undone.clear()


def _undo(history: History, event: Happened) -> None:
    step = _moved(event, history.steps, history.undone)
    if isinstance(step, Judgement):
        vars(_judged(history, step.target)).update(step.was)


def _redo(history: History, event: Happened) -> None:
    step = _moved(event, history.undone, history.steps)
    if isinstance(step, Judgement):
        vars(_judged(history, step.target)).update(step.became)


def _moved(event: Happened, source: list[Step], goal: list[Step]) -> Step:
    """The newest judgement of the target that the event names; if it names none, the newest edit."""
    target = event.data.get("target")
    places = [at for at, step in enumerate(source) if getattr(step, "target", None) == target]
    goal.append(source.pop(places[-1]))
    return goal[-1]


def _undoable(handler: Callable[[History, Happened], None]) -> Callable[[History, Happened], None]:
    """As the handler does, and `undo` can take it back where it was a command, not the engine by itself."""

    def judge(history: History, event: Happened) -> None:
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


def _spent(history: History, event: Happened) -> None:
    usd, target = event.data["cost_usd"], event.data["target"]
    was = history.costs.get(target, Cost())
    history.costs[target] = Cost(was.usd + (usd or 0.0), was.answers + 1, was.unpriced + (usd is None))


def _pause(history: History, _: Happened) -> None:
    history.order = replace(history.order, paused=True) if history.order else None


def _resume(history: History, _: Happened) -> None:
    history.order = replace(history.order, paused=False) if history.order else None


_HANDLERS = {
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
