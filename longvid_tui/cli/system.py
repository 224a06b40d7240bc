"""Commands about the machine and the settings: doctor, config."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from longvid_tui.cli.options import JsonOption, ProjectArgument
from longvid_tui.cli.output import DONE, FAILED, print_json, say
from longvid_tui.settings import Settings, described, user_settings_path
from longvid_tui.strict_yaml import Problems

_DOES = {"planner": "Plans", "images": "Paints keyframes", "video": "Films segments"}


def add_to(app: typer.Typer) -> None:
    config = typer.Typer(
        name="config",
        help="Show and change settings.",
        no_args_is_help=True,
        rich_markup_mode=None,
        epilog="Example: longvid-tui config show --origin",
    )
    app.command(epilog="Example: longvid-tui doctor --json")(doctor)
    app.command(epilog="Example: longvid-tui backends")(backends)
    app.command(epilog="Example: longvid-tui repair film")(repair)
    config.command("show", epilog="Example: longvid-tui config show --origin")(show)
    config.command("get", epilog="Example: longvid-tui config get film.crf")(get)
    config.command("set", epilog="Example: longvid-tui config set film.crf 18")(set_value)
    config.command("unset", epilog="Example: longvid-tui config unset film.crf")(unset)
    config.command("path", epilog="Example: $EDITOR $(longvid-tui config path)")(path)
    app.add_typer(config)


def doctor(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="A project, or where projects are kept.")
    ] = Path(),
    json: JsonOption = False,
) -> int:
    """Check what this machine has and lacks.

    Looks at Python, ffmpeg, disk, memory, terminal, keys and backends, those of the project if DIR is one. Asks the chosen services what they offer, which costs nothing; exits 1 if something is missing.
    """
    from longvid_tui.engine.preflight import examine

    checks = examine(folder.absolute(), _settings_of(folder))
    if json:
        print_json([{"name": check.name, "ok": check.ok, "sentence": check.sentence} for check in checks])
    for check in () if json else checks:
        say(f"{'ok ' if check.ok else 'BAD'} {check.name:18} {check.sentence}")
    return DONE if all(check.ok for check in checks) else FAILED


def backends(json: JsonOption = False) -> int:
    """List who can plan, paint and film here, and what each lacks.

    `new` chooses among them; the default of each kind is marked with *. Asks no service: `doctor` does.
    """
    from longvid_tui.backends.choices import choices

    found = list(choices(Settings.load()))
    if json:
        print_json([vars(choice) for choice in found])
        return DONE
    for kind, does in _DOES.items():
        say(f"{does} (--{kind})")
        for choice in (choice for choice in found if choice.kind == kind):
            mark = "*" if choice.default else " "
            say(f"{mark} {'ok ' if choice.ready else '-- '} {choice.name:12} {choice.sentence}")
    return DONE


def _settings_of(folder: Path) -> Settings:
    """The person's settings; of a project with its own, and with its backends in place of the defaults."""
    from longvid_tui.cli.context import open_folder
    from longvid_tui.project.folder import DOCUMENT

    if not (folder / DOCUMENT).exists():
        return Settings.load()
    opened = open_folder(folder)
    chosen = opened.project.backends.model_dump()
    overrides = {f"backends.{kind}": name for kind, name in chosen.items()}
    return Settings.load(project=opened.document.parsed, overrides=overrides)


def repair(folder: ProjectArgument) -> int:
    """Cut a damaged journal before its first bad line, keeping a copy."""
    from longvid_tui.project.folder import repair_journal

    say(repair_journal(folder))
    return DONE


def show(
    origin: Annotated[bool, typer.Option("--origin", help="Say where each value comes from.")] = False,
    json: JsonOption = False,
) -> int:
    """Show every setting."""
    settings = Settings.load()
    values = settings.flat()
    if json:
        about = described()
        print_json(
            {
                name: {"value": value, "origin": settings.origins[name], "about": about.get(name, "")}
                for name, value in values.items()
            }
        )
        return DONE
    for name, value in values.items():
        say(f"{name}: {value}" + (f"   ({settings.origins[name]})" if origin else ""))
    return DONE


def get(
    name: Annotated[str, typer.Argument(metavar="NAME", help="For example film.crf")], json: JsonOption = False
) -> int:
    """Print one setting."""
    value = Settings.load().get(name)
    print_json(value) if json else say(str(value))
    return DONE


def set_value(
    name: Annotated[str, typer.Argument(metavar="NAME", help="For example film.crf")],
    value: Annotated[
        str, typer.Argument(metavar="VALUE", help="YAML, for example 18, true or [notify-send, longvid-tui]")
    ],
) -> int:
    """Change one of your settings; comments in the file stay."""
    Settings.set_user(name, value)
    say(f"{name}: {Settings.load().get(name)}   ({user_settings_path()})")
    return DONE


def unset(
    name: Annotated[str, typer.Argument(metavar="NAME", help="For example film.crf, or film for all of them")],
) -> int:
    """Take back one of your settings. It is then what it is without you; comments in the file stay."""
    Settings.unset_user(name)
    with suppress(Problems):  # a name there is not, or another mistake that is still in the file
        settings = Settings.load()
        say(f"{name}: {settings.get(name)}   ({settings.origins.get(name, 'default')})")
        return DONE
    say(f"{name} is no longer in {user_settings_path()}")
    return DONE


def path() -> int:
    """Print the path of your settings file."""
    say(str(user_settings_path()))
    return DONE
