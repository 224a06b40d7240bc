"""Projects from other people's files: ttv-pipeline configurations, shot lists, screenplays, pictures."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from longvid_tui.project.importers import fountain, markdown, pictures, table, ttv
from longvid_tui.project.importers.imported import Imported, NotImported

__all__ = ["Imported", "NotImported", "read"]

MOST_BYTES = 2 << 20

_READERS: dict[str, Callable[[str, str], Imported]] = {
    ".yaml": ttv.read,
    ".yml": ttv.read,
    ".md": markdown.read,
    ".markdown": markdown.read,
    ".txt": markdown.read,
    ".csv": table.read,
    ".tsv": table.read,
    ".fountain": fountain.read,
    ".spmd": fountain.read,
}


def read(path: Path) -> Imported:
    """What a new project takes from a file or a folder of pictures.

    Raises NotImported, and strict_yaml.Problems for broken YAML.
    """
    if path.is_dir():
        return pictures.read(path)
    if not path.is_file():  # a pipe would be waited for
        what = "it is no regular file" if path.exists() else "there is no such file or folder"
        raise NotImported(f"{path} cannot be read: {what}.")
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        known = ", ".join(_READERS)
        raise NotImported(f"{path.name} is of no kind that can be imported ({known}, or a folder of pictures).")
    return reader(_text(path), path.name)


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise NotImported(f"{path} cannot be read: {error.strerror or error}.") from error
    if len(data) > MOST_BYTES:
        raise NotImported(f"{path.name} is larger than {MOST_BYTES >> 20} MB: that is no shot list.")
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        raise NotImported(f"{path.name} is not UTF-8 text: save it as UTF-8.") from error
