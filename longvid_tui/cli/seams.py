"""The command `seams`: how each segment follows the one before it, and how visible that is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import typer

from longvid_tui.cli.context import open_folder, open_studio
from longvid_tui.cli.options import JsonOption, ProjectArgument
from longvid_tui.cli.output import DONE, print_json, say, typed
from longvid_tui.engine.report import report


def add_to(app: typer.Typer) -> None:
    app.command(epilog="Example: longvid-tui seams film --json")(seams)


def seams(folder: ProjectArgument, json: JsonOption = False) -> int:
    """Say how every seam of the film was mended and graded, and why.

    Grades are green (a score up to 1.0), yellow (up to 2.0) and red.
    """
    opened = open_folder(folder)
    rows = report(opened.root, open_studio(opened).survey())["seams"]
    if json:
        print_json(rows)
        return DONE
    for row in rows:
        say(f"{row['before']:>5} | {row['after']:5} {_verdict(row)}")
    if not rows:
        say("no seams: there are no two segments")
    elif not all(row["made"] for row in rows):
        say(f"longvid-tui run {typed(folder)} makes what is missing")
    return DONE


def _verdict(row: Mapping[str, Any]) -> str:
    if not row["made"]:
        return "not mended yet"
    if row["grade"] is None:
        return f"a {row['transition']}, as asked for"
    return f"{row['grade']:6} {row['score']:4.1f}  {row['reason']}"
