"""Commands that write what the person wants: new, plan, show, lint, projects."""

from __future__ import annotations

import secrets
import sys
import unicodedata
from codecs import getincrementaldecoder
from collections.abc import Mapping
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError

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
from longvid_tui.project import importers
from longvid_tui.project.canvas import OFFERED, Canvas, nearest_reachable, parse_size
from longvid_tui.project.folder import Folder
from longvid_tui.project.history import Order
from longvid_tui.project.importers import Imported, NotImported
from longvid_tui.project.lint import lint as lint_plan
from longvid_tui.project.model import MAX_SEGMENTS, Backends, Project, Wanted
from longvid_tui.project.timing import film_seconds
from longvid_tui.project.tongues import LANGUAGES
from longvid_tui.settings import Settings
from longvid_tui.validation import sentence

_READ_BYTES = 200_000
"""Of a file or of stdin: more than the longest prompt of a project takes, in any script."""


def add_to(app: typer.Typer) -> None:
    app.command(epilog='Example: longvid-tui new film -p "A lighthouse in a storm" --seconds 60')(new)
    app.command(epilog="Example: longvid-tui plan film")(plan)
    app.command(epilog="Example: longvid-tui show film")(show)
    app.command(epilog="Example: longvid-tui lint film --json")(lint)
    app.command(epilog="Example: longvid-tui projects")(projects)


def new(
    folder: ProjectArgument,
    prompt: Annotated[
        str | None, typer.Option("--prompt", "-p", metavar="TEXT", help="What the film shows.")
    ] = None,
    file: Annotated[
        Path | None, typer.Option("--file", "-f", help="Read the prompt from a file (- for stdin).")
    ] = None,
    import_: Annotated[
        Path | None,
        typer.Option(
            "--import",
            help="Start from a shot list (Markdown, CSV, Fountain), a folder of pictures, or a ttv-pipeline configuration.",
        ),
    ] = None,
    segments: Annotated[
        int | None, typer.Option(metavar="N", min=1, max=MAX_SEGMENTS, help="Exactly this many segments.")
    ] = None,
    seconds: Annotated[
        float | None, typer.Option(metavar="SECONDS", min=0.1, max=1800, help="At least this long.")
    ] = None,
    language: Annotated[
        str | None,
        typer.Option(
            metavar="CODE", help="Language of title and scenes: en, zh, es, de ... [default: the prompt's]"
        ),
    ] = None,
    dialogue: Annotated[
        bool | None,
        typer.Option("--dialogue/--no-dialogue", help="People are seen speaking, or nobody is."),
    ] = None,
    size: Annotated[
        str | None, typer.Option(metavar="SIZE", help=f"Picture size, e.g. {', '.join(OFFERED[:4])}, 832x464.")
    ] = None,
    planner: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Who plans: outline, openai ... `longvid-tui backends` lists all."),
    ] = None,
    images: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", help="Who paints keyframes: storyboard, openai, stability, gemini, flux ..."
        ),
    ] = None,
    video: Annotated[
        str | None, typer.Option(metavar="NAME", help="Who films segments: animatic, wan-warm, wan ...")
    ] = None,
    seed: Annotated[
        int | None, typer.Option(metavar="N", min=0, max=0x7FFF_FFFF, help="Seed of the whole film.")
    ] = None,
    json: JsonOption = False,
) -> int:
    """Make a project folder from a prompt, or from a file of another kind."""
    found = _imported(import_)
    said = prompt is not None or file is not None or not (found.prompt or found.plan)
    words = _prompt(prompt, file) if said else found.prompt
    if segments and seconds:
        raise typer.BadParameter("give --segments or --seconds, not both")
    settings = Settings.load()
    chosen = Backends(
        planner=planner or found.backends.get("planner", settings.backends.planner),
        images=images or found.backends.get("images", settings.backends.images),
        video=video or found.backends.get("video", settings.backends.video),
    )
    _know(chosen, settings)
    project = _written(
        **(found.plan.model_dump(exclude={"title"}) if found.plan else {}),
        title=found.title,
        prompt=words,
        canvas=_canvas(size or found.size or settings.canvas.size),
        fit=settings.canvas.fit,
        seed=_seed(seed if seed is not None else found.seed),
        wanted=Wanted(segments=segments, seconds=seconds, language=_language(language), dialogue=dialogue),
        backends=chosen,
    )
    made = Folder.create(folder.resolve(), project)
    _bring_in(made, found.pictures)
    library.remember(made.root)
    if json:
        made_of = {"folder": str(made.root), "canvas": str(project.canvas), "seed": project.seed}
        print_json({**made_of, "remarks": list(found.remarks)})
    else:
        for remark in found.remarks:
            narrate(remark)
        makers = f"{chosen.planner} + {chosen.images} + {chosen.video}"
        say(f"{folder}: {_ahead(project.wanted)}{project.canvas}, {makers}")
        narrate(f"Next: longvid-tui run {typed(folder)}")
    return DONE


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
    """Plan the film (again, if the plan there is neither approved nor edited by hand)."""
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
    """Check the plan; exits 1 if something in it makes rendering senseless."""
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


def _prompt(prompt: str | None, file: Path | None) -> str:
    if (prompt is None) == (file is None):
        raise typer.BadParameter("say what the film shows: -p PROMPT, -f FILE or --import FILE")
    if file is None:
        words = prompt or ""
    else:
        try:
            with nullcontext(sys.stdin.buffer) if str(file) == "-" else file.open("rb") as given:
                data = given.read(_READ_BYTES)
            words = getincrementaldecoder("utf-8-sig")().decode(data, final=len(data) < _READ_BYTES)
        except OSError as error:
            raise typer.BadParameter(f"{file} cannot be read: {error.strerror}") from error
        except UnicodeDecodeError as error:
            raise typer.BadParameter(f"{file} is not UTF-8 text") from error
    if any("\ud800" <= character <= "\udfff" for character in words):
        raise typer.BadParameter("the prompt is not UTF-8 text")
    if not words.strip():
        raise typer.BadParameter("the prompt is empty: write what the film shows")
    if not any(_tells_something(character) for character in words):
        raise typer.BadParameter("the prompt has no word in it: write what the film shows")
    return words.replace("\r\n", "\n").strip("\n")


def _tells_something(character: str) -> bool:
    """Whether it is a letter of any script, or a symbol such as an emoji."""
    return unicodedata.category(character) in ("Ll", "Lm", "Lo", "Lt", "Lu", "So")


def _imported(path: Path | None) -> Imported:
    try:
        return Imported() if path is None else importers.read(path)
    except NotImported as error:
        raise typer.BadParameter(str(error)) from error


def _bring_in(made: Folder, pictures: Mapping[str, Path]) -> None:
    """Copy pictures of the person's to their places in the project."""
    for place, source in pictures.items():
        made.directory(Path(place).parent.as_posix())
        try:
            made.disk.replace(made.path(place), source.read_bytes())
        except OSError as error:
            raise typer.BadParameter(
                f"{source} cannot be read ({error.strerror}): copy it to {place}"
            ) from error


def _seed(wanted: int | None) -> int:
    return secrets.randbelow(0x8000_0000) if wanted is None else wanted


def _written(**words: Any) -> Project:
    try:
        return Project(**words)
    except ValidationError as error:
        found = error.errors(include_url=False)[0]
        where = ".".join(map(str, found["loc"]))
        raise typer.BadParameter(f"{where} {sentence(found, found['loc'], Project)}") from error


def _language(code: str | None) -> str | None:
    if code is not None and code not in LANGUAGES:
        raise typer.BadParameter(f"--language takes {', '.join(LANGUAGES)}, not {code}")
    return code


def _canvas(size: str) -> Canvas:
    try:
        wanted = parse_size(size)
        canvas = nearest_reachable(*wanted)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    if canvas.size != wanted:
        narrate(f"Wan2.1 cannot make {size}: the film is made at {canvas}.")
    return canvas


def _ahead(wanted: Wanted) -> str:
    count = wanted.count
    return f"{count} segment{'s' * (count != 1)}, {film_seconds(count):.1f} s, " if count else ""


def _know(chosen: Backends, settings: Settings) -> None:
    from longvid_tui.backends import registry

    registry.planner(chosen.planner, settings)
    registry.image_provider(chosen.images, settings)
    registry.video_generator(chosen.video, settings)
