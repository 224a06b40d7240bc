"""Commands about the engine itself: engine status, stop, restart."""

from __future__ import annotations

import typer

from longvid_tui import client
from longvid_tui.cli.options import JsonOption
from longvid_tui.cli.output import DONE, FAILED, narrate, print_json, say


def add_to(app: typer.Typer) -> None:
    engine = typer.Typer(
        name="engine",
        help="Look at, stop and restart the process that does the work.",
        no_args_is_help=True,
        rich_markup_mode=None,
        epilog="Example: longvid-tui engine status",
    )
    engine.command("status", epilog="Example: longvid-tui engine status --json")(status)
    engine.command("stop", epilog="Example: longvid-tui engine stop")(stop)
    engine.command("restart", epilog="Example: longvid-tui engine restart")(restart)
    app.add_typer(engine)


def status(json: JsonOption = False) -> int:
    """Say whether the engine runs and what it works on."""
    running = client.connect()
    if running is None:
        print_json({"running": False}) if json else say("The engine is not running; `run` starts it.")
        return DONE
    with running:
        said = {"running": True, **running.engine, **running.ask("status")}
    if json:
        print_json(said)
        return DONE
    say(f"engine {said['version']}, pid {said['pid']}, protocol {said['protocol']}")
    for project in said["projects"]:
        tasks = ", ".join(task["name"] for task in project["progress"])
        say(f"{project['state']:8} {project['folder']}  {tasks}".rstrip())
    return DONE


def stop(
    keep_jobs: bool = typer.Option(False, "--keep-jobs", help="Leave running segments to the next engine."),
) -> int:
    """End the engine, and with it every run; what was finished is kept."""
    running = client.connect(client.ANY_PROTOCOL)
    if running is None:
        say("The engine is not running.")
        return DONE
    undying = client.dismiss(running, keep_jobs=keep_jobs)
    say("stopped")
    for sentence in undying:
        narrate(sentence, error=True)
    return FAILED if undying else DONE


def restart() -> int:
    """Replace the engine by a new one; running segments go on."""
    running = client.connect(client.ANY_PROTOCOL)
    if running is not None:
        client.dismiss(running, keep_jobs=True)
    with client.start() as fresh:
        say(f"engine {fresh.engine['version']}, pid {fresh.engine['pid']}")
    return DONE
