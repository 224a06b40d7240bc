"""The command tree, and the boundary where every error becomes one sentence and an exit code."""

from __future__ import annotations

import errno
import os
import re
import shlex
import sys
from functools import cache
from importlib import import_module
from io import TextIOWrapper
from pathlib import Path
from typing import Any

import typer

from longvid_tui import __version__, crashes
from longvid_tui.cli.output import FAILED, INTERRUPTED, USAGE, narrate
from longvid_tui.cli.parts import PART_OF, PARTS

UsageError: type[Exception] = typer.BadParameter.__bases__[0]
"""click's error for wrong usage: typer carries a copy of click since 0.26, and used the package before."""


def run(argv: list[str] | None = None) -> int:
    """Run one command; returns its exit code. No traceback ever reaches the person."""
    from longvid_tui.cli.errors import is_usage, spoken_errors

    os.umask(0o077)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # of an alphabet that lacks what a title is written in
    try:
        words = sys.argv[1:] if argv is None else argv
        result = commands_for(words)(words, standalone_mode=False)
    except typer.Exit as done:
        return done.exit_code
    except (typer.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except UsageError as error:
        narrate(_usage(error), error=True)
        return USAGE
    except spoken_errors() as error:
        narrate(str(error), error=True)
        return USAGE if is_usage(error) else FAILED
    except Exception as error:  # noqa: BLE001  the last boundary: the traceback goes to the log
        if isinstance(error, OSError) and error.errno == errno.ENOSPC:
            narrate(
                f"{error.filename or 'What was to be said'} cannot be written: the disk is full.", error=True
            )
            return FAILED
        log = crashes.kept("command")
        narrate(f"Something unexpected happened ({type(error).__name__}); details: {log}", error=True)
        return FAILED
    return result if isinstance(result, int) else 0


def commands_for(words: list[str]) -> Any:
    """The click command that can parse these words; imports no more modules of commands than it needs."""
    part = PART_OF.get(words[0]) if words else None
    return commands(*([part] if part else PARTS))


@cache
def commands(*parts: str) -> Any:
    """The click command tree of some parts, importing no other part. Cached: typer builds it anew for each
    call."""
    app = typer.Typer(
        name="longvid-tui",
        no_args_is_help=True,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
        epilog="Try it: longvid-tui demo        Exit codes: 0 done, 1 failed, 2 usage, 3 waits for approval, "
        "4 cap reached, 130 interrupted.",
    )
    app.callback()(_root)
    for part in parts:
        import_module(f"longvid_tui.cli.{part}").add_to(app)
    return typer.main.get_command(app)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"longvid-tui {__version__}")
        raise typer.Exit


def _root(
    version: bool = typer.Option(False, "--version", "-V", callback=_version, is_eager=True, help="Print it."),
) -> None:
    """One prompt becomes a plan, keyframes, segments and one film.

    Without a command the screen opens: `longvid-tui` on the last project, `longvid-tui DIR` on this one; with
    --plain in ASCII, for screen readers.
    """


def _usage(error: Any) -> str:
    unknown = re.match(r"No such command '(.+?)'", error.format_message())
    if unknown and error.ctx.parent is None:
        return _no_command(unknown[1], error.format_message().partition(". ")[2])
    where = error.ctx.command_path if error.ctx else "longvid-tui"
    said = error.format_message().removeprefix("Invalid value: ")  # of a sentence of ours, about no one option
    said = said.replace("Value error, ", "").rstrip(".")  # pydantic's, which typer asks
    return f"{said} (see `{where} --help`)"


def _no_command(word: str, guess: str) -> str:
    """Why the first word is no command, and what to type instead."""
    name = shlex.quote(word)
    if (Path(word) / "project.yaml").is_file():
        return (
            f"{word} is a project: open it alone, or put a command before it, as in `longvid-tui show {name}`"
        )
    if Path(word).is_dir():
        return f"{word} is a folder that holds no project: open one with `longvid-tui DIR`, or make one with `longvid-tui new`"
    if Path(word).exists():
        return f"{word} is a file: `longvid-tui new DIR -f {name}` makes a project of its words"
    guess = guess or f"`longvid-tui new {name}` would make a project of that name"
    return f"{word} is neither a command nor a folder that is here. {guess} (see `longvid-tui --help`)"
