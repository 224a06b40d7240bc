"""A film as the screen shows it: `film` turns a snapshot (docs/wire.md) and the progress of tasks into one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from longvid_tui.chains import followers
from longvid_tui.doing import placed

FPS = 16
"""Frames per second of every film (docs/status-json.md)."""

SEGMENT_SECONDS = 80 / FPS
"""What a segment adds to the film: 80 frames."""

PLAN = "plan"
"""The target that is approved before there are keyframes."""


@dataclass(frozen=True)
class Mark:
    """How a state is told without colour: a word and a glyph, one cell wide, and its twin for ASCII
    terminals."""

    word: str
    glyph: str
    ascii: str


Status = Literal["locked", "approved", "asks", "running", "failed", "stale", "planned"]

MARKS: dict[Status, Mark] = {
    "locked": Mark("locked", "■", "#"),
    "approved": Mark("approved", "✓", "v"),
    "asks": Mark("asks you", "?", "?"),
    "running": Mark("running", "▶", ">"),
    "failed": Mark("failed", "✗", "x"),
    "stale": Mark("stale", "↻", "o"),
    "planned": Mark("planned", "·", "."),
}
"""From settled to open. How urgent each is, is another order: `_URGENCY`."""

_URGENCY: tuple[Status, ...] = ("failed", "asks", "running", "stale", "planned", "approved", "locked")


Grade = Literal["green", "yellow", "red"]


@dataclass(frozen=True)
class Seam:
    """How the film goes over from one segment to the next, once that is mended; `reason`: what shows most."""

    before: str
    after: str
    grade: Grade
    reason: str


SEAM_MARKS: dict[Grade, Mark] = {
    "green": Mark("seamless", "=", "="),
    "yellow": Mark("shows a little", "~", "~"),
    "red": Mark("shows", "≠", "!"),
}
"""Seams as they stand between the segments of the timeline."""


@dataclass(frozen=True)
class Motion:
    """Another movement that is proposed for a segment, to approve by its own `target`; `seen` is why."""

    target: str
    sha: str
    prompt: str
    seen: str


Kind = Literal["master", "keyframe", "segment"]
"""A master is a sheet of a character or a plate of a place that keyframes are painted from; its target begins
with @."""


@dataclass(frozen=True)
class Item:
    """What is made and approved. `position` counts from 0 among its kind; `progress` is 0..1 or None if
    unknown."""

    target: str
    kind: Kind
    position: int
    status: Status
    reason: str = ""
    prompt: str = ""
    scene: str = ""
    first: str | None = None
    last: str | None = None
    start: float = 0.0
    seconds: float = 0.0
    frames: int = 0
    continuity: str = "keyframes"
    transition: str = "continue"
    progress: float | None = None
    stage: str = ""
    attempt: str = ""
    """Id of the attempt that films it now."""
    placed: str = ""
    """Where that attempt is made and why there, what was changed for it, and how the try before failed, in
    words."""
    sha: str | None = None
    path: str | None = None
    seed: int | None = None
    made_in: float | None = None
    takes: tuple[str, ...] = ()
    locked: bool = False
    failure: str = ""
    findings: tuple[tuple[str, str], ...] = ()
    remarks: tuple[str, ...] = ()
    """What speaks against the take, in phrases."""
    draft: bool = False
    motion: Motion | None = None
    forming: tuple[str, str] | None = None
    """Path and sha of a picture that is being painted, as far as it is."""

    @property
    def number(self) -> str:
        return self.target[1:]

    @property
    def before(self) -> str:
        """The newest take of an item that is to be made again, which is still shown; "" where there is none."""
        return self.takes[-1] if self.takes and self.sha is None else ""

    def path_of(self, take: str) -> str:
        """Where a take of it lies in the project's folder."""
        ending = "mp4" if self.kind == "segment" else "png"
        return f"{self.kind}s/{self.target.removeprefix('@')}/{take}.{ending}"


@dataclass(frozen=True)
class Film:
    """All that is drawn of one project."""

    folder: str = ""
    opening: str = ""
    """The folder of a project that is being opened."""
    trouble: str = ""
    """Why that cannot be opened so far."""
    title: str = ""
    prompt: str = ""
    canvas: str = ""
    seconds: float = 0.0
    backends: str = ""
    state: str = "idle"
    planned: bool = False
    plan_approved: bool = False
    plan_rejected: str | None = None
    plan_sha: str | None = None
    prompt_changed: bool = False
    masters: tuple[Item, ...] = ()
    keyframes: tuple[Item, ...] = ()
    segments: tuple[Item, ...] = ()
    done: int = 0
    total: int = 1
    spent: float = 0.0
    gpu_hours: float = 0.0
    to_pay: str = ""
    """What is still to be bought, in words; "" where nothing costs anything."""
    price: str = ""
    """The price of one picture, in words; "" where it is free or unknown."""
    missing: tuple[str, ...] = ()
    """The kinds of all work that is missing."""
    ready: bool = False
    path: str | None = None
    tasks: tuple[tuple[str, str], ...] = ()
    """(kind, target) of what is at work."""
    failed: tuple[tuple[str, str], ...] = ()
    findings: tuple[tuple[str, str], ...] = ()
    """Remarks on the plan as a whole: (severity, sentence)."""
    seams: tuple[Seam, ...] = ()
    """The seams that are graded, in the order of the film."""

    def item(self, target: str) -> Item | None:
        return self._by_target.get(target)

    @property
    def plan_status(self) -> Status | None:
        """Where the plan stands; None while there is none and nobody writes one."""
        if (PLAN, PLAN) in self.tasks:
            return "running"
        if not self.planned:
            return None
        return "approved" if self.plan_approved else "asks"

    @property
    def rows(self) -> tuple[tuple[Item, ...], ...]:
        """Masters, keyframes and segments, as one goes down through them; empty ones left out."""
        return tuple(filter(None, (self.masters, self.keyframes, self.segments)))

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """Masters, keyframes and segments, in the order in which they are made and approved."""
        return (*self.masters, *self.keyframes, *self.segments)

    def followers(self, targets: Collection[str]) -> tuple[str, ...]:
        """The segments that are filmed again with `targets`, because they start with the last frame before."""
        links = ((each.target, each.continuity == "chain" and not each.locked) for each in self.segments)
        return tuple(name for name in followers(links, targets) if self._by_target[name].takes)

    @cached_property
    def _by_target(self) -> dict[str, Item]:
        return {item.target: item for item in self.items}

    @cached_property
    def asking(self) -> tuple[str, ...]:
        """Targets that wait for the person."""
        if self.planned and not self.plan_approved:
            return (PLAN,)
        return tuple(item.target for item in self.items if item.status == "asks")

    @cached_property
    def failing(self) -> tuple[str, ...]:
        return tuple(item.target for item in self.items if item.status == "failed")


def film(
    snapshot: Mapping[str, Any],
    tasks: Iterable[Mapping[str, Any]] = (),
    approving: Collection[str] = (),
    growing: Mapping[str, Any] | None = None,
    kept: MutableMapping[str, Item] | None = None,
) -> Film:
    """The view of a snapshot; `approving` are targets whose approval is on its way and counts already.

    `growing`: the plan that is being written, shown while there is no other. `kept`: items of the same snapshot
    and approvals, by target; those that nothing works on are taken from there, and left there for the next
    time.
    """
    report, document = snapshot["report"], snapshot["document"]
    tasks = tuple(tasks)
    heard = _Heard(
        words=_words(document),
        tasks={task["target"]: task for task in tasks},
        attempts={attempt["target"]: attempt for attempt in report["running"]},
        failed=snapshot.get("failed") or {},
        remarks=_remarks(snapshot.get("findings") or ()),
        approving=approving,
    )
    idle = {} if kept is None else kept
    plan, made = report["plan"], report["film"]
    grown = growing if growing and not plan["made"] else None
    return Film(
        folder=report["folder"],
        title=report["title"] or (grown["title"] if grown else ""),
        prompt=document["prompt"],
        canvas=report["canvas"],
        seconds=report["seconds"],
        backends=" + ".join(report["backends"].values()),
        state=snapshot["state"],
        planned=plan["made"],
        plan_approved=plan["approved"] or PLAN in approving,
        plan_rejected=plan["rejected"],
        plan_sha=plan["sha"],
        prompt_changed=plan["prompt_changed"],
        masters=_items(report, "master", heard, idle),
        keyframes=_grown(grown, "keyframe") if grown else _items(report, "keyframe", heard, idle),
        segments=_grown(grown, "segment") if grown else _items(report, "segment", heard, idle),
        done=report["progress"]["done"],
        total=max(1, report["progress"]["total"]),
        spent=report["spent_usd"],
        gpu_hours=report["gpu_hours"],
        to_pay=snapshot["bill"]["said"],
        price=snapshot["bill"]["each"],
        missing=tuple(task["kind"] for task in report["missing"]),
        ready=made["status"] == "ready",
        path=made["path"],
        tasks=tuple((task["kind"], task["target"]) for task in tasks),
        failed=tuple(heard.failed.items()),
        findings=tuple(heard.remarks.get(PLAN, ())),
        seams=tuple(
            Seam(seam["before"], seam["after"], seam["grade"], seam["reason"] or "")
            for seam in report.get("seams") or ()
            if seam["grade"] in SEAM_MARKS
        ),
    )


@dataclass(frozen=True)
class _Heard:
    """What a snapshot and the progress of tasks say of each target; `approving` are those that count as approved."""

    words: Mapping[str, Mapping[str, Any]]
    tasks: Mapping[str, Mapping[str, Any]]
    attempts: Mapping[str, Mapping[str, Any]]
    failed: Mapping[str, str]
    remarks: Mapping[str, Sequence[tuple[str, str]]]
    approving: Collection[str]


def _words(document: Mapping[str, Any]) -> Mapping[str, Mapping[str, Any]]:
    """What the document says of every target; of a master, what it looks like."""
    look = document.get("look") or {}
    return {
        **{item["id"]: item for listed in ("keyframes", "segments") for item in document[listed]},
        **{
            f"@{thing['id']}": {"prompt": thing["features"]}
            for thing in (*look.get("places", ()), *look.get("characters", ()))
        },
    }


def _grown(plan: Mapping[str, Any], kind: Kind) -> tuple[Item, ...]:
    """Keyframes or segments of a plan that is being written."""
    facts = ("prompt", "scene", "first", "last", "continuity", "transition")
    return tuple(
        Item(
            target=item["id"],
            kind=kind,
            position=position,
            status="planned",
            start=SEGMENT_SECONDS * position,
            seconds=SEGMENT_SECONDS,
            **{name: item[name] for name in facts if name in item},
        )
        for position, item in enumerate(plan[f"{kind}s"])
    )


def _items(
    report: Mapping[str, Any], kind: Kind, heard: _Heard, idle: MutableMapping[str, Item]
) -> tuple[Item, ...]:
    """All of a kind; those that nothing works on are made once, and then taken from `idle`."""
    items = []
    for position, said in enumerate(report.get(f"{kind}s", ())):
        target = said["id"]
        item = idle.get(target) if target not in heard.tasks else None
        if item is None:
            item = _item(kind, position, said, heard)
            if target not in heard.tasks:
                idle[target] = item
        items.append(item)
    return tuple(items)


def _item(kind: Kind, position: int, said: Mapping[str, Any], heard: _Heard) -> Item:
    target, take = said["id"], said["take"] or {}
    words, task = heard.words.get(target, {}), heard.tasks.get(target)
    attempt = heard.attempts.get(target, {})
    return Item(
        target=target,
        kind=kind,
        position=position,
        status=_status(said, task, heard),
        reason=said["reason"],
        prompt=words.get("prompt", ""),
        scene=said.get("scene", ""),
        first=said.get("first"),
        last=said.get("last"),
        start=said.get("start_frame", 0) / FPS,
        seconds=said.get("frames", 0) / FPS,
        frames=said.get("frames", 0),
        continuity=said.get("continuity", "keyframes"),
        transition=said.get("transition", "continue"),
        progress=task["done"] / task["total"] if task and task.get("total") else None,
        stage=task["stage"] if task else "",
        attempt=attempt.get("attempt", ""),
        placed=placed(attempt),
        sha=take.get("sha"),
        path=take.get("path"),
        seed=take.get("seed"),
        made_in=take.get("seconds"),
        takes=tuple(said["takes"]),
        locked=said["locked"],
        failure=heard.failed.get(target, ""),
        findings=tuple(heard.remarks.get(target, ())),
        remarks=tuple(take.get("remarks") or ()),
        draft=bool(take.get("draft")),
        motion=_motion(said),
        forming=_forming(task),
    )


def _motion(said: Mapping[str, Any]) -> Motion | None:
    found = said.get("motion")
    return Motion(found["target"], found["sha"], found["prompt"], found["seen"]) if found else None


def _forming(task: Mapping[str, Any] | None) -> tuple[str, str] | None:
    picture = task.get("picture") if task else None
    return (picture["path"], picture["sha"]) if picture else None


def _status(said: Mapping[str, Any], task: Mapping[str, Any] | None, heard: _Heard) -> Status:
    if task is not None and task["kind"] in ("paint", "render"):
        return "running"
    if motion := said.get("motion"):
        return "planned" if motion["target"] in heard.approving else "asks"
    if said["status"] == "ready":
        if said["approved"] or said["id"] in heard.approving:
            return "locked" if said["locked"] else "approved"
        return "asks"
    if said["id"] in heard.failed:
        return "failed"
    return "stale" if said["takes"] else "planned"


def _remarks(findings: Iterable[Mapping[str, Any]]) -> dict[str, list[tuple[str, str]]]:
    by_target: dict[str, list[tuple[str, str]]] = {}
    for finding in findings:
        by_target.setdefault(finding["target"], []).append((finding["severity"], finding["sentence"]))
    return by_target


def worst(statuses: Iterable[Status]) -> Status:
    """The most urgent of several states, for a cell that stands for all of them."""
    return min(statuses, key=_URGENCY.index, default="planned")
