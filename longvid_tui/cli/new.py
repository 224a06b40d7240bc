"""The command that makes a project: from a prompt, or from a file of another kind."""

from __future__ import annotations

import secrets
import sys
import unicodedata
from codecs import getincrementaldecoder
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from longvid_tui import library
from longvid_tui.cli.options import JsonOption, ProjectArgument
from longvid_tui.cli.output import DONE, narrate, print_json, say, typed
from longvid_tui.project import importers
from longvid_tui.project.canvas import OFFERED, Canvas, nearest_reachable, parse_size
from longvid_tui.project.folder import Folder
from longvid_tui.project.importers import Imported, NotImported
from longvid_tui.project.model import MAX_SEGMENTS, Backends, Project, Wanted
from longvid_tui.project.timing import film_seconds
from longvid_tui.project.tongues import LANGUAGES
from longvid_tui.settings import Settings
from longvid_tui.validation import sentence

_READ_BYTES = 200_000
"""Most that is read of a file or of stdin: more than the longest prompt a project may have takes in any script.
"""


def add_to(app: typer.Typer) -> None:
    app.command(epilog='Example: longvid-tui new film -p "A lighthouse in a storm" --seconds 60')(new)


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
    """Make a project from a prompt, or from a file of another kind."""
    found = _imported(import_)
    if segments and seconds:
        raise typer.BadParameter("give --segments or --seconds, not both")
    settings = Settings.load()
    prompted = prompt is not None or file is not None or not (found.prompt or found.plan)
    project = _written(
        **(found.plan.model_dump(exclude={"title"}) if found.plan else {}),
        title=found.title,
        prompt=_prompt(prompt, file) if prompted else found.prompt,
        canvas=_canvas(size or found.size or settings.canvas.size),
        fit=settings.canvas.fit,
        seed=_seed(seed if seed is not None else found.seed),
        wanted=Wanted(segments=segments, seconds=seconds, language=_language(language), dialogue=dialogue),
        backends=_makers({"planner": planner, "images": images, "video": video}, found, settings),
    )
    made = Folder.create(folder.resolve(), project)
    _bring_in(made, found.pictures)
    library.remember(made.root)
    if json:
        made_of = {"folder": str(made.root), "canvas": str(project.canvas), "seed": project.seed}
        print_json({**made_of, "remarks": list(found.remarks)})
    else:
        _tell(folder, project, found.remarks)
    return DONE


def _tell(folder: Path, project: Project, remarks: Sequence[str]) -> None:
    for remark in remarks:
        narrate(remark)
    count, backends = project.wanted.count, project.backends
    length = f"{count} segment{'s' * (count != 1)}, {film_seconds(count):.1f} s, " if count else ""
    makers = f"{backends.planner} + {backends.images} + {backends.video}"
    say(f"{folder}: {length}{project.canvas}, {makers}")
    narrate(f"Next: longvid-tui run {typed(folder)}")


def _makers(asked: Mapping[str, str | None], found: Imported, settings: Settings) -> Backends:
    """Who plans, paints and films: as asked for, else as the imported file says, else as the settings do.

    Raises Misconfigured for a name nobody has.
    """
    from longvid_tui.backends import registry

    named = {kind: name for kind, name in asked.items() if name}
    chosen = Backends(**{**settings.backends.model_dump(), **found.backends, **named})
    registry.planner(chosen.planner, settings)
    registry.image_provider(chosen.images, settings)
    registry.video_generator(chosen.video, settings)
    return chosen


def _prompt(prompt: str | None, file: Path | None) -> str:
    """The words of -p, or of the file of -f (- is stdin), whole and in UTF-8."""
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
    """The project of these fields; a field that is not as it must be is the person's slip."""
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
    """The canvas nearest to a size that is written WIDTHxHEIGHT; told where it is another one."""
    try:
        wanted = parse_size(size)
        canvas = nearest_reachable(*wanted)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    if canvas.size != wanted:
        narrate(f"Wan2.1 cannot make {size}: the film is made at {canvas}.")
    return canvas
