"""The command that hands the finished film over."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Annotated

import typer

from longvid_tui.backends.contract import Refused
from longvid_tui.cli.context import JsonOption, ProjectArgument, open_folder, open_studio
from longvid_tui.cli.output import DONE, print_json, say
from longvid_tui.project.folder import FILM


def add_to(app: typer.Typer) -> None:
    app.command(epilog="Example: longvid-tui export film --to mp4 -o lighthouse.mp4")(export)


def export(
    folder: ProjectArgument,
    to: Annotated[str, typer.Option(help="mp4")] = "mp4",
    output: Annotated[Path | None, typer.Option("--output", "-o", help="File to write.")] = None,
    json: JsonOption = False,
) -> int:
    """Copy the finished film out of the project."""
    if to != "mp4":
        raise typer.BadParameter("--to is mp4")
    opened = open_folder(folder)
    state = open_studio(opened).survey()
    if state.film.status != "ready":
        raise Refused(f"The film is not ready: {state.film.reason}; `run {folder}` makes it.")
    target = output or opened.directory("exports") / f"{opened.root.name}.mp4"
    if target.exists() and output:
        raise Refused(f"{target} exists already: name another file with -o.")
    part = target.with_name(f"{target.name}.part")
    shutil.copyfile(opened.root / FILM, part)
    part.replace(target)
    print_json({"path": str(target)}) if json else say(str(target))
    return DONE
