"""The command `play`: watch the film in a browser while the rest is made."""

from __future__ import annotations

import sys
import threading

import typer

from longvid_tui.cli.context import open_folder, open_studio
from longvid_tui.cli.options import JsonOption, ProjectArgument
from longvid_tui.cli.output import DONE, narrate, print_json, say
from longvid_tui.project.film import Film
from longvid_tui.project.folder import CONFORMED, Folder
from longvid_tui.project.model import Project


def add_to(app: typer.Typer) -> None:
    app.command(epilog="Example: longvid-tui play film")(play)


def play(folder: ProjectArgument, json: JsonOption = False) -> int:
    """Show the film in a browser, as far as it is made. It grows while the rest is made; Ctrl-C ends it.

    The address works on this machine only and only with the token in it.
    """
    from longvid_tui.playing.growing import GrowingFilm
    from longvid_tui.playing.server import FilmServer

    root = open_folder(folder).root

    def standing() -> tuple[Project, Film]:
        state = open_studio(Folder(root)).survey()
        return state.project, state.film

    with FilmServer(GrowingFilm(standing, root / CONFORMED)) as server:
        forward = f"ssh -L {server.server_port}:127.0.0.1:{server.server_port} HOST"
        if json:
            print_json({"address": server.address, "port": server.server_port, "forward": forward})
        else:
            say(server.address)
        sys.stdout.flush()
        narrate(f"Open it in a browser; from another machine first: {forward}. Ctrl-C ends it.")
        serving = threading.Thread(target=server.serve_forever, daemon=True)
        serving.start()
        try:
            serving.join()
        except KeyboardInterrupt:
            server.shutdown()
    return DONE
