"""Shot lists as people write them in Markdown or plain text: tables, lists, paragraphs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from longvid_tui.project.importers import table
from longvid_tui.project.importers.imported import Imported, NotImported
from longvid_tui.project.importers.shots import Shot, as_prompt

_FRONT = re.compile(r"\A---\n.*?\n(?:---|\.\.\.)\n", re.DOTALL)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_ITEM = re.compile(r"^\s*(?:[-*+•]|\d{1,3}[.):])\s+\S")
_HEADING = re.compile(r"^\s*(#{1,6})\s+(.+?)\s*#*$")
_ROW = re.compile(r"^\s*\|.*\|\s*$")
_RULE = re.compile(r"^\s*\|?(?:\s*:?-{2,}:?\s*\|)+\s*:?-*:?\s*$")


def read(text: str, name: str) -> Imported:
    """The shots of a text: of its table, else of its list (the text is kept as it is), else one for each
    paragraph.

    Raises NotImported for a text without words.
    """
    front = _FRONT.match(text)
    body = _COMMENT.sub("", text[front.end() :] if front else text).strip()
    remarks = ("The block of settings at its top was left out.",) if front else ()
    if not re.search(r"\w", body):
        raise NotImported(f"{name} holds no words.")
    lines = body.split("\n")
    found = _of_table(lines, name) or _of_list(lines, body) or _of_paragraphs(body)
    title = next((match[2] for line in lines if (match := _HEADING.match(line)) and len(match[1]) == 1), "")
    return Imported(prompt=found.prompt, title=title, plan=found.plan, remarks=(*remarks, *found.remarks))


def _of_table(lines: Sequence[str], name: str) -> Imported | None:
    start = next((at for at, line in enumerate(lines[1:]) if _RULE.match(line) and _ROW.match(lines[at])), None)
    if start is None:
        return None
    rows = [_cells(line) for line in _rows(lines[start:])]
    directions = "\n".join(line for line in lines[:start] if not _HEADING.match(line))
    return table.from_rows(rows, name, directions)


def _rows(lines: Sequence[str]) -> Iterator[str]:
    for line in lines:
        if not _ROW.match(line):
            return
        if not _RULE.match(line):
            yield line


def _cells(line: str) -> list[str]:
    inner = re.sub(r"(?<!\\)\|", "\0", line.strip().strip("|"))
    return [cell.replace("\\|", "|").strip() for cell in inner.split("\0")]


def _of_list(lines: Sequence[str], body: str) -> Imported | None:
    items = sum(bool(_ITEM.match(line)) for line in lines)
    return Imported(prompt=body, remarks=(f"{items} shots, kept word for word.",)) if items > 1 else None


def _of_paragraphs(body: str) -> Imported:
    shots: list[Shot] = []
    scene = ""
    for paragraph in re.split(r"\n\s*\n", body):
        heading = _HEADING.match(paragraph)
        if heading and "\n" not in paragraph:
            scene = "" if len(heading[1]) == 1 else heading[2]
        elif re.search(r"\w", paragraph):
            shots.append(Shot(paragraph, scene))
    if len(shots) < 2:
        return Imported(prompt=body)
    told = f"{len(shots)} paragraphs, a shot each, kept word for word."
    return Imported(prompt=as_prompt(shots), remarks=(told,))
