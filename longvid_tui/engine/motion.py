"""Has motion prompts written again from the pictures of their segments, and takes over the approved ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from longvid_tui.backends.contract import MotionRequest, Refused, Seeing
from longvid_tui.engine.studio import Studio
from longvid_tui.engine.tasks import Task, may_be_seen
from longvid_tui.project.folder import Folder
from longvid_tui.project.history import Proposal
from longvid_tui.project.model import Project
from longvid_tui.project.motions import segment_of, subject_of, visible_look, with_motions
from longvid_tui.project.state import ProjectState
from longvid_tui.spans import spans


def to_be_seen(studio: Studio, state: ProjectState, segments: Sequence[str] = ()) -> tuple[str, ...]:
    """The segments whose motion prompts can be written from their pictures: all `segments`, or all that can be
    if none is named.

    Raises Refused if there is none, or if one of those named has no approved pictures.
    """
    _eyes(studio)
    known = [segment.id for segment in state.project.segments]
    ready = [name for name in known if may_be_seen(state, name)]
    wanted = [name for name in known if name in segments] if segments else ready
    absent = [name for name in wanted if name not in ready]
    if absent or not wanted:
        lack = f"The pictures of {spans(absent)} are not all" if absent else "No segment has both its pictures"
        raise Refused(
            f"{lack} approved yet: `run --until keyframes`, approve them, then ask again (a chained segment has "
            "none beforehand)."
        )
    return tuple(wanted)


async def rewrite_motion(
    studio: Studio, state: ProjectState, task: Task, may_spend: Callable[[float | None], None]
) -> None:
    """Journal a proposal for one segment, which then waits for approval; raises BackendError.

    `may_spend`: see MotionRequest.
    """
    planner, project = _eyes(studio), studio.folder.project
    segment, record = segment_of(project, task.target), studio.folder.history.record(task.target)
    keyframes = [state.keyframes[name] for name in (segment.first, segment.last) if name]
    first, last = [item.chosen for item in keyframes if item.chosen]
    motion = await planner.rewrite_motion(
        MotionRequest(
            segment,
            studio.folder.path(first.path),
            studio.folder.path(last.path),
            visible_look(project.look, [project.keyframe(item.target) for item in keyframes]),
            note=record.note,
            take=record.number,
            may_spend=may_spend,
            on_spent=lambda spent: studio.spent(task.target, spent.cost_usd, spent.model),
            on_wait=partial(studio.note_wait, task.target),
        )
    )
    proposal = {
        "target": task.target,
        "segment": segment.id,
        "subject": subject_of(segment, first, last),
        "prompt": motion.prompt,
        "prompt_zh": motion.prompt_zh,
        "seen": motion.seen,
        "by": dict(studio.planner.fingerprint()),
    }
    await studio.room.for_(lambda: studio.folder.record("motion", **proposal))


def take_over(
    folder: Folder,
    state: ProjectState,
    proposals: Mapping[str, Proposal],
    record: Callable[..., None],
    *,
    by: str,
) -> None:
    """Write approved motion prompts into project.yaml; `undo` takes them back.

    A plan that was approved stays approved: the person has seen what changes in it.
    """
    write(folder, with_motions(folder.project, proposals), record)
    for target, proposal in proposals.items():
        record("approve", target=target, sha=proposal.sha, by=by)
    if state.plan_approved:
        record("approve", target="plan", sha=folder.project.plan().sha(), by=by)


def write(folder: Folder, project: Project, record: Callable[..., None]) -> None:
    """Change project.yaml in a way that `undo` can take back."""
    before = folder.keep_text()
    folder.write_project(project)
    after = folder.keep_text()
    if after != before:
        record("edit", before=before, after=after)


def _eyes(studio: Studio) -> Seeing:
    if isinstance(studio.planner, Seeing):
        return studio.planner
    raise Refused(
        f"The planner {studio.planner.name} reads words and cannot look at pictures: set `backends: planner:` of "
        "project.yaml to one that can, such as openai (docs/planning.md)."
    )
