"""Commands that say what a person thinks of the work: approve, reject, retake, upload, choose, lock, unlock,
undo, redo."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from longvid_tui.cli.context import open_folder, open_studio
from longvid_tui.cli.desk import order
from longvid_tui.cli.options import JsonOption, ProjectArgument
from longvid_tui.cli.output import DONE, FAILED, narrate, print_json, say
from longvid_tui.engine.commands import MAX_CANDIDATES, Done
from longvid_tui.engine.report import report

TargetsArgument = Annotated[
    list[str],
    typer.Argument(
        metavar="TARGET", help="plan, k3, s7, k1-k5, @mara, m7, masters, keyframes, segments, motions, all"
    ),
]
ItemsArgument = Annotated[
    list[str],
    typer.Argument(metavar="TARGET", help="k3, s7, k1-k5, @mara, masters, keyframes, segments, all"),
]
NoteOption = Annotated[
    str, typer.Option("--note", "-n", metavar="TEXT", help="Why; painters and planners are told.")
]


def add_to(app: typer.Typer) -> None:
    app.command(epilog="Example: longvid-tui approve film k1-k5")(approve)
    app.command(epilog='Example: longvid-tui reject film k3 --note "too dark"')(reject)
    app.command(epilog='Example: longvid-tui retake film k3 --mask-rect 25%,10%,50%,80% --note "a green coat"')(
        retake
    )
    app.command(epilog="Example: longvid-tui upload film k3 harbour.jpg")(upload)
    app.command(epilog="Example: longvid-tui choose film k3 3f9a")(choose)
    app.command(epilog="Example: longvid-tui lock film k1 s1")(lock)
    app.command(epilog="Example: longvid-tui unlock film k1")(unlock)
    app.command(epilog="Example: longvid-tui undo film")(undo)
    app.command(epilog="Example: longvid-tui redo film")(redo)


def approve(folder: ProjectArgument, targets: TargetsArgument, json: JsonOption = False) -> int:
    """Approve what exists: the approval holds for exactly these bytes."""
    return _finish(folder, json, order(folder, "approve", targets=targets))


def reject(
    folder: ProjectArgument, targets: TargetsArgument, note: NoteOption = "", json: JsonOption = False
) -> int:
    """Refuse the chosen take, or the plan. The next run makes another one."""
    return _finish(folder, json, order(folder, "reject", targets=targets, note=note))


def retake(
    folder: ProjectArgument,
    targets: ItemsArgument,
    note: NoteOption = "",
    edit: Annotated[
        bool,
        typer.Option("--edit", help="Change the picture there as the note says, instead of painting another."),
    ] = False,
    mask: Annotated[
        Path | None,
        typer.Option(
            metavar="PICTURE", help="Repaint where this picture is white, or has holes; the rest stays."
        ),
    ] = None,
    mask_rect: Annotated[
        str, typer.Option(metavar="X,Y,W,H", help="Repaint this rectangle, in pixels or percent.")
    ] = "",
    strength: Annotated[
        float | None,
        typer.Option(metavar="0..1", min=0, max=1, help="How far from the picture there (0: not at all)."),
    ] = None,
    candidates: Annotated[
        int,
        typer.Option(
            metavar="N", min=1, max=MAX_CANDIDATES, help="Make so many of a keyframe, to choose from."
        ),
    ] = 1,
    json: JsonOption = False,
) -> int:
    """Ask for another take. Of a keyframe also by changing the picture there; the takes there are stay."""
    change = {
        "edit": edit,
        "mask": str(mask.resolve()) if mask else "",
        "rectangle": mask_rect,
        "strength": strength,
        "candidates": candidates,
    }
    return _finish(folder, json, order(folder, "retake", targets=targets, note=note, **change))


def upload(
    folder: ProjectArgument,
    target: Annotated[
        str, typer.Argument(metavar="TARGET", help="k3, or @mara for every keyframe that shows her")
    ],
    file: Annotated[
        Path | None, typer.Argument(metavar="PICTURE", help="The picture: PNG, JPEG, WEBP, GIF, TIFF or BMP.")
    ] = None,
    remove: Annotated[bool, typer.Option("--remove", help="Paint it from its words again.")] = False,
    json: JsonOption = False,
) -> int:
    """Let a keyframe show a picture of your own; `undo` takes it back."""
    if (file is None) != remove:
        raise typer.BadParameter("name the picture, or --remove")
    return _finish(
        folder, json, order(folder, "upload", target=target, file=str(file.resolve()) if file else "")
    )


def choose(
    folder: ProjectArgument,
    target: Annotated[str, typer.Argument(metavar="TARGET", help="k3, s7 or @mara")],
    take: Annotated[
        str, typer.Argument(metavar="TAKE", help="The first letters of the take's hash, from `status --json`.")
    ],
    json: JsonOption = False,
) -> int:
    """Choose one of the takes of a keyframe or segment."""
    return _finish(folder, json, order(folder, "choose", target=target, take=take))


def lock(folder: ProjectArgument, targets: ItemsArgument, json: JsonOption = False) -> int:
    """Keep the chosen take whatever changes around it, until `unlock`."""
    return _finish(folder, json, order(folder, "lock", targets=targets))


def unlock(folder: ProjectArgument, targets: ItemsArgument, json: JsonOption = False) -> int:
    """Let a locked keyframe or segment follow its prompt again."""
    return _finish(folder, json, order(folder, "unlock", targets=targets))


def undo(folder: ProjectArgument, json: JsonOption = False) -> int:
    """Take back the last command. That may be an edit of the screen, an upload, an approval, a rejection, ..."""
    return _finish(folder, json, order(folder, "undo"))


def redo(folder: ProjectArgument, json: JsonOption = False) -> int:
    """Do again what was taken back."""
    return _finish(folder, json, order(folder, "redo"))


def _finish(path: Path, json: bool, done: Done) -> int:
    if json:
        opened = open_folder(path)
        print_json(report(opened.root, open_studio(opened).survey()))
    elif not done.absent:
        say(done.said)
    for target in done.absent:
        narrate(f"{target} {done.problem}", error=True)
    return FAILED if done.absent else DONE
