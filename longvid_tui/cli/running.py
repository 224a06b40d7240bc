"""Commands that make the film through the engine: run, assemble, demo, pause, resume, cancel, stop."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated, Any

import typer

from longvid_tui import client
from longvid_tui.backends.contract import Refused
from longvid_tui.cli.context import open_folder, open_studio
from longvid_tui.cli.options import JsonOption, ProjectArgument
from longvid_tui.cli.outcome import options, tell
from longvid_tui.cli.output import DONE, FAILED, INTERRUPTED, WAITS, narrate, print_json, say, typed
from longvid_tui.cli.watching import Detached, follow
from longvid_tui.client import Client
from longvid_tui.doing import TO_DO
from longvid_tui.engine.pricing import bill, bill_of, plan_price
from longvid_tui.engine.studio import Studio
from longvid_tui.engine.targets import WrongTarget, expand_items, single
from longvid_tui.engine.tasks import missing_work
from longvid_tui.project.canvas import Canvas
from longvid_tui.project.folder import Folder
from longvid_tui.project.history import Order, Stage, Strategy
from longvid_tui.project.model import Backends, Project, Wanted
from longvid_tui.project.state import ProjectState
from longvid_tui.spans import spans

DEMO_PROMPT = """\
Title: The Keeper

A lighthouse on a cliff above a calm sea at dawn, the camera slowly pushes in.
A keeper in a red coat climbs the path to the lighthouse in the morning, birds circle above the cliff.
Storm clouds gather over the sea in the afternoon, a small sailboat leans into the wind.
At night the lighthouse throws its beam through the rain, the camera pans right across the black sea.
Dawn again: the sailboat lies safe below the lighthouse, the keeper stands on the cliff and looks out.

Painted like a travel poster, muted blue and gold.
"""
DEMO_SECONDS = 20
DEMO_CANVAS = Canvas(832, 464)
REHEARSAL = "rehearsal"

YesOption = Annotated[
    bool, typer.Option("--yes", "-y", help="Approve plan, keyframes and segments as they come.")
]
MaxCostOption = Annotated[
    float | None,
    typer.Option(metavar="USD", min=0, help="Stop before the film has cost more than so many dollars."),
]


def add_to(app: typer.Typer) -> None:
    app.command(epilog="Example: longvid-tui run film --yes")(run)
    app.command(epilog="Example: longvid-tui assemble film")(assemble)
    app.command(epilog="Example: longvid-tui demo")(demo)
    app.command(epilog="Example: longvid-tui pause film")(pause)
    app.command(epilog="Example: longvid-tui resume film")(resume)
    app.command(epilog="Example: longvid-tui cancel film s7")(cancel)
    app.command(epilog="Example: longvid-tui stop film")(stop)


def run(
    folder: ProjectArgument,
    yes: YesOption = False,
    until: Annotated[Stage, typer.Option(help="Stop after this stage.")] = "film",
    detach: Annotated[bool, typer.Option("--detach", "-d", help="Start it and return at once.")] = False,
    max_cost: MaxCostOption = None,
    max_hours: Annotated[
        float | None,
        typer.Option(
            metavar="HOURS", min=0, help="Stop before the film has taken more than so many GPU-hours."
        ),
    ] = None,
    draft: Annotated[
        bool,
        typer.Option(
            "--draft",
            help="A first look: segments smaller (832x464) and in fewer steps; a run without it films them.",
        ),
    ] = False,
    probe: Annotated[
        str,
        typer.Option(metavar="SEGMENT", help="Film this segment only, to see how it comes out: s7, or first."),
    ] = "",
    strategy: Annotated[
        Strategy | None,
        typer.Option(
            help="Share the GPUs for the film soonest (auto), the first segment soonest (wide), the least GPU time"
            " (parallel).  [default: gpus.strategy of the settings]"
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be made and why; make nothing.")
    ] = False,
    json: JsonOption = False,
) -> int:
    """Make what is missing until the film is done or waits for you.

    The engine does the work and outlives this terminal: Ctrl-C leaves it running.
    """
    opened = open_folder(folder)
    studio = open_studio(opened)
    probe = _segment(opened, probe)
    if dry_run:
        return _dry_run(studio, studio.survey(draft=draft), until, json, probe)
    wanted = Order(
        until,
        approve=yes,
        most_usd=max_cost,
        most_gpu_hours=max_hours,
        draft=draft,
        probe=probe,
        strategy=strategy,
    )
    if detach:
        hand_in(opened, wanted)
        said = {"folder": str(opened.root), "detached": True}
        print_json(said) if json else say(
            f"Running in the background: longvid-tui status {typed(folder)} --watch"
        )
        return DONE
    code = carry_out(opened, wanted, json)
    if probe and code == DONE:
        narrate(f"That was a probe: `run {typed(opened.root)}` makes the rest.")
    return code


def hand_in(opened: Folder, wanted: Order) -> None:
    """Give the engine an order, in place of the one it has, and leave; raises EngineGone and WireError."""
    with client.engine(for_work=True) as engine:
        _ask_to_run(engine, opened, wanted)


def carry_out(opened: Folder, wanted: Order, json: bool, *, quiet: bool = False) -> int:
    """Give the engine an order and stay until it rests or waits; answers the exit code.

    `quiet`: say only what kept it from being made.
    """
    name, before = typed(opened.root), opened.history.order
    if before and not quiet and options(before) != options(wanted):
        narrate(f"In place of `run {name}{options(before)}`, which had not ended.")
    try:
        outcome = follow(opened.root, lambda engine: _ask_to_run(engine, opened, wanted))
    except Detached as left:
        narrate(
            "Stopped: what was finished is kept; `run` goes on from there."
            if left.stopped
            else f"The run goes on: `longvid-tui run {name}{options(wanted)}` comes back to it, `stop {name}` ends it."
        )
        return INTERRUPTED
    if quiet and not outcome["failed"] and outcome["how"] != "capped":
        return DONE
    return tell(Folder(opened.root), wanted, outcome, json)


def _ask_to_run(engine: Client, opened: Folder, wanted: Order) -> None:
    """An order as the engine's `run` takes it (docs/wire.md): what is not asked for is left out."""
    said = {
        name: value for name, value in asdict(wanted).items() if value not in (None, ()) and name != "paused"
    }
    engine.ask("run", project=str(opened.root), **said)


def _segment(opened: Folder, probe: str) -> str:
    """The segment to probe; before there is a plan any name is taken, as the plan may come to have it."""
    if not probe or probe == "first" or not opened.project.segments:
        return probe
    name = single(expand_items(opened.project, [probe]), probe)
    if not name.startswith("s"):
        raise WrongTarget(f"{name} is a keyframe: name a segment to probe")
    return name


def _dry_run(studio: Studio, state: ProjectState, until: Stage, json: bool, probe: str = "") -> int:
    work = missing_work(state, until, probe)
    painted = [state.item(task.target) for task in work if task.kind == "paint"]
    foreseen = not state.planned and until != "plan"
    pictures = bill(studio, state) if foreseen else bill_of(studio, painted)
    pictures = replace(pictures, plan_usd=plan_price(studio, state))
    items = (*state.stills.values(), *state.segments.values())
    reused = [item.target for item in items if item.status == "ready"]
    if json:
        rows = [
            {"kind": t.kind, "target": t.target, "reason": t.reason, "waits_for": t.waits_for} for t in work
        ]
        print_json({"make": rows, "reuse": reused, **pictures.to_json()})
        return DONE
    for task in work:
        say(f"{TO_DO[task.kind]:9} {task.target:6} {task.reason}")
    if reused:
        say(f"reused    {len(reused)} of {len(items)}: {spans(reused)}")
    if pictures.is_paid:
        say(f"to pay    {pictures}")
    if not work:
        say("nothing to make")
    elif not state.planned:
        say("the rest follows from the plan")
    return DONE


def assemble(folder: ProjectArgument, json: JsonOption = False) -> int:
    """Join the approved segments into film.mp4; makes no segment."""
    opened = open_folder(folder)
    state = open_studio(opened).survey()
    if state.film.status == "waiting":
        raise Refused(
            f"The film cannot be joined: {state.film.reason}; `run {typed(folder)}` makes what is missing."
        )
    unapproved = [item.target for item in state.segments.values() if not item.approved]
    if unapproved:
        narrate(f"Waits for your approval of {spans(unapproved)}.")
        return WAITS
    return carry_out(opened, Order("film", approve=False), json)


def demo(
    folder: Annotated[
        Path | None, typer.Argument(metavar="DIR", help="Where to make it: demo-film or rehearsal-film.")
    ] = None,
    clean: Annotated[bool, typer.Option("--clean", help="Leave the label out of the pictures.")] = False,
    fake_cloud: Annotated[
        bool,
        typer.Option(
            "--fake-cloud",
            help="Plan and paint by OpenAI's protocols, against a stand-in on this machine: a rehearsal.",
        ),
    ] = False,
    json: JsonOption = False,
) -> int:
    """Make a 20-second animatic here: no GPU, no key, no network."""
    folder = folder or Path("rehearsal-film" if fake_cloud else "demo-film")
    root = folder.resolve()
    if not (root / "project.yaml").exists():
        settings: dict[str, Any] = {"storyboard": {"clean": True}} if clean else {}
        backends = Backends(planner=REHEARSAL, images=REHEARSAL) if fake_cloud else Backends()
        project = Project(
            prompt=DEMO_PROMPT,
            canvas=DEMO_CANVAS,
            wanted=Wanted(seconds=DEMO_SECONDS),
            settings=settings,
            backends=backends,
        )
        Folder.create(root, project)
    opened = open_folder(root)
    other = fake_cloud and opened.project.backends.images != REHEARSAL
    if other or opened.project.prompt != DEMO_PROMPT:  # approving all of somebody's film might cost money
        raise Refused(f"{folder} is another film already: name a folder that is not there yet.")
    if opened.project.backends.images == REHEARSAL:
        narrate("A rehearsal: a stand-in on this machine answers as OpenAI would; nothing is real or paid.")
    code = carry_out(opened, Order("film", approve=True), json)
    if code == DONE and not json:
        narrate(
            f"`longvid-tui play {typed(folder)}` shows it; `longvid-tui {typed(folder)}` opens it on the screen."
        )
    return code


def pause(folder: ProjectArgument) -> int:
    """Start nothing new; what is being filmed is finished."""
    return _tell_engine(folder, "pause", "paused: what is being filmed is finished, nothing new starts")


def resume(folder: ProjectArgument) -> int:
    """Go on after `pause`."""
    return _tell_engine(folder, "resume", "goes on")


def stop(folder: ProjectArgument) -> int:
    """End the run and every attempt; what was finished is kept."""
    return _tell_engine(folder, "stop", "stopped: what was finished is kept")


def cancel(
    folder: ProjectArgument, target: Annotated[str, typer.Argument(metavar="TARGET", help="k3 or s7")]
) -> int:
    """Stop the work on one keyframe or segment. The rest goes on, and the next `run` makes it."""
    return _tell_engine(folder, "cancel", f"{target} was cancelled", target=target)


def _tell_engine(path: Path, method: str, done: str, **params: Any) -> int:
    opened = open_folder(path)
    if opened.history.order is None:
        narrate(f"Nothing is running in {path}.", error=True)
        return FAILED
    with client.engine(for_work=True) as engine:
        answer = engine.ask(method, project=str(opened.root), within=120.0, **params)
    if answer.get("cancelled") is False:
        narrate(f"Nothing works on {params['target']} just now.", error=True)
        return FAILED
    say(done)
    undying = answer.get("undying", ())
    for sentence in undying:
        narrate(sentence, error=True)
    return FAILED if undying else DONE
