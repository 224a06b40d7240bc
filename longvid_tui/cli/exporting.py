"""The command `export`. What works on pixels is imported when it is called, so no other command waits for it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from longvid_tui.cli.options import JsonOption, ProjectArgument
from longvid_tui.exporting.kind import Kind


def add_to(app: typer.Typer) -> None:
    app.command(epilog="Example: longvid-tui export film --to prores --range s3-s7")(export)


def export(
    folder: ProjectArgument,
    to: Annotated[Kind, typer.Option(help="As what; docs/exports.md describes each.")] = "mp4",
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Where to write it; else DIR/exports/.")
    ] = None,
    part: Annotated[
        str | None, typer.Option("--range", metavar="SEGMENTS", help="Only these segments, for example s3-s7.")
    ] = None,
    json: JsonOption = False,
) -> int:
    """Write the film, or a part of it, as a file for others. Needs no engine."""
    from longvid_tui.cli.handing_over import hand_over

    return hand_over(folder, to, output, part, json=json)
