"""Motion prompts that a planner wrote again from a segment's pictures, and that wait for approval. Pure.

The proposal for `s7` has the target `m7`. It lapses when the segment's words or pictures change.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from longvid_tui.project.history import History, Proposal, Take
from longvid_tui.project.model import Keyframe, Look, Project, Segment, digest


def target_of(segment_id: str) -> str:
    """The target of the proposal for a segment."""
    return f"m{segment_id[1:]}"


def segment_of(project: Project, target: str) -> Segment:
    """The segment that a proposal's target is about; raises StopIteration."""
    return next(segment for segment in project.segments if target_of(segment.id) == target)


def subject_of(segment: Segment, first: Take, last: Take) -> str:
    """The digest of the words and pictures that a proposal is made from."""
    return digest([segment.prompt, segment.prompt_zh, first.pixels, last.pixels])


def pictures_of(segment: Segment, stills: Mapping[str, Take]) -> tuple[Take, Take] | None:
    """The first and last picture of a segment; None unless it has both keyframes and their pictures are
    there."""
    first, last = stills.get(segment.first or ""), stills.get(segment.last or "")
    return (first, last) if first and last else None


def open_proposals(project: Project, history: History, stills: Mapping[str, Take]) -> dict[str, Proposal]:
    """The proposals that wait for a judgement, by target, in the order of the film."""
    return dict(_open(project, history, stills)) if history.proposals else {}


def _open(project: Project, history: History, stills: Mapping[str, Take]) -> Iterator[tuple[str, Proposal]]:
    for segment in project.segments:
        target, pictures = target_of(segment.id), pictures_of(segment, stills)
        proposal, record = history.proposals.get(target), history.records.get(target)
        if proposal is None or pictures is None or (record and proposal.sha in record.rejected):
            continue
        says_more = (proposal.prompt, proposal.prompt_zh) != (segment.prompt, segment.prompt_zh)
        if says_more and proposal.subject == subject_of(segment, *pictures):
            yield target, proposal


def with_motions(project: Project, proposals: Mapping[str, Proposal]) -> Project:
    """The project with the proposed motion prompts."""
    return project.model_copy(
        update={
            "segments": tuple(
                segment.model_copy(update={"prompt": found.prompt, "prompt_zh": found.prompt_zh})
                if (found := proposals.get(target_of(segment.id)))
                else segment
                for segment in project.segments
            )
        }
    )


def visible_look(look: Look, keyframes: Collection[Keyframe]) -> Look:
    """The part of the look that these keyframes show."""
    cast = {name for keyframe in keyframes for name in keyframe.cast}
    places = {keyframe.place for keyframe in keyframes}
    props = {name for keyframe in keyframes for name in keyframe.props}
    return look.model_copy(
        update={
            "characters": tuple(one for one in look.characters if one.id in cast),
            "places": tuple(one for one in look.places if one.id in places),
            "props": tuple(one for one in look.props if one.id in props),
        }
    )
