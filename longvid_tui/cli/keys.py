"""Commands about keys: check."""

from __future__ import annotations

import typer

from longvid_tui import keys
from longvid_tui.cli.options import JsonOption
from longvid_tui.cli.output import DONE, FAILED, print_json, say
from longvid_tui.settings import Settings
from longvid_tui.strict_yaml import Problems


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(
        name="keys",
        help="Keys of the services.",
        no_args_is_help=True,
        rich_markup_mode=None,
        epilog="Example: longvid-tui keys check",
    )
    group.command("check", epilog="Example: longvid-tui keys check --json")(check)
    app.add_typer(group)


def check(json: JsonOption = False) -> int:
    """Say which keys are set and where they come from. Shows how they end; exits 1 if one cannot be read."""
    settings = Settings.load()
    found = {service: _look(service, settings) for service in keys.SERVICES}
    if json:
        print_json(found)
    for service, entry in () if json else found.items():
        say(f"{service:10} {entry['sentence']}")
    return FAILED if any(entry["broken"] for entry in found.values()) else DONE


def _look(service: str, settings: Settings) -> dict[str, object]:
    try:
        found = keys.locate(service, settings)
    except Problems as problems:
        return {"set": False, "broken": True, "source": None, "sentence": str(problems)}
    if found is None:
        return {"set": False, "broken": False, "source": None, "sentence": f"unset ({_variables(service)})"}
    sentence = f"set ({keys.ending(found.key)}; {found.source})"
    return {"set": True, "broken": False, "source": found.source, "sentence": sentence}


def _variables(service: str) -> str:
    return " or ".join(keys.SERVICES[service].variables)
