"""`python -m longvid_tui` and the `longvid-tui` script: the screen, or one command."""

import gc
import os
import sys
from pathlib import Path

from longvid_tui.cli.parts import PART_OF

INTERRUPTED = 130


def main() -> None:
    """Open the screen or run a command; answers `--version` before anything heavy is imported."""
    words = sys.argv[1:]
    if words in (["--version"], ["-V"]):
        from longvid_tui import __version__

        sys.stdout.write(f"longvid-tui {__version__}\n")
        return
    try:
        code = _answer(words)
    except KeyboardInterrupt:  # while it is being imported
        code = INTERRUPTED
    sys.exit(code)


def _answer(words: list[str]) -> int:
    plain = "--plain" in words
    rest = [word for word in words if word != "--plain"]
    if not rest or (len(rest) == 1 and is_project(rest[0])):
        return _screen(*rest, plain=plain)
    gc.disable()  # what is imported stays: looking for garbage among it is a tenth of the start
    from longvid_tui.cli.app import commands_for, run

    commands_for(words)
    gc.enable()
    return run()


def is_project(word: str) -> bool:
    """Whether a single argument means a project's folder, and no command of that name."""
    return word not in PART_OF and not word.startswith("-") and Path(word, "project.yaml").is_file()


def _screen(folder: str = "", *, plain: bool) -> int:
    streams = sys.stdin, sys.stdout, sys.stderr  # Textual paints on the last
    dumb = os.environ.get("TERM") == "dumb"
    if dumb or not all(stream.isatty() for stream in streams):
        from shlex import quote

        name = quote(folder) if folder else "DIR"
        needs = "a terminal that can move its cursor, and TERM says dumb" if dumb else "a terminal"
        sys.stderr.write(
            f"longvid-tui: the screen needs {needs}. Without one: "
            f"`longvid-tui run {name}` works, `longvid-tui status {name} --json` tells, `longvid-tui --help` the rest.\n"
        )
        return 2
    os.umask(0o077)
    # What a key changes waits at most 4 ms for the repaint before it; nothing moves by itself, over a link least of all.
    os.environ.setdefault("TEXTUAL_FPS", "240")
    os.environ.setdefault("TEXTUAL_ANIMATIONS", "none")
    gc.disable()  # until the screen stands (app.py)
    from longvid_tui.app import main as open_screen

    return open_screen(folder, plain=plain)


if __name__ == "__main__":
    main()
