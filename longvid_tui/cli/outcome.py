"""What is said when a run has ended, or waits: what failed, what asks, what a cap left over, where the film is."""

from __future__ import annotations

import shlex
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from longvid_tui.cli.context import open_studio
from longvid_tui.cli.output import CAPPED, DONE, FAILED, INTERRUPTED, WAITS, narrate, print_json, say, typed
from longvid_tui.engine.pricing import bill, film_usd
from longvid_tui.engine.report import report
from longvid_tui.engine.studio import Studio
from longvid_tui.engine.tasks import missing_work
from longvid_tui.media.quality import remarks
from longvid_tui.project.folder import FILM, Folder
from longvid_tui.project.history import Order
from longvid_tui.project.state import ProjectState
from longvid_tui.spans import spans

_MOST_FLAGGED = 5
"""Clips at most whose flaws are told at a gate; `show` tells all."""

_MOST_LACKING = 6
"""Spans of keyframes or segments, such as `k3-k7`, that are named at most of what is missing."""


def tell(opened: Folder, ordered: Order, outcome: Mapping[str, Any], json: bool) -> int:
    """Say how a run went, from the engine's `rested` notice (docs/wire.md); returns the exit code."""
    studio = open_studio(opened)
    state = studio.survey()
    if json:
        print_json({**report(opened.root, state), "made": outcome["made"], "failed": outcome["failed"]})
    if outcome["failed"]:
        _tell_failures(opened, ordered, state, outcome["failed"])
        return FAILED
    if outcome["how"] == "capped":
        narrate(_capped(studio, outcome["cap"]), error=True)
        return CAPPED
    if outcome["how"] == "stopped":
        narrate("Stopped by another command: what was finished is kept; `run` goes on from there.")
        return INTERRUPTED
    if outcome["gate"]:
        _tell_gate(studio, state, outcome["gate"])
        return WAITS
    if not json:
        _tell_made(opened, state, outcome["made"])
    return DONE


def options(order: Order) -> str:
    """The options that are typed behind `run DIR` to order the same."""
    said = (
        (order.approve, "--yes"),
        (order.until != "film", f"--until {order.until}"),
        (order.most_usd is not None, f"--max-cost {order.most_usd}"),
        (order.most_gpu_hours is not None, f"--max-hours {order.most_gpu_hours}"),
        (order.draft, "--draft"),
        (bool(order.probe), f"--probe {order.probe}"),
        (order.strategy is not None, f"--strategy {order.strategy}"),
    )
    return "".join(f" {words}" for is_so, words in said if is_so)


def _tell_failures(opened: Folder, ordered: Order, state: ProjectState, failed: Mapping[str, str]) -> None:
    """Each reason once, with all that failed for it, then the command that goes on."""
    for sentence in dict.fromkeys(failed.values()):
        alike = [target for target in failed if failed[target] == sentence and target != "engine"]
        narrate(f"{spans(alike)} failed: {sentence}" if alike else sentence, error=True)
    name = typed(opened.root)
    again = f"plan {name} --motion" if ordered.motions else f"run {name}{options(ordered)}"
    narrate(f"{_missed(state, ordered)}; `{again}` goes on from here.", error=True)


def _tell_gate(studio: Studio, state: ProjectState, gate: Mapping[str, Any]) -> None:
    waiting, name = gate["targets"], typed(studio.folder.root)
    targets = spans(waiting)
    look = f"`longvid-tui {name}` (the screen) or `export {name} --to html` (a page)"
    look = f"`show {name}`" if gate["stage"] == "plan" else look
    answer = f"`approve {name} {shlex.join(targets.split(', '))}`"
    narrate(f"Waits for your approval: {targets}. Look with {look}, then {answer}.")
    for sentence in (*_choices(name, state, waiting), *_flagged(name, state, waiting), *_to_pay(studio, state)):
        narrate(sentence)


def _tell_made(opened: Folder, state: ProjectState, made: Collection[Mapping[str, Any]]) -> None:
    if not made:
        narrate("Nothing to do: all that was asked for is made already.")
    if state.film.status == "ready" or any(task["kind"] == "assemble" for task in made):
        say(str(opened.root / FILM))
    drafts = [item.target for item in state.segments.values() if item.status != "ready" and item.drafted]
    if drafts:
        narrate(f"Drafts: {spans(drafts)}; `run {typed(opened.root)}` films them for good.")


def _missed(state: ProjectState, ordered: Order) -> str:
    """What was asked for and is not made, and what that lacks."""
    if ordered.motions:
        return "Not all movements that were asked for are written"
    work = missing_work(state, ordered.until, ordered.probe)
    if any(task.kind == "plan" for task in work):
        return "No plan was made"
    lacks = spans([task.target for task in work if task.kind in ("paint", "render")], _MOST_LACKING)
    lacking = f" (missing: {lacks})" if lacks else ""
    if ordered.probe:
        return f"The probe was not filmed{lacking}"
    return f"{'No film was' if ordered.until == 'film' else f'Not all {ordered.until} were'} made{lacking}"


def _choices(name: str, state: ProjectState, waiting: Collection[str]) -> Iterator[str]:
    for item in state.stills.values():
        if item.candidates and item.target in waiting:
            takes = ", ".join(take.short for take in item.candidates)
            choose = f"`choose {name} {item.target} TAKE`"
            yield f"{item.target} has {len(item.candidates)} candidates ({takes}): {choose} takes another than the first."


def _flagged(name: str, state: ProjectState, waiting: Collection[str]) -> Iterator[str]:
    """What speaks against the clips that wait for approval, told of the first few."""
    against = {
        item.target: remarks(item.chosen.facts)
        for item in state.segments.values()
        if item.chosen and item.target in waiting
    }
    flagged = [target for target, said in against.items() if said]
    for target in flagged[:_MOST_FLAGGED]:
        yield f"{target}: {'; '.join(against[target])}."
    if flagged:
        more = f" {len(flagged) - _MOST_FLAGGED} more are flagged." if len(flagged) > _MOST_FLAGGED else ""
        yield f"{more} `retake {name} {flagged[0]}` films it again with another seed.".lstrip()


def _to_pay(studio: Studio, state: ProjectState) -> Iterator[str]:
    """What the approval that is waited for will cost, if anything."""
    pictures = bill(studio, state)
    if pictures.is_paid:
        yield f"To be paid after that: {pictures}."


def _capped(studio: Studio, cap: str) -> str:
    name = typed(studio.folder.root)
    left = f"`estimate {name}` tells what is left; `run {name}` with more, or without, goes on"
    if cap == "hours":
        spent = f"{studio.folder.history.gpu_seconds / 3600:.2f} GPU-hours"
        return f"Stopped at {spent}: the next segment would take more than --max-hours allows; {left}."
    spent = f"${film_usd(studio):.2f}"
    return f"Stopped at {spent}: the next step would cost more than --max-cost allows; {left}."
