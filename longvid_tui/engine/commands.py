"""What a person may do to a film: every mutation by its name, the same from the shell, the screen, the socket.

The events of a command carry its request id, so a command that is sent twice is done once, and `undo` takes all
of it back.
"""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from longvid_tui.backends.contract import Refused
from longvid_tui.chains import followers
from longvid_tui.engine.elsewhere import HERE, Elsewhere
from longvid_tui.engine.motion import take_over, write
from longvid_tui.engine.revising import Change, wish
from longvid_tui.engine.studio import Studio
from longvid_tui.engine.targets import WrongTarget, expand, expand_items, single
from longvid_tui.project.folder import Folder
from longvid_tui.project.history import Edit, Judgement, Proposal, Step, Take
from longvid_tui.project.items import Item
from longvid_tui.project.masters import find, own_pictures, with_picture
from longvid_tui.project.model import Project, broken_references
from longvid_tui.project.state import ProjectState, masters_for
from longvid_tui.spans import spans

MAX_CANDIDATES = 8
"""More than anybody compares; each one costs."""


class Conflict(Exception):
    """What the person was looking at has changed meanwhile; nothing was done."""


@dataclass(frozen=True)
class Done:
    """What a command did, in words. `absent`: targets it could not be done to, because of `problem`."""

    said: str
    absent: tuple[str, ...] = ()
    problem: str = ""


class _Params(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class _Targets(_Params):
    targets: tuple[str, ...]
    note: str = ""
    seen: dict[str, str] = {}
    """By target, the content hash of what the person looked at; if it has changed, Conflict is raised."""


class _Retake(_Targets):
    edit: bool = False
    """Whether the present picture is changed instead of making another one; implied by a mask or a strength."""
    mask: str = ""
    """Absolute path of a picture file that is white where to repaint."""
    rectangle: str = ""
    candidates: Annotated[int, Field(ge=1, le=MAX_CANDIDATES)] = 1
    """How many takes to make, for the person to choose from."""
    strength: Annotated[float, Field(ge=0, le=1)] | None = None


class _Upload(_Params):
    target: str
    file: str = ""
    """Absolute path of a picture file; "": the still is painted from its words again."""


class _Choice(_Params):
    target: str
    take: str


class _Nothing(_Params):
    pass


class _Redo(_Params):
    redo: tuple[str, ...] = ()
    """Segments to plan again, while the rest stays byte for byte; empty: the whole plan."""


class _Edit(_Params):
    project: dict[str, Any]
    base: str
    """The revision of project.yaml that was edited."""


@dataclass(frozen=True)
class _Desk:
    """What a command works with; it records events under the id of its request."""

    folder: Folder
    studio: Studio
    request: str
    elsewhere: Elsewhere

    def record(self, kind: str, **fields: Any) -> None:
        self.folder.record(kind, **fields, req=self.request)

    def survey(self) -> ProjectState:
        return self.studio.survey()

    def targets(self, named: Iterable[str], *, plan: bool = False, motions: Iterable[str] = ()) -> list[str]:
        """The ids that the names mean. `plan`: whether the plan and the proposed `motions` may be named.

        Raises WrongTarget.
        """
        project = self.folder.project
        masters = [master.target for master in masters_for(project, self.studio.makers())]
        return expand(project, named, masters, motions) if plan else expand_items(project, named, masters)

    def target(self, named: str) -> str:
        """The id of the only keyframe, segment or master that a name means; raises WrongTarget."""
        return single(self.targets([named]), named)


Params = TypeVar("Params", bound=_Params)


async def perform(
    studio: Studio,
    name: str,
    params: Mapping[str, Any],
    request: str = "",
    elsewhere: Elsewhere = HERE,
) -> Done:
    """Perform the command `name`, unless that was done already for this request id.

    The caller holds the project's lock and performs one command at a time. This only waits where `elsewhere`
    does. Raises WrongTarget for names and values that mean nothing, Conflict, Refused and DiskError.
    """
    if name not in _COMMANDS:
        raise WrongTarget(f"there is no command {name!r}")
    if request and request in studio.folder.history.requests:
        return Done("done already")
    model, act = _COMMANDS[name]
    try:
        wanted = model.model_validate(params)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise WrongTarget(f"{name}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from None
    return await act(_Desk(studio.folder, studio, request or secrets.token_hex(8), elsewhere), wanted)


async def _approve(desk: _Desk, params: _Targets) -> Done:
    absent = _judge(desk, params, "approve", by="person")
    planned = "plan" not in absent
    everything = planned and [target.lower() for target in params.targets] == ["all"]
    return Done("approved", () if everything else absent, "has nothing to approve yet")


async def _reject(desk: _Desk, params: _Targets) -> Done:
    return Done("rejected", _judge(desk, params, "reject", note=params.note), "has nothing to reject yet")


def _judge(desk: _Desk, params: _Targets, kind: str, **fields: str) -> tuple[str, ...]:
    """Record a judgement of what each target holds now; returns the targets that hold nothing yet."""
    state, absent = desk.survey(), []
    motions: dict[str, Proposal] = {}
    for target in desk.targets(params.targets, plan=True, motions=state.proposals):
        sha = _content(state, target)
        if sha is None:
            absent.append(target)
            continue
        _unchanged(params, target, sha)
        if kind == "approve" and target in state.proposals:
            motions[target] = state.proposals[target]
        else:
            desk.record(kind, target=target, sha=sha, **fields)
    if motions:
        take_over(desk.folder, desk.survey(), motions, desk.record, by="person")
    return tuple(absent)


async def _retake(desk: _Desk, params: _Retake) -> Done:
    targets, change, state = desk.targets(params.targets), _change(params), desk.survey()
    kept = {} if change else _kept(state, targets)
    wishes = {
        target: await wish(desk.studio, state.item(target), change, params.candidates, desk.elsewhere)
        for target in targets
        if target not in kept
    }
    for target, wished in wishes.items():
        desk.record("retake", target=target, note=params.note, **wished)
    said = "to be changed" if change else f"to be made again{_with_followers(state, wishes)}"
    return Done(said, tuple(kept), ", or ".join(dict.fromkeys(kept.values())))


def _kept(state: ProjectState, targets: Collection[str]) -> dict[str, str]:
    """Why some of the targets are left as they are; a locked one only beside others, alone it is refused."""
    kept = {}
    for target in targets:
        if state.item(target).locked and len(targets) > 1:
            kept[target] = "is locked: `unlock` it first"
        elif _shows_own_picture(state, target):
            kept[target] = "shows a picture of your own: `retake --edit --note` changes it"
    return kept


def _with_followers(state: ProjectState, targets: Collection[str]) -> str:
    segments = state.project.segments
    links = [(each.id, each.continuity == "chain" and not state.segments[each.id].locked) for each in segments]
    after = [name for name in followers(links, targets) if state.segments[name].record.takes]
    if not after:
        return ""
    starts = "starts" if len(after) == 1 else "start"
    return f", and then {spans(after)}, which {starts} with the last frame before (`lock` keeps a take)"


def _change(params: _Retake) -> Change | None:
    change = Change(params.note, params.mask, params.rectangle, params.strength)
    return change if params.edit or change.masked or change.strength is not None else None


def _shows_own_picture(state: ProjectState, target: str) -> bool:
    recipe = state.item(target).recipe
    return recipe is not None and "picture" in recipe


async def _upload(desk: _Desk, params: _Upload) -> Done:
    """Copy the person's own picture into the project and let a still show it; `undo` takes that back."""
    from longvid_tui.engine.painting import bring_in, show_own_picture

    desk.folder.reload()
    name = _uploadable(desk, params.target)
    brought = await bring_in(desk.studio, name, Path(params.file), desk.elsewhere) if params.file else None
    name = _uploadable(desk, params.target)  # the document may have been edited by hand meanwhile
    write(desk.folder, with_picture(desk.folder.project, name, brought.path if brought else None), desk.record)
    if not brought:
        return Done(f"{name} is painted from its words")
    shown = desk.survey().stills.get(name)
    if shown and shown.status != "ready":
        show_own_picture(desk.studio, shown, brought)
    unseen = "" if shown else f"; {desk.studio.images.name} paints no keyframe from it"
    return Done(f"{name} shows {Path(params.file).name}{unseen}")


def _uploadable(desk: _Desk, target: str) -> str:
    """The id of a keyframe, or `@name` of a character or place; raises WrongTarget, and Refused if it is
    locked."""
    name = _still(desk, target)
    item = desk.survey().stills.get(name)
    if item and item.locked:
        raise Refused(f"{name} is locked: `unlock` it first.")
    return name


def _still(desk: _Desk, target: str) -> str:
    if target.startswith("@"):
        thing = find(desk.folder.project, target)
        if thing is None:
            raise WrongTarget(f"the look of this film has no {target.removeprefix('@')}")
        return f"@{thing.id}"
    name = desk.target(target)
    if not name.startswith("k"):
        raise WrongTarget(f"{name} is a clip: pictures are for keyframes")
    return name


async def _choose(desk: _Desk, params: _Choice) -> Done:
    name = desk.target(params.target)
    item = desk.survey().item(name)
    take = _take(item, params.take)
    if item.key is None:
        raise WrongTarget(f"{name} {item.reason}; choose its take after that")
    desk.record("choose", target=name, sha=take.sha, key=item.key)
    return Done(f"{name} is take {take.short}")


async def _lock(desk: _Desk, params: _Targets) -> Done:
    state, absent = desk.survey(), []
    for target in desk.targets(params.targets):
        take = state.item(target).chosen
        if take is None:
            absent.append(target)
        else:
            desk.record("lock", target=target, sha=take.sha)
    return Done("locked", tuple(absent), "has no take to lock yet")


async def _unlock(desk: _Desk, params: _Targets) -> Done:
    for target in desk.targets(params.targets):
        desk.record("unlock", target=target)
    return Done("unlocked")


async def _replan(desk: _Desk, params: _Redo) -> Done:
    """Have the next run plan again, either everything or some segments.

    Raises Refused rather than replace a whole plan that is approved or was edited by hand.
    """
    state = desk.survey()
    if not state.planned:
        return Done("there is no plan yet")
    if params.redo:
        segments = [name for name in desk.targets(params.redo) if name.startswith("s")]
        if not segments:
            raise WrongTarget("name the segments to plan again, for example s7-s9")
        desk.record("redo plan", segments=segments)
        return Done(f"{spans(segments)} to be planned again")
    if state.plan_rejected is None:
        if state.plan_approved:
            raise Refused("The plan is approved; `reject DIR plan --note WHY` first if you want another.")
        if own_pictures(state.project) or state.plan_sha != state.history.plan_sha:
            raise Refused("The plan was edited by hand; `reject DIR plan` first if it may be replaced.")
    desk.folder.write_project(desk.folder.project.model_copy(update={"keyframes": (), "segments": ()}))
    return Done("to be planned again")


async def _edit(desk: _Desk, params: _Edit) -> Done:
    """Make project.yaml mean `project`, keeping every byte that need not change."""
    desk.folder.reload()
    if params.base != desk.folder.revision:
        raise Conflict("project.yaml has changed meanwhile: nothing was written, look at it again.")
    try:
        project = Project.model_validate(params.project)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise WrongTarget(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from None
    if broken := next(broken_references(project), None):
        raise WrongTarget(f"{'.'.join(map(str, broken[0]))}: {broken[1]}")
    write(desk.folder, project, desk.record)
    return Done("written")


async def _undo(desk: _Desk, _: _Nothing) -> Done:
    """Take back what the last command did; raises Conflict if project.yaml was changed by hand since."""
    return _step(desk, "undo", desk.folder.history.last())


async def _redo(desk: _Desk, _: _Nothing) -> Done:
    return _step(desk, "redo", desk.folder.history.last(undone=True))


def _step(desk: _Desk, kind: Literal["undo", "redo"], steps: Sequence[Step]) -> Done:
    edits = [step for step in steps if isinstance(step, Edit)]
    judged = [step for step in steps if isinstance(step, Judgement)]
    if not edits and any(step.target == "plan" and step.sha != desk.survey().plan_sha for step in judged):
        raise Conflict("Another plan was made since: say what you think of that one.")
    for edit in edits:
        _restore(desk, kind, *((edit.after, edit.before) if kind == "undo" else (edit.before, edit.after)))
    for step in judged:
        desk.record(kind, target=step.target)
    if edits or not judged:
        return Done(f"{kind}ne" if edits else f"nothing to {kind}")
    targets = spans([step.target for step in (reversed(judged) if kind == "undo" else judged)])
    return Done(
        f"{_JUDGEMENTS[judged[0].kind]} of {targets} {'is taken back' if kind == 'undo' else 'holds again'}"
    )


_JUDGEMENTS = {
    "approve": "the approval",
    "reject": "the rejection",
    "retake": "the retake",
    "choose": "the choice",
    "lock": "the lock",
    "unlock": "the unlocking",
}


def _restore(desk: _Desk, kind: str, now: str, then: str) -> None:
    """Take project.yaml from revision `now` to revision `then`; raises Conflict if it is not at `now`."""
    desk.folder.reload()
    if desk.folder.revision != now:
        raise Conflict("project.yaml has been changed since: edit it by hand instead.")
    desk.folder.restore_text(then)
    desk.record(kind)


_COMMANDS: dict[str, tuple[type[_Params], Callable[[_Desk, Any], Awaitable[Done]]]] = {
    "approve": (_Targets, _approve),
    "reject": (_Targets, _reject),
    "retake": (_Retake, _retake),
    "upload": (_Upload, _upload),
    "choose": (_Choice, _choose),
    "lock": (_Targets, _lock),
    "unlock": (_Targets, _unlock),
    "replan": (_Redo, _replan),
    "edit": (_Edit, _edit),
    "undo": (_Nothing, _undo),
    "redo": (_Nothing, _redo),
}


def _content(state: ProjectState, target: str) -> str | None:
    """The hash of what can be approved of a target; None if there is nothing yet."""
    if target == "plan":
        return state.plan_sha if state.planned else None
    if target in state.proposals:
        return state.proposals[target].sha
    item = state.item(target)
    return item.chosen.sha if item.chosen and item.status == "ready" else None


def _unchanged(params: _Targets, target: str, sha: str) -> None:
    if params.seen.get(target, sha) != sha:
        raise Conflict(f"{target} has changed since you looked at it: look again.")


def _take(item: Item, prefix: str) -> Take:
    matching = {take.sha: take for take in item.record.takes if take.sha.startswith(prefix.lower())}
    if len(matching) == 1:
        return next(iter(matching.values()))
    known = ", ".join(dict.fromkeys(take.short for take in item.record.takes)) or "none yet"
    problem = "names more than one take" if matching else "is no take"
    raise WrongTarget(f"{prefix!r} {problem} of {item.target}; there are: {known}")
