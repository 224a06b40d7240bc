"""The command `seams`: how visible each boundary of two segments is, measured on the pieces of the film."""

from __future__ import annotations

from dataclasses import asdict
from itertools import pairwise

import typer

from longvid_tui.backends.contract import Refused
from longvid_tui.cli.context import JsonOption, ProjectArgument, open_folder, open_studio
from longvid_tui.cli.output import DONE, print_json, say


def add_to(app: typer.Typer) -> None:
    app.command(epilog="Example: longvid-tui seams film --json")(seams)


def seams(folder: ProjectArgument, json: JsonOption = False) -> int:
    """Measure and grade every seam of the film; cuts are none."""
    from longvid_tui.media.seams import grade, measure_seam

    opened = open_folder(folder)
    film = open_studio(opened).survey().film
    unmade = [piece.target for piece in film.pieces if not piece.made]
    if film.status == "waiting" or unmade:
        raise Refused(
            f"The film {film.reason or 'is not conformed yet'}: `run {folder}` makes what is missing."
        )
    rows = []
    for before, after in pairwise(film.pieces):
        if after.starts_run:
            continue
        files = [opened.path(f"conformed/{piece.key}.mp4") for piece in (before, after)]
        found = measure_seam(files[0], files[1])
        graded = grade(found)
        row = {"before": before.target, "after": after.target, **asdict(found)}
        rows.append({**row, "grade": graded.colour, "score": graded.score, "reason": graded.reason})
    if json:
        print_json(rows)
        return DONE
    for row in rows:
        say(f"{row['before']:>5} | {row['after']:5} {row['grade']:6} {row['score']:4.1f}  {row['reason']}")
    if not rows:
        say("no seams: every segment starts with a picture of its own")
    return DONE
