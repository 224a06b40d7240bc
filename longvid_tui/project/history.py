"""What has happened in a project: its takes, choices, approvals, attempts, orders and costs.

`replay` makes a History of the events of the journal; nothing here changes by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from longvid_tui.project.model import digest

Stage = Literal["plan", "masters", "keyframes", "segments", "film"]
"""How far a film is wanted, in the order of the work; all but the last end at a gate."""

Strategy = Literal["auto", "wide", "parallel"]
"""How GPUs are shared: for the earliest film, the earliest first segment, or the least GPU time."""


@dataclass(frozen=True)
class Take:
    """One immutable result, a picture or a clip, made at `made_at` (seconds since 1970) in `seconds`.

    `key`: the digest of `recipe`, which holds all that determines the result. `path`: relative to the project.
    `sha`: of the file. `pixels`: sha256 of a still's RGB bytes, "" for a clip. `probe`: it was filmed by itself,
    to see how it comes out. `facts`: what was measured on it (media.quality) and how it was made.
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
    """A picture exactly as a provider sent it, kept so that it never has to be bought again.

    `key`: see stills.paint_key. `cost_usd`: of the whole request, which may have brought several pictures; None:
    unknown.
    """

    key: str
    path: str
    sha: str
    cost_usd: float | None
    model: str


@dataclass(frozen=True)
class Revision:
    """A wish to change the picture of a take instead of painting a new one.

    `base`: sha of that take. `mask`: path of the part to repaint, "" for all of it. `strength`: how far from the
    base, 0..1, None if the person did not say. `note`: what is to change.
    """

    base: str
    mask: str = ""
    strength: float | None = None
    note: str = ""

    def facts(self) -> dict[str, Any]:
        """The fields as a recipe holds them."""
        return {name: value for name, value in asdict(self).items() if name != "note" or value}


@dataclass(frozen=True)
class Proposal:
    """A motion prompt that was written again from a segment's pictures, for the person to approve.

    `subject`: digest of the words and pictures it was made from (motions.subject_of). `seen`: the difference
    that the planner saw between the two pictures.
    """

    subject: str
    prompt: str
    prompt_zh: str
    seen: str

    @property
    def sha(self) -> str:
        """The content hash that an approval or a rejection names."""
        return digest([self.subject, self.prompt, self.prompt_zh])


@dataclass(frozen=True)
class Cost:
    """What a target has cost so far: `usd` for `answers` paid answers, `unpriced` of which have no known price."""

    usd: float = 0.0
    answers: int = 0
    unpriced: int = 0


@dataclass(frozen=True)
class Mended:
    """What was done about a seam.

    `splice`: how many groups of pictures before and after the seam its splice replaces; None: it needs none.
    `shows`: grade, score, reason and measures of the seam; None for a transition that is meant to be seen.
    """

    splice: tuple[int, int] | None
    shows: Mapping[str, Any] | None


@dataclass
class Record:
    """The story of one keyframe, master or segment so far."""

    takes: list[Take] = field(default_factory=list)
    paintings: dict[str, Painting] = field(default_factory=dict)
    """By their keys."""
    number: int = 0
    """Which take is wanted: counts the takes that were asked for beyond the first."""
    asked: int = 0
    """The highest `number` there has been: an undone retake keeps its number, so that no two takes share one."""
    retaken: int = 0
    """How many of the latest retakes the engine ordered itself because of its remarks on a clip."""
    note: str = ""
    """What was said when the wanted take was asked for; cleared once it is made."""
    subject: str = ""
    """What the still was to show when `candidates` or a `revision` were asked for (stills.Wish): they lapse when
    it is to show something else."""
    candidates: int = 1
    """How many of the latest takes are to choose from."""
    revision: Revision | None = None
    rejected: dict[str, str] = field(default_factory=dict)
    """What was said of each rejected take or proposal, by its sha."""
    choice: tuple[str, str] | None = None
    """The sha of the chosen take, and the result key that it was chosen for."""
    locked: str | None = None
    approved: str | None = None
    """The sha of the locked take, and of the approved one."""

    def take(self, sha: str | None) -> Take | None:
        return next((take for take in reversed(self.takes) if take.sha == sha), None)


@dataclass(frozen=True)
class OpenAttempt:
    """A generator run that was started at `started` (seconds since 1970) and of which no end is known.

    `gpus`: UUIDs of the GPUs of `card` it has, `why` so many and these, and the seconds it was `expected` to take
    on them. `behind`: the attempt it waits for in the queue of the same resident; it has its GPUs once that has
    ended. `resident`: what that resident has loaded. `changes`: the rungs of the ladder it runs with after memory
    ran out, in words. `tries`: the runs for the same key so far, this one included, and `failure` how the last of
    them failed.
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
    expected: float = 0.0
    tries: int = 1
    failure: str = ""


@dataclass(frozen=True)
class Order:
    """What the person wants done: run `until` a stage, asking for approval at the gates unless `approve`.

    `paused`: start nothing new. `draft`: film smaller and in fewer steps, for a first look. `probe`: film only
    this segment, "first" for the first. `strategy`: None: as the settings say. `most_usd`, `most_gpu_hours`: what
    the whole project may have cost in the end; None: any amount.
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
    """Segments whose motion prompts are still to be written again from their pictures; nothing else is done."""


@dataclass(frozen=True)
class Edit:
    """A change of project.yaml through a command, by the revisions before and after it."""

    before: str
    after: str
    request: str = ""


@dataclass(frozen=True)
class Judgement:
    """What a person said of a target, and the fields of its record that this changed, before and after.

    `request`: the command that said it, perhaps of several targets. `kind`: of its event. `sha`: of what was
    judged, "" if the event names nothing.
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
    """All that the journal tells, reduced to what later decisions need."""

    records: dict[str, Record] = field(default_factory=dict)
    """By target."""
    open_attempts: dict[str, OpenAttempt] = field(default_factory=dict)
    started: set[str] = field(default_factory=set)
    """The ids of all attempts there have been."""
    failures: dict[str, list[str]] = field(default_factory=dict)
    """How attempts failed, in words, by the key of what they were to make."""
    unusable: set[str] = field(default_factory=set)
    """Keys of clips that cannot be used, and would be the same if they were made again."""
    plans_approved: set[str] = field(default_factory=set)
    plan_rejected: dict[str, str] = field(default_factory=dict)
    """What was said of each rejected plan, by its sha, oldest first."""
    plan_sha: str | None = None
    """Of the plan as the planner wrote it last."""
    plan_prompt: str | None = None
    """The digest of the wishes which that plan was made from (state.prompt_sha)."""
    proposals: dict[str, Proposal] = field(default_factory=dict)
    """By target (motions.target_of)."""
    seams: dict[str, Mended] = field(default_factory=dict)
    """By their keys."""
    film: Mapping[str, Any] | None = None
    """The last `assemble` event."""
    order: Order | None = None
    broke_off: str = ""
    """Why the last run failed; "" if it did not."""
    requests: set[str] = field(default_factory=set)
    """Ids of the commands that were performed."""
    redo: tuple[str, ...] = ()
    """Segments that are to be planned again."""
    steps: list[Step] = field(default_factory=list)
    undone: list[Step] = field(default_factory=list)
    """What `undo` can take back, and `redo` do again; newest last."""
    costs: dict[str, Cost] = field(default_factory=dict)
    """By target."""
    gpu_seconds: float = 0.0
    last_seq: int = 0

    @property
    def spent_usd(self) -> float:
        return sum(cost.usd for cost in self.costs.values())

    @property
    def unpriced(self) -> int:
        """How many paid answers have no known price."""
        return sum(cost.unpriced for cost in self.costs.values())

    def last(self, *, undone: bool = False) -> list[Step]:
        """The steps of the command that `undo` would take back (or `redo` do again), newest first."""
        stack = self.undone if undone else self.steps
        return [
            step for step in reversed(stack) if step is stack[-1] or step.request == stack[-1].request != ""
        ]

    def record(self, target: str) -> Record:
        return self.records.setdefault(target, Record())
