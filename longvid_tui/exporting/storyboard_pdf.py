"""The storyboard on paper: PDF set by Typst, which brings fonts for Latin, Greek and Cyrillic and finds the
system's.

Words go to it as data, never as markup: see storyboard.typ.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from dataclasses import asdict
from importlib import resources
from pathlib import Path
from typing import Any

from longvid_tui.exporting.storyboard import Storyboard
from longvid_tui.media.errors import MediaError

_MISSING = (
    "PDF needs the extra `pdf`: pip install 'longvid-tui[pdf]', or export html and print it from a browser"
)


def to_pdf(board: Storyboard, picture: Callable[[Path], bytes]) -> bytes:
    """A4 pages, tagged for screen readers. Raises MediaError where the extra is not installed."""
    try:
        import typst
    except ImportError as error:
        raise MediaError(_MISSING) from error
    template = resources.files("longvid_tui.exporting").joinpath("storyboard.typ").read_bytes()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "storyboard.typ").write_bytes(template)
        data = json.dumps(_data(board, folder, picture)).encode("utf-8", "replace")
        (folder / "storyboard.json").write_bytes(data)
        try:
            return bytes(typst.compile(folder / "storyboard.typ", root=folder, format="pdf"))
        except typst.TypstError as error:
            raise MediaError(f"the PDF could not be set ({error.message}): export html") from error


def _data(board: Storyboard, folder: Path, picture: Callable[[Path], bytes]) -> dict[str, Any]:
    """What the template reads, as JSON; the pictures become files in `folder`."""
    rows = []
    for row in board.rows:
        boards = [{**asdict(each), "picture": _placed(each.picture, folder, picture)} for each in row.boards]
        rows.append({**asdict(row), "boards": boards, "seam_colour": row.seam_colour})
    return {**asdict(board), "rows": rows, "provenance": json.dumps(dict(board.provenance))}


def _placed(path: Path | None, folder: Path, picture: Callable[[Path], bytes]) -> str | None:
    if path is None:
        return None
    placed = folder / f"{path.parent.name}-{path.stem}.jpg"
    if not placed.exists():
        placed.write_bytes(picture(path))
    return placed.name
