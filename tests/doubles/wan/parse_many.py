"""Lets generate.py read many command lines: a list of them on standard input, what each came to on output."""

from __future__ import annotations

import contextlib
import io
import json
import runpy
import sys
from typing import Any


def main() -> None:
    lines = json.load(sys.stdin)
    sys.path[0] = "."
    parse = runpy.run_path("generate.py", run_name="parsed")["_parse_args"]
    print(json.dumps([_outcome(parse, line) for line in lines]))


def _outcome(parse: Any, line: list[str]) -> dict[str, Any]:
    sys.argv = ["generate.py", *line]
    said = io.StringIO()
    try:
        with contextlib.redirect_stderr(said):
            return vars(parse())
    except SystemExit as error:
        return {"exit": error.code, "said": said.getvalue()}
    except AssertionError as error:
        return {"assertion": str(error)}


if __name__ == "__main__":
    main()
