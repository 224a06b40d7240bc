"""Runs an unmodified script with arguments from a file: `python launch.py ARGS.json`.

ARGS.json holds {script, argv, cwd}. So a prompt is neither in `ps` nor limited to the 128 KiB of one
argument, keys stay out of foreign code, and a run that hangs shows the stacks of all threads on SIGUSR1.

Run by interpreters that lack this package, also under torchrun: standard library only, Python 3.8 and later.
"""

from __future__ import annotations

import faulthandler
import fnmatch
import json
import os
import runpy
import signal
import sys
from collections.abc import Mapping
from pathlib import Path

SECRET_NAMES = ("*_KEY", "*_TOKEN", "*_SECRET", "*PASSWORD*")
"""Patterns of the environment names taken for secrets; OPENAI_API_KEY and HF_TOKEN are among them."""


def is_secret(name: str) -> bool:
    """Whether an environment variable of this name is kept from generators."""
    return any(fnmatch.fnmatchcase(name.upper(), pattern) for pattern in SECRET_NAMES)


def without_secrets(environment: Mapping[str, str]) -> dict[str, str]:
    """The part of an environment that other programs may know."""
    return {name: value for name, value in environment.items() if not is_secret(name)}


def main(path: str) -> None:
    """Become the script that the file at `path` names; raises whatever the script raises."""
    args = json.loads(Path(path).read_text(encoding="utf-8"))
    faulthandler.register(signal.SIGUSR1, all_threads=True)
    for name in filter(is_secret, list(os.environ)):
        del os.environ[name]
    if args["cwd"]:
        os.chdir(args["cwd"])
    script = Path(args["script"]).absolute()
    sys.argv = [str(script), *args["argv"]]
    sys.path[0] = str(script.parent)
    runpy.run_path(str(script), run_name="__main__")


if __name__ == "__main__":
    main(sys.argv[1])
