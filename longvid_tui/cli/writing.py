"""Commands about the plan, and the list of projects: plan, show, lint, projects."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from longvid_tui import library
from longvid_tui.cli.context import open_folder, open_studio
from longvid_tui.cli.desk import order
from longvid_tui.cli.options import JsonOption, ProjectArgument
from longvid_tui.cli.output import DONE, FAILED, narrate, out, print_json, say, typed
from longvid_tui.cli.running import MaxCostOption, carry_out, hand_in
from longvid_tui.cli.tables import plan_table, proposed
from longvid_tui.engine.motion import to_be_seen
from longvid_tui.engine.report import report
from longvid_tui.engine.targets import expand_items
from longvid_tui.project.folder import Folder
from longvid_tui.project.history import Order
from longvid_tui.project.lint import lint as lint_plan


def add_to(app: typer.Typer) -> None:
    app.command(epilog="Example: longvid-tui plan film")(plan)
    app.command(epilog="Example: longvid-tui show film")(show)
    app.command(epilog="Example: longvid-tui lint film --json")(lint)
    app.command(epilog="Example: longvid-tui projects")(projects)


def plan(
    folder: ProjectArgument,
    redo: Annotated[
        list[str] | None,
        typer.Option("--redo", metavar="SEGMENTS", help="Only these segments, e.g. s7-s9; the rest stays."),
    ] = None,
    motion: Annotated[
        bool,
        typer.Option(
            "--motion", help="Write movements again from the approved keyframes, as a proposal to approve."
        ),
    ] = False,
    max_cost: MaxCostOption = None,
    json: JsonOption = False,
) -> int:
    """Plan the film. One that has a plan gets another, unless that is approved or edited by hand."""
    if motion:
        return _rewrite_motions(folder, redo or [], max_cost, json)
    opened = open_folder(folder)
    wanted = Order("plan", approve=False, most_usd=max_cost)
    waits = opened.history.order if max_cost is not None else None
    if waits and not waits.paused:
        # The run that waits for the person would plan at once, under a cap of its own or none.
        hand_in(opened, wanted)
    try:
        order(folder, "replan", redo=redo or [])
    except Exception:
        if waits and not waits.paused:
            hand_in(opened, waits)
        raise
    return carry_out(open_folder(folder), wanted, json=False, quiet=True) or show(folder, json)


def show(folder: ProjectArgument, json: JsonOption = False) -> int:
    """Show the plan, each segment in its colour."""
    opened = open_folder(folder)
    state = open_studio(opened).survey()
    if json:
        print_json(opened.project.plan().model_dump(mode="json"))
        return DONE
    if not state.planned:
        say(f"There is no plan yet: longvid-tui plan {typed(folder)}")
        return DONE
    console = out()
    plan, wanted = opened.project.plan(), opened.project.wanted
    for part in (
        *plan_table(plan, state, lint_plan(plan, wanted), console.width),
        *proposed(opened.project, state),
    ):
        console.print(part)
    seconds = opened.project.frames() / opened.project.fps
    count = len(state.segments)
    counts = f"{count} segment{'s' * (count != 1)}, {len(state.keyframes)} keyframes"
    say(f"{counts}, {seconds:.1f} s at {opened.project.canvas}")
    return DONE


def lint(folder: ProjectArgument, json: JsonOption = False) -> int:
    """Check the plan. Exits 1 if something in it makes rendering senseless."""
    project = open_folder(folder).project
    findings = lint_plan(project.plan(), project.wanted)
    if json:
        print_json(
            [
                {"target": f.target, "severity": f.severity, "rule": f.rule, "sentence": f.sentence}
                for f in findings
            ]
        )
    for finding in () if json else findings:
        say(f"{finding.severity:8} {finding.target:6} {finding.sentence}")
    if not findings and not json:
        say("nothing to remark")
    return FAILED if any(finding.severity == "error" for finding in findings) else DONE


def projects(json: JsonOption = False) -> int:
    """List recent projects with their state."""
    rows = []
    for root in library.recent():
        try:
            opened = Folder(root)
            said = report(root, open_studio(opened).survey())
            rows.append({key: said[key] for key in ("folder", "title", "progress", "film", "seconds")})
        except Exception as error:  # noqa: BLE001  one broken project must not hide the others
            rows.append({"folder": str(root), "error": str(error) or type(error).__name__})
    if json:
        print_json(rows)
        return DONE
    for row in rows:
        if "error" in row:
            first, *more = row["error"].splitlines()
            say(f"{row['folder']}  {first}{' (and more)' if more else ''}")
        else:
            done, total = row["progress"]["done"], row["progress"]["total"]
            say(f"{done * 100 // total:3} %  {row['seconds']:6.1f} s  {row['folder']}  {row['title']}")
    if not rows:
        narrate('No projects yet: longvid-tui new film -p "..."')
    return DONE


def _rewrite_motions(folder: Path, named: list[str], max_cost: float | None, json: bool) -> int:
    opened = open_folder(folder)
    studio = open_studio(opened)
    segments = [name for name in expand_items(opened.project, named) if name.startswith("s")] if named else []
    wanted = to_be_seen(studio, studio.survey(), segments)
    rewriting = Order("plan", approve=False, most_usd=max_cost, motions=wanted)
    made = carry_out(opened, rewriting, json=False, quiet=True)
    opened = open_folder(folder)
    state = open_studio(opened).survey()
    if json:
        listed = report(opened.root, state)["segments"]
        print_json([one["motion"] for one in listed if one["id"] in wanted and one["motion"]])
        return made
    for part in proposed(opened.project, state, wanted):
        out().print(part)
    if state.proposals:
        some = next(iter(state.proposals))
        narrate(
            f"`approve {typed(folder)} motions` takes all over, `approve {typed(folder)} {some}` one; `reject` leaves the words."
        )
    elif not made:
        narrate("The movements fit their pictures: nothing to approve.")
    return made
