"""The tables that commands print of a plan, and of what is proposed for it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from longvid_tui.differing import Word, differing
from longvid_tui.media.quality import remarks
from longvid_tui.project.items import Item
from longvid_tui.project.lint import Finding
from longvid_tui.project.masters import find
from longvid_tui.project.model import Plan, Project
from longvid_tui.project.motions import segment_of
from longvid_tui.project.state import ProjectState
from longvid_tui.project.timing import timecode
from longvid_tui.showing import one_line, segment_colour, show

_SIGNS = {"ready": "■", "missing": "·", "waiting": "…"}


_LEAST_WIDTH = 48
"""Columns of a terminal below which the words of a row stand under its target instead of beside it."""


def plan_table(
    plan: Plan, state: ProjectState, findings: Iterable[Finding], width: int
) -> Iterable[RenderableType]:
    """The plan, each segment in its colour: when it starts, its keyframes, what is seen, how it moves; beside
    them what lint warns of, and what there is to say against takes. `width`: columns there are."""
    against = _Remarks(findings)
    if plan.title:
        yield Text(show(plan.title), style="bold")
    if plan.reasoning:
        yield Text(show(plan.reasoning), style="dim")
    if plan.look.style:
        yield Text(f"Look: {show(plan.look.style)}")
    rows = (*_master_rows(plan, state), *_rows(plan, state, against))
    yield from _stacked(rows) if width < _LEAST_WIDTH else [_table(rows)]
    for sentence in against.of("plan"):
        yield Text(f"! {sentence}", style="yellow")


def _stacked(rows: Iterable[Sequence[Text]]) -> Iterable[RenderableType]:
    for start, target, standing, words in rows:
        if target.plain:
            head = (start, Text(target.plain.strip(), target.style), standing)
            yield Text(" ").join(part for part in head if part.plain)
            yield Padding(words, (0, 0, 0, 2))
        else:
            yield Text(" ").join(part for part in (standing, words) if part.plain)


def _table(rows: Iterable[Sequence[Text]]) -> Table:
    table = Table(box=None, pad_edge=False, show_header=True, header_style="dim", expand=True)
    table.add_column("start", justify="right", no_wrap=True)
    table.add_column("target", no_wrap=True)
    table.add_column("state", no_wrap=True)
    table.add_column("what", ratio=1, overflow="fold")
    for row in rows:
        table.add_row(*row)
    return table


def proposed(project: Project, state: ProjectState, segments: Collection[str] = ()) -> Iterable[Text]:
    """Movements that wait for approval (none named: all), each beside the words it would replace."""
    for target, proposal in state.proposals.items():
        segment = segment_of(project, target)
        if segments and segment.id not in segments:
            continue
        heading = Text(f"\n{target} ", style="bold")
        yield heading.append(
            f"the movement of {segment.id} from its pictures: {one_line(proposal.seen)}", "not bold"
        )
        pairs = ((segment.prompt, proposal.prompt), (segment.prompt_zh, proposal.prompt_zh))
        for before, after in (pair for pair in pairs if pair[0] != pair[1]):
            gone, new = differing(one_line(before), one_line(after))
            yield _side("- ", gone, "red")
            yield _side("+ ", new, "green")


def _side(sign: str, words: Sequence[Word], style: str) -> Text:
    line = Text(sign, style=style, no_wrap=True, overflow="ignore")  # whole, to be copied: terminals break it
    for word, is_other in words:
        line.append(word, style if is_other else "")
    return line


class _Remarks:
    """What speaks against words and takes, by target."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self._grave = [finding for finding in findings if finding.severity != "note"]

    def of(self, target: str, item: Item | None = None) -> list[str]:
        words = [finding.sentence for finding in self._grave if finding.target == target]
        return [*words, *(remarks(item.chosen.facts) if item and item.chosen else ())]

    def rows(self, target: str, item: Item) -> Iterable[Sequence[Text]]:
        for remark in self.of(target, item):
            yield Text(), Text(), Text("!", style="yellow"), Text(show(remark), style="yellow")


def _master_rows(plan: Plan, state: ProjectState) -> Iterable[Sequence[Text]]:
    for item in state.masters.values():
        thing = find(plan, item.target)
        words = thing.features if thing else ""
        yield Text(), Text(show(item.target)), _standing(item), Text(show(words), style="dim")


def _rows(plan: Plan, state: ProjectState, against: _Remarks) -> Iterable[Sequence[Text]]:
    shown: set[str] = set()
    starts = plan.starts()
    scene = ""
    for position, segment in enumerate(plan.segments):
        colour = segment_colour(position)
        if segment.scene and segment.scene != scene:
            scene = segment.scene
            yield Text(), Text(), Text(), Text(one_line(scene), style="bold")
        if segment.first and segment.first not in shown:
            shown.add(segment.first)
            yield from _keyframe_rows(plan, segment.first, colour, state, against)
        yield (
            Text(timecode(starts[position] / 16), style="dim"),
            Text(segment.id, style=f"bold {colour}"),
            _standing(state.segments[segment.id]),
            Text(show(segment.prompt), style=colour),
        )
        yield from against.rows(segment.id, state.segments[segment.id])
        if segment.last and segment.last not in shown:
            shown.add(segment.last)
            yield from _keyframe_rows(plan, segment.last, segment_colour(position + 1), state, against)


def _keyframe_rows(
    plan: Plan, name: str, colour: str, state: ProjectState, against: _Remarks
) -> Iterable[Sequence[Text]]:
    keyframe = plan.keyframe(name)
    words = keyframe.prompt or (f"own picture {keyframe.picture}" if keyframe.picture else "")
    words += f" (the view of {keyframe.view})" if keyframe.view else ""
    item = state.keyframes[name]
    yield Text(), Text(f"  {name}", style=colour), _standing(item), Text(show(words), style="dim")
    yield from against.rows(name, item)


def _standing(item: Item) -> Text:
    word = "approved" if item.approved else item.status
    locked = " locked" if item.locked else ""
    return Text(f"{'✓' if item.approved else _SIGNS[item.status]} {word}{locked}")
