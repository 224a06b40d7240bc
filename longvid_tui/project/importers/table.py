"""Shot lists as tables: CSV, TSV, and the tables of Markdown."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence

from longvid_tui.project.importers.imported import Imported, NotImported
from longvid_tui.project.importers.shots import Shot, as_prompt
from longvid_tui.project.model import Keyframe, Plan, Segment

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "text": (
        "action",
        "description",
        "motion",
        "prompt",
        "what happens",
        "shot description",
        "visual",
        "content",
        "shot",
    ),
    "scene": ("scene", "location", "scene heading", "place", "set"),
    "seconds": ("seconds", "duration", "length", "time", "dur", "sec", "s"),
    "first": ("first", "first frame", "first keyframe", "start", "start frame", "opening frame"),
    "last": ("last", "last frame", "last keyframe", "end", "end frame", "closing frame"),
    "transition": ("transition", "cut"),
    "zh": ("prompt_zh", "motion_zh", "chinese"),
    "camera": (
        "camera",
        "camera move",
        "camera movement",
        "movement",
        "shot size",
        "size",
        "shot type",
        "framing",
    ),
}
"""The names that a column may have, by what it holds; if a table has several of them, the first counts."""

_PASSED_OVER = ("", "#", "no", "nr", "number", "shot number", "shot #", "shot no", "id", "notes", "note", "audio", "sound",
                "dialogue", "music", "vo", "voiceover")  # fmt: skip
"""Columns that hold nothing to be seen; a remark lists them, but for those that only count."""
_COUNTING = _PASSED_OVER[:9]

_SECONDS = re.compile(r"^\s*(?:(\d+):)?(\d+(?:[.,]\d+)?)\s*(?:s|sec|secs|seconds)?\.?\s*$", re.IGNORECASE)
_CUTS = re.compile(r"\bcut\b|^(?:yes|x|true|1)$", re.IGNORECASE)


def read(text: str, name: str) -> Imported:
    """The shots of a CSV file whose first line names the columns; raises NotImported."""
    try:
        rows = [
            row for row in csv.reader(io.StringIO(text), _dialect(text)) if any(cell.strip() for cell in row)
        ]
    except csv.Error as error:
        raise NotImported(f"{name} is no table ({error}): save it as CSV.") from error
    return from_rows(rows, name)


def from_rows(rows: Sequence[Sequence[str]], name: str, directions: str = "") -> Imported:
    """The shots of a table whose first row names the columns; raises NotImported."""
    if len(rows) < 2:
        raise _no_shots(name)
    header = [cell.strip().lower() for cell in rows[0]]
    columns = _columns(header)
    if "text" not in columns:
        names = ", ".join(COLUMNS["text"][:4])
        raise NotImported(f"{name} has no column with the shots: name one of its columns {names}.")
    shots = [_cells(row, columns) for row in rows[1:]]
    shots = [shot for shot in shots if shot["text"]]
    if not shots:
        raise _no_shots(name)
    remarks = [f"{len(shots)} shots, kept word for word.", *_left_out(header, columns)]
    if "last" in columns and all(shot["last"] for shot in shots):
        return Imported(
            plan=_plan(shots), remarks=(*remarks, "They bring their keyframes: nothing is left to plan.")
        )
    told = as_prompt([_shot(shot) for shot in shots], directions)
    return Imported(prompt=told, remarks=tuple(remarks))


def _no_shots(name: str) -> NotImported:
    return NotImported(f"{name} holds no shots: it needs a row of column names and a row for each shot.")


def _columns(header: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for kind, names in COLUMNS.items():
        place = next((header.index(name) for name in names if name in header), None)
        if place is not None and place not in found.values():
            found[kind] = place
    return found


def _cells(row: Sequence[str], columns: Mapping[str, int]) -> dict[str, str]:
    return {
        kind: " ".join(row[columns[kind]].split()) if columns.get(kind, len(row)) < len(row) else ""
        for kind in COLUMNS
    }


def _shot(cells: Mapping[str, str]) -> Shot:
    camera = f" {_sentence(cells['camera'])}" if cells["camera"] else ""
    cut = bool(_CUTS.search(cells["transition"]))
    return Shot(f"{cells['text']}{camera}", cells["scene"], _seconds(cells["seconds"]), cut)


def _plan(shots: Sequence[Mapping[str, str]]) -> Plan:
    """The plan of a table that describes pictures; a row with a first picture of its own follows a cut."""
    keyframes: list[Keyframe] = []
    segments: list[Segment] = []
    for number, shot in enumerate(shots, 1):
        cut = bool(keyframes and shot["first"] and shot["first"] != keyframes[-1].prompt)
        if cut or not keyframes:
            keyframes.append(_keyframe(len(keyframes) + 1, shot["first"] or shot["text"]))
        first = keyframes[-1].id
        keyframes.append(_keyframe(len(keyframes) + 1, shot["last"]))
        camera = f" {_sentence(shot['camera'])}" if shot["camera"] else ""
        segments.append(
            Segment(
                id=f"s{number}",
                first=first,
                last=keyframes[-1].id,
                prompt=f"{shot['text']}{camera}",
                prompt_zh=shot["zh"],
                scene=shot["scene"],
                transition="cut" if cut else "continue",
            )
        )
    return Plan(keyframes=tuple(keyframes), segments=tuple(segments))


def _keyframe(number: int, prompt: str) -> Keyframe:
    return Keyframe(id=f"k{number}", prompt=prompt)


def _left_out(header: Sequence[str], columns: Mapping[str, int]) -> list[str]:
    left = [
        name for place, name in enumerate(header) if place not in columns.values() and name not in _COUNTING
    ]
    return [f"Columns left out, for they show nothing: {', '.join(left)}."] if left else []


def _seconds(cell: str) -> float | None:
    found = _SECONDS.match(cell)
    return int(found[1] or 0) * 60 + float(found[2].replace(",", ".")) if found else None


def _sentence(words: str) -> str:
    return words if words[-1] in ".!?…。！？" else f"{words}."


def _dialect(text: str) -> type[csv.Dialect]:
    first = text.lstrip("\n").split("\n", 1)[0]
    delimiter = max("\t;,", key=first.count)
    return type("Shots", (csv.excel,), {"delimiter": delimiter, "strict": True})
